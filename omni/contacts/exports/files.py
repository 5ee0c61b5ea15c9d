"""The three files a list is saved as: what each is called, what the browser is told of it, and who writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from omni.contacts.exports import cards, data, sheets
from omni.contacts.exports.people import People, who
from omni.contacts.folding import fold
from omni.contacts.lists.asked import Asked
from omni.core import clock
from omni.core.words import Lazy, _, current_zone, lazy

_CHUNK = 32_768
_NO_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Format:
    """One kind of file: how its name ends, its content type, its name and what it is good for."""

    key: str
    content_type: str
    name: Lazy
    about: Lazy
    lines: Callable[[People, Asked], Iterable[str]]


FORMATS = {
    one.key: one
    for one in (
        Format(
            "csv",
            "text/csv; charset=utf-8",
            lazy("CSV"),
            lazy("For a spreadsheet. Brought in again, it changes nothing."),
            lambda people, asked: sheets.lines(people, asked.columns),
        ),
        Format(
            "vcf",
            "text/vcard; charset=utf-8",
            lazy("vCard"),
            lazy("For a phone or an address book: names, numbers, emails, addresses, birthdays and tags."),
            lambda people, _asked: cards.lines(people),
        ),
        Format(
            "json",
            "application/json",
            lazy("JSON"),
            lazy("For another program: everything a sheet has, every address and your own fields."),
            lambda people, _asked: data.lines(people),
        ),
    )
}


def people_of(form: Format, asked: Asked) -> People:
    """Whom the file holds, and where they stand where it says so."""
    return who(asked, is_placed=form.key == "json" or any(one.key == "stage" for one in asked.columns))


def file_name(form: Format, view: str = "") -> str:
    """What the file is called: after the view that was saved under a name, and the day."""
    name = _NO_NAME.sub("-", fold(view)).strip("-")[:60] or _NO_NAME.sub("-", fold(_("contacts"))).strip("-")
    return f"{name}-{clock.now().astimezone(current_zone()):%Y-%m-%d}.{form.key}"


def chunks(form: Format, people: People, asked: Asked) -> Iterator[bytes]:
    """The file in pieces of some size, each made when the one before was taken."""
    kept, size = list[str](), 0
    if form.key == "csv":
        kept.append(sheets.MARK)
    for line in form.lines(people, asked):
        kept.append(line)
        size += len(line)
        if size > _CHUNK:
            yield "".join(kept).encode()
            kept, size = [], 0
    yield "".join(kept).encode()
