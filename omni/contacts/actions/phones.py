"""One more number for a contact, found in the inbox."""

from __future__ import annotations

from omni.contacts import queries, search
from omni.contacts.actions.life import row_of
from omni.contacts.actions.people import add_point
from omni.contacts.doers import By, actor_of
from omni.contacts.events import ContactChanged
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact
from omni.contacts.reading.people import Value
from omni.core import changes
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.events import publish


def add_phone(contact: Contact, e164: str, *, by: By) -> bool:
    """Give the contact this number; false where they have it already."""
    phones = [point for point in queries.points_of(contact) if point.kind is PointKind.PHONE]
    if any(point.norm == e164 for point in phones):
        return False
    with transaction(), changes.batch("edit", "%(name)s edited", by=actor_of(by), name=contact.display_name) as batch:
        point = add_point(contact, PointKind.PHONE, Value(e164, e164), is_primary=not phones)
        batch.record(point, Op.CREATED, before=None, after=row_of(point), contact_id=contact.id)
        search.index(contact)
        publish(ContactChanged(contact.id, ("points",)), by=actor_of(by))
    return True
