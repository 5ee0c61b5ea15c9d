"""One more address for a contact, found in the inbox or asked for at a gate."""

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
    return _add(contact, PointKind.PHONE, e164, by=by)


def add_email(contact: Contact, address: str, *, by: By) -> bool:
    """Give the contact this e-mail, in lower case; false where they have it already."""
    return _add(contact, PointKind.EMAIL, address, by=by)


def _add(contact: Contact, kind: PointKind, norm: str, *, by: By) -> bool:
    known = [point for point in queries.points_of(contact) if point.kind is kind]
    if any(point.norm == norm for point in known):
        return False
    with transaction(), changes.batch("edit", "%(name)s edited", by=actor_of(by), name=contact.display_name) as batch:
        point = add_point(contact, kind, Value(norm, norm), is_primary=not known)
        batch.record(point, Op.CREATED, before=None, after=row_of(point), contact_id=contact.id)
        search.index(contact)
        publish(ContactChanged(contact.id, ("points",)), by=actor_of(by))
    return True
