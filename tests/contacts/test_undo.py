"""Taking one act back after others: what has its place still is restored, the rest is left and listed."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from omni.contacts import actions, bulk, long_undo
from omni.contacts.kinds import BulkState, Lifecycle, Tie
from omni.contacts.models import Contact, LifecycleSpan, Note
from omni.contacts.undo import Undone, get_batch, kind_of, list_batches, undo
from omni.core import clock, queue
from omni.core.changes import Change, ChangeBatch
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id
from omni.tasks import actions as tasks
from omni.tasks.models import Task, TaskStatus
from tests.contacts.test_merging import HAPPENINGS, difference, fresh, merge, rows

# When somebody was last heard or spoken to, which the lines say, and the clocks reckoned from it (invariant 9).
LINES = {
    "Contact": {"last_touch_at", "last_in_at", "last_out_at", "first_in_at", "first_reply_at"},
    "Card": {"last_activity_at", "limit_at", "stale_at", "reply_due_at"},
}


def test_undo_rows_go_after_30_days(juniper: Any, world: Any) -> None:
    contact = world.lead
    actions.add_note(contact, "Runs a bakery", by=world.maya)
    undone = undo(ChangeBatch.select().where(ChangeBatch.kind == "note").get(), by=world.maya)
    kept = clock.now()
    try:
        for days, is_there in ((29, True), (31, False)):
            clock.freeze(kept + timedelta(days=days))
            queue.work_off("work")
            assert Change.select().where(Change.contact_id == contact.id).exists() is is_there
        assert not list_batches()
        with pytest.raises(NotFound):
            get_batch(undone.batch.id)
    finally:
        clock.freeze(None)


def test_a_stage_of_life_is_not_opened_again_beside_a_later_one(juniper: Any, world: Any) -> None:
    contact, before = world.lead, {batch.id for batch in ChangeBatch.select()}
    actions.set_lifecycle(contact, Lifecycle.TRIAL, via="hand", by=world.maya)
    first = ChangeBatch.select().where(ChangeBatch.id.not_in(list(before))).get()
    actions.set_lifecycle(Contact.get_by_id(contact.id), Lifecycle.MEMBER, via="hand", by=world.maya)
    undone = undo(first, by=world.maya)
    assert "lifecycle_span.to_at" in undone.left
    assert Contact.get_by_id(contact.id).lifecycle is Lifecycle.MEMBER
    spans = LifecycleSpan.select().where(LifecycleSpan.contact == contact.id, LifecycleSpan.to_at.is_null())
    assert [span.state for span in spans] == [Lifecycle.MEMBER]


# A landing is part of the act that lands somebody, and of a call it stays that it was made.
BEFORE = {name: HAPPENINGS[name] for name in ("keep", "call", "stop", "agree", "text", "ref")}
ACTS: dict[str, Any] = {
    **{name: HAPPENINGS[name] for name in
       ("note", "tag", "phone", "member", "further", "lost", "task", "snooze", "away")},
    "owner": lambda one, world: actions.set_owner(fresh(one), world.theo, by=world.maya),
    "details": lambda one, world: actions.change_details(fresh(one), {"city": "Lima", "birth_day": 9}, by=world.maya),
    "likes": lambda one, world: actions.set_preference(fresh(one), "Looks for", "mornings", by=world.maya),
    "wants": lambda one, world: actions.add_goal(fresh(one), {"name": "Headstand", "target": 10.0}, by=world.maya),
    "done": lambda one, world: [tasks.finish_task(task, by=world.maya) for task in planned(one)[:1]],
    "not needed": lambda one, world: [tasks.cancel_task(task, reason="no", by=world.maya) for task in planned(one)[:1]],
    "rub out": lambda one, world: [actions.delete_note(note, by=world.maya) for note in notes(one)[:1]],
    "merge": lambda one, world: fresh(world.other).merged_into_id or merge(one, world.other, world),
    "link": lambda one, world: actions.link(fresh(one), fresh(world.other), Tie.PARENT, by=world.maya),
}  # fmt: skip


def planned(one: Contact) -> list[Task]:
    return list(Task.select().where(Task.contact == one.id, Task.status == TaskStatus.OPEN).order_by(Task.id))


def notes(one: Contact) -> list[Note]:
    return list(Note.select().where(Note.contact == one.id).order_by(Note.id))


def stored() -> dict[str, Any]:
    """What an act may be taken back from: everything but lines and stays, which only grow."""
    found = rows()
    del found["Activity"]
    # A next step is told anew by the task that is open again.
    found["NextAction"] = {
        row["ref_id"]: {**row, "id": None, "created_at": None} for row in found["NextAction"].values()
    }
    for name, columns in LINES.items():
        found[name] = {key: {k: v for k, v in row.items() if k not in columns} for key, row in found[name].items()}
    return found


def take_back(batch_id: Id, world: Any, *, by_job: bool) -> Undone:
    """Take the act back at once, or by a job that commits as often as it can."""
    batch = ChangeBatch.get_by_id(batch_id)
    if not by_job or kind_of(batch) == "merge":
        return undo(batch, by=world.maya)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_undo, "CHUNK", 1)
        job = long_undo.begin(batch, by=world.maya)
        bulk.run(job.id, long_undo.pieces)
    job = bulk.get_job(job.id, by=world.maya)
    assert job.state is BulkState.DONE
    return Undone(ChangeBatch.get_by_id(job.batch_id), job.counts["changed"], ["something"] * job.counts["refused"])


@given(
    history=st.lists(st.sampled_from(sorted(BEFORE | ACTS)), max_size=4),
    act=st.sampled_from(sorted(ACTS)),
    by_job=st.booleans(),
)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_taking_an_act_back_is_the_identity(
    juniper: Any, world: Any, history: list[str], act: str, by_job: bool
) -> None:
    """Invariant 12, and that redo is the undo of an undo."""
    one, _theo = world.person("Ana Kim", "+13125550123"), world.theo
    world.other = world.person("Ann Kim", "+13125550124")
    for name in history:
        with suppress(Invalid, NotFound):
            (BEFORE | ACTS)[name](one, world)
    before, known = stored(), {batch.id for batch in ChangeBatch.select()}
    # What the redo closes it closes at its own instant, which is made that of the act.
    clock.freeze(clock.now())
    try:
        with suppress(Invalid, NotFound):
            ACTS[act](one, world)
        after = stored()
        made = [batch for batch in ChangeBatch.select().order_by(ChangeBatch.id) if batch.id not in known]
        note(f"{history} {act}: {[batch.kind for batch in made]}")
        for expected in (before, after, before, after):
            undone = [take_back(batch.id, world, by_job=by_job) for batch in reversed(made)]
            assert [one.left for one in undone if one.left] == []
            assert difference(expected, stored()) == []
            made = [one.batch for one in undone]
    finally:
        clock.freeze(None)
