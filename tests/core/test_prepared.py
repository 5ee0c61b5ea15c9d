"""A query whose SQL is written once asks each time for the values of that time, in the workspace of that time."""

from typing import Any

import pytest

from omni.contacts.models import Tag
from omni.core.prepared import prepared
from omni.core.statements import WallBreach
from omni.core.tenancy import entered, outside


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
