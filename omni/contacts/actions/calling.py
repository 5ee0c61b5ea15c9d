"""Calls made by hand: begun, told how they went, given up on, taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from omni.accounts.models import Teammate
from omni.contacts import ports, queries
from omni.contacts.actions.timeline import log_activity
from omni.contacts.calls import UNTOLD, Call
from omni.contacts.doers import By, actor_of
from omni.contacts.events import CallLogged
from omni.contacts.gate import why_not_call
from omni.contacts.holding import hold
from omni.contacts.kinds import CallOutcome, Direction, Kind, PointKind
from omni.contacts.models import Contact, ContactPoint
from omni.core import actors, changes, clock, ids
from omni.core.changes import Batch, Change, Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import current_workspace_id
from omni.core.words import lazy

CALLED = lazy("Called %(name)s")
NO_PHONE = lazy("There is no number to call. Add one first.")
# What a line of the timeline says of a call that no outcome tells of.
TRIED, TAKEN_BACK = "tried", "taken_back"


@dataclass(frozen=True)
class LoggedCall:
    """A call and how it went; `batch_id` takes it back, `done` names what waited for it and is done now."""

    call: Call
    batch_id: Id | None = None
    done: list[str] = field(default_factory=list)


def start_call(contact: Contact, *, client_key: str, by: Teammate) -> Call:
    """Write down that the dialler opens, once for each key. Raises: Invalid where nobody may call."""
    point = queries.phone_to_call(queries.points_of(contact))
    refusal = why_not_call(contact, point.norm) if point else str(NO_PHONE)
    if refusal:
        raise Invalid(refusal)
    assert point is not None  # noqa: S101 - without one it was refused
    with transaction():
        Call.insert(
            workspace=current_workspace_id(),
            contact=contact.id,
            point_id=point.id,
            teammate=by.id,
            client_key=client_key,
            started_at=clock.now(),
        ).on_conflict(conflict_target=[Call.workspace, Call.client_key], action="IGNORE").execute()
        call: Call | None = Call.select().where(Call.client_key == client_key, Call.contact == contact.id).first()
    if call is None:
        raise Invalid(lazy("This call belongs to somebody else.").key)
    return call


def log_call(contact: Contact, outcome: CallOutcome, *, client_key: str, by: Teammate) -> LoggedCall:
    """Say how a call went, once for each key; a reply clock stops and what waited for the call is done.

    At a wrong number nobody of ours was called: the number is marked, and they wait as before.
    Raises: Invalid where nobody may call.
    """
    with transaction():
        call = start_call(contact, client_key=client_key, by=by)
        before = hold([contact.id])[contact.id].last_out_at
        if not _told(call, outcome):
            return LoggedCall(Call.get_by_id(call.id))
        is_wrong = outcome is CallOutcome.WRONG_NUMBER
        with changes.batch("call", CALLED.key, by=actor_of(by), name=contact.display_name) as batch:
            line = log_activity(
                contact,
                Kind.CALL,
                by=by,
                direction=None if is_wrong else Direction.OUT,
                outcome=outcome,
                ref_table="call",
                ref_id=call.id,
            )
            Call.update(activity_id=line.id).where(Call.id == call.id).execute()
            after = before if is_wrong else line.happened_at
            _record(batch, call, {"outcome": None, "last_out_at": before}, {"outcome": outcome, "last_out_at": after})
            done = _mark_wrong(call, batch) if is_wrong else _finish(contact, by)
        publish(CallLogged(contact.id, call.id, outcome), by=actor_of(by))
    return LoggedCall(call, batch.id, done)


def give_up_call(call_id: Id) -> None:
    """Nobody said how the call went: it was tried, which answers nobody. A later word still counts."""
    with transaction():
        call: Call | None = Call.select().where(Call.id == call_id, UNTOLD).first()
        contact = queries.find_contact(call.contact_id) if call else None
        if call is None:
            return
        line_id = ids.new_id()
        if contact is not None:
            by = actors.teammate(call.teammate_id)
            line_id = log_activity(contact, Kind.CALL, by=by, outcome=TRIED, at=call.started_at).id
        Call.update(activity_id=line_id).where(Call.id == call.id).execute()


def put_back_call(change: Change, back: Batch, *, by: By) -> list[str]:
    """Undo or redo how a call went, with the wait it ended; the line stays, and another says that it was taken back."""
    call = Call.select().where(Call.id == change.row_id).first()
    before, after = change.before or {}, change.after or {}
    if call is None or call.outcome != after["outcome"]:
        return ["call.outcome"] if call else []
    contact = hold([call.contact_id])[call.contact_id]
    outcome = before["outcome"]
    line = log_activity(contact, Kind.CALL, by=by, outcome=outcome or TAKEN_BACK)
    Call.update(outcome=outcome, activity_id=line.id).where(Call.id == call.id).execute()
    if changes.plain(contact.last_out_at) == after["last_out_at"]:
        _answered(contact.id, before["last_out_at"])
    _record(back, call, after, before)
    return []


def _told(call: Call, outcome: CallOutcome) -> bool:
    """Whether nobody had said how it went; two at once say it once."""
    told = Call.update(outcome=outcome).where(Call.id == call.id, Call.outcome.is_null()).execute()
    call.outcome = outcome
    return bool(told)


def _record(batch: Batch, call: Call, before: dict[str, object], after: dict[str, object]) -> None:
    batch.record(call, Op.UPDATED, before=before, after=after, contact_id=call.contact_id)


def _mark_wrong(call: Call, batch: Batch) -> list[str]:
    point = ContactPoint.select().where(ContactPoint.id == call.point_id, ContactPoint.bounced_at.is_null()).first()
    if point is not None and point.kind is PointKind.PHONE:
        now = clock.now()
        ContactPoint.update(bounced_at=now).where(ContactPoint.id == point.id).execute()
        before, after = {"bounced_at": None}, {"bounced_at": now}
        batch.record(point, Op.UPDATED, before=before, after=after, contact_id=call.contact_id)
    return []


def _finish(contact: Contact, by: Teammate) -> list[str]:
    return [title for answer in ports.called.answers() for title in answer(contact, by)]


def _answered(contact_id: Id, at: str | None) -> None:
    """Let the contact have heard from us last at this moment, and their cards reckon their wait anew."""
    moment = datetime.fromisoformat(at) if at else None
    Contact.update(last_out_at=moment).where(Contact.id == contact_id).execute()
    for answer in ports.planned.answers():
        answer(contact_id)
