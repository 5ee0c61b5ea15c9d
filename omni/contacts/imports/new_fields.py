"""Columns nobody knows that may become fields of the studio's own: of which kind, by all that stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from omni.contacts import custom_fields
from omni.contacts.actions.own_fields import LONGEST_LABEL, MOST_FIELDS, TOO_MANY, open_field
from omni.contacts.custom_fields import LONGEST
from omni.contacts.doers import By
from omni.contacts.folding import fold, fold_name
from omni.contacts.kinds import FieldKind
from omni.contacts.normal import Misread
from omni.contacts.particulars import FieldDef
from omni.contacts.reading.cells import bare
from omni.contacts.reading.dates import Order, decide_order, order_of, read_birthday
from omni.contacts.reading.headers import map_columns, sender_of
from omni.contacts.reading.roles import Role, fold_header
from omni.core.faults import Invalid

if TYPE_CHECKING:
    from omni.contacts.imports.opening import Opened

# A column that is to become a field is kept as this until the run begins.
NEW_FIELD = "new-field"
MOST_CHOICES = 12
_REMEMBERED = 5_000
# Fifteen figures are what a stored number keeps; one that begins with 0 is a name made of digits.
_NUMBER = re.compile(r"^-?(?=[\d.]{1,15}$)(0|[1-9]\d*)(\.\d{1,6})?$", re.ASCII)
_URL = re.compile(r"^(https?://|www\.)", re.IGNORECASE)


@dataclass(frozen=True)
class Offer:
    """The field a column may become; `is_back` where the studio put one of that name away."""

    label: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    is_back: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"label": self.label, "kind": self.kind.value, "choices": list(self.choices)}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Offer:
        return cls(said["label"], FieldKind(said["kind"]), tuple(said["choices"]))


def label_of(header: str) -> str:
    """What the field of a column is called."""
    return " ".join(header.split())[:LONGEST_LABEL].strip()


def offers_in(opened: Opened) -> dict[int, Offer]:
    """By its place, what each column that nobody knows may become."""
    header, known = opened.table.header, custom_fields.list_defs(with_archived=True)
    seen: dict[int, _Seen] = {}
    back: dict[int, Offer] = {}
    taken = {fold_name(one.label) for one in known if one.archived_at is None}
    for n, role in enumerate(map_columns(header, sender_of(opened.reading.sender))):
        label = label_of(header[n])
        if role not in (Role.IGNORE, Role.QUESTION) or not fold_header(label) or fold_name(label) in taken:
            continue
        taken.add(fold_name(label))
        if there := custom_fields.called(label, known):
            back[n] = Offer(there.label, there.kind, is_back=True)
        else:
            seen[n] = _Seen()
    for _n, cells in opened.table.rows() if seen else ():
        for n, one in seen.items():
            one.take(bare(cells[n]))
    country = opened.reading.country
    made = {n: Offer(label_of(header[n]), *one.kind(order_of(country))) for n, one in seen.items()}
    return made | back


def refuse_too_many(asked: Sequence[Offer]) -> None:
    """Raises: Invalid where the studio would have more fields than it may."""
    if len(asked) + len(custom_fields.list_defs()) > MOST_FIELDS:
        raise Invalid(TOO_MANY.key)


def fields_for(offers: Mapping[int, Offer]) -> dict[int, FieldDef]:
    """By their places the fields these columns become: one there is of that name, else as it will be made."""
    known = custom_fields.list_defs(with_archived=True) if offers else []
    return {n: custom_fields.called(one.label, known) or _to_come(one) for n, one in offers.items()}


def make_fields(offers: Mapping[int, Offer], *, by: By) -> dict[int, FieldDef]:
    """Make them; the batch that is open takes them back. Raises: Invalid."""
    return {n: open_field(one.label, one.kind, options=one.choices, by=by) for n, one in offers.items()}


def _to_come(offer: Offer) -> FieldDef:
    choices = [{"id": f"+{text}", "label": text} for text in offer.choices]
    return FieldDef(key=f"+{offer.label}", label=offer.label, kind=offer.kind, options=choices)


@dataclass
class _Seen:
    """What stood in a column so far, as far as its kind depends on it."""

    count: int = 0
    known: set[str] = field(default_factory=set)
    days: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    is_yes_or_no: bool = True
    is_number: bool = True
    is_day: bool = True
    is_url: bool = True
    is_line: bool = True

    def take(self, text: str) -> None:
        if not text:
            return
        self.count += 1
        if text in self.known:
            return
        if len(self.known) < _REMEMBERED:
            self.known.add(text)
        self.is_line = self.is_line and "\n" not in text and len(text) <= LONGEST[FieldKind.TEXT]
        self.is_yes_or_no = self.is_yes_or_no and _fits(FieldKind.BOOL, text)
        self.is_number = self.is_number and bool(_NUMBER.match(text))
        self.is_url = self.is_url and bool(_URL.match(text)) and _fits(FieldKind.URL, text)
        # A time of the day would be lost.
        self.is_day = self.is_day and ":" not in text and any(_day(text, order) for order in Order)
        if self.is_day:
            self.days.append(text)
        if len(self.choices) <= MOST_CHOICES:
            self.choices.setdefault(fold(text), text)

    def kind(self, otherwise: Order) -> tuple[FieldKind, tuple[str, ...]]:
        """What kind of field holds all of it, and its choices."""
        if self.count:
            order = decide_order(self.days, otherwise)
            fitting = {
                # Noughts and ones are counted more often than they are ticked.
                FieldKind.BOOL: self.is_yes_or_no and not self.is_number,
                FieldKind.NUMBER: self.is_number,
                FieldKind.DATE: self.is_day and all(_day(text, order) for text in self.days),
                FieldKind.URL: self.is_url,
            }
            if found := next((kind for kind, fits in fitting.items() if fits), None):
                return found, ()
            if self._repeats:
                return FieldKind.SELECT, tuple(" ".join(text.split()) for text in self.choices.values())
        return (FieldKind.TEXT if self.is_line else FieldKind.LONG), ()

    @property
    def _repeats(self) -> bool:
        """Whether few values stand there again and again, each told from the others as a choice is."""
        names = [fold_name(text) for text in self.choices]
        return (
            2 <= len(names) <= MOST_CHOICES
            and len(names) * 2 <= self.count
            and len(set(names)) == len(names)
            and all(names)
            and all(len(text) <= LONGEST_LABEL and "\n" not in text for text in self.choices.values())
        )


def _fits(kind: FieldKind, text: str) -> bool:
    return not isinstance(custom_fields.read_value(_of(kind), text), Misread)


@cache
def _of(kind: FieldKind) -> FieldDef:
    return FieldDef(workspace=None, kind=kind)


def _day(text: str, order: Order) -> bool:
    found = read_birthday(text, order)
    return found is not None and bool(found.year and found.month and found.day)


def asked_in(words: Sequence[str], said: Mapping[str, Any]) -> dict[int, Offer]:
    """By their places the columns that are to become a field, of what a job keeps."""
    wanted: Iterable[int] = (n for n, word in enumerate(words) if word == NEW_FIELD)
    return {n: Offer.of(said[str(n)]) for n in wanted if str(n) in said}
