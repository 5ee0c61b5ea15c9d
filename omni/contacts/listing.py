"""The list of contacts: what the address asks for, one page of it, and how many there are.

The address holds all of it: `f=field:op:value` (repeated is AND, `|` in a value is OR), `q`, `sort`, `after`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from omni.contacts import queries, search
from omni.contacts.kinds import Lifecycle, PointKind
from omni.contacts.models import Activity, Contact, ContactPoint, ContactSearch, ContactTag, Tag
from omni.core import ids
from omni.core.faults import NotFound
from omni.core.fields import EPOCH, MICROSECOND
from omni.core.ids import Id

PAGE = 50
SORTS = ("recent", "name")
NOBODY = "none"


@dataclass(frozen=True)
class Filter:
    """One `field:op:value` of the address."""

    field: str
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.field}:is:{'|'.join(self.values)}"


@dataclass(frozen=True)
class Asked:
    """What an address of the list asks for; `broken` are filters nobody understands."""

    filters: tuple[Filter, ...] = ()
    text: str = ""
    sort: str = "recent"
    after: str = ""
    broken: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters or self.text or self.broken)

    def value_of(self, field: str) -> str:
        """What is chosen for one field, when it is one value."""
        found = [one.values for one in self.filters if one.field == field]
        return "|".join(found[0]) if found else ""

    def address(self, *, after: str = "", without: str = "") -> str:
        """The address of the same list, from another place on, or without one filter."""
        parts = [("f", one.text) for one in self.filters if one.text != without]
        parts += [("q", self.text)] if self.text else []
        parts += [("sort", self.sort)] if self.sort != "recent" else []
        parts += [("after", after)] if after else []
        return "/contacts" + (f"?{urlencode(parts)}" if parts else "")


@dataclass(frozen=True)
class Entry:
    """One row: the contact with what a row shows of it."""

    contact: Contact
    words: Activity | None
    tags: list[Tag]
    phone: ContactPoint | None


@dataclass(frozen=True)
class Listing:
    """One page of the list."""

    entries: list[Entry]
    shown: int
    total: int
    more: str


def read_address(filters: Sequence[str], text: str, sort: str, after: str) -> Asked:
    """What the parameters of an address mean."""
    known, broken = [], []
    for one in filters:
        if not one:
            continue
        found = _read_filter(one)
        if found is None:
            broken.append(one)
        else:
            known.append(found)
    return Asked(tuple(known), text.strip()[:200], sort if sort in SORTS else "recent", after, tuple(broken))


def list_page(asked: Asked, *, limit: int = PAGE) -> Listing:
    """A page of the contacts that fit, with the totals of the filter."""
    total = queries.listed().count()
    if asked.broken:
        return Listing([], 0, total, "")
    narrowed = _narrowed(queries.listed(), asked)
    shown = narrowed.count() if asked.is_filtered else total
    contacts = list(_placed(narrowed, asked).limit(limit + 1))
    more = asked.address(after=_cursor(contacts[limit - 1], asked)) if len(contacts) > limit else ""
    return Listing(_entries(contacts[:limit]), shown, total, more)


def matching(asked: Asked) -> Any:
    """Every contact that fits, for an export: those who are put away too."""
    return _narrowed(queries.visible(), asked) if not asked.broken else queries.visible().where(Contact.id.is_null())


def _read_filter(text: str) -> Filter | None:
    field, _, rest = text.partition(":")
    op, _, value = rest.partition(":")
    values = tuple(part for part in value.split("|") if part)
    if op != "is" or not values or field not in _CONDITIONS:
        return None
    try:
        _CONDITIONS[field](values)
    except (ValueError, NotFound):
        return None
    return Filter(field, values)


def _narrowed(query: Any, asked: Asked) -> Any:
    for one in asked.filters:
        query = query.where(_CONDITIONS[one.field](one.values))
    if asked.text:
        query = query.where(Contact.id.in_(search.ids_matching(asked.text)))
    return query


def _placed(query: Any, asked: Asked) -> Any:
    if asked.sort == "name":
        return _by_name(query, asked.after)
    if place := _read_recent(asked.after):
        at, contact_id = place
        query = query.where((Contact.last_touch_at < at) | ((Contact.last_touch_at == at) & (Contact.id < contact_id)))
    return query.order_by(Contact.last_touch_at.desc(), Contact.id.desc())


def _by_name(query: Any, after: str) -> Any:
    joined = query.join(ContactSearch, on=(ContactSearch.contact == Contact.id))
    # A row number has at most 19 digits; what is longer is no place of ours.
    if after.isascii() and after.isdigit() and len(after) < 19:
        last = ContactSearch.select().where(ContactSearch.id == int(after)).first()
        if last is not None:
            joined = joined.where(
                (ContactSearch.fold > last.fold) | ((ContactSearch.fold == last.fold) & (ContactSearch.id > last.id))
            )
    return joined.order_by(ContactSearch.fold, ContactSearch.id)


def _cursor(contact: Contact, asked: Asked) -> str:
    if asked.sort == "name":
        row = ContactSearch.select(ContactSearch.id).where(ContactSearch.contact == contact.id).first()
        return str(row.id) if row else ""
    return f"{_micros(contact.last_touch_at)}-{ids.encode(contact.id)}"


def _read_recent(after: str) -> tuple[datetime, Id] | None:
    micros, _, text = after.partition("-")
    try:
        contact_id = ids.decode(text)
        return EPOCH + int(micros) * MICROSECOND, contact_id
    except (ValueError, OverflowError):
        return None


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _entries(contacts: Sequence[Contact]) -> list[Entry]:
    contact_ids = [contact.id for contact in contacts]
    words, tags = queries.last_words(contact_ids), queries.tags_of(contact_ids)
    phones = queries.primary_points(contact_ids, PointKind.PHONE)
    return [Entry(one, words.get(one.id), tags.get(one.id, []), phones.get(one.id)) for one in contacts]


def _of_life(values: Sequence[str]) -> Any:
    return Contact.lifecycle.in_([Lifecycle(value) for value in values])


def _of_owner(values: Sequence[str]) -> Any:
    owners = [ids.decode(value) for value in values if value != NOBODY]
    condition = Contact.owner.in_(owners) if owners else None
    if NOBODY in values:
        nobody = Contact.owner.is_null()
        condition = nobody if condition is None else condition | nobody
    return condition


def _of_tag(values: Sequence[str]) -> Any:
    wanted = [ids.decode(value) for value in values]
    if Tag.select().where(Tag.id.in_(wanted)).count() < len(set(wanted)):
        raise NotFound
    return Contact.id.in_(ContactTag.select(ContactTag.contact).where(ContactTag.tag.in_(wanted)))


_CONDITIONS = {"life": _of_life, "owner": _of_owner, "tag": _of_tag}
