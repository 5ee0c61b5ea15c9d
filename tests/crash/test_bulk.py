"""Killed at any commit point of an act on many people, or of its taking back, nobody is left out and nobody is seen to
twice."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from omni.contacts import bulk, long_undo, queries
from omni.contacts.kinds import BulkAct, BulkState, Kind
from omni.contacts.many import BulkJob
from omni.contacts.models import Activity, ContactTag
from omni.core import clock
from omni.core.changes import Change, ChangeBatch
from omni.core.database import transaction
from omni.core.queue import later
from omni.core.tenancy import entered
from tests.faults import Point, until
from tests.servers import Omni, Valkey
from tests.world import World

PEOPLE = 2 * bulk.CHUNK + 20
POINTS = ["bulk.claimed", "bulk.chunk_written", "bulk.chunk_committed"]


def begin(world: World) -> BulkJob:
    """Two chunks of people and some more, all to be tagged."""
    from omni.contacts import actions

    with transaction():
        people = [actions.add_contact(actions.read_person(f"Person {n}", "", ""), by=world.maya) for n in range(PEOPLE)]
    deed = bulk.deed_of(BulkAct.TAG, "open day", by=world.maya)
    return bulk.freeze(deed, [one.id for one in people], by=world.maya, back="/contacts")


def fresh(job: BulkJob) -> BulkJob:
    return bulk.get_job(job.id, by=job.by)


def ring_after_the_lease(job: BulkJob) -> None:
    """As if the two minutes of the lease were over and the sweeper had found the row."""
    BulkJob.update(lease_until=clock.now() - timedelta(seconds=1)).where(
        BulkJob.id == job.id, BulkJob.lease_until.is_null(False)
    ).execute()
    with transaction():
        later("contacts.bulk", job_id=job.id)


@pytest.mark.parametrize("name", POINTS)
def test_kill_an_act_on_many_at_every_commit_point(
    name: str, folder: Path, omni: Omni, config: Any, house: Any, valkey: Valkey
) -> None:
    world = World(config)
    with entered(world.juniper):
        point = Point(name, folder)
        job = begin(world)
        omni.start("worker", "work", **point.environ)
        point.kill()
        assert fresh(job).state is BulkState.RUNNING
        assert ContactTag.select().count() % bulk.CHUNK == 0
        # Two of them now: the row is taken by one alone.
        omni.start("worker", "work")
        ring_after_the_lease(job)
        until(lambda: fresh(job).state is BulkState.DONE, timeout_s=60, why="the act is not taken up again")
        assert fresh(job).counts["changed"] == PEOPLE
        assert ContactTag.select().count() == PEOPLE == queries.visible().count()
        assert Activity.select().where(Activity.kind == Kind.TAGGED).count() == PEOPLE
        mine = Change.select().where(Change.batch == job.batch_id)
        assert mine.count() == PEOPLE == len({row.n for row in mine})
        assert ChangeBatch.select().where(ChangeBatch.kind == "bulk").count() == 1


@pytest.mark.parametrize("name", POINTS[1:])
def test_kill_the_taking_back_of_an_act_at_every_commit_point(
    name: str, folder: Path, omni: Omni, config: Any, house: Any, valkey: Valkey
) -> None:
    world = World(config)
    with entered(world.juniper):
        done = begin(world)
        bulk.run(done.id, long_undo.pieces)
        assert ContactTag.select().count() == PEOPLE
        point = Point(name, folder)
        job = long_undo.begin(ChangeBatch.get_by_id(done.batch_id), by=world.maya)
        omni.start("worker", "work", **point.environ)
        point.kill()
        assert fresh(job).state is BulkState.RUNNING
        assert (PEOPLE - ContactTag.select().count()) % long_undo.CHUNK == 0
        omni.start("worker", "work")
        ring_after_the_lease(job)
        until(lambda: fresh(job).state is BulkState.DONE, timeout_s=60, why="the taking back is not taken up again")
        assert (fresh(job).counts["changed"], fresh(job).counts["refused"]) == (PEOPLE, 0)
        assert ContactTag.select().count() == 0
        back = Change.select().where(Change.batch == job.batch_id)
        assert back.count() == PEOPLE == len({row.n for row in back}) == len({row.row_id for row in back})
