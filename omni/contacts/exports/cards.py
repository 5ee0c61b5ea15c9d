"""People as contact cards: vCard 3.0 (RFC 2426), which every phone and address book reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from omni.contacts.exports.people import Facts, People

# The types of vCard that are labels of ours; any other label stands in a line of its own, as Apple writes it.
_TYPES: Mapping[str, Mapping[str, str]] = {
    "TEL": {"mobile": "CELL", "home": "HOME", "work": "WORK"},
    "EMAIL": {"home": "HOME", "work": "WORK"},
    "ADR": {"home": "HOME", "work": "WORK"},
    "URL": {"home": "HOME", "work": "WORK"},
}
_ADDRESSES = (("TEL", "phones"), ("EMAIL", "emails"), ("URL", "urls"), ("ADR", "addresses"))
_ESCAPED = re.compile(r"[\\;,]")
# A line holds so many bytes; the next one begins with a space (RFC 2426, 2.6).
_WIDTH = 75


def lines(people: People) -> Iterator[str]:
    """A card for each of the people."""
    for facts in people:
        yield "".join(folded(line) + "\r\n" for line in _card(facts))


def folded(line: str) -> str:
    """The line in pieces of 75 bytes at most, none of which ends within a letter."""
    if len(line.encode()) <= _WIDTH:
        return line
    pieces, piece, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _WIDTH:
            pieces.append(piece)
            # The space it begins with counts.
            piece, size = "", 1
        piece, size = piece + letter, size + width
    return "\r\n ".join([*pieces, piece])


def _card(facts: Facts) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"UID:{text(facts['omni_id'])}"
    yield f"N:{text(facts['family_name'])};{text(facts['given_name'])};;;"
    yield f"FN:{text(facts['display_name'])}"
    for name, key in (("NICKNAME", "nickname"), ("ORG", "company"), ("TITLE", "job_title"), ("TZ", "timezone")):
        if facts[key]:
            yield f"{name}:{text(facts[key])}"
    if facts["birthday"]:
        yield f"BDAY:{facts['birthday']}"
    if facts["tags"]:
        yield f"CATEGORIES:{','.join(text(tag) for tag in facts['tags'])}"
    yield from _points(facts)
    yield "END:VCARD"


def _points(facts: Facts) -> Iterator[str]:
    group = 0
    for name, plural in _ADDRESSES:
        for n, point in enumerate(facts[plural]):
            kind = _TYPES[name].get(point["label"].casefold(), "")
            types = [*(["INTERNET"] if name == "EMAIL" else []), *([kind] if kind else []), *([] if n else ["PREF"])]
            line = name + (f";TYPE={','.join(types)}" if types else "") + f":{_value(name, point['value'])}"
            if kind or not point["label"]:
                yield line
                continue
            group += 1
            yield f"item{group}.{line}"
            yield f"item{group}.X-ABLABEL:{text(point['label'])}"
    if facts["city"] and not facts["addresses"]:
        yield f"ADR:;;;{text(facts['city'])};;;"


def _value(name: str, value: str) -> str:
    return f";;{text(value)};;;;" if name == "ADR" else text(value)


def text(value: str) -> str:
    """A value in which nothing parts it: commas, semicolons and backslashes escaped, a new line written as two
    letters, and no other sign that is none."""
    value = _ESCAPED.sub(lambda sign: "\\" + sign[0], value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(letter for letter in value if letter == "\n" or letter == "\t" or letter >= " ").replace("\n", "\\n")
