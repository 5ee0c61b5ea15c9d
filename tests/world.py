"""The named world: who is there in every test."""

from functools import cached_property
from typing import Any

from omni.config import Config
from omni.core.tenancy import Workspace


class World:
    """Two studios, made when first asked for."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def juniper(self) -> Workspace:
        return Workspace.create(number=1, slug="juniper", name="Juniper Yoga", timezone="America/Chicago", country="US")

    @cached_property
    def iron(self) -> Workspace:
        return Workspace.create(number=2, slug="iron", name="Iron Gym", timezone="America/New_York", country="US")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"nobody in the world is called {name}")
