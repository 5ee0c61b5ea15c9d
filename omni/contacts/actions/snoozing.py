"""Letting a contact rest until a day: out of the open view, and back on top with the reason."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from omni.accounts.business_time import instant
from omni.contacts import ports
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of
from omni.contacts.holding import hold
from omni.contacts.kinds import Kind
from omni.contacts.models import Contact
from omni.core import changes, clock
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.tenancy import current_workspace
from omni.core.words import lazy

SNOOZED = lazy("%(name)s rests until %(rest_until)s")
WOKEN = lazy("%(name)s is back")


def snooze(contact: Contact, until: date, *, reason: str, by: By) -> Id:
    """Let the contact rest until the morning of a day; the batch that takes it back."""
    at = instant(ZoneInfo(current_workspace().timezone), until, time())
    words = {"name": contact.display_name, "rest_until": until.isoformat()}
    with transaction(), changes.batch("snooze", SNOOZED.key, by=actor_of(by), **words) as batch:
        _rest(contact, batch, snoozed_until=at, snooze_reason=reason)
        log_activity(contact, Kind.SNOOZED, by=by, outcome=until.isoformat(), summary=reason)
    return batch.id


def wake(contact: Contact, *, by: By) -> Id | None:
    """End the contact's rest before its day; the batch that takes it back, none when they were not resting."""
    if contact.snoozed_until is None:
        return None
    with transaction(), changes.batch("snooze", WOKEN.key, by=actor_of(by), name=contact.display_name) as batch:
        _rest(contact, batch, snoozed_until=None, snooze_reason="")
        log_activity(contact, Kind.SNOOZED, by=by)
    return batch.id


def end_rest(contact_id: Id) -> bool:
    """The day has come: the contact rests no more, and the reason stands until somebody speaks; False before it."""
    over = Contact.snoozed_until.is_null(False) & (Contact.snoozed_until <= clock.now())
    with transaction():
        if not Contact.update(snoozed_until=None).where(Contact.id == contact_id, over).execute():
            return False
        _tell(contact_id)
    return True


def _rest(contact: Contact, batch: changes.Batch, **wanted: object) -> None:
    now = hold([contact.id])[contact.id]
    before = {name: getattr(now, name) for name in wanted}
    Contact.update(wanted).where(Contact.id == contact.id).execute()
    for name, value in wanted.items():
        setattr(contact, name, value)
    batch.record(contact, Op.UPDATED, before=before, after=wanted, contact_id=contact.id)
    _tell(contact.id)


def _tell(contact_id: Id) -> None:
    for answer in ports.planned.answers():
        answer(contact_id)
