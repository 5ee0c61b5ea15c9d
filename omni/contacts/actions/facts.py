"""One detail of a contact, and one of their addresses, changed where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from omni.contacts import queries, search
from omni.contacts.actions.life import row_of
from omni.contacts.actions.people import add_point
from omni.contacts.doers import By, actor_of
from omni.contacts.events import ContactChanged
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.reading.people import Value
from omni.core import changes
from omni.core.changes import Batch, Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid, Stale
from omni.core.words import lazy, marked

EDITED = marked("%(name)s edited")
KNOWN = lazy("%(name)s has this already.")
# What one person may have: more is a mistake of a machine.
MOST_POINTS = 100
TOO_MANY = lazy("100 ways to reach somebody are enough. Remove one first.")


def change_details(
    contact: Contact, wanted: Mapping[str, object], *, by: By, was: Mapping[str, object] | None = None
) -> bool:
    """Make these columns of the contact say this; False when they say so already.

    `was` is what they said when the person began; Stale is raised, with the contact as it is, when one says otherwise.
    """
    with transaction():
        fresh = queries.get_contact(contact.id)
        before = {name: getattr(fresh, name) for name in wanted if getattr(fresh, name) != wanted[name]}
        if not before:
            return False
        if was is not None and any(getattr(fresh, name) != value for name, value in was.items()):
            raise Stale(fresh)
        after = {name: wanted[name] for name in before}
        with changes.batch("edit", EDITED, by=actor_of(by), name=contact.display_name) as batch:
            # Of two who write at once the second finds another version.
            mine = (Contact.id == fresh.id) & (Contact.version == fresh.version)
            if not Contact.update({**after, "version": fresh.version + 1}).where(mine).execute():
                raise Stale(queries.get_contact(contact.id))
            batch.record(contact, Op.UPDATED, before=before, after=after, contact_id=contact.id)
            for name, value in after.items():
                setattr(contact, name, value)
            contact.version = fresh.version + 1
            search.index(contact)
            publish(ContactChanged(contact.id, tuple(after)), by=actor_of(by))
    return True


def give_point(contact: Contact, kind: PointKind, value: Value, *, by: By) -> ContactPoint:
    """Give the contact one more phone, email, handle, web or street address. Raises: Invalid when they have it."""
    with transaction():
        known = queries.points_of(contact)
        _refuse_known(contact, kind, value, known)
        if len(known) >= MOST_POINTS:
            raise Invalid(faults={"value": TOO_MANY.key})
        with changes.batch("edit", EDITED, by=actor_of(by), name=contact.display_name) as batch:
            is_first = all(point.kind is not kind for point in known)
            point = add_point(contact, kind, value, is_primary=is_first)
            batch.record(point, Op.CREATED, before=None, after=row_of(point), contact_id=contact.id)
            _tell(contact, by)
    return point


def change_point(contact: Contact, point: ContactPoint, value: Value, *, by: By, was: Value | None = None) -> bool:
    """Make the address this one, its label too; False when it is. Raises: Stale as `change_details`, Invalid."""
    with transaction():
        fresh = queries.get_point(point.id, contact)
        wanted = {"norm": value.norm, "raw": value.raw, "label": value.label, "extension": value.extension}
        if all(getattr(fresh, name) == wanted[name] for name in ("norm", "label", "extension")):
            return False
        if was is not None and any(getattr(fresh, name) != getattr(was, name) for name in ("norm", "label")):
            raise Stale(fresh)
        others = [one for one in queries.points_of(contact) if one.id != point.id]
        _refuse_known(contact, point.kind, value, others)
        with changes.batch("edit", EDITED, by=actor_of(by), name=contact.display_name) as batch:
            _change(fresh, batch, **wanted)
            _tell(contact, by)
    return True


def make_primary(contact: Contact, point: ContactPoint, *, by: By) -> bool:
    """Make the address the first choice of its kind; False when it is."""
    if point.is_primary:
        return False
    with transaction(), changes.batch("edit", EDITED, by=actor_of(by), name=contact.display_name) as batch:
        for one in queries.points_of(contact):
            if one.kind is point.kind and one.is_primary != (one.id == point.id):
                _change(one, batch, is_primary=one.id == point.id)
        _tell(contact, by)
    return True


def remove_point(contact: Contact, point: ContactPoint, *, by: By) -> None:
    """Take the address off; the next of its kind becomes the first choice."""
    with transaction(), changes.batch("edit", EDITED, by=actor_of(by), name=contact.display_name) as batch:
        ContactPoint.delete().where(ContactPoint.id == point.id).execute()
        batch.record(point, Op.DELETED, before=row_of(point), after=None, contact_id=contact.id)
        rest = [one for one in queries.points_of(contact) if one.kind is point.kind]
        if rest and not any(one.is_primary for one in rest):
            _change(rest[0], batch, is_primary=True)
        _tell(contact, by)


def _change(point: ContactPoint, batch: Batch, **wanted: object) -> None:
    after = {name: value for name, value in wanted.items() if getattr(point, name) != value}
    before = {name: getattr(point, name) for name in after}
    ContactPoint.update(after).where(ContactPoint.id == point.id).execute()
    batch.record(point, Op.UPDATED, before=before, after=after, contact_id=point.contact_id)


def _refuse_known(contact: Contact, kind: PointKind, value: Value, known: list[ContactPoint]) -> None:
    if any(point.kind is kind and point.norm == value.norm for point in known):
        raise Invalid("", {"value": KNOWN.key}, name=contact.display_name)


def _tell(contact: Contact, by: By) -> None:
    search.index(contact)
    publish(ContactChanged(contact.id, ("points",)), by=actor_of(by))
