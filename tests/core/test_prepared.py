"""A query whose SQL is written once asks each time for the values of that time, in the workspace of that time."""

from typing import Any

import pytest

from omni.contacts.models import Tag
from omni.core.prepared import prepared
from omni.core.statements import WallBreach
from omni.core.tenancy import entered, outside
from omni.core.together import read_together


@pytest.fixture
def tags(world: Any) -> Any:
    """Tags of a name, in two studios that have some, and how often the query was written."""
    for studio in (world.juniper, world.iron):
        with entered(studio):
            for name in ("yoga", "early"):
                Tag.create(name=name, fold=name)
    written = []

    @prepared
    def tags(name: Any) -> Any:
        written.append(name)
        return Tag.select().where(Tag.name == name).order_by(Tag.id)

    tags.written = written
    return tags


def test_it_gives_the_rows_of_the_plain_query_each_time_anew(world: Any, tags: Any) -> None:
    with entered(world.juniper):
        assert tags(name="yoga") == list(Tag.select().where(Tag.name == "yoga"))
        assert [tag.name for tag in tags(name="early")] == ["early"]
        assert tags(name="late") == []
    assert len(tags.written) == 1


def test_each_workspace_sees_its_own(world: Any, tags: Any) -> None:
    found = {}
    for studio in (world.juniper, world.iron):
        with entered(studio):
            found[studio.id] = [tag.workspace_id for tag in tags(name="yoga")]
    assert found == {world.juniper.id: [world.juniper.id], world.iron.id: [world.iron.id]}
    assert len(tags.written) == 1


def test_outside_every_workspace_it_is_refused(tags: Any) -> None:
    with outside(), pytest.raises(WallBreach):
        tags(name="yoga")


def test_lists_of_every_length_share_a_few_texts_and_find_what_they_name(world: Any, tags: Any) -> None:
    written = []

    @prepared
    def named(names: Any) -> Any:
        written.append(names)
        return Tag.select(Tag.name).where(Tag.name.in_(names)).order_by(Tag.name).tuples()

    with entered(world.juniper):
        found = [[name for (name,) in named(names=["early", "yoga", *[f"none {n}" for n in range(n)]])] for n in (1, 2)]
        assert found == [["early", "yoga"]] * 2
        assert [named(names=names) for names in ([], ["yoga"], ["none"])] == [[], [("yoga",)], []]
    assert len(written) == 3


def test_several_queries_of_one_function_are_asked_together(world: Any, tags: Any) -> None:
    @prepared
    def pair(name: Any) -> Any:
        one = Tag.select().where(Tag.name == name)
        return one, Tag.select(Tag.fold).where(Tag.id.not_in(one.select(Tag.id))).tuples()

    with entered(world.juniper):
        for name, other in (("yoga", "early"), ("early", "yoga")):
            mine, others = read_together(*pair.each(name=name))
            assert ([tag.name for tag in mine], others) == ([name], [(other,)])


def test_what_is_always_the_same_is_found_whatever_stands_in_it(world: Any, tags: Any) -> None:
    @prepared
    def fixed(name: Any) -> Any:
        return Tag.select().where((Tag.name == "five o'clock? 100 %") | (Tag.name == name)).order_by(Tag.name).limit(2)

    with entered(world.juniper):
        Tag.create(name="five o'clock? 100 %", fold="five")
        assert [tag.name for tag in fixed(name="yoga")] == ["five o'clock? 100 %", "yoga"]
