"""Killed at any commit point of an import, no row is lost and none comes twice: what a person sees is what an
undisturbed run would have made."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from omni.contacts import actions, queries
from omni.contacts.imports import new_fields, opening, places, running, whole
from omni.contacts.imports.ahead import read_ahead
from omni.contacts.imports.new_fields import NEW_FIELD
from omni.contacts.imports.rehearsing import CHUNK
from omni.contacts.kinds import Basis, Channel, FieldKind, ImportState
from omni.contacts.models import Activity, ConsentEvent, Contact, ContactPoint, ContactSearch, ImportJob, ImportRow
from omni.contacts.particulars import FieldDef, FieldValue
from omni.contacts.reading.people import Person
from omni.contacts.reading.planning import EVERYTHING
from omni.core import actors, clock, tenancy
from omni.core.changes import Change, ChangeBatch
from omni.core.database import transaction
from omni.core.events import EventRow
from omni.core.ids import new_id
from omni.core.queue import later
from omni.core.tenancy import Workspace
from omni.privacy import export
from omni.privacy.models import ExportScope
from tests.faults import Point, until
from tests.servers import Omni, Valkey

ROWS = CHUNK + 50
POINTS = ["import.claimed", "import.chunk_written", "import.chunk_committed"]
WATCHED = (Contact, ContactPoint, ContactSearch, Activity, ConsentEvent, ImportRow, Change, EventRow)


@pytest.fixture
def studio(house: Any, valkey: Valkey) -> Iterator[Workspace]:
    workspace = Workspace.create(number=11, slug="juniper", name="Juniper Yoga", timezone="America/Chicago")
    with tenancy.entered(workspace):
        yield workspace


def file(rows: int = ROWS) -> bytes:
    """Some thousand people, some rows of the same ones, some of nobody."""
    lines = ["Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Plan"]
    for n in range(rows):
        if n % 50 == 7:
            lines.append(f"{n},,,,,,")
        else:
            m = n - 1 if n % 10 == 3 else n
            lines.append(f"{m},Given{m},Family{m},p{m}@example.com,(312) 555-{m:04},NEW,plan {m % 3}")
    return "\n".join(lines).encode()


def begin(rows: int = ROWS) -> ImportJob:
    job = opening.receive(file(rows), file_name="people.csv", by=actors.SYSTEM)
    new = {str(n): one.as_json() for n, one in new_fields.offers_in(opening.open_file(job)).items()}
    opening.remap(job, [*job.mapping[:-1], NEW_FIELD], new_fields=new)
    opening.answer(job, basis=Basis.CUSTOMER, board="none")
    running.start(job, by=actors.SYSTEM)
    return job


def fresh(job: ImportJob) -> ImportJob:
    found: ImportJob = ImportJob.select().where(ImportJob.id == job.id).get()
    return found


def ring_after_the_lease(job: ImportJob) -> None:
    """As if the two minutes of the lease were over and the sweeper had found the row."""
    ImportJob.update(lease_until=clock.now() - timedelta(seconds=1)).where(
        ImportJob.id == job.id, ImportJob.lease_until.is_null(False)
    ).execute()
    with transaction():
        later("contacts.import", job_id=job.id)


def tally() -> dict[str, int]:
    return {model._meta.table_name: model.select().count() for model in WATCHED}


def judge(job: ImportJob) -> None:
    """Everything is as an undisturbed run would have left it."""
    disturbed, counts = tally(), fresh(job).counts
    numbers = [row.n for row in ImportRow.select().where(ImportRow.job == job.id).order_by(ImportRow.n)]
    assert numbers == list(range(1, ROWS + 1))
    assert counts == {"rows": ROWS, "created": 924, "updated": 0, "duplicate": 105, "same": 105, "refused": 21}
    assert queries.visible().count() == counts["created"]
    # One change is of the field that the import made.
    assert disturbed["contact_search"] == disturbed["contact"] == disturbed["event"] - 1 == disturbed["change"] - 1
    assert [(one.label, one.kind) for one in FieldDef.select()] == [("Plan", FieldKind.SELECT)]
    assert FieldValue.select().count() == disturbed["contact"]
    assert disturbed["consent_event"] == 2 * disturbed["contact"]
    assert queries.consent_of(Channel.EMAIL, "p1@example.com").granted


@pytest.mark.parametrize("name", POINTS)
def test_kill_import_at_every_commit_point(name: str, folder: Path, omni: Omni, studio: Workspace) -> None:
    point = Point(name, folder)
    job = begin()
    omni.start("worker", "work", **point.environ)
    point.kill()
    assert fresh(job).state is ImportState.RUNNING
    assert ImportRow.select().count() % CHUNK == 0
    ring_after_the_lease(job)
    until(lambda: fresh(job).state is ImportState.DONE, timeout_s=60, why="the import is not taken up again")
    judge(job)


def test_killed_between_its_last_row_and_its_end_an_import_ends_once(
    folder: Path, omni: Omni, studio: Workspace
) -> None:
    point = Point("import.chunk_committed", folder)
    job = begin(rows=100)
    omni.start("worker", "work", **point.environ)
    point.kill()
    assert ImportRow.select().count() == 100
    assert fresh(job).state is ImportState.RUNNING
    ring_after_the_lease(job)
    until(lambda: fresh(job).state is ImportState.DONE, timeout_s=60, why="the import is not taken up again")
    assert ImportRow.select().count() == fresh(job).counts["rows"] == 100
    assert EventRow.select().where(EventRow.type == "ImportFinished").count() == 1


def test_stopped_killed_and_taken_up_again_nothing_is_lost_or_doubled(
    folder: Path, omni: Omni, studio: Workspace
) -> None:
    """A person stops it, goes on, the worker dies in the next chunk, another one takes it up."""
    job = begin()
    running._claim(job.id)
    held = fresh(job)
    rows = next(read_ahead(opening.open_file(held), after=0))
    batch = ChangeBatch.get_by_id(held.batch_id)
    fields = {one.key: one for one in FieldDef.select()}
    running._chunk(held, rows, batch, {}, places.places_for("none", None), EVERYTHING, fields)
    assert running.stop(held)
    with pytest.raises(running.LeaseLost):
        running._chunk(held, rows, batch, {}, places.places_for("none", None), EVERYTHING, fields)
    assert ImportRow.select().count() == CHUNK
    assert running.go_on(held) and not running.go_on(held)
    point = Point("import.chunk_written", folder)
    omni.start("worker", "work", **point.environ)
    point.kill()
    ring_after_the_lease(job)
    until(lambda: fresh(job).state is ImportState.DONE, timeout_s=60, why="the import is not taken up again")
    judge(job)


def test_two_workers_one_import(omni: Omni, studio: Workspace) -> None:
    """Two workers hear every bell, and more bells than there are: each row comes in once."""
    job = begin()
    for _ in range(2):
        omni.start("worker", "work")

    def is_done() -> bool:
        with transaction():
            later("contacts.import", job_id=job.id)
        return fresh(job).state is ImportState.DONE

    until(is_done, timeout_s=60, why="the import does not end")
    judge(job)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_whole_workspace_is_in_or_not_wherever_its_worker_dies(folder: Path, omni: Omni, studio: Workspace) -> None:
    for n in range(3):
        actions.add_contact(Person(given_name=f"Given{n}", family_name="Kim"), by=actors.SYSTEM)
    export.write_zip(folder / "all.zip", ExportScope.WORKSPACE, new_id(), as_of=clock.now())
    iron = Workspace.create(number=12, slug="iron", name="Iron Gym", timezone="America/Chicago")
    with tenancy.entered(iron):
        job = whole.receive((folder / "all.zip").read_bytes(), file_name="all.zip", by=actors.SYSTEM)
        whole.start(job, by=actors.SYSTEM)
        point = Point("import.moved_in", folder)
        omni.start("worker", "work", **point.environ)
        point.kill()
        assert (fresh(job).state, queries.visible().count()) == (ImportState.RUNNING, 0)
        ring_after_the_lease(job)
        until(lambda: fresh(job).state is ImportState.DONE, timeout_s=60, why="the move is not taken up again")
        assert fresh(job).counts["created"] == queries.visible().count() == 3
