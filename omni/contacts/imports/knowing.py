"""Loading into the plan's register everyone whom rows of a file might be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from omni.accounts.models import Teammate, User
from omni.contacts import ledger
from omni.contacts.folding import fold
from omni.contacts.kinds import Channel, PointKind, Processing
from omni.contacts.models import (
    Contact,
    ContactPoint,
    ContactSearch,
    ContactTag,
    ExternalRef,
    ImportRow,
    Note,
    Suppression,
    Tag,
)
from omni.contacts.reading.people import Person, RowRead
from omni.contacts.reading.planning import Known, Register, note_mark
from omni.core import ids
from omni.core.ids import Id

_COLUMNS = (
    "given_name",
    "family_name",
    "nickname",
    "display_name",
    "company",
    "job_title",
    "city",
    "timezone",
    "source_detail",
    "birth_year",
    "birth_month",
    "birth_day",
)


def load_known(register: Register, rows: Sequence[RowRead], *, job_id: Id | None) -> None:
    """Take into the register every contact that these rows might be."""
    people = [row.person for row in rows if row.person is not None]
    found = _by_refs(register.sender, people) | _by_addresses(people) | _by_names(people)
    for known in _known(found, job_id):
        register.add(known)


def load_owners() -> dict[str, Id]:
    """The teammates of the workspace by e-mail."""
    rows = Teammate.select(Teammate, User).join(User).where(Teammate.left_at.is_null())
    return {row.user.email.lower(): row.id for row in rows}


def load_suppressed() -> frozenset[tuple[Channel, bytes]]:
    """Every address of the workspace nobody may write to again, hashed."""
    return frozenset((row.channel, bytes(row.hmac)) for row in Suppression.select())


def is_suppressed(person: Person, suppressed: frozenset[tuple[Channel, bytes]]) -> bool:
    """Whether one of the person's addresses said stop."""
    if not suppressed:
        return False
    hashed = [(Channel.SMS, value.norm) for value in person.phones] + [(Channel.EMAIL, v.norm) for v in person.emails]
    return any((channel, ledger.address_hmac(channel, norm)) in suppressed for channel, norm in hashed)


def _by_refs(sender: str, people: Iterable[Person]) -> set[Id]:
    wanted = {person.external_id for person in people if person.external_id}
    if not wanted or not sender:
        return set()
    rows = ExternalRef.select(ExternalRef.contact).where(
        ExternalRef.sender == sender, ExternalRef.external_id.in_(sorted(wanted))
    )
    found = {row.contact_id for row in rows}
    return found | _own_ids(wanted) if sender == "omni" else found


def _own_ids(wanted: Iterable[str]) -> set[Id]:
    """Our own export names contacts by our own ids."""
    found = set()
    for text in wanted:
        try:
            found.add(ids.decode(text))
        except ValueError:
            continue
    return found


def _by_addresses(people: Iterable[Person]) -> set[Id]:
    found: set[Id] = set()
    norms: dict[PointKind, set[str]] = {PointKind.PHONE: set(), PointKind.EMAIL: set()}
    for person in people:
        norms[PointKind.PHONE].update(value.norm for value in person.phones)
        norms[PointKind.EMAIL].update(value.norm for value in person.emails)
    for kind, wanted in norms.items():
        if wanted:
            rows = ContactPoint.select(ContactPoint.contact).where(
                ContactPoint.kind == kind, ContactPoint.norm.in_(sorted(wanted))
            )
            found.update(row.contact_id for row in rows)
    return found


def _by_names(people: Iterable[Person]) -> set[Id]:
    """Those of the same name, for rows that give nothing but a name."""
    found: set[Id] = set()
    for person in people:
        if person.phones or person.emails or person.external_id:
            continue
        name = fold(person.name)
        rows = ContactSearch.select(ContactSearch.contact, ContactSearch.fold).where(
            (ContactSearch.fold == name) | ContactSearch.fold.startswith(f"{name}\n")
        )
        found.update(row.contact_id for row in rows)
    return found


def _known(contact_ids: set[Id], job_id: Id | None) -> list[Known]:
    if not contact_ids:
        return []
    wanted = sorted(contact_ids)
    contacts = Contact.select().where(
        Contact.id.in_(wanted), Contact.deleted_at.is_null(), Contact.processing != Processing.ERASING
    )
    known = {contact.id: _from_row(contact) for contact in contacts.order_by(Contact.id)}
    if not known:
        return []
    _fill(known, wanted)
    if job_id is not None:
        met = ImportRow.select(ImportRow.contact_id).where(ImportRow.job == job_id, ImportRow.contact_id.in_(wanted))
        for row in met:
            if row.contact_id in known:
                known[row.contact_id].is_met = True
    return list(known.values())


def _from_row(contact: Contact) -> Known:
    return Known(
        contact.id,
        {name: getattr(contact, name) for name in _COLUMNS},
        life=contact.lifecycle,
        has_owner=contact.owner_id is not None,
        is_restricted=contact.processing is Processing.RESTRICTED,
    )


def _fill(known: dict[Id, Known], wanted: list[Id]) -> None:
    for point in _of(ContactPoint, wanted):
        if point.contact_id in known:
            known[point.contact_id].points.add((point.kind, point.norm))
    for note in _of(Note, wanted):
        if note.contact_id in known:
            known[note.contact_id].notes.add(note_mark(note.body))
    for ref in _of(ExternalRef, wanted):
        if ref.contact_id in known:
            known[ref.contact_id].refs.add((ref.sender, ref.external_id))
    for contact_id, one in known.items():
        one.refs.add(("omni", ids.encode(contact_id)))
    links = ContactTag.select(ContactTag.contact, Tag.fold).join(Tag).where(ContactTag.contact.in_(wanted))
    for link in links:
        if link.contact_id in known:
            known[link.contact_id].tags.add(link.tag.fold)


def _of(model: Any, wanted: list[Id]) -> Any:
    return model.select().where(model.contact.in_(wanted))
