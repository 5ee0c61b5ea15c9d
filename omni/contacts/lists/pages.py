"""One page of a list: who fits the address, in its order, and how many there are.

Pages go on from the values of their last row, so that a later page costs what the first one does, and a row that moved
meanwhile is neither skipped nor brings the beginning back.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import Select, fn

from omni.contacts import queries, wording
from omni.contacts.folding import fold
from omni.contacts.kinds import PointKind
from omni.contacts.lists.asked import DEFAULT_SORT, Asked
from omni.contacts.lists.blocks import Block
from omni.contacts.lists.fields import Order
from omni.contacts.models import Activity, Contact, ContactPoint, ContactTag, Tag
from omni.core import ids
from omni.core.database import is_postgres
from omni.core.ids import Id
from omni.core.words import _, number

PAGE = 50
# So many people are counted; of more is said that there are more.
MOST = 10_000
# Between the names of tags: a sign nobody can type.
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Listing:
    """One page. `shown` and `total` are counted for the first page alone, and no further than one more than `most`: how
    many fit, and how many there are.
    """

    block: Block
    shown: int | None
    total: int | None
    more: str
    most: int = MOST

    def counted(self, count: int) -> str:
        """A count as it is said: 10,000 or, of more, 10,000+."""
        return number(count) if count <= self.most else _("%(count)s+", count=number(self.most))

    def tags(self, contact: Any) -> list[str]:
        """The names of a row's tags."""
        return sorted((contact.tag_names or "").split(_BETWEEN), key=fold) if contact.tag_names else []

    def phone(self, contact: Any) -> str:
        """A row's first phone, as people read it."""
        number = contact.first_phone
        return wording.address_text(PointKind.PHONE, number, number, masked=self.block.is_masked) if number else ""


@dataclass(frozen=True)
class _Spot:
    """Where a page ended: in those of whom the order says something or not, the values of its last row, and its id."""

    is_there: bool
    values: tuple[Any, ...]
    contact_id: Id


def list_page(asked: Asked, *, limit: int = PAGE, is_masked: bool = False, most: int = MOST) -> Listing:
    """A page of the people who fit, counted up to `most`. Nobody fits a filter that means nothing."""
    order = order_of(asked)
    rows = [] if asked.broken else _rows(asked, order, _read(asked.after, order), limit + 1, most)
    page, has_more = rows[:limit], len(rows) > limit
    more = asked.address(after=_write(page[-1], order)) if has_more else ""
    shown, total = (None, None) if asked.after else _counted(page, most)
    return Listing(Block(page, is_masked=is_masked, fields=lambda: asked.registry.defs), shown, total, more, most)


def _counted(page: Sequence[Any], most: int) -> tuple[int, int]:
    """How many fit, and how many there are. A row brings both; where there is none, nobody fits."""
    if not page:
        return 0, queries.listed().limit(most + 1).count()
    return page[0].fitting, getattr(page[0], "everyone", page[0].fitting)


def _counts(asked: Asked, most: int) -> tuple[Any, ...]:
    """Both counts, each ended where it is more than is said; where nothing is asked everyone fits, counted once."""
    counted = {"fitting": matching(asked)} | ({"everyone": queries.listed()} if asked.conditions else {})
    return tuple(
        _size(people.select(Contact.id.alias("id")).limit(most + 1).alias(f"some_{name}")).alias(name)
        for name, people in counted.items()
    )


def _size(some: Any) -> Any:
    return Select([some], [fn.COUNT(some.c.id)])


def matching(asked: Asked) -> Any:
    """Everyone in the list who fits, in no order."""
    return _narrowed(queries.listed(), asked)


def people_after(asked: Asked, after: Id | None, limit: int) -> list[Contact]:
    """Some of those who fit, by their ids and behind `after`: to see to everyone, some at a time."""
    people = matching(asked)
    people = people if after is None else people.where(Contact.id > after)
    return list(people.order_by(Contact.id).limit(limit))


def exported(asked: Asked) -> Any:
    """Everyone who fits, for an export: those who are put away too."""
    return _narrowed(queries.visible(), asked)


def exported_ids(asked: Asked) -> Iterator[Id]:
    """The ids of everyone in an export, in the order of the list."""
    order, people = order_of(asked), exported(asked).select(Contact.id)
    keys = (*order.columns, Contact.id)
    there = order.join(people) if order.join else people.where(order.is_there) if order.is_there is not None else people
    parts = [there.order_by(*_ordered(keys, order))]
    if order.is_there is not None:
        parts.append(people.where(~order.is_there).order_by(Contact.id.desc()))
    for part in parts:
        yield from (contact_id for (contact_id,) in part.tuples().iterator())


def _narrowed(people: Any, asked: Asked) -> Any:
    return people.where(Contact.id.is_null()) if asked.broken else people.where(*asked.conditions)


def order_of(asked: Asked) -> Order:
    """The order the address asks for, turned round where it says so."""
    found = asked.registry.find(asked.sort) or asked.registry.find(DEFAULT_SORT)
    assert found is not None  # noqa: S101 - the usual order is always there
    assert found.order is not None  # noqa: S101 - the address takes no field without one
    order = found.order
    return Order(order.columns, order.reads, order.is_down != asked.is_turned, order.is_there, order.join)


def _rows(asked: Asked, order: Order, spot: _Spot | None, limit: int, most: int) -> list[Contact]:
    """Those of whom the order says something, then the others by when they were first seen."""
    people = matching(asked)
    shown = (*(() if asked.columns else _in_rows()), *(() if asked.after else _counts(asked, most)))
    rows: list[Contact] = []
    if spot is None or spot.is_there:
        rows = _page_of(order.join(people) if order.join else people, order, spot, limit, shown)
    if order.is_there is None or len(rows) >= limit:
        return rows
    others, rest = people.where(~order.is_there), Order((), str, is_down=True)
    left = spot if spot is not None and not spot.is_there else None
    return [*rows, *_page_of(others, rest, left, limit - len(rows), shown)]


def _page_of(people: Any, order: Order, spot: _Spot | None, limit: int, shown: Sequence[Any]) -> list[Contact]:
    """Who comes behind the spot. What their rows show is looked up for those of the page alone, in one statement."""
    keys = (*order.columns, Contact.id)
    if order.is_there is not None and order.join is None:
        people = people.where(order.is_there)
    if spot is not None:
        people = people.where(_behind(keys, (*spot.values, spot.contact_id), is_down=order.is_down))
    places = [column.alias(f"place_{n}") for n, column in enumerate(order.columns)]
    chosen = people.select(Contact.id.alias("id"), *places).order_by(*_ordered(keys, order)).limit(limit).alias("page")
    names = [chosen.c[f"place_{n}"] for n in range(len(places))]
    query = Contact.select(*Contact._meta.sorted_fields, *names, *shown).join(chosen, on=(Contact.id == chosen.c.id))
    return list(query.order_by(*_ordered((*names, chosen.c.id), order)).objects(Contact))


def _ordered(keys: Sequence[Any], order: Order) -> list[Any]:
    return [key.desc() if order.is_down else key.asc() for key in keys]


def _in_rows() -> tuple[Any, ...]:
    """What a row shows besides the contact: their last words, their first phone, the names of their tags."""
    words = queries.said().where(Activity.contact == Contact.id).order_by(*_newest(Activity)).limit(1)
    phones = ContactPoint.select(ContactPoint.norm).where(
        ContactPoint.contact == Contact.id, ContactPoint.kind == PointKind.PHONE
    )
    joined = fn.STRING_AGG if is_postgres() else fn.GROUP_CONCAT
    tags = ContactTag.select(joined(Tag.name, _BETWEEN)).join(Tag).where(ContactTag.contact == Contact.id)
    first = phones.order_by(ContactPoint.is_primary.desc(), ContactPoint.id).limit(1)
    return words.alias("last_words"), first.alias("first_phone"), tags.alias("tag_names")


def _newest(model: Any) -> tuple[Any, Any]:
    return model.happened_at.desc(), model.id.desc()


def _behind(keys: tuple[Any, ...], values: tuple[Any, ...], *, is_down: bool) -> Any:
    """Whether a row stands behind these values, the first that differs deciding."""
    (key, *keys_left), (value, *values_left) = keys, values
    further = key < value if is_down else key > value
    if not keys_left:
        return further
    # Said first by itself, so that an index leads there.
    at_least = key <= value if is_down else key >= value
    return at_least & (further | _behind(tuple(keys_left), tuple(values_left), is_down=is_down))


def _write(contact: Contact, order: Order) -> str:
    values = [getattr(contact, f"place_{n}", None) for n in range(len(order.columns))]
    is_there = not order.columns or values[0] is not None
    told = [
        int(is_there),
        ids.encode(contact.id),
        *((str(v) if isinstance(v, date) else v for v in values) if is_there else ()),
    ]
    return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(after: str, order: Order) -> _Spot | None:
    """The place an address goes on from; the beginning where it says nothing of ours."""
    try:
        told = json.loads(base64.urlsafe_b64decode(after[:4_000] + "=" * (-len(after) % 4)))
        is_there, contact_id, *values = told
        contact = ids.decode(contact_id)
    except (ValueError, TypeError, binascii.Error):
        return None
    fits = len(values) == (len(order.columns) if is_there else 0)
    if not fits or not all(_fits(value, order) for value in values):
        return None
    return _Spot(bool(is_there), tuple(values), contact)


def _fits(value: Any, order: Order) -> bool:
    if order.reads is date:
        return isinstance(value, str) and _is_day(value)
    if isinstance(value, bool) or not isinstance(value, (int, float) if order.reads is float else order.reads):
        return False
    return "\x00" not in value if isinstance(value, str) else abs(value) < 2**62  # type: ignore[arg-type]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
