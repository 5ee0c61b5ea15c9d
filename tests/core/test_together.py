"""Several reads in one statement answer as each of them alone would, inside the workspace, in their order."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omni.contacts.models import Contact, Tag
from omni.core.prepared import prepared
from omni.core.statements import WallBreach
from omni.core.tenancy import Workspace, entered, outside
from omni.core.together import Part, beside, read_together
from tests.browse import counted

ROOM = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def tags(world: Any) -> Any:
    with entered(world.juniper):
        return [Tag.create(name=name, fold=name) for name in ("yoga", "early", "late")]


@prepared
def _named(name: Any) -> Any:
    return Tag.select().where(Tag.name == name)


QUERIES = {
    "ordered": lambda: Tag.select().order_by(Tag.name.desc()).limit(2),
    "unordered": lambda: Tag.select(),
    "nobody": lambda: Tag.select().where(Tag.name == "nothing"),
    "tuples": lambda: Tag.select(Tag.name, Tag.id).order_by(Tag.name).limit(9).tuples(),
    "joined": lambda: Tag.select(Tag, Workspace).join(Workspace).order_by(Tag.fold).limit(9),
    "one column": lambda: Tag.select(Tag.id).order_by(Tag.id).limit(1),
    "prepared": lambda: _named.bound(name="early"),
}


def alone(name: str) -> list[Any]:
    return _named(name="early") if name == "prepared" else list(QUERIES[name]())


@given(names=st.lists(st.sampled_from(sorted(QUERIES)), min_size=1, max_size=8))
@ROOM
def test_each_answers_as_it_would_alone_in_one_statement(world: Any, tags: Any, names: list[str]) -> None:
    with entered(world.juniper):
        with counted() as statements:
            found = read_together(*(QUERIES[name]() for name in names))
        assert len(statements) == 1
        for name, rows in zip(names, found, strict=True):
            assert sorted(rows, key=str) == sorted(alone(name), key=str) if name == "unordered" else rows == alone(name)


def test_what_a_join_brought_is_there_without_a_further_statement(world: Any, tags: Any) -> None:
    with entered(world.juniper):
        found, _none = read_together(QUERIES["joined"](), QUERIES["nobody"]())
        with counted() as statements:
            assert {tag.workspace.name for tag in found} == {"Juniper Yoga"}
        assert statements == []


def test_parts_of_a_page_keep_their_names(world: Any, tags: Any) -> None:
    with entered(world.juniper):
        first = Part((Tag.select().order_by(Tag.name).limit(1),), lambda rows: rows[0].name)
        both = Part((QUERIES["nobody"](), QUERIES["unordered"]()), lambda none, every: (len(none), len(every)))
        assert beside(first=first, both=both).read() == {"first": "early", "both": (0, 3)}


def test_an_ordered_query_says_its_limit(world: Any) -> None:
    with entered(world.juniper), pytest.raises(ValueError, match="limit"):
        read_together(Tag.select().order_by(Tag.name))


def test_nothing_of_another_workspace_is_read(world: Any, tags: Any) -> None:
    with entered(world.juniper):
        query = Tag.select()
    with entered(world.iron):
        assert read_together(Tag.select(), Contact.select()) == [[], []]
        with pytest.raises(WallBreach):
            read_together(Contact.select(), query)
    with outside(), pytest.raises(WallBreach):
        read_together(query)
