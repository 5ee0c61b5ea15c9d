"""A row that is read the way its query found out once becomes what Peewee makes of it."""

from collections.abc import Callable
from typing import Any

import pytest
from peewee import JOIN, Model, fn

from omni.boards.models import Board, Card, Stage
from omni.contacts.actions import Place, add_contact
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction
from omni.contacts.reading.people import Person
from omni.core.database import database
from omni.core.rows import reader_of

Owner = Contact.alias()


def _beside_a_subquery() -> Any:
    counted = Card.select(Card.contact, fn.COUNT(Card.id).alias("cards")).group_by(Card.contact)
    joined = Contact.select(Contact, counted.c.cards)
    return joined.join(counted, on=(counted.c.contact_id == Contact.id), attr="counted")


QUERIES: dict[str, Callable[[], Any]] = {
    "one table": lambda: Contact.select(),
    "some columns": lambda: Contact.select(Contact.id, Contact.owner, Contact.display_name),
    "beside a column of no table": lambda: Contact.select(Contact, fn.LENGTH(Contact.display_name).alias("letters")),
    "an inner join": lambda: Card.select(Card, Stage).join(Stage, on=Card.stage),
    "a join of a join": lambda: Card.select(Card, Stage, Board).join(Stage, on=Card.stage).join(Board, on=Stage.board),
    "two joins of one table": lambda: (
        Card.select(Card, Stage, Contact).join(Stage, on=Card.stage).switch(Card).join(Contact, on=Card.contact)
    ),
    "a join of which nothing is read": lambda: Card.select(Card).join(Stage, on=Card.stage),
    "a join through one of which nothing is read": lambda: (
        Card.select(Card, Board).join(Stage, on=Card.stage).join(Board, on=Stage.board)
    ),
    "an outer join": lambda: Contact.select(Contact, Card).join(
        Card, JOIN.LEFT_OUTER, on=(Card.contact == Contact.id), attr="card_now"
    ),
    "an outer join of a foreign key": lambda: NextAction.select(NextAction, Contact).join(
        Contact, JOIN.LEFT_OUTER, on=(NextAction.contact == Contact.id) & (Contact.given_name == "Ana")
    ),
    "an outer join behind an outer join": lambda: (
        Contact.select(Contact.id, Card.id, Stage.name)
        .join(Card, JOIN.LEFT_OUTER, on=(Card.contact == Contact.id), attr="card_now")
        .join(Stage, JOIN.LEFT_OUTER, on=(Stage.id == Card.stage), attr="stage_now")
    ),
    "only what is behind an outer join": lambda: (
        Contact.select(Stage.name)
        .join(Card, JOIN.LEFT_OUTER, on=(Card.contact == Contact.id), attr="card_now")
        .join(Stage, JOIN.LEFT_OUTER, on=(Stage.id == Card.stage), attr="stage_now")
    ),
    "a table beside itself": lambda: Contact.select(Contact, Owner.display_name).join(
        Owner, on=(Owner.workspace == Contact.workspace), attr="neighbour"
    ),
    "a join with a subquery": _beside_a_subquery,
    "rows that are no models": lambda: Contact.select(Contact.id, Contact.created_at).tuples(),
    "rows that are dictionaries": lambda: Contact.select(Contact.id, Contact.created_at).dicts(),
}


def told(one: Any) -> Any:
    """All there is in a model and in those that hang on it."""
    if not isinstance(one, Model):
        return one
    rest = {name: told(value) for name, value in vars(one).items() if name not in ("__data__", "__rel__", "_dirty")}
    rel = {name: told(value) for name, value in one.__rel__.items()}
    return type(one), dict(one.__data__), rel, set(one._dirty), rest


@pytest.fixture
def people(maya: Any) -> None:
    """Three people, two of them on a board."""
    for given, place in (("Ana", Place.DEFAULT), ("Bo", Place.DEFAULT), ("Cy", Place.NOWHERE)):
        add_contact(Person(given_name=given), by=maya, place=place)


@pytest.mark.parametrize("name", QUERIES)
def test_a_row_becomes_what_peewee_makes_of_it(name: str, people: None) -> None:
    query = QUERIES[name]()
    theirs = list(query.clone())
    cursor = database.execute(query)
    wrapper = query._get_cursor_wrapper(cursor)
    wrapper.initialize()
    read = reader_of(wrapper)
    ours = [read(row) for row in cursor.fetchall()]
    assert len(theirs) > 1
    assert list(map(told, ours)) == list(map(told, theirs))
