"""A studio with its two boards, and people on them."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from omni.boards.models import Board, Card, Stage
from omni.contacts.actions import Place, add_contact
from omni.contacts.models import Contact
from omni.contacts.reading.people import Person
from omni.core.tenancy import entered
from omni.core.words import use_locale
from tests.world import unplanned


@pytest.fixture
def juniper(world: Any) -> Iterator[Any]:
    """Work inside Juniper Yoga, on its own clock."""
    with entered(world.juniper), use_locale("en", world.juniper.timezone):
        yield world.juniper


@pytest.fixture
def maya(world: Any, juniper: Any) -> Any:
    return world.maya


@pytest.fixture
def hers(browse: Any, maya: Any) -> Any:
    """The browser in Maya's hands."""
    return browse.as_(maya)


@pytest.fixture
def join(maya: Any) -> SimpleNamespace:
    """The board Join with its stages by short names."""
    board = Board.select().where(Board.name == "Join").get()
    names = ("new", "contacted", "booked", "done", "joined", "lost")
    stages = Stage.select().where(Stage.board == board).order_by(Stage.position)
    return SimpleNamespace(board=board, **dict(zip(names, stages, strict=True)))


@pytest.fixture
def keep(maya: Any) -> SimpleNamespace:
    """The board Keep with its stages by short names."""
    board = Board.select().where(Board.name == "Keep").get()
    names = ("new", "active", "at_risk", "paused", "won_back", "left")
    stages = Stage.select().where(Stage.board == board).order_by(Stage.position)
    return SimpleNamespace(board=board, **dict(zip(names, stages, strict=True)))


@pytest.fixture
def newcomer(maya: Any) -> Callable[..., Card]:
    """Makes a contact for whom nothing is planned and answers its card, in New lead unless told."""

    def make(name: str = "Ana Nunez", stage: Stage | None = None) -> Card:
        given, _space, family = name.partition(" ")
        contact = add_contact(
            Person(given_name=given, family_name=family),
            by=maya,
            owner=maya,
            place=stage.id if stage else Place.DEFAULT,
        )
        unplanned(contact)
        return (
            Card.select(Card, Stage, Contact)
            .join(Stage)
            .switch(Card)
            .join(Contact)
            .where(Card.contact == contact)
            .get()
        )

    return make
