"""A long act is taken back by a job, a piece at a time, and says how far it is."""

from __future__ import annotations

from typing import Any

import pytest

from omni.boards.models import Card
from omni.contacts import jobs, long_undo, queries
from omni.contacts.imports import opening, places, running
from omni.contacts.kinds import BulkState, Channel, ConsentKind, ImportState
from omni.contacts.many import BulkJob
from omni.contacts.models import ConsentEvent, Contact, ImportJob
from omni.core.changes import ChangeBatch
from omni.core.ids import encode
from omni.core.tenancy import sweeping

ROWS = 7
FILE = "Name,Phone,Email\n" + "".join(f"Person {n},312 555 01{n:02},p{n}@example.com\n" for n in range(ROWS))


@pytest.fixture
def come(world: Any, juniper: Any, monkeypatch: pytest.MonkeyPatch) -> ImportJob:
    """Seven people who came in by a file, onto a board; more changes than are taken back at once."""
    monkeypatch.setattr(long_undo, "LONG", 6)
    monkeypatch.setattr(long_undo, "CHUNK", 3)
    job = opening.receive(FILE.encode(), file_name="people.csv", by=world.maya)
    opening.answer(job, basis="asked", board=places.BY_LIFE)
    running.start(job, by=world.maya)
    running.run(job.id)
    return fresh(job)


def fresh(job: ImportJob) -> ImportJob:
    found: ImportJob = ImportJob.get_by_id(job.id)
    return found


def work() -> None:
    """Let the worker do what its finder finds."""
    with sweeping():
        found = list(jobs.bulk.runnable())
    for _workspace, job_id in found:
        jobs.act_on_many(job_id)


def here() -> set[str]:
    return {one.display_name for one in queries.visible() if one.display_name.startswith("Person")}


def on_a_board() -> int:
    names = [one.id for one in Contact.select().where(Contact.display_name.startswith("Person"))]
    return int(Card.select().where(Card.contact.in_(names), Card.closed_at.is_null()).count())


def test_the_page_says_how_far_it_is_and_what_came_of_it(hers: Any, come: ImportJob) -> None:
    cards = on_a_board()
    assert len(here()) == ROWS and cards == ROWS
    at = hers.post(f"/history/{encode(come.batch_id)}/undo", {}, on="/history").location
    waiting = hers.get(at)
    job = BulkJob.get()
    assert f"0 of {job.total}" in waiting and job.total > 6 and "Import of people.csv" in waiting
    assert waiting.page.by_id("bulk-progress").get("data-hx-trigger") == "omni:poll"
    assert fresh(come).state is ImportState.UNDONE
    # Half of it is nothing anybody wants.
    assert f"{at}/stop" not in waiting
    hers.post(f"{at}/stop", {}, on=at)
    assert BulkJob.get().state is BulkState.RUNNING
    work()
    done = hers.get(at)
    assert f"{job.total} of {job.total}" in done and f"{job.total} things taken back" in done
    assert (here(), on_a_board()) == (set(), 0)
    assert "Taken back: Import of people.csv" in hers.get("/history")


def test_what_was_taken_back_by_a_job_is_done_again_by_one(hers: Any, come: ImportJob) -> None:
    people = here()
    for expected in (set(), people, set()):
        batch = ChangeBatch.select().where(ChangeBatch.undone_by.is_null()).order_by(ChangeBatch.id.desc()).get()
        hers.post(f"/history/{encode(batch.id)}/undo", {}, on="/history")
        work()
        assert here() == expected
        assert on_a_board() == len(expected)


def test_every_basis_the_file_gave_is_taken_back_once(world: Any, come: ImportJob) -> None:
    granted = ConsentEvent.select().where(ConsentEvent.kind == ConsentKind.GRANTED).count()
    assert granted == 2 * ROWS
    long_undo.begin(ChangeBatch.get_by_id(come.batch_id), by=world.maya)
    work()
    revoked = list(ConsentEvent.select().where(ConsentEvent.kind == ConsentKind.REVOKED))
    assert len(revoked) == len({(one.channel, bytes(one.address_hmac)) for one in revoked}) == granted
    for n in range(ROWS):
        assert not queries.consent_of(Channel.EMAIL, f"p{n}@example.com").granted


def test_of_two_who_take_it_back_the_second_is_told_so(hers: Any, come: ImportJob) -> None:
    act = f"/history/{encode(come.batch_id)}/undo"
    hers.post(act, {}, on="/history")
    hers.post(act, {}, on="/history", status=410)
    assert BulkJob.select().count() == 1


def test_a_file_that_still_comes_in_stops_when_it_is_taken_back(
    hers: Any, world: Any, juniper: Any, come: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = opening.receive(FILE.replace("Person", "Other").encode(), file_name="more.csv", by=world.maya)
    opening.answer(later, basis="unsure", board="none")
    running.start(later, by=world.maya)
    hers.post(f"/history/{encode(fresh(later).batch_id)}/undo", {}, on="/history")
    running.run(later.id)
    assert fresh(later).state is ImportState.UNDONE
    assert not Contact.select().where(Contact.display_name.startswith("Other")).exists()
