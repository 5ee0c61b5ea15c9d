"""Columns that fill a studio's own fields: which they are, and what becomes of choices the studio has not got."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from omni.contacts import custom_fields
from omni.contacts.actions.own_fields import LONGEST_LABEL, add_choice
from omni.contacts.custom_fields import Value
from omni.contacts.doers import By
from omni.contacts.imports.new_fields import NEW_FIELD, Offer, fields_for, label_of
from omni.contacts.kinds import FieldKind
from omni.contacts.normal import Misread
from omni.contacts.particulars import FieldDef
from omni.contacts.reading.cells import bare
from omni.contacts.reading.roles import Role, fold_header
from omni.contacts.reading.rows import OwnColumn

if TYPE_CHECKING:
    from omni.contacts.imports.opening import Opened

# A column of a field of the studio's own is kept as this and the field's key.
OWN = "own-"
# What may become of a choice that stands in the file alone, besides the id of one there is: unanswered, it is told as
# what it is and kept in the note.
NEW, LEFT_OUT = "new", "out"
MOST_ASKED = 50
# By the key of a field and the text of a choice, what becomes of it.
Answers = Mapping[str, Mapping[str, str]]


def recognised(header: Sequence[str], roles: Sequence[Role]) -> list[str]:
    """What each column holds as a job keeps it: of those nobody knows, one may be called as an own field is."""
    words = [role.value for role in roles]
    unknown = [n for n, role in enumerate(roles) if role in (Role.IGNORE, Role.QUESTION) and header[n].strip()]
    if unknown:
        called = {name: OWN + one.key for one in custom_fields.list_defs() for name in _names(one)}
        for n in unknown:
            for name in (fold_header(header[n]), fold_header(label_of(header[n]))):
                if name in called:
                    words[n] = called.pop(name)
                    break
    return words


def roles_of(words: Sequence[str]) -> list[Role]:
    """What each column holds."""
    return [Role.OWN if word.startswith(OWN) or word == NEW_FIELD else Role(word) for word in words]


def columns_of(words: Sequence[str], answers: Answers, new: Mapping[int, Offer]) -> dict[int, OwnColumn]:
    """By their places the columns that fill a field there is in use, or a `new` one."""
    wanted = {n: word.removeprefix(OWN) for n, word in enumerate(words) if word.startswith(OWN)}
    known = defs_of(set(wanted.values()))
    fields = {n: known[key] for n, key in wanted.items() if key in known and known[key].archived_at is None}
    return {n: _column(one, answers.get(one.key, {})) for n, one in {**fields, **fields_for(new)}.items()}


def defs_of(keys: Collection[str]) -> dict[str, FieldDef]:
    """These fields, put away or not, by their keys."""
    return {one.key: one for one in custom_fields.list_defs(with_archived=True) if one.key in keys} if keys else {}


def _names(field: FieldDef) -> tuple[str, str]:
    """What a column of the field is called, by people and by our own export."""
    return fold_header(field.label), fold_header(f"{field.label} ({OWN}{field.key})")


def _column(field: FieldDef, answers: Mapping[str, str]) -> OwnColumn:
    # A choice the file brings is a choice already, for as long as it is read; one to be left out has no id.
    made = [_choice(text, to) for text, to in answers.items()] if field.kind.has_options else []
    read = FieldDef(**{**field.__data__, "options": [*field.options, *made]})
    return OwnColumn(field.key, field.label, partial(_read, read), partial(custom_fields.plain_value, read), field)


def _choice(text: str, to: str) -> dict[str, str]:
    return {"id": {NEW: f"+{text}", LEFT_OUT: ""}.get(to, to), "label": text}


def _read(field: FieldDef, text: str) -> Value | Misread:
    found = custom_fields.read_value(field, text)
    if isinstance(found, tuple):
        return tuple(dict.fromkeys(one for one in found if one)) or None
    return None if found == "" else found


# -- choices the studio has not got ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unknown:
    """A choice that stands in the file and is none of a field's, how often, and what was answered."""

    field: FieldDef
    text: str
    count: int
    to: str


def unknown_in(opened: Opened, answers: Answers) -> list[Unknown]:
    """The choices of the file that fields have not got, the most frequent first."""
    columns = {n: one for n, one in opened.reading.own.items() if one.field.kind.has_options}
    counts: Counter[tuple[str, str]] = Counter()
    defs = {one.key: one.field for one in columns.values()}
    for _n, cells in opened.table.rows() if columns else ():
        for n, one in columns.items():
            for part in _parts(one.field, bare(cells[n])):
                if len(part) <= LONGEST_LABEL and isinstance(custom_fields.read_value(one.field, part), Misread):
                    counts[one.key, part] += 1
    return [
        Unknown(defs[key], text, count, answers.get(key, {}).get(text, ""))
        for (key, text), count in counts.most_common(MOST_ASKED)
    ]


def make_choices(answers: Answers, *, by: By) -> dict[str, dict[str, str]]:
    """Make the new choices that were asked for, and answer with their ids in place; the batch that is open takes them
    back."""
    made = {key: dict(given) for key, given in answers.items()}
    for field in defs_of(made.keys()).values():
        for text in [text for text, to in made[field.key].items() if to == NEW]:
            made[field.key][text] = add_choice(field, text, by=by)
    return made


def _parts(field: FieldDef, text: str) -> Iterator[str]:
    """The choices a cell names, one by one where it names several."""
    if field.kind is not FieldKind.MULTI:
        yield from filter(None, [text])
        return
    for part in filter(None, map(str.strip, re.split(r"[;\n]", text))):
        is_known = not isinstance(custom_fields.read_value(field, part), Misread)
        yield from [part] if is_known else filter(None, map(str.strip, part.split(",")))
