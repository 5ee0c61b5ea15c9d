"""What an address of the list asks for. All of it stands in the address, so that Back and a bookmark bring it back.

`f=field:op:value` (repeated is AND, `|` in a value is OR, `\\|` a bar), `q`, `cols=a,b`, `sort=field` (`-field` the
other way round), `after` the place to go on from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode

from omni.contacts import search
from omni.contacts.lists.fields import ListField, Registry
from omni.contacts.lists.operators import BARE, BadFilter, Op
from omni.contacts.models import Contact
from omni.core.faults import NotFound

LIST = "/contacts"
DEFAULT_SORT = "recent"
MOST_FILTERS = 30
MOST_COLUMNS = 20
LONGEST = 200
_BARS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Filter:
    """One `field:op:value`, understood."""

    field: ListField
    op: Op
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.field.key}:{self.op}:{'|'.join(value.replace('|', chr(92) + '|') for value in self.values)}"


@dataclass(frozen=True)
class Asked:
    """What an address asks for; `broken` are filters nobody understands any more."""

    registry: Registry
    filters: tuple[Filter, ...] = ()
    text: str = ""
    columns: tuple[ListField, ...] = ()
    sort: str = DEFAULT_SORT
    is_turned: bool = False
    after: str = ""
    broken: tuple[str, ...] = ()
    is_ticking: bool = False

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters or self.text or self.broken)

    @property
    def is_sorted(self) -> bool:
        return self.sort != DEFAULT_SORT or self.is_turned

    @property
    def sort_word(self) -> str:
        return ("-" if self.is_turned else "") + self.sort

    @cached_property
    def conditions(self) -> list[Any]:
        """What has to hold of whoever fits."""
        found = [one.field.condition(one.op, one.values) for one in self.filters]
        return [*found, Contact.id.in_(search.ids_matching(self.text))] if self.text else found

    @cached_property
    def query(self) -> str:
        """The canonical query: the same people in the same order and columns are always written the same."""
        return urlencode(self.parts())

    def parts(self, *, without: str = "") -> list[tuple[str, str]]:
        """Name and value of every parameter; `without` leaves one filter out."""
        parts = [("f", one) for one in (*(each.text for each in self.filters), *self.broken) if one != without]
        parts += [("q", self.text)] if self.text else []
        parts += [("cols", ",".join(one.key for one in self.columns))] if self.columns else []
        return parts + ([("sort", self.sort_word)] if self.is_sorted else [])

    def address(self, path: str = LIST, *, without: str = "", after: str = "", **more: str) -> str:
        """The address of the same list elsewhere: further on, without one filter, or with more parameters."""
        parts = [*self.parts(without=without), *more.items()]
        parts += [("tick", "1")] if self.is_ticking and path == LIST else []
        parts += [("after", after)] if after else []
        return path + (f"?{urlencode(parts)}" if parts else "")

    def sorted_by(self, key: str) -> str:
        """The address of the same people in the order of a field; asked again, the other way round."""
        is_turned = key == self.sort and not self.is_turned
        return replace(self, sort=key, is_turned=is_turned).address()

    def way(self, key: str) -> str:
        """Which way the list goes by a field: "up", "down", or "" when it goes by another."""
        found = self.registry.find(key) if key == self.sort else None
        if found is None or found.order is None:
            return ""
        return "down" if found.order.is_down != self.is_turned else "up"

    def ticking(self, is_ticking: bool) -> str:
        """The address of the same list with a box to tick beside everybody, or without."""
        return replace(self, is_ticking=is_ticking).address()

    @property
    def plain(self) -> str:
        """The address of the same people as rows, without columns."""
        return replace(self, columns=()).address()


def read_address(
    filters: Sequence[str],
    *,
    text: str = "",
    columns: Sequence[str] = (),
    sort: str = "",
    after: str = "",
    tick: str = "",
) -> Asked:
    """What the parameters of an address mean."""
    registry = Registry()
    known: list[Filter] = []
    broken: list[str] = []
    for one in [one for one in filters if one][:MOST_FILTERS]:
        found = read_filter(one, registry)
        if found is None:
            broken.append(one[:LONGEST])
        elif found not in known:
            known.append(found)
    is_turned, key = sort.startswith("-"), sort.removeprefix("-")
    sorting = registry.find(key) if key else None
    is_sort = sorting is not None and sorting.order is not None
    return Asked(
        registry,
        tuple(known),
        text.strip()[:LONGEST],
        _columns(columns, registry),
        key if is_sort else DEFAULT_SORT,
        is_sort and is_turned,
        after,
        tuple(dict.fromkeys(broken)),
        bool(tick) and not broken,
    )


def read_query(query: str) -> Asked:
    """What a canonical query, kept somewhere, asks for now."""
    given = parse_qs(query)
    first = {name: values[0] for name, values in given.items()}
    return read_address(
        given.get("f", []), text=first.get("q", ""), columns=given.get("cols", []), sort=first.get("sort", "")
    )


def read_filter(text: str, registry: Registry) -> Filter | None:
    """One filter, or None when it means nothing: its field is gone, or its value fits nothing."""
    key, _colon, rest = text.partition(":")
    word, _colon, value = rest.partition(":")
    found = registry.find(key)
    values = tuple(dict.fromkeys(part.replace("\\|", "|")[:LONGEST] for part in _BARS.split(value) if part.strip()))
    try:
        op = Op(word)
        if found is None:
            return None
        found.condition(op, values)
    except (BadFilter, ValueError, NotFound):
        return None
    return Filter(found, op, () if op in BARE else values)


def _columns(given: Sequence[str], registry: Registry) -> tuple[ListField, ...]:
    keys = dict.fromkeys(key for one in given for key in one.split(",") if key)
    found = [registry.find(key) for key in list(keys)[:MOST_COLUMNS]]
    return tuple(one for one in found if one is not None and one.is_column)
