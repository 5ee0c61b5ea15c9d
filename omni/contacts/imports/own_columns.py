"""Columns that fill a studio's own fields: which they are, and what becomes of choices the studio has not got."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from omni.contacts import custom_fields
from omni.contacts.custom_fields import Value
from omni.contacts.kinds import FieldKind
from omni.contacts.normal import Misread
from omni.contacts.particulars import FieldDef
from omni.contacts.reading.roles import Role, fold_header
from omni.contacts.reading.rows import OwnColumn

# A column of a field of the studio's own is kept as this and the field's key.
OWN = "own-"


def recognised(header: Sequence[str], roles: Sequence[Role]) -> list[str]:
    """What each column holds as a job keeps it: of those nobody knows, one may be called as an own field is."""
    words = [role.value for role in roles]
    unknown = [n for n, role in enumerate(roles) if role in (Role.IGNORE, Role.QUESTION) and header[n].strip()]
    if unknown:
        called = {name: OWN + one.key for one in custom_fields.list_defs() for name in _names(one)}
        for n in unknown:
            words[n] = called.pop(fold_header(header[n]), words[n])
    return words


def roles_of(words: Sequence[str]) -> list[Role]:
    """What each column holds."""
    return [Role.OWN if word.startswith(OWN) else Role(word) for word in words]


def columns_of(words: Sequence[str]) -> dict[int, OwnColumn]:
    """By their places the columns that fill a field there is."""
    wanted = {n: word.removeprefix(OWN) for n, word in enumerate(words) if word.startswith(OWN)}
    known = {one.key: one for one in custom_fields.list_defs()} if wanted else {}
    return {n: _column(known[key]) for n, key in wanted.items() if key in known}


def defs_of(keys: Collection[str]) -> dict[str, FieldDef]:
    """These fields, by their keys."""
    return {one.key: one for one in custom_fields.list_defs() if one.key in keys} if keys else {}


def _names(field: FieldDef) -> tuple[str, str]:
    """What a column of the field is called, by people and by our own export."""
    return fold_header(field.label), fold_header(f"{field.label} ({OWN}{field.key})")


def _column(field: FieldDef) -> OwnColumn:
    read, show = partial(_read, field), partial(custom_fields.plain_value, field)
    return OwnColumn(field.key, field.label, read, show, is_day=field.kind is FieldKind.DATE)


def _read(field: FieldDef, text: str) -> Value | Misread:
    return custom_fields.read_value(field, text)
