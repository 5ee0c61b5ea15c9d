"""Contact cards (vCard 2.1, 3.0, 4.0) as CSV, a row each. From there on they are one.

vobject gives up a whole file at one bad line, and stumbles over a byte-order mark; so we cut the file ourselves and
have it read each card alone. A card it cannot read stands in its row as it came, and is refused there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import vobject
from vobject.base import VObjectError

from omni.contacts.reading.cells import SEVERAL
from omni.contacts.reading.decoding import Unreadable, decode
from omni.core.words import marked

# The columns every file of cards gets, in their order; those of addresses and of what we have no place for follow.
CARD = "vCard"
COLUMNS = (
    CARD, "UID", "Given name", "Additional name", "Family name", "Formatted name", "Nickname", "Organization", "Title",
    "Birthday", "Categories", "Time zone", "Note",
)  # fmt: skip
_PLAIN = {
    "uid": "UID",
    "fn": "Formatted name",
    "nickname": "Nickname",
    "title": "Title",
    "bday": "Birthday",
    "tz": "Time zone",
    "note": "Note",
}
_ADDRESSES = {"tel": "Phone", "email": "E-mail", "url": "Website", "adr": "Address"}
# vobject takes up to a millisecond for each (measured), and somebody waits for it.
MAX_CARDS = 20_000
_MOST = 20
_MOST_COLUMNS = 250
# What speaks of the card and not of the person, or is no text.
_TECHNICAL = frozenset(
    (
        *("version", "prodid", "rev", "profile", "mailer", "class", "sort-string", "kind", "source", "photo", "logo"),
        *("sound", "key", "xml", "clientpidmap", "caluri", "fburl", "caladruri", "label", "x-ablabel", "x-abuid"),
        *("x-abadr", "x-abshowas", "x-ab-edited", "x-phonetic-first-name", "x-phonetic-last-name"),
    )
)
_PICTURE = re.compile(
    r"^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:].*(?:\r?\n[ \t].*)*\r?\n?", re.IGNORECASE | re.MULTILINE
)
_BEGIN = re.compile(r"^BEGIN:VCARD[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(r"^END:VCARD[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_LABEL = re.compile(r"^_\$!<(.*)>!\$_$")
_LABELS = {"cell": "Mobile", "iphone": "iPhone", "home": "Home", "work": "Work", "main": "Main", "other": "Other"}


def is_cards(raw: bytes) -> bool:
    """Whether the file begins as contact cards do, in whatever encoding."""
    return raw[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").upper().startswith(b"BEGIN:VCARD")


def read_cards(raw: bytes) -> bytes:
    """The cards as CSV. Raises: Unreadable when no card is in the file."""
    text = decode(raw).text
    if (count := len(_BEGIN.findall(text))) > MAX_CARDS:
        raise Unreadable(marked("This file has %(count)s cards; %(most)s is the most"), count=count, most=MAX_CARDS)
    rows = [_row_of(card) for card in cut(text)]
    if not rows:
        raise Unreadable(marked("No card in this file begins and ends"))
    header = [*COLUMNS, *_ordered({name for row in rows for name in row} - set(COLUMNS))]
    left = header[_MOST_COLUMNS:]
    if left:
        header[_MOST_COLUMNS:] = ["Other"]
        for row in rows:
            row["Other"] = "\n".join(f"{name}: {row.pop(name)}" for name in left if name in row)
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def cut(text: str) -> Iterator[str]:
    """Each card from BEGIN to END; one that never ends goes up to where the next begins."""
    starts = [match.start() for match in _BEGIN.finditer(text)]
    for start, following in pairwise([*starts, len(text)]):
        end = _END.search(text, start, following)
        card = text[start : end.end() if end else following]
        yield _PICTURE.sub("", card).replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"


def _row_of(text: str) -> dict[str, str]:
    try:
        card = vobject.readOne(text, allowQP=True)
        row = dict(_cells(card.contents))
    except (VObjectError, ValueError, LookupError, AttributeError, TypeError, StopIteration):
        return {CARD: text}
    return {name: cell for name, cell in row.items() if cell}


def _cells(contents: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    named = contents["n"][0].value if "n" in contents else None
    if named is not None:
        yield "Given name", _joined(named.given)
        yield "Additional name", _joined(named.additional)
        yield "Family name", _joined(named.family)
    for key, column in _PLAIN.items():
        yield column, "\n".join(_text(line) for line in contents.get(key, []))
    if "bday" in contents:
        yield "Birthday", _text(contents["bday"][0]).split("T")[0].removeprefix("+")
    yield "Organization", ", ".join(part for line in contents.get("org", [])[:1] for part in _parts(line.value))
    yield "Categories", SEVERAL.join(part for line in contents.get("categories", []) for part in _parts(line.value))
    labels = {line.group: _text(line) for line in contents.get("x-ablabel", []) if line.group}
    for key, kind in _ADDRESSES.items():
        yield from _addresses(kind, [line for line in contents.get(key, []) if not _is_fax(line)], labels)
    yield "Fax", SEVERAL.join(_text(line) for line in contents.get("tel", []) if _is_fax(line))
    others = [key for key in contents if key not in (*_PLAIN, *_ADDRESSES, "n", "org", "categories", *_TECHNICAL)]
    for key in others:
        yield key.upper(), SEVERAL.join(filter(None, (_text(line) for line in contents[key])))


def _addresses(kind: str, lines: list[Any], labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A column for each, what they prefer first, the label before it; above twenty the rest share the last one."""
    lines = sorted(lines, key=_preference)
    for place, line in enumerate(lines[:_MOST], start=1):
        values = [_text(other) for other in (lines[place - 1 :] if place == _MOST else [line])]
        yield f"{kind} {place} - Label", _label(line, labels)
        yield f"{kind} {place} - Value", SEVERAL.join(filter(None, values))


def _text(line: Any) -> str:
    """A property's value as one line of words: an address flattened, `tel:` and `mailto:` taken off."""
    if line.name == "ADR":
        adr = line.value
        place = (adr.box, adr.extended, adr.street, adr.city, f"{_joined(adr.region)} {_joined(adr.code)}", adr.country)
        return ", ".join(part for part in (_joined(one).strip() for one in place) if part)
    text = SEVERAL.join(_parts(line.value))
    if line.name in ("TEL", "EMAIL"):
        return re.sub(r"^(?:tel|mailto|sms):", "", text, flags=re.IGNORECASE).replace(";ext=", " x").strip()
    return text.strip().replace("\r\n", "\n")


def _parts(value: Any) -> list[str]:
    if isinstance(value, bytes):
        return []
    return [part.strip() for part in value if part.strip()] if isinstance(value, list) else [str(value)]


def _joined(value: Any) -> str:
    return " ".join(part for part in value if part) if isinstance(value, list) else str(value or "")


def _types(line: Any) -> list[str]:
    listed = [part for value in line.params.get("TYPE", []) for part in value.split(",")]
    return [one.strip().lower() for one in (*listed, *line.singletonparams)]


def _is_fax(line: Any) -> bool:
    return line.name == "TEL" and "fax" in _types(line)


def _preference(line: Any) -> int:
    """1 is the address they prefer; 101 says nothing."""
    if "pref" in _types(line):
        return 1
    said = line.params.get("PREF", [""])[0]
    return int(said) if said.isdigit() else 101


def _label(line: Any, labels: dict[str, str]) -> str:
    typed = labels.get(line.group, "") if line.group else ""
    if typed:
        return _LABEL.sub(r"\1", typed)
    return next((_LABELS[one] for one in _types(line) if one in _LABELS), "")


def _ordered(names: set[str]) -> list[str]:
    """The columns of a file beside the usual ones: addresses by kind and number, then the rest, up to a number."""

    def place(name: str) -> tuple[int, int, str]:
        kind, _, rest = name.partition(" ")
        number = rest.partition(" ")[0]
        is_address = kind in _ADDRESSES.values() and number.isdigit()
        return (list(_ADDRESSES.values()).index(kind), int(number), rest) if is_address else (99, 0, name)

    listed = sorted(names, key=place)
    return [name for name in listed if place(name)[0] < 99] + [name for name in listed if place(name)[0] == 99]
