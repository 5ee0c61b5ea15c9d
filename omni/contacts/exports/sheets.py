"""People as a sheet: a CSV that any spreadsheet opens and our own import reads back without a change."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter

from omni.contacts.exports.people import Facts, People
from omni.contacts.lists.fields import OWN, ListField
from omni.contacts.particulars import FieldDef
from omni.contacts.reading.cells import SEVERAL
from omni.contacts.reading.headers import map_columns, sender_of
from omni.contacts.reading.roles import Role

# So that Excel reads it as UTF-8.
MARK = "\ufeff"
_CHUNK = 32_768
_PHONES, _EMAILS, _OTHERS = 5, 5, 3
# What a spreadsheet would take for a formula (OWASP ASVS v5, 1.2.10); a quote before it is doubled, so that one comes
# off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r\x00]")
Cell = Callable[[Facts], str]


def lines(people: People, columns: Sequence[ListField] = ()) -> Iterator[str]:
    """The people as lines of CSV, with these columns of the list or, where none is chosen, with everything."""
    cells = cells_of(people.fields, columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([guarded(header) for header in cells])
    for facts in people:
        writer.writerow([guarded(read(facts)) for read in cells.values()])
        if buffer.tell() > _CHUNK:
            yield _taken(buffer)
    yield _taken(buffer)


def guarded(cell: str) -> str:
    """A cell no spreadsheet takes for a formula; our own import takes the quote off again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def cells_of(fields: Sequence[FieldDef], columns: Sequence[ListField] = ()) -> dict[str, Cell]:
    """The columns of the sheet, by header, each with what stands in it. A person's id and name are always there."""
    own = {f"{OWN}{one.key}": _own(one, header) for one, header in _headers(fields)}
    if not columns:
        return {**_EVERYTHING, **{header: read for each in own.values() for header, read in each.items()}}
    groups = {**_GROUPS, **own}
    wanted = ["", *(one.key for one in columns if one.key in groups)]
    return {header: read for key in dict.fromkeys(wanted) for header, read in groups[key].items()}


def _headers(fields: Sequence[FieldDef]) -> Iterator[tuple[FieldDef, str]]:
    """Each of the studio's own fields under its label, or with its key where another column is called so already."""
    omni, taken = sender_of("omni"), {name.casefold() for group in _GROUPS.values() for name in group}
    for one in fields:
        is_free = one.label.casefold() not in taken and map_columns([one.label], omni) == [Role.QUESTION]
        header = one.label if is_free else f"{one.label} ({OWN}{one.key})"
        taken.add(header.casefold())
        yield one, header


def _own(field: FieldDef, header: str) -> dict[str, Cell]:
    return {header: lambda facts: facts["fields"].get(field.key, "")}


def _plain(*names: str) -> dict[str, Cell]:
    return {name: itemgetter(name) for name in names}


def _points(kind: str, plural: str, most: int, *, labelled: bool) -> dict[str, Cell]:
    """A column for each address up to a number; further ones share the last, as Google writes several into one."""
    found: dict[str, Cell] = {}
    for n in range(1, most + 1):
        if labelled:
            found[f"{kind} {n} label"] = partial(_point, plural, n, most, "label")
        found[f"{kind} {n}"] = partial(_point, plural, n, most, "value")
    return found


def _point(plural: str, n: int, most: int, part: str, facts: Facts) -> str:
    points: Sequence[Mapping[str, str]] = facts[plural]
    mine = points[n - 1 :] if n == most else points[n - 1 : n]
    if part == "label" and len({point["label"] for point in mine}) < 2:
        mine = mine[:1]
    return SEVERAL.join(point[part] for point in mine)


def _tags(facts: Facts) -> str:
    return SEVERAL.join(facts["tags"])


_GROUPS: Mapping[str, dict[str, Cell]] = {
    "": _plain("omni_id", "given_name", "family_name", "display_name"),
    "name": {},
    "nickname": _plain("nickname"),
    "pronouns": _plain("pronouns"),
    "life": _plain("life"),
    "owner": _plain("owner"),
    "company": _plain("company"),
    "job_title": _plain("job_title"),
    "city": _plain("city"),
    "timezone": _plain("timezone"),
    "language": _plain("language"),
    "birthday": _plain("birthday"),
    "tag": {"tags": _tags},
    "source": _plain("source", "source_detail"),
    "detail": _plain("source_detail"),
    "created": _plain("created"),
    "stage": _plain("stage"),
    "next": _plain("next_step_at"),
    "recent": _plain("last_contact"),
    "phone": _points("phone", "phones", _PHONES, labelled=True),
    "email": _points("email", "emails", _EMAILS, labelled=True),
    "url": _points("url", "urls", _OTHERS, labelled=False),
    "address": _points("address", "addresses", _OTHERS, labelled=False),
}
# What an import brings back as it was: no moment of a change, and no place on a board.
_BACK = (
    *("", "nickname", "pronouns", "life", "owner", "company", "job_title", "city", "timezone", "language", "birthday"),
    *("tag", "detail", "created", "phone", "email", "url", "address"),
)
_EVERYTHING: dict[str, Cell] = {header: read for key in _BACK for header, read in _GROUPS[key].items()}


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
