"""Putting a contact away: out of boards and lists until they come back (specs/contacts.md, 5.10)."""

from __future__ import annotations

from omni.contacts import ports
from omni.contacts.actions.returning import come_back
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of
from omni.contacts.holding import hold
from omni.contacts.kinds import Kind
from omni.contacts.models import Contact
from omni.core import changes, clock
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.words import lazy

PUT_AWAY = lazy("%(name)s was put away")
# How somebody came back whom a teammate fetched.
BY_HAND = "hand"


def put_away(contact: Contact, *, by: By) -> Id | None:
    """Take the contact off boards and lists, with what hangs on them; the batch that takes it back, none when they are
    away already."""
    with transaction():
        if hold([contact.id])[contact.id].put_away_at is not None:
            return None
        now = clock.now()
        with changes.batch("away", PUT_AWAY.key, by=actor_of(by), name=contact.display_name) as batch:
            stop = ports.Stop((contact.id,), None, None, ports.StopReason.PUT_AWAY, by, now)
            for answer in ports.stopping.answers():
                answer(stop)
            Contact.update(put_away_at=now, version=Contact.version + 1).where(Contact.id == contact.id).execute()
            contact.put_away_at, contact.version = now, contact.version + 1
            before, after = {"put_away_at": None}, {"put_away_at": now}
            batch.record(contact, Op.UPDATED, before=before, after=after, contact_id=contact.id)
            log_activity(contact, Kind.PUT_AWAY, by=by, at=now)
    return batch.id


def bring_back(contact: Contact, *, by: By) -> bool:
    """Let a teammate fetch the contact back; False when they are not away."""
    with transaction():
        is_back = come_back(contact, by=by)
        if is_back:
            log_activity(contact, Kind.CAME_BACK, by=by, outcome=BY_HAND)
    return is_back
