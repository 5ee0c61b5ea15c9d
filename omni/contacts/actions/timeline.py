"""Lines of the timeline, and what they tell of the person: last words, last touch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from omni.contacts import ports
from omni.contacts.actions.returning import come_back
from omni.contacts.doers import By, actor_of
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Activity, Contact
from omni.core import clock
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.prepared import Prepared, new, prepared

LONGEST_SUMMARY = 500


def log_activity(
    contact: Contact,
    kind: Kind,
    *,
    by: By,
    direction: Direction | None = None,
    summary: str = "",
    outcome: str = "",
    ref_table: str | None = None,
    ref_id: Id | None = None,
    at: datetime | None = None,
) -> Activity:
    """Put one line on the contact's timeline, once for each (ref_table, ref_id, kind)."""
    happened_at = at or clock.now()
    actor = actor_of(by)
    with transaction():
        known = _already(ref_table, ref_id, kind)
        if known is not None:
            return known
        line = Activity.create(
            contact=contact.id,
            kind=kind,
            direction=direction,
            happened_at=happened_at,
            outcome=outcome,
            summary=_shortened(summary),
            actor_kind=actor.kind,
            actor_id=actor.id,
            ref_table=ref_table,
            ref_id=ref_id,
        )
        _touch(contact, direction, happened_at)
        for answer in ports.touched.answers():
            answer(contact, kind, direction, happened_at)
        # What was said before they were put away, and is only now known to be theirs, fetches nobody back.
        away_since = contact.put_away_at if direction is Direction.IN else None
        if away_since and happened_at >= away_since and come_back(contact, by=by):
            log_activity(contact, Kind.CAME_BACK, by=by, outcome=kind.value, at=happened_at)
    return line


def write_line(contact_id: Id, kind: Kind, *, by: By, summary: str) -> None:
    """Put a line on the timeline that says what was done with the record, and touches nobody's clocks."""
    actor = actor_of(by)
    Activity.create(
        contact=contact_id,
        kind=kind,
        happened_at=clock.now(),
        summary=_shortened(summary),
        actor_kind=actor.kind,
        actor_id=actor.id,
    )


def _already(ref_table: str | None, ref_id: Id | None, kind: Kind) -> Activity | None:
    if ref_id is None:
        return None
    found: Activity | None = (
        Activity.select()
        .where(Activity.ref_table == ref_table, Activity.ref_id == ref_id, Activity.kind == kind)
        .first()
    )
    return found


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SUMMARY else f"{text[: LONGEST_SUMMARY - 1]}…"


def _touch(contact: Contact, direction: Direction | None, at: datetime) -> None:
    """Move the contact's clocks forward; a line from the past moves none back."""
    _forward(contact, "last_touch_at", at)
    if direction is Direction.IN:
        _forward(contact, "last_in_at", at)
        if contact.first_in_at is None:
            contact.first_in_at = at
            Contact.update(first_in_at=at).where(Contact.id == contact.id, Contact.first_in_at.is_null()).execute()
        _end_rest(contact)
    elif direction is Direction.OUT:
        _forward(contact, "last_out_at", at)
        if contact.snoozed_until is None:
            _end_rest(contact)


def _end_rest(contact: Contact) -> None:
    """Whoever writes is back before their day, and once somebody spoke the reason of a rest is old."""
    if contact.snoozed_until is not None or contact.snooze_reason:
        Contact.update(snoozed_until=None, snooze_reason="").where(Contact.id == contact.id).execute()
        contact.snoozed_until, contact.snooze_reason = None, ""


def _forward(contact: Contact, column: str, at: datetime) -> None:
    now = getattr(contact, column)
    if now is not None and now >= at:
        return
    _FORWARD[column](contact=contact.id, at=at)
    setattr(contact, column, at)


def _forwarding(field: Any) -> Prepared:
    @prepared
    def write(contact: Any, at: Any) -> Any:
        is_behind = field.is_null() | (field < at)
        written = Contact.update({field: new(field, at)}).where(Contact.id == contact, is_behind)
        return written.returning(Contact.id).tuples()

    return write


_FORWARD = {
    field.name: _forwarding(field) for field in (Contact.last_touch_at, Contact.last_in_at, Contact.last_out_at)
}
