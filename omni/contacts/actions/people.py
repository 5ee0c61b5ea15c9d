"""A contact made, changed, found again, given to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from omni.accounts.models import Teammate
from omni.contacts import ports, queries, search
from omni.contacts.actions.life import open_span, row_of
from omni.contacts.actions.notes import add_note
from omni.contacts.actions.returning import come_back
from omni.contacts.actions.tags import add_tag
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of
from omni.contacts.events import ContactChanged, LeadArrived
from omni.contacts.folding import same_person
from omni.contacts.kinds import Direction, Entry, Kind, Lifecycle, PointKind
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.normal import Misread, read_email, read_phone
from omni.contacts.reading.people import Person, Value, split_name
from omni.core import changes, clock
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.tenancy import current_workspace, take_turns
from omni.core.words import lazy

NOBODY = lazy("Write a name, a phone or an email, so that there is somebody to recognise.")
# How a contact's own doing is written on the timeline; by hand and by import the studio did it.
_CAME_THEMSELVES = frozenset({Entry.FORM, Entry.REFERRAL, Entry.TEXT, Entry.BOOKING})


class Place(StrEnum):
    """Where a new contact lands when no stage is named."""

    DEFAULT = "default"
    NOWHERE = "nowhere"


def add_contact(
    person: Person,
    *,
    by: By,
    entry: Entry = Entry.HAND,
    owner: Teammate | None = None,
    place: Id | Place = Place.DEFAULT,
    at: datetime | None = None,
) -> Contact:
    """Make a contact of everything known about a person, with their first line, span and place."""
    if not person.is_somebody:
        raise Invalid(faults={"given_name": str(NOBODY)})
    now = at or clock.now()
    with transaction(), changes.batch("add", "%(name)s added", by=actor_of(by), name=person.name) as batch:
        contact = _insert(person, entry, owner.id if owner else None, now)
        batch.record(contact, Op.CREATED, before=None, after={"deleted_at": None}, contact_id=contact.id)
        open_span(contact, contact.lifecycle, via=entry.value, by=by, at=now)
        came = Direction.IN if entry in _CAME_THEMSELVES else None
        log_activity(
            contact, Kind.ARRIVED, by=by, direction=came, outcome=entry.value, summary=person.source_detail, at=now
        )
        for tag in person.tags:
            add_tag(contact, tag, by=by, is_told=False)
        if person.note:
            add_note(contact, person.note, by=by)
        land(contact, place, by=by, via=entry.value)
        publish(LeadArrived(contact.id, entry), by=actor_of(by))
    return contact


def land(contact: Contact, place: Id | Place, *, by: By, via: str) -> bool:
    """Put the contact on a board, where there is one; false when none was asked for or they stand there already."""
    desk = ports.landing.answer()
    if desk is None or place is Place.NOWHERE:
        return False
    landing = desk()
    stage = landing.default_stage if isinstance(place, Place) else place
    return landing.land(contact, stage, by=by, via=via) if stage is not None else False


def find_or_create(
    name: str,
    phone: str,
    email: str,
    source: Entry,
    source_detail: str = "",
    *,
    by: By,
    place: Id | Place = Place.DEFAULT,
) -> tuple[Contact, bool]:
    """The contact with this phone or e-mail whose name fits, else a new one; the second part says whether it is new.

    A found contact gains the address and the name parts it lacks. Raises: Invalid, naming `phone` or `email`.
    """
    person = read_person(name, phone, email, source_detail)
    with transaction():
        take_turns("find or create a contact")
        found = match(person)
        if found is None:
            return add_contact(person, by=by, entry=source, place=place), True
        _fill_blanks(found, person, by=by)
        if source in _CAME_THEMSELVES and come_back(found, by=by):
            log_activity(found, Kind.CAME_BACK, by=by, outcome=source.value)
        land(found, place, by=by, via=source.value)
    return found, False


def read_person(name: str, phone: str, email: str, source_detail: str = "") -> Person:
    """What somebody typed into a form, normalised. Raises: Invalid, naming `phone` or `email`."""
    faults: dict[str, str] = {}
    phones: tuple[Value, ...] = ()
    emails: tuple[Value, ...] = ()
    if phone.strip():
        number = read_phone(phone, current_workspace().country)
        if isinstance(number, Misread):
            faults["phone"] = _worded(number)
        else:
            phones = (Value(number.e164, phone.strip(), "", number.extension),)
    if email.strip():
        address = read_email(email)
        if isinstance(address, Misread):
            faults["email"] = _worded(address)
        else:
            emails = (Value(address, email.strip()),)
    if faults:
        raise Invalid(faults=faults)
    given, family = split_name(" ".join(name.split()))
    return Person(given_name=given, family_name=family, phones=phones, emails=emails, source_detail=source_detail)


def _worded(fault: Misread) -> str:
    """The sentence about what was typed; it is a sentence already, so its percent signs stand for themselves."""
    return str(lazy(fault.words, **fault.values)).replace("%", "%%")


def match(person: Person) -> Contact | None:
    """The one contact this person is: same phone or e-mail, and names that may be one. Two that fit are none."""
    fitting: dict[Id, Contact] = {}
    for kind, values in ((PointKind.EMAIL, person.emails), (PointKind.PHONE, person.phones)):
        for value in values:
            for contact in queries.find_by_address(kind, value.norm):
                names = (contact.given_name, contact.family_name, person.given_name, person.family_name)
                if same_person(*names):
                    fitting[contact.id] = contact
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def edit_contact(contact: Contact, person: Person, *, version: int, by: By) -> Contact:
    """Make the contact say what the form says. Raises: Stale when somebody else changed it first."""
    if not person.is_somebody:
        raise Invalid(faults={"given_name": str(NOBODY)})
    with transaction(), changes.batch("edit", "%(name)s edited", by=actor_of(by), name=contact.display_name) as batch:
        wanted = columns_of(person)
        before = {name: getattr(contact, name) for name in wanted if getattr(contact, name) != wanted[name]}
        _write(contact, version, {name: wanted[name] for name in before})
        if before:
            after = {name: wanted[name] for name in before}
            batch.record(contact, Op.UPDATED, before=before, after=after, contact_id=contact.id)
        points = set_points(contact, PointKind.PHONE, person.phones, batch)
        points |= set_points(contact, PointKind.EMAIL, person.emails, batch)
        changed = (*before, *(("points",) if points else ()))
        if changed:
            search.index(contact)
            publish(ContactChanged(contact.id, tuple(changed)), by=actor_of(by))
    return contact


def set_owner(contact: Contact, owner: Teammate | None, *, by: By) -> bool:
    """Make the contact this teammate's, or nobody's; False when it is so already."""
    owner_id = owner.id if owner else None
    if contact.owner_id == owner_id:
        return False
    with (
        transaction(),
        changes.batch("owner", "%(name)s has a new owner", by=actor_of(by), name=contact.display_name) as batch,
    ):
        before = contact.owner_id
        Contact.update(owner=owner_id, version=Contact.version + 1).where(Contact.id == contact.id).execute()
        contact.owner = owner_id
        contact.version += 1
        batch.record(contact, Op.UPDATED, before={"owner": before}, after={"owner": owner_id}, contact_id=contact.id)
        log_activity(contact, Kind.OWNER, by=by, outcome=owner.name if owner else "")
        publish(ContactChanged(contact.id, ("owner",)), by=actor_of(by))
    return True


def columns_of(person: Person) -> dict[str, object]:
    """The contact's own columns as this person has them."""
    birthday = person.birthday
    return {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "nickname": person.nickname,
        "display_name": person.display_name or person.name,
        "company": person.company,
        "job_title": person.job_title,
        "city": person.city,
        "timezone": person.timezone,
        "birth_year": birthday.year if birthday else None,
        "birth_month": birthday.month if birthday else None,
        "birth_day": birthday.day if birthday else None,
    }


def set_points(contact: Contact, kind: PointKind, values: Sequence[Value], batch: changes.Batch) -> bool:
    """Make the contact's points of one kind exactly these, the first one being the first choice."""
    known = {
        p.norm: p for p in ContactPoint.select().where(ContactPoint.contact == contact.id, ContactPoint.kind == kind)
    }
    wanted = {value.norm: value for value in values}
    is_changed = False
    for norm, point in known.items():
        if norm not in wanted:
            ContactPoint.delete().where(ContactPoint.id == point.id).execute()
            batch.record(point, Op.DELETED, before=row_of(point), after=None, contact_id=contact.id)
            is_changed = True
    for place, (norm, value) in enumerate(wanted.items()):
        if norm not in known:
            point = add_point(contact, kind, value, is_primary=place == 0)
            batch.record(point, Op.CREATED, before=None, after=row_of(point), contact_id=contact.id)
            is_changed = True
        else:
            is_changed |= _change_point(known[norm], batch, extension=value.extension, is_primary=place == 0)
    return is_changed


def _change_point(point: ContactPoint, batch: changes.Batch, **wanted: object) -> bool:
    after = {name: value for name, value in wanted.items() if getattr(point, name) != value}
    if after:
        before = {name: getattr(point, name) for name in after}
        ContactPoint.update(after).where(ContactPoint.id == point.id).execute()
        batch.record(point, Op.UPDATED, before=before, after=after, contact_id=point.contact_id)
    return bool(after)


def add_point(contact: Contact, kind: PointKind, value: Value, *, is_primary: bool) -> ContactPoint:
    return ContactPoint.create(
        contact=contact.id,
        kind=kind,
        label=value.label,
        raw=value.raw,
        norm=value.norm,
        extension=value.extension,
        is_primary=is_primary,
    )


def points_in(person: Person) -> list[tuple[PointKind, Value, bool]]:
    """Every point of a person with its kind, and whether it is the first of its kind."""
    kinds = [kind for kind, _value in person.points]
    return [(kind, value, kinds.index(kind) == place) for place, (kind, value) in enumerate(person.points)]


def _insert(person: Person, entry: Entry, owner_id: Id | None, at: datetime) -> Contact:
    contact = Contact.create(
        **columns_of(person),
        lifecycle=person.life or Lifecycle.LEAD,
        owner=owner_id,
        source=entry,
        source_detail=person.source_detail,
        last_touch_at=at,
    )
    points = points_in(person)
    for kind, value, is_primary in points:
        add_point(contact, kind, value, is_primary=is_primary)
    search.index(contact, [(kind, value.norm) for kind, value, _ in points])
    return contact


def _fill_blanks(contact: Contact, person: Person, *, by: By) -> None:
    """Give the contact the addresses and name parts it lacks; nothing that stands there changes."""
    wanted = columns_of(person)
    missing = {
        name: wanted[name] for name in ("given_name", "family_name") if wanted[name] and not getattr(contact, name)
    }
    points = queries.points_of(contact)
    fresh = [(k, v) for k, v, _ in points_in(person) if (k, v.norm) not in {(p.kind, p.norm) for p in points}]
    if not missing and not fresh:
        return
    with changes.batch("edit", "%(name)s edited", by=actor_of(by), name=contact.display_name) as batch:
        if missing:
            before = {name: getattr(contact, name) for name in missing}
            _write(contact, contact.version, missing)
            batch.record(contact, Op.UPDATED, before=before, after=missing, contact_id=contact.id)
        for kind, value in fresh:
            point = add_point(contact, kind, value, is_primary=all(p.kind is not kind for p in points))
            batch.record(point, Op.CREATED, before=None, after=row_of(point), contact_id=contact.id)
        search.index(contact)
        publish(ContactChanged(contact.id, (*missing, *(("points",) if fresh else ()))), by=actor_of(by))


def _write(contact: Contact, version: int, columns: dict[str, object]) -> None:
    changed = (
        Contact.update({**columns, "version": version + 1})
        .where(Contact.id == contact.id, Contact.version == version)
        .execute()
    )
    if not changed:
        raise Stale(queries.get_contact(contact.id))
    for name, value in columns.items():
        setattr(contact, name, value)
    contact.version = version + 1
