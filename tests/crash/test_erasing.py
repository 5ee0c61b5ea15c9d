"""Killed after any step of an erasure, the next worker goes on with the step that was not done, and none twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from omni.contacts.models import Contact, Note
from omni.core import clock
from omni.core.database import transaction
from omni.core.queue import later
from omni.core.tenancy import entered
from omni.privacy import erasing
from omni.privacy.models import Erasure, ErasureStep, Step
from tests.faults import Point, until
from tests.servers import Omni, Valkey
from tests.world import World


@pytest.fixture
def asked(config: Any, house: Any, valkey: Valkey) -> Iterator[Erasure]:
    """Ana, with a note, three days after she was deleted for good."""
    world = World(config)
    with entered(world.juniper):
        people = Contact.get_by_id(world.lead.id)
        Note.create(contact=people.id, author=world.maya, body="Runs a bakery")
        erasure = erasing.ask_erasure(people, shown=erasing.fingerprint(erasing.plan(people.id)), by=world.maya)
        with transaction():
            Erasure.update(due_at=clock.now() - timedelta(seconds=1)).execute()
        yield erasure


def ring(erasure: Erasure) -> None:
    with transaction():
        later("privacy.erase", erasure_id=erasure.id)


@pytest.mark.parametrize("step", list(Step))
def test_an_erasure_killed_after_each_step_goes_on(step: Step, folder: Path, omni: Omni, asked: Erasure) -> None:
    point = Point(f"erasure.{step}", folder)
    ring(asked)
    omni.start("worker", "work", **point.environ)
    point.kill()
    before = {row.step: row.id for row in ErasureStep.select()}
    assert set(before) == set(list(Step)[: list(Step).index(step) + 1])
    ring(asked)
    until(lambda: Erasure.get_by_id(asked.id).done_at, timeout_s=60, why="the erasure is not taken up again")
    after = {row.step: row.id for row in ErasureStep.select()}
    assert set(after) == set(Step)
    assert before.items() <= after.items()
    assert Erasure.get_by_id(asked.id).receipt["counts"]["note"] == 1
    assert (Note.select().count(), Contact.get_by_id(asked.subject).display_name) == (0, "")
