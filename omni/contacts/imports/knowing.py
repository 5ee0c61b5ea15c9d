"""Loading into the plan's register everyone whom rows of a file might be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from omni.accounts.models import Teammate, User
from omni.contacts import custom_fields, ledger
from omni.contacts.folding import fold
from omni.contacts.imports import bulk
from omni.contacts.imports.own_columns import defs_of
from omni.contacts.kinds import Channel, Lifecycle, PointKind, Processing, RowAction
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
from omni.contacts.particulars import FieldDef
from omni.contacts.reading.people import OwnValue, Person
from omni.contacts.reading.planning import COLUMNS, Known, Register, note_mark
from omni.contacts.reading.rows import RowRead
from omni.core import ids
from omni.core.ids import Id
from omni.core.tenancy import current_workspace_id

_OWN = ("id", "lifecycle", "owner", "processing", "deleted_at")


def load_known(register: Register, rows: Sequence[RowRead], *, job_id: Id | None) -> None:
    """Take into the register every contact that these rows might be."""
    people = [row.person for row in rows if row.person is not None]
    named = _own_ids(people) if register.sender == "omni" else {}
    found = _by_refs(register.sender, people) | named.keys() | _by_addresses(people) | _by_names(people)
    for known in _known(found, job_id, defs_of(register.own)):
        if known.id in named:
            known.refs.add(("omni", named[known.id]))
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
    return any((channel, ledger.address_hmac(channel, norm)) in suppressed for channel, norm in person.reached)


def _by_refs(sender: str, people: Iterable[Person]) -> set[Id]:
    wanted = {person.external_id for person in people if person.external_id}
    if not wanted or not sender:
        return set()
    return bulk.contacts_with(ExternalRef, "external_id", wanted, sender=sender)


def _own_ids(people: Iterable[Person]) -> dict[Id, str]:
    """Our own export names contacts by our own ids; who moved in with a workspace has one told by theirs there."""
    found: dict[Id, str] = {}
    home = current_workspace_id()
    for text in filter(None, (person.external_id for person in people)):
        try:
            told = ids.decode(text)
        except ValueError:
            continue
        found |= {told: text, ids.moved(told, home): text}
    return found


def _by_addresses(people: Iterable[Person]) -> set[Id]:
    people = list(people)
    phones = (value.norm for person in people for value in person.phones)
    emails = (value.norm for person in people for value in person.emails)
    return bulk.contacts_with(ContactPoint, "norm", phones, kind=PointKind.PHONE) | bulk.contacts_with(
        ContactPoint, "norm", emails, kind=PointKind.EMAIL
    )


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


def _known(contact_ids: set[Id], job_id: Id | None, fields: Mapping[str, FieldDef]) -> list[Known]:
    if not contact_ids:
        return []
    rows = bulk.rows_of(Contact, "id", sorted(contact_ids), *_OWN, *COLUMNS)
    known = {one.id: one for row in sorted(rows, key=itemgetter(0)) if (one := _from_row(*row))}
    if known:
        _fill(known, list(known), job_id)
        _fill_own(known, list(known), fields)
    return list(known.values())


def _from_row(
    contact_id: Id, life: Lifecycle, owner: Id | None, processing: Processing, deleted_at: Any, *columns: Any
) -> Known | None:
    if deleted_at is not None or processing is Processing.ERASING:
        return None
    return Known(
        contact_id,
        dict(zip(COLUMNS, columns, strict=True)),
        refs={("omni", ids.encode(contact_id))},
        life=life,
        has_owner=owner is not None,
        is_restricted=processing is Processing.RESTRICTED,
    )


def _fill_own(known: dict[Id, Known], wanted: list[Id], fields: Mapping[str, FieldDef]) -> None:
    said = custom_fields.values_of(wanted, fields.values()) if fields else {}
    for contact_id, values in said.items():
        for key, one in fields.items():
            if (value := values.get(one.id)) is not None:
                known[contact_id].own[key] = OwnValue(value, one.label, custom_fields.plain_value(one, value))


def _fill(known: dict[Id, Known], wanted: list[Id], job_id: Id | None) -> None:
    for contact_id, kind, norm in bulk.rows_of(ContactPoint, "contact", wanted, "contact", "kind", "norm"):
        known[contact_id].points.add((kind, norm))
    for contact_id, body in bulk.rows_of(Note, "contact", wanted, "contact", "body"):
        known[contact_id].notes.add(note_mark(body))
    for contact_id, sender, external_id in bulk.rows_of(
        ExternalRef, "contact", wanted, "contact", "sender", "external_id"
    ):
        known[contact_id].refs.add((sender, external_id))
    links = list(bulk.rows_of(ContactTag, "contact", wanted, "contact", "tag"))
    tags = dict(bulk.rows_of(Tag, "id", sorted({tag for _, tag in links}), "id", "fold")) if links else {}
    for contact_id, tag in links:
        known[contact_id].tags.add(tags[tag])
    if job_id is not None:
        # Asked for the job too, SQLite would read all its rows so far.
        rows = bulk.rows_of(ImportRow, "contact_id", wanted, "contact_id", "job", "n", "action")
        for contact_id, met_by, n, action in rows:
            if met_by == job_id:
                known[contact_id].is_met = True
                known[contact_id].row = n if action is RowAction.CREATED else known[contact_id].row
