"""One more address for a contact, found in the inbox or asked for at a gate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from omni.contacts import queries, search
from omni.contacts.actions.life import row_of
from omni.contacts.actions.people import add_point
from omni.contacts.doers import By, actor_of
from omni.contacts.events import ContactChanged
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.reading.people import Value
from omni.core import changes, clock
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.events import publish


def add_phone(contact: Contact, e164: str, *, by: By) -> bool:
    """Give the contact this number; false where they have it already."""
    return _add(contact, PointKind.PHONE, e164, by=by)


def add_email(contact: Contact, address: str, *, by: By) -> bool:
    """Give the contact this e-mail, in lower case; false where they have it already."""
    return _add(contact, PointKind.EMAIL, address, by=by)


def note_no_texts(norm: str) -> None:
    """Texts do not arrive at this number, whoever bears it: it is a landline, or no carrier serves it."""
    _mark_texts(norm, ContactPoint.no_texts_since.is_null(), clock.now())


def note_texts_arrive(norm: str) -> None:
    """A text arrived at this number, or came from it."""
    _mark_texts(norm, ContactPoint.no_texts_since.is_null(False), None)


def _mark_texts(norm: str, is_other: Any, since: datetime | None) -> None:
    with transaction():
        ContactPoint.update(no_texts_since=since).where(
            ContactPoint.kind == PointKind.PHONE, ContactPoint.norm == norm, is_other
        ).execute()


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
