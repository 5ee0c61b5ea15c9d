"""The small room of these tests, open, with Maya, a viewer and a rep signed in at its desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from omni.config import Config
from omni.core.policies import Role
from omni.web.app import make_app
from omni.web.ports import identity
from tests.browse import Browse
from tests.web.studio import COOKIE, Card, Desk, make_room
from tests.world import World


@pytest.fixture
def room() -> tuple[Any, dict[str, Card]]:
    return make_room()


@pytest.fixture
def card(room: Any) -> Card:
    return room[1]["one"]


@pytest.fixture
def desk(house: Any, world: World) -> Iterator[Desk]:
    desk = Desk()
    identity.unplug()
    identity.plug(desk)
    desk.hire("maya", world.juniper)
    desk.hire("rep", world.juniper, Role.REP)
    desk.hire("viewer", world.juniper, Role.VIEWER)
    desk.hire("operator", None, is_operator=True)
    yield desk
    identity.unplug()


@pytest.fixture
def studio(config: Config, desk: Desk, room: Any) -> Flask:
    return make_app(config, [room[0]])


@pytest.fixture
def nobody(studio: Flask) -> Browse:
    return Browse(studio)


@pytest.fixture
def maya(studio: Flask) -> Browse:
    return Browse(studio, cookie=COOKIE.format("maya"))


@pytest.fixture
def rep(studio: Flask) -> Browse:
    return Browse(studio, cookie=COOKIE.format("rep"))


@pytest.fixture
def viewer(studio: Flask) -> Browse:
    return Browse(studio, cookie=COOKIE.format("viewer"))


@pytest.fixture
def operator(studio: Flask) -> Browse:
    return Browse(studio, cookie=COOKIE.format("operator"))
