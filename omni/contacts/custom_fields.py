"""A studio's own fields, read: which there are, what they say of people, and values from and to words.

Written by `actions.set_value`. A value is text (text, long, url), a Decimal (number), cents (money), a day (date), true
or false (bool), an option's id (select) or several in their order (multi); nothing is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import NumberFormatError, get_currency_precision, parse_decimal

from omni.contacts.folding import fold, fold_name
from omni.contacts.kinds import FieldKind
from omni.contacts.normal import Misread
from omni.contacts.particulars import FieldDef, FieldValue
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.tenancy import current_workspace
from omni.core.together import Part
from omni.core.words import _, current_locale, local_day, marked, money, number

Value = str | Decimal | int | date | bool | tuple[str, ...] | None

LONGEST: Mapping[FieldKind, int] = {FieldKind.TEXT: 200, FieldKind.LONG: 5_000, FieldKind.URL: 500}
_MOST = 10**12
_DIGITS = 6
_YES = frozenset({"y", "yes", "true", "1", "x", "on", "si", "s", "ja", "oui"})
_NO = frozenset({"n", "no", "false", "0", "off", "nein", "non"})
_SEVERAL = re.compile(r"[;\n]")
_URL = re.compile(r"^https?://[^\s/?#]+\.[^\s/?#]+[^\s]*$", re.IGNORECASE)


# -- which there are ---------------------------------------------------------------------------------------------------


def defs(*, with_archived: bool = False) -> Part[list[FieldDef]]:
    """The studio's own fields for its contacts, oldest first."""
    asked = (_all_defs if with_archived else used_defs).bound()
    return Part((asked,), lambda rows: sorted(rows, key=lambda one: one.id.int))


@prepared
def used_defs() -> Any:
    """The fields that are not archived."""
    return FieldDef.select().where(FieldDef.entity == "contact", FieldDef.archived_at.is_null())


@prepared
def _all_defs() -> Any:
    return FieldDef.select().where(FieldDef.entity == "contact")


def list_defs(*, with_archived: bool = False) -> list[FieldDef]:
    return defs(with_archived=with_archived).read()


def find_def(key: str) -> FieldDef | None:
    """The field of that key that is in use."""
    return next((one for one in list_defs() if one.key == key), None)


def called(label: str, defs: Iterable[FieldDef]) -> FieldDef | None:
    """The field of that name, as people compare names; one in use before one put away."""
    named = [one for one in defs if fold_name(one.label) == fold_name(label)]
    return min(named, key=lambda one: one.archived_at is not None, default=None)


def get_def(field_id: Id) -> FieldDef:
    """The field, archived or not. Raises: NotFound."""
    found: FieldDef | None = FieldDef.select().where(FieldDef.id == field_id, FieldDef.entity == "contact").first()
    if found is None:
        raise NotFound
    return found


# -- what they say -----------------------------------------------------------------------------------------------------


def values_of(contact_ids: Sequence[Id], defs: Iterable[FieldDef] | None = None) -> dict[Id, dict[Id, Value]]:
    """What the fields (by default all in use) say of each of these contacts: {contact: {field: value}}."""
    known = {one.id: one for one in (list_defs() if defs is None else defs)}
    if not contact_ids or not known:
        return {}
    return read_values(stored(contacts=list(contact_ids), fields=list(known)), known.values())


@prepared
def stored(contacts: Any, fields: Any) -> Any:
    """The rows of these contacts' values in these fields."""
    return FieldValue.select().where(FieldValue.contact.in_(contacts), FieldValue.field.in_(fields))


def read_values(stored: Iterable[FieldValue], defs: Iterable[FieldDef]) -> dict[Id, dict[Id, Value]]:
    """What these rows say, of the fields that are asked for: {contact: {field: value}}."""
    known, rows = {one.id: one for one in defs}, dict[tuple[Id, Id], list[FieldValue]]()
    for row in (row for row in stored if row.field_id in known):
        rows.setdefault((row.contact_id, row.field_id), []).append(row)
    found: dict[Id, dict[Id, Value]] = {}
    for (contact_id, field_id), mine in rows.items():
        found.setdefault(contact_id, {})[field_id] = value_in(known[field_id], mine)
    return found


def value_in(field: FieldDef, rows: Sequence[FieldValue]) -> Value:
    """The value these rows of one contact hold."""
    if not rows:
        return None
    if field.kind is FieldKind.MULTI:
        there = {row.v_option for row in rows}
        return tuple(one["id"] for one in field.options if one["id"] in there) or None
    read: Callable[[FieldValue], Value] = _IN[field.kind]
    return read(rows[0])


def columns_of(field: FieldDef, value: Value) -> list[dict[str, object]]:
    """The rows that hold the value, by their columns: none for nothing, one, or one for each option of several."""
    if value is None or value == ():
        return []
    if field.kind is FieldKind.MULTI:
        assert isinstance(value, tuple)  # noqa: S101 - what a kind holds is said above
        return [_row(v_option=one) for one in value]
    if field.kind is FieldKind.SELECT:
        return [_row(v_option=value)]
    if field.kind is FieldKind.DATE:
        return [_row(v_date=value)]
    if field.kind in (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.BOOL):
        return [_row(v_num=float(value))]  # type: ignore[arg-type]
    return [_row(v_text=value)]


def _row(**column: object) -> dict[str, object]:
    return {"v_text": None, "v_num": None, "v_date": None, "v_option": "", **column}


def _number(stored: float) -> Decimal:
    """The number as it was typed: a float's shortest writing is the decimal it came from."""
    return Decimal(int(stored)) if stored == int(stored) else Decimal(repr(stored))


_IN: dict[FieldKind, Callable[[Any], Value]] = {
    FieldKind.TEXT: lambda row: row.v_text,
    FieldKind.LONG: lambda row: row.v_text,
    FieldKind.URL: lambda row: row.v_text,
    FieldKind.NUMBER: lambda row: _number(row.v_num),
    FieldKind.MONEY: lambda row: round(row.v_num),
    FieldKind.BOOL: lambda row: bool(row.v_num),
    FieldKind.DATE: lambda row: row.v_date if isinstance(row.v_date, date) else date.fromisoformat(row.v_date),
    FieldKind.SELECT: lambda row: row.v_option or None,
}


# -- words -------------------------------------------------------------------------------------------------------------


def read_value(field: FieldDef, typed: str | Sequence[str]) -> Value | Misread:
    """The value that was typed, chosen (option ids) or found in a file; what is wrong with it when it is none."""
    if field.kind is FieldKind.MULTI:
        return _read_several(field, [typed] if isinstance(typed, str) else typed)
    text = (typed if isinstance(typed, str) else next(iter(typed), "")).strip()
    if not text:
        return None
    if field.kind is FieldKind.SELECT:
        return _read_option(field, text)
    if field.kind in (FieldKind.NUMBER, FieldKind.MONEY):
        return _read_number(field.kind, text)
    if field.kind is FieldKind.DATE:
        return _read_day(text)
    if field.kind is FieldKind.BOOL:
        return _read_bool(text)
    return _read_text(field.kind, text)


def show_value(field: FieldDef, value: Value) -> str:
    """The value as the reader writes it; nothing is an empty text."""
    if value is None:
        return ""
    if field.kind is FieldKind.MONEY:
        return money(int(value), current_workspace().currency)  # type: ignore[arg-type]
    if field.kind is FieldKind.NUMBER:
        return number(value)  # type: ignore[arg-type]
    if field.kind is FieldKind.BOOL:
        return _("Yes") if value else _("No")
    if field.kind is FieldKind.DATE:
        return local_day(value)  # type: ignore[arg-type]
    return plain_value(field, value)


def plain_value(field: FieldDef, value: Value) -> str:
    """The value as a file holds it, which `read_value` reads again: options by their labels, numbers and days plain."""
    if value is None:
        return ""
    labels = {one["id"]: one["label"] for one in field.options}
    if isinstance(value, tuple):
        return "; ".join(labels.get(one, one) for one in value)
    if field.kind is FieldKind.SELECT:
        return str(labels.get(str(value), value))
    if field.kind is FieldKind.MONEY:
        return str(Decimal(int(value)).scaleb(-_cents()))  # type: ignore[arg-type]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def read_number(text: str) -> Decimal | Misread:
    """The number that was typed, in the reader's own way or plainly."""
    found = _read_number(FieldKind.NUMBER, text.strip())
    return Decimal(found) if isinstance(found, int) else found


def _read_several(field: FieldDef, typed: Sequence[str]) -> Value | Misread:
    wanted: set[str] = set()
    for part in (part.strip() for text in typed for part in _SEVERAL.split(text) if part.strip()):
        # A label may hold a comma itself, so the whole is tried before its parts.
        whole = _read_option(field, part)
        for each in [part] if isinstance(whole, str) else part.split(","):
            found = _read_option(field, each.strip())
            if isinstance(found, Misread):
                return found
            wanted.add(found)
    return tuple(one["id"] for one in field.options if one["id"] in wanted) or None


def _read_option(field: FieldDef, text: str) -> str | Misread:
    folded = fold(text)
    for one in field.options:
        if text == one["id"] or folded == fold(one["label"]):
            return str(one["id"])
    labels = ", ".join(one["label"] for one in field.options)
    return Misread(marked("“%(typed)s” is none of: %(labels)s"), {"typed": text[:60], "labels": labels})


def _read_number(kind: FieldKind, text: str) -> Decimal | int | Misread:
    digits = _cents() if kind is FieldKind.MONEY else _DIGITS
    try:
        found = Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) else _local_number(text)
    except (NumberFormatError, InvalidOperation):
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= _MOST or found.scaleb(digits) != found.scaleb(digits).to_integral_value():
        sentence = (
            marked("“%(typed)s” is not an amount. Write it like %(example)s")
            if kind is FieldKind.MONEY
            else marked("“%(typed)s” is not a number. Write it like %(example)s")
        )
        return Misread(sentence, {"typed": text[:60], "example": number(Decimal("25.5"))})
    return int(found.scaleb(digits)) if kind is FieldKind.MONEY else found


def _local_number(text: str) -> Decimal:
    return Decimal(parse_decimal(text, locale=current_locale(), strict=True))


def _read_day(text: str) -> date | Misread:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if 1800 <= day.year <= 2200:
        return day
    return Misread(marked("“%(typed)s” is not a day. Write year, month and day like 2026-11-27"), {"typed": text[:60]})


def _read_bool(text: str) -> bool | Misread:
    folded = fold(text)
    if folded in _YES | {fold(_("Yes"))}:
        return True
    if folded in _NO | {fold(_("No"))}:
        return False
    return Misread(marked("“%(typed)s” is neither yes nor no"), {"typed": text[:60]})


def _read_text(kind: FieldKind, text: str) -> str | Misread:
    if kind is FieldKind.URL:
        text = text if "://" in text or text.lower().startswith(("javascript:", "data:")) else f"https://{text}"
        if not _URL.match(text) or not _has_host(text):
            return Misread(
                marked("“%(typed)s” is not a web address. One looks like https://example.com"), {"typed": text[:60]}
            )
    elif kind is FieldKind.TEXT:
        text = " ".join(text.split())
    if len(text) > LONGEST[kind]:
        return Misread(
            marked("This has %(count)s characters; up to %(limit)s fit here"),
            {"count": len(text), "limit": LONGEST[kind]},
        )
    return text


def _has_host(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _cents() -> int:
    return int(get_currency_precision(current_workspace().currency))
