"""The Flask application: the house, and the pages of its rooms."""

import importlib
import os
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask

from omni.config import Config
from omni.rooms import Room
from omni.start import open_house
from omni.web.app import make_app


def create_app(config: Config | None = None, house: Sequence[Room] | None = None) -> Flask:
    """Serve the house, opened here unless it is open. The settings are read from the environment unless given."""
    config = config or Config.from_environment(os.environ)
    house = house or open_house(config)
    return make_app(config, [_blueprint(name) for room in house for name in room.blueprints])


def _blueprint(name: str) -> Blueprint:
    module, _, attribute = name.partition(":")
    blueprint: Any = getattr(importlib.import_module(module), attribute)
    return blueprint  # type: ignore[no-any-return]
