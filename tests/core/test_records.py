"""What an act leaves behind: events, changes, and the audit book."""

from dataclasses import dataclass

import peewee
import pytest

from omni.core import actors, audit, changes, clock, events
from omni.core import database as db
from omni.core.changes import Change, ChangeBatch, Op
from omni.core.ids import encode, new_id
from omni.core.tenancy import entered


@dataclass(frozen=True)
class ThingHappened(events.Event):
    stage: object


@pytest.fixture(autouse=True)
def inside(world):
    with entered(world.juniper):
        yield


def test_an_event_belongs_to_the_transaction_that_made_it():
    with pytest.raises(RuntimeError, match="transaction"):
        events.publish(ThingHappened(contact_id=None, stage=new_id()))


def test_an_event_of_a_rolled_back_act_never_happened():
    with pytest.raises(ZeroDivisionError), db.transaction():
        events.publish(ThingHappened(contact_id=new_id(), stage=new_id()))
        raise ZeroDivisionError
    assert events.EventRow.select().count() == 0


def test_an_event_keeps_ids_as_addresses_write_them():
    stage = new_id()
    with db.transaction():
        row = events.publish(ThingHappened(contact_id=new_id(), stage=stage))
    assert events.EventRow.get_by_id(row.id).payload == {"stage": encode(stage)}


def test_a_batch_inside_a_batch_is_one_act_with_one_undo():
    with db.transaction(), changes.batch("outer", "Outer", by=actors.SYSTEM) as outer:
        outer.record(outer.row, Op.UPDATED, before={"kind": "a"}, after={"kind": "b"}, contact_id=None)
        with changes.batch("inner", "Inner", by=actors.SYSTEM) as inner:
            inner.record(inner.row, Op.UPDATED, before={"kind": "b"}, after={"kind": "c"}, contact_id=None)
    assert [row.kind for row in ChangeBatch.select()] == ["outer"]
    assert [row.n for row in Change.select().order_by(Change.n)] == [0, 1]


def test_values_of_a_change_are_plain():
    now = clock.now()
    assert changes.plain({"at": now, "ids": [new_id()], "op": Op.CREATED})["at"] == now.isoformat()


def test_audit_lines_count_without_a_gap_and_are_bound_to_their_words(world):
    with db.transaction():
        lines = [audit.record("role.changed", world.juniper, by=actors.SYSTEM, role=role) for role in ("rep", "admin")]
    assert [line.n for line in lines] == [1, 2]
    assert audit.detail_of(lines[1]) == {"role": "admin"}


def test_destroying_a_subjects_key_erases_the_words_and_leaves_the_line(world):
    with db.transaction():
        line = audit.record("role.changed", world.juniper, by=actors.SYSTEM, role="rep")
        audit.SubjectKey.update(wrapped=None).execute()
    assert audit.detail_of(line) is None
    assert audit.AuditEvent.select().count() == 1


@pytest.mark.parametrize(
    "tamper",
    [lambda: audit.AuditEvent.update(verb="nothing").execute(), lambda: audit.AuditEvent.delete().execute()],
    ids=["change", "delete"],
)
def test_no_audit_line_is_changed_or_removed(tamper, world):
    with db.transaction():
        audit.record("role.changed", world.juniper, by=actors.SYSTEM, role="rep")
    with pytest.raises(peewee.DatabaseError, match="written once"):
        tamper()
    assert audit.AuditEvent.get().verb == "role.changed"
