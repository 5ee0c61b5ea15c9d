"""Whom an export holds and what it tells of them: who is in it is settled at once, the rest is read as it is written.

Somebody who texts meanwhile moves in the list, but not in the file: nobody is left out of it and nobody stands there
twice. Who is erased meanwhile is not in it any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omni.accounts.models import Teammate, User
from omni.contacts import custom_fields, queries
from omni.contacts.kinds import PointKind
from omni.contacts.lists import pages
from omni.contacts.lists.asked import Asked
from omni.contacts.models import Contact, ContactPoint, ExternalRef, LifecycleSpan
from omni.contacts.particulars import FieldDef
from omni.contacts.reading.dates import Birthday
from omni.core import ids
from omni.core.database import snapshot
from omni.core.ids import Id
from omni.core.together import read_together

BLOCK = 500
_BYTES = 16
# What a contact tells of itself, as it stands there.
OWN = (
    "given_name",
    "family_name",
    "display_name",
    "nickname",
    "pronouns",
    "company",
    "job_title",
    "city",
    "timezone",
    "language",
    "source_detail",
)
PLURALS = {
    PointKind.PHONE: "phones",
    PointKind.EMAIL: "emails",
    PointKind.HANDLE: "handles",
    PointKind.URL: "urls",
    PointKind.ADDRESS: "addresses",
}
Facts = dict[str, Any]


@dataclass(frozen=True)
class People:
    """The people of an export in their order, sixteen bytes each, and the studio's own fields that it tells of.

    Where they stand on the boards is as dear to read as all the rest, and is told where somebody asks for it.
    """

    packed: bytes
    fields: Sequence[FieldDef]
    is_placed: bool = False

    def __len__(self) -> int:
        return len(self.packed) // _BYTES

    def __iter__(self) -> Iterator[Facts]:
        """What is known of each of them, read for one block at a time."""
        owners = {row.id: row.user.email for row in Teammate.select(Teammate, User).join(User)}
        for start in range(0, len(self.packed), BLOCK * _BYTES):
            block = self.packed[start : start + BLOCK * _BYTES]
            contact_ids = [Id(bytes=block[at : at + _BYTES]) for at in range(0, len(block), _BYTES)]
            yield from _told(_in_order(contact_ids), owners, self.fields, is_placed=self.is_placed)


def who(asked: Asked, *, is_placed: bool = False) -> People:
    """Everyone who fits the list, in its order; those who are put away too."""
    with snapshot():
        found = b"".join(contact_id.bytes for contact_id in pages.exported_ids(asked))
    return People(found, custom_fields.list_defs(), is_placed)


def of_contacts(contacts: Any = None) -> People:
    """The contacts of the query (all that may be seen), in the order of their ids."""
    query = (contacts if contacts is not None else queries.visible()).order_by(Contact.id)
    return People(b"".join(contact.id.bytes for contact in query.iterator()), custom_fields.list_defs())


def _in_order(contact_ids: Sequence[Id]) -> list[Contact]:
    known = queries.list_contacts(contact_ids)
    return [known[contact_id] for contact_id in contact_ids if contact_id in known]


def _told(
    contacts: Sequence[Contact], owners: Mapping[Id, str], fields: Sequence[FieldDef], *, is_placed: bool
) -> Iterator[Facts]:
    contact_ids = [contact.id for contact in contacts]
    points, tags, refs, spans, values = read_together(
        ContactPoint.select().where(ContactPoint.contact.in_(contact_ids)),
        queries.tagged.bound(contacts=contact_ids),
        ExternalRef.select().where(ExternalRef.contact.in_(contact_ids), ExternalRef.sender == "omni"),
        LifecycleSpan.select().where(LifecycleSpan.contact.in_(contact_ids)),
        custom_fields.stored.bound(contacts=contact_ids, fields=[field.id for field in fields]),
    )
    addresses, names = _by_contact(points), queries.by_contact(tags)
    own = custom_fields.read_values(values, fields)
    numbers = {ref.contact_id: ref.external_id for ref in refs}
    first = {span.contact_id: span.from_at for span in sorted(spans, key=lambda one: one.from_at, reverse=True)}
    standing = queries.standings(contact_ids) if is_placed else {}
    for contact in contacts:
        said = own.get(contact.id, {})
        yield {
            "omni_id": numbers.get(contact.id) or ids.encode(contact.id),
            **_own(contact, owners),
            "created": _instant(first.get(contact.id)),
            "tags": [tag.name for tag in names.get(contact.id, [])],
            **_addresses(addresses.get(contact.id, [])),
            "fields": {one.key: custom_fields.plain_value(one, said[one.id]) for one in fields if one.id in said},
            "stage": standing[contact.id].stage if contact.id in standing else "",
        }


def _own(contact: Contact, owners: Mapping[Id, str]) -> Facts:
    born = (contact.birth_year, contact.birth_month, contact.birth_day)
    return {name: getattr(contact, name) for name in OWN} | {
        "life": contact.lifecycle.value,
        "owner": owners.get(contact.owner_id, "") if contact.owner_id else "",
        "birthday": str(Birthday(*born)) if any(born) else "",
        "source": contact.source.value,
        "last_contact": _instant(contact.last_touch_at),
        "next_step_at": _instant(contact.next_action_at),
        "put_away": _instant(contact.put_away_at),
    }


def _addresses(points: Sequence[ContactPoint]) -> Facts:
    """The addresses of each kind, the first choice before the others."""
    listed: Facts = {name: [] for name in PLURALS.values()}
    for point in queries.in_order(points):
        is_read = point.kind in (PointKind.PHONE, PointKind.EMAIL)
        text = (point.norm if is_read else point.raw) + (f" x{point.extension}" if point.extension else "")
        listed[PLURALS[point.kind]].append({"label": point.label, "value": text})
    return listed


def _by_contact(points: Sequence[ContactPoint]) -> dict[Id, list[ContactPoint]]:
    found: dict[Id, list[ContactPoint]] = {}
    for point in points:
        found.setdefault(point.contact_id, []).append(point)
    return found


def _instant(at: Any) -> str:
    return at.isoformat(timespec="seconds") if at else ""
