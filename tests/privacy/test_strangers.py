"""What is somebody else's is to a stranger what never was: the same answer, for the same work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from omni.contacts import actions, queries
from omni.contacts.actions.files import Sent
from omni.contacts.imports import opening
from omni.core import actors
from omni.core.ids import Id, encode, new_id
from omni.core.tenancy import entered
from omni.tasks.models import Task
from tests.browse import HTMX
from tests.world import World

PDF = b"%PDF-1.4\n%%EOF\n"


def file_of(world: World) -> Id:
    note = actions.add_note(world.lead, "A file", by=world.maya, files=[Sent("plan.pdf", PDF)])
    return queries.list_files([note.id])[note.id][0].id


# The thing, and where it stands.
THINGS: dict[str, tuple[Callable[[World], Id], Callable[[World, str], str]]] = {
    "task": (lambda world: Task.get(Task.contact == world.lead).id, lambda _world, one: f"/tasks/{one}"),
    "job": (
        lambda _world: opening.receive(b"Name\nAna\n", file_name="f.csv", by=actors.SYSTEM).id,
        lambda _world, one: f"/contacts/import/{one}",
    ),
    "attachment": (file_of, lambda world, one: f"/contacts/{encode(world.lead.id)}/files/{one}"),
}


@pytest.mark.parametrize("name", sorted(THINGS))
def test_a_strangers_thing_is_like_one_that_never_was(browse: Any, world: World, name: str) -> None:
    """The same body, and the same statements: as much work, whether it is there or not."""
    make, address = THINGS[name]
    with entered(world.juniper):
        assert world.lead
        thing = make(world)
    urls = [address(world, encode(one)) for one in (thing, new_id())]
    assert browse.as_(world.maya).ask("GET", urls[0], status=200)
    iris = browse.as_(world.iris)
    iris.ask("GET", urls[1], status=404)
    for headers in ({}, HTMX):
        known, unknown = (iris.ask("GET", url, status=404, headers=headers) for url in urls)
        assert known.body == unknown.body
        assert known.statements == unknown.statements != []
