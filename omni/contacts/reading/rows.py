"""From the cells of one row to one person, and what could not be read of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel.core import Locale, UnknownLocaleError

from omni.contacts.folding import fold
from omni.contacts.kinds import FieldKind, Lifecycle
from omni.contacts.normal import Misread, read_email, read_phone
from omni.contacts.reading.cells import SEVERAL, bare, emails_in, life_of, phones_in, says_yes, tags_in, values_in
from omni.contacts.reading.dates import (
    Birthday,
    Order,
    decide_order,
    is_empty,
    order_of,
    read_birthday,
    read_instant,
)
from omni.contacts.reading.people import MAX_NAME, OwnValue, Person, Value, split_name
from omni.contacts.reading.roles import Role
from omni.contacts.reading.table import MAX_CELL, Table
from omni.core import clock
from omni.core.words import marked

MAX_TAG, MAX_PRONOUNS, MAX_LANGUAGE = 60, 40, 16
_FACEBOOK = re.compile(r"^(?:l|ag|as|c|f|p|z):(?=[+\d])")


@dataclass(frozen=True)
class Reason:
    """A sentence with named values about one row, worded when it is read."""

    words: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words % self.values if self.values else self.words


NOBODY = Reason(marked("There is nobody to recognise: no name, email or phone"))

BROKEN_CARD = Reason(marked("This card is broken; the others were read"))


@dataclass(frozen=True)
class OwnColumn:
    """A column that fills a field of the studio's own: `read` makes a cell its value, `show` tells a value in words."""

    key: str
    label: str
    read: Callable[[str], Any]
    show: Callable[[Any], str]
    field: Any

    @property
    def is_day(self) -> bool:
        return bool(self.field.kind is FieldKind.DATE)


@dataclass(frozen=True)
class Reading:
    """How to read a table's cells: what each column holds, and the country, orders and zone they are meant in.

    `tags` go to everyone in the file, and `owner_email` is whose they are where the file does not say.
    """

    header: tuple[str, ...]
    roles: tuple[Role, ...]
    country: str
    zone: str
    orders: dict[int, Order] = field(default_factory=dict)
    sender: str = ""
    tag_marks: str = ","
    written_column: int | None = None
    tags: tuple[str, ...] = ()
    owner_email: str = ""
    own: Mapping[int, OwnColumn] = field(default_factory=dict)

    @property
    def own_keys(self) -> list[str]:
        """The studio's own fields that the table speaks of."""
        return [column.key for column in self.own.values()]


def _shown(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells as a page can show and a database can keep them."""
    return tuple(cell.replace("\x00", "") for cell in cells)


@dataclass(frozen=True)
class RowRead:
    """A person, or why there is none; `reasons` also tell what was kept as a note."""

    n: int
    cells: tuple[str, ...]
    person: Person | None
    reasons: tuple[Reason, ...] = ()


def plan_reading(
    table: Table,
    roles: Sequence[Role],
    *,
    country: str,
    zone: str,
    sender: str = "",
    tag_marks: str = ",",
    order: Order | None = None,
    written_column: int | None = None,
    tags: Sequence[str] = (),
    owner_email: str = "",
    own: Mapping[int, OwnColumn] | None = None,
) -> Reading:
    """How this table is to be read; the order of day and month is decided for each column of dates."""
    own = own or {}
    columns = [i for i, role in enumerate(roles) if role in (Role.BIRTHDAY, Role.CREATED)]
    columns += [i for i, column in own.items() if column.is_day]
    otherwise = order_of(country)
    if order is not None:
        orders = dict.fromkeys(columns, order)
    else:
        orders = {i: decide_order((cells[i] for _, cells in table.rows()), otherwise) for i in columns}
    return Reading(
        table.header,
        tuple(roles),
        country,
        zone,
        orders,
        sender,
        tag_marks,
        written_column,
        tuple(tags),
        owner_email,
        own,
    )


def read_row(n: int, cells: Sequence[str], reading: Reading) -> RowRead:
    """One row as a person, with a reason for everything that could not be read."""
    if any(role is Role.BROKEN and cell for role, cell in zip(reading.roles, cells, strict=False)):
        return RowRead(n, _shown(cells), None, (BROKEN_CARD,))
    for index, cell in enumerate(cells):
        if len(cell) > MAX_CELL:
            values = {"column": reading.header[index], "length": len(cell), "most": MAX_CELL}
            words = marked("The cell in “%(column)s” has %(length)s characters; %(most)s is the most")
            return RowRead(n, _shown(cells), None, (Reason(words, values),))
    reader = _Row(reading)
    for index, cell in enumerate(cells):
        reader.take(index, cell, cells)
    person, reasons = reader.person(), tuple(reader.reasons)
    if not person.is_somebody:
        return RowRead(n, _shown(cells), None, (*reasons, NOBODY))
    if len(person.name) > MAX_NAME:
        values = {"length": len(person.name), "most": MAX_NAME}
        long = Reason(marked("The name has %(length)s characters; %(most)s is the most"), values)
        return RowRead(n, _shown(cells), None, (*reasons, long))
    return RowRead(n, _shown(cells), person, reasons)


@lru_cache(1000)
def _is_language(text: str) -> bool:
    """Whether this is a language as BCP 47 names it, which we know."""
    try:
        return len(text) <= MAX_LANGUAGE and bool(Locale.parse(text, sep="-"))
    except (UnknownLocaleError, ValueError):
        return False


_FITS: Mapping[Role, Callable[[str], bool]] = {
    Role.TIMEZONE: lambda text: text in clock.zones(),
    Role.LANGUAGE: _is_language,
    Role.PRONOUNS: lambda text: len(text) <= MAX_PRONOUNS,
}


class _Row:
    """Gathers one row's cells; every value that cannot be read is kept as a line of the note."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.reasons: list[Reason] = []
        self.texts: dict[Role, str] = {}
        self.values: dict[Role, list[Value]] = {}
        self.tags: list[str] = []
        self.lines: list[str] = []
        self.birthday: Birthday | None = None
        self.created_at: datetime | None = None
        self.life: Lifecycle | None = None
        self.yes_cell = ""
        self.own: dict[str, OwnValue] = {}

    def take(self, index: int, cell: str, cells: Sequence[str]) -> None:
        role, text = self.reading.roles[index], bare(cell)
        if self.reading.sender == "facebook":
            text = _FACEBOOK.sub("", text)
        if "\x00" in cell and text:
            self._tell(
                marked("A byte that stands for nothing was taken out of “%(column)s”"), column=self._column(index)
            )
        if index == self.reading.written_column:
            self.yes_cell = text
        if not text or role in (Role.IGNORE, Role.LABEL):
            return
        self._keep(role, index, text, cells)

    def person(self) -> Person:
        given, family, display = self._names()
        return Person(
            given_name=given,
            family_name=family,
            nickname=self._text(Role.NICKNAME),
            pronouns=self._text(Role.PRONOUNS),
            display_name=display,
            company=self._text(Role.COMPANY),
            job_title=self._text(Role.JOB_TITLE),
            city=self._text(Role.CITY),
            timezone=self._text(Role.TIMEZONE),
            language=self._text(Role.LANGUAGE),
            source_detail=self._text(Role.SOURCE),
            birthday=self.birthday or self._split_birthday(),
            phones=tuple(self.values.get(Role.PHONE, ())),
            emails=tuple(self.values.get(Role.EMAIL, ())),
            urls=tuple(self.values.get(Role.URL, ())),
            addresses=tuple(self.values.get(Role.ADDRESS, ())),
            tags=_once((*self.tags, *self.reading.tags)),
            note="\n".join(filter(None, [self._text(Role.NOTE), *self.lines])),
            life=self.life,
            stage=self._text(Role.STAGE),
            life_word=self._text(Role.LIFE),
            owner_email=self._text(Role.OWNER).lower() or self.reading.owner_email,
            external_id=self._text(Role.REF),
            created_at=self.created_at,
            wrote_yes=says_yes(self.yes_cell),
            yes_cell=self.yes_cell,
            own=tuple(self.own.items()),
        )

    def _keep(self, role: Role, index: int, text: str, cells: Sequence[str]) -> None:
        column = self.reading.header[index]
        if role is Role.QUESTION:
            self.lines.append(f"{self._label(index, cells)[0] or column}: {text}")
        elif role is Role.PHONE:
            self._phones(index, text, cells)
        elif role is Role.EMAIL:
            self._emails(index, text, cells)
        elif role in (Role.URL, Role.ADDRESS):
            for place, part in enumerate(values_in(text)):
                self._add(role, Value(fold(part)[:500], part, self._label(index, cells, place)[0]))
        elif role is Role.TAGS:
            self._tags(text)
        elif role is Role.BIRTHDAY:
            self._birthday(index, text)
        elif role is Role.CREATED:
            self.created_at = self.created_at or read_instant(text, self.reading.orders[index], self.reading.zone)
        elif role is Role.LIFE:
            self.life = self.life or life_of(text)
            self.texts.setdefault(Role.LIFE, text)
        elif role in _FITS:
            self._fitting(role, column, text)
        elif role is Role.OWN:
            self._own(index, text)
        elif role is Role.NOTE:
            self.texts[role] = "\n".join(filter(None, [self.texts.get(role, ""), text]))
        else:
            self.texts.setdefault(role, text)

    def _phones(self, index: int, text: str, cells: Sequence[str]) -> None:
        for place, part in enumerate(phones_in(text)):
            label, is_first = self._label(index, cells, place)
            found = read_phone(part, self.reading.country)
            if isinstance(found, Misread):
                self._unread(index, part, found)
            else:
                self._add(Role.PHONE, Value(found.e164, part, label, found.extension), is_first=is_first)

    def _emails(self, index: int, text: str, cells: Sequence[str]) -> None:
        for place, part in enumerate(emails_in(text)):
            label, is_first = self._label(index, cells, place)
            found = read_email(part)
            if isinstance(found, Misread):
                self._unread(index, part, found)
            else:
                self._add(Role.EMAIL, Value(found, part, label), is_first=is_first)

    def _tags(self, text: str) -> None:
        for name in tags_in(text, self.reading.tag_marks):
            if len(name) > MAX_TAG:
                self.lines.append(f"Tag: {name}")
                self._tell(
                    marked("The tag “%(tag)s” is longer than %(most)s characters"), tag=f"{name[:30]}…", most=MAX_TAG
                )
            else:
                self.tags.append(name)

    def _birthday(self, index: int, text: str) -> None:
        if is_empty(text):
            return
        self.birthday = read_birthday(text, self.reading.orders[index])
        if self.birthday is None:
            self._unread(index, text, Misread(marked("“%(typed)s” is not a date"), {"typed": text[:60]}))

    def _own(self, index: int, text: str) -> None:
        column = self.reading.own[index]
        day = read_birthday(text, self.reading.orders[index]) if column.is_day else None
        is_whole = day is not None and day.year and day.month and day.day
        found = column.read(str(day) if is_whole else text)
        if isinstance(found, Misread):
            self._unread(index, text, found)
        elif found is not None:
            self.own.setdefault(column.key, OwnValue(found, column.label, column.show(found)))

    def _fitting(self, role: Role, column: str, text: str) -> None:
        """What is none of its kind is kept in the note."""
        if _FITS[role](text):
            self.texts.setdefault(role, text)
        else:
            self.lines.append(f"{column}: {text}")

    def _split_birthday(self) -> Birthday | None:
        month, day = self._text(Role.BIRTH_MONTH), self._text(Role.BIRTH_DAY)
        if not month or not day:
            return None
        year = self._text(Role.BIRTH_YEAR)
        text = f"{year.zfill(4)}-{month}-{day}" if year else f"--{month}-{day}"
        found = read_birthday(text, Order.MONTH_FIRST)
        if found is None:
            self.lines.append(f"Birthday: {text}")
            self._tell(marked("“%(typed)s” is not a date"), typed=text)
        return found

    def _names(self) -> tuple[str, str, str]:
        given = " ".join(filter(None, [self._text(Role.GIVEN), self._text(Role.MIDDLE)]))
        family, whole = self._text(Role.FAMILY), self._text(Role.NAME)
        if given or family:
            return given, family, whole if self.reading.sender == "omni" else ""
        return (*split_name(whole), whole if self.reading.sender == "omni" else "")

    def _label(self, index: int, cells: Sequence[str], place: int = 0) -> tuple[str, bool]:
        """What the label column right before says of the value at this place of its cell, as Google writes it; and
        whether its star says that this is the one they prefer."""
        labels = self._label_cell(index, cells).split(SEVERAL)
        label = labels[min(place, len(labels) - 1)]
        is_chosen = label.startswith("* ") and (place == 0 or len(labels) > 1)
        return label.removeprefix("* ").strip()[:60], is_chosen

    def _label_cell(self, index: int, cells: Sequence[str]) -> str:
        before = index - 1
        return bare(cells[before]) if before >= 0 and self.reading.roles[before] is Role.LABEL else ""

    def _add(self, role: Role, value: Value, *, is_first: bool = False) -> None:
        known = self.values.setdefault(role, [])
        if all(value.norm != other.norm for other in known):
            known.insert(0 if is_first else len(known), value)

    def _unread(self, index: int, text: str, fault: Misread) -> None:
        self.lines.append(f"{self.reading.header[index]}: {text}")
        self.reasons.append(Reason(fault.words, fault.values))

    def _tell(self, words: str, **values: object) -> None:
        self.reasons.append(Reason(words, values))

    def _column(self, index: int) -> str:
        return self.reading.header[index]

    def _text(self, role: Role) -> str:
        return self.texts.get(role, "")


def _once(tags: Sequence[str]) -> tuple[str, ...]:
    """The tags, each as it is written first."""
    return tuple({fold(tag): tag for tag in reversed(tags)}[key] for key in dict.fromkeys(fold(tag) for tag in tags))
