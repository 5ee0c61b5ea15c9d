"""Stages of life: the only place that changes them."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from typing import Any

from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.events import BecameMember, LifecycleChanged, MembershipUndone
from omni.contacts.kinds import Kind, Lifecycle
from omni.contacts.models import Contact, LifecycleSpan
from omni.core import changes, clock
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid
from omni.core.words import lazy

NEVER_A_MEMBER = lazy("%(name)s was never a member, so they cannot be a former one.")
_BEFORE_MEMBER = frozenset({Lifecycle.LEAD, Lifecycle.TRIAL})


class NeverAMember(Invalid):
    """A lead or trial cannot become a former member."""


def set_lifecycle(
    contact: Contact, state: Lifecycle, *, via: str, by: By, at: datetime | None = None, because: str = ""
) -> bool:
    """Put the contact into another stage of life, its span, line, change and event with it; False when it is there.

    `because` is the stage of a board that says so. Raises: NeverAMember for a former member who was none.
    """
    before = contact.lifecycle
    if before is state:
        return False
    if state is Lifecycle.FORMER and before in _BEFORE_MEMBER:
        raise NeverAMember(NEVER_A_MEMBER.key, name=contact.display_name)
    with transaction():
        if _turn(contact, before, state):
            with changes.batch(
                "life", "%(name)s is now %(state)s", by=actor_of(by), name=contact.display_name, state=state.value
            ) as batch:
                _turn_span(contact, state, at or clock.now(), via, by, batch)
                batch.record(
                    contact, Op.UPDATED, before={"lifecycle": before}, after={"lifecycle": state}, contact_id=contact.id
                )
                log_activity(contact, Kind.LIFECYCLE, by=by, outcome=state.value, summary=because, at=at)
                _tell(contact, before, state, by)
            return True
    # Somebody else was faster, so the same is asked of where the contact stands now.
    return set_lifecycle(contact, state, via=via, by=by, at=at, because=because)


def open_span(contact: Contact, state: Lifecycle, *, via: str, by: By, at: datetime) -> LifecycleSpan:
    """Begin the contact's first span."""
    return LifecycleSpan.create(contact=contact.id, state=state, from_at=at, via=via, by=teammate_id_of(by))


def join_lives(winner: Contact, loser: Contact, *, of_winner: bool, batch: changes.Batch) -> None:
    """Let the winner have the life that stays, with what the other tells of the time before it.

    Spans neither overlap nor gap: the other's are cut where the life that stays begins. The winner's own that give way
    are taken out, to be put back when the two are taken apart; the loser's stay with the loser.
    """
    mine, theirs = _spans(winner), _spans(loser)
    stays, other = (mine, theirs) if of_winner else (theirs, mine)
    begins = stays[0].from_at if stays else None
    before = [span for span in other if begins is not None and span.from_at < begins] if stays else other
    for span in () if of_winner else [span for span in mine if span not in before]:
        LifecycleSpan.delete().where(LifecycleSpan.id == span.id).execute()
        batch.record(span, Op.DELETED, before=row_of(span), after=None, contact_id=winner.id)
    for span in before:
        ends = begins if span is before[-1] else span.to_at
        _rewrite(span, batch, contact=winner.id, to_at=ends)
    for span in () if of_winner else stays:
        _rewrite(span, batch, contact=winner.id)


def mend_life(contact: Contact) -> None:
    """Let the spans of a contact neither overlap nor gap, and the last one stand open for the stage they are in."""
    spans = _spans(contact)
    for span, after in zip_longest(spans, spans[1:]):
        ends = after.from_at if after else None
        if span.to_at != ends:
            LifecycleSpan.update(to_at=ends).where(LifecycleSpan.id == span.id).execute()
    if spans and spans[-1].state is not contact.lifecycle:
        Contact.update(lifecycle=spans[-1].state).where(Contact.id == contact.id).execute()


def _spans(contact: Contact) -> list[LifecycleSpan]:
    query = LifecycleSpan.select().where(LifecycleSpan.contact == contact.id)
    return list(query.order_by(LifecycleSpan.from_at, LifecycleSpan.id))


def _rewrite(span: LifecycleSpan, batch: changes.Batch, **wanted: Any) -> None:
    after = {name: value for name, value in wanted.items() if span.__data__[name] != value}
    if after:
        before = {name: span.__data__[name] for name in after}
        LifecycleSpan.update(after).where(LifecycleSpan.id == span.id).execute()
        batch.record(span, Op.UPDATED, before=before, after=after, contact_id=wanted["contact"])


def _turn(contact: Contact, before: Lifecycle, after: Lifecycle) -> bool:
    """Change the stage the contact was read in; False, and the contact as it now is, when it is in another by now."""
    columns = {"lifecycle": after, "version": Contact.version + 1}
    if Contact.update(columns).where(Contact.id == contact.id, Contact.lifecycle == before).execute():
        contact.lifecycle, contact.version = after, contact.version + 1
        return True
    fresh = Contact.get_by_id(contact.id)
    contact.lifecycle, contact.version = fresh.lifecycle, fresh.version
    return False


def _turn_span(contact: Contact, state: Lifecycle, at: datetime, via: str, by: By, batch: changes.Batch) -> None:
    last = LifecycleSpan.select().where(LifecycleSpan.contact == contact.id, LifecycleSpan.to_at.is_null()).first()
    if last is not None:
        # Spans neither overlap nor gap, so a turn reported late ends where the last one began at the earliest.
        at = max(at, last.from_at)
        LifecycleSpan.update(to_at=at).where(LifecycleSpan.id == last.id).execute()
        batch.record(last, Op.UPDATED, before={"to_at": None}, after={"to_at": at}, contact_id=contact.id)
    span = open_span(contact, state, via=via, by=by, at=at)
    batch.record(span, Op.CREATED, before=None, after=row_of(span), contact_id=contact.id)


def row_of(row: object) -> dict[str, object]:
    """A whole row as a change keeps it, so that it can be put back."""
    return {name: value for name, value in row.__data__.items() if name != "workspace"}  # type: ignore[attr-defined]


def _tell(contact: Contact, before: Lifecycle, after: Lifecycle, by: By) -> None:
    publish(LifecycleChanged(contact.id, before, after), by=actor_of(by))
    if after is Lifecycle.MEMBER and before in _BEFORE_MEMBER:
        publish(BecameMember(contact.id), by=actor_of(by))
    elif before is Lifecycle.MEMBER and after in _BEFORE_MEMBER:
        publish(MembershipUndone(contact.id), by=actor_of(by))
