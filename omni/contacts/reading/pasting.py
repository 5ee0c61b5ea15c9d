"""One pasted blob (a contact card, a signature, a row of a spreadsheet, lines from a chat) as one person."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from omni.contacts.normal import read_email
from omni.contacts.reading.cards import is_cards, read_cards
from omni.contacts.reading.decoding import Unreadable
from omni.contacts.reading.headers import find_sender, map_columns
from omni.contacts.reading.people import Person, Value, split_name
from omni.contacts.reading.rows import plan_reading, read_row
from omni.contacts.reading.table import read_table

_EMAIL = re.compile(r"[^\s<>,;:\"'()\[\]]+@[^\s<>,;:\"'()\[\]]+\.[A-Za-z]{2,}")
_PREFIX = re.compile(r"^(?:FN|N|TEL|EMAIL|ORG|NAME|PHONE|MOBILE|CELL|E-?MAIL|T|M|E)\b[^:]*:\s*", re.IGNORECASE)
_NOISE = re.compile(
    r"^(?:(?:BEGIN|END|VERSION|PRODID|REV|UID|PHOTO)\b|(?:https?:|www\.)|-+$"
    r"|(?:(?:best|kind|warm|many)\s+)?"
    r"(?:regards|wishes|thanks|thank you|cheers|sincerely|saludos|gracias|atentamente)\b)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[\n\r\t,;|<>•·]+|\s+[–—]\s+")
_TITLE = re.compile(
    r"\b(?:owner|founder|manager|director|coach|trainer|instructor|teacher|assistant|engineer|designer|nurse|doctor"
    r"|consultant|president|partner|therapist|accountant|ceo|coo|cfo|cto|vp|head of|gerente|directora|profesora?"
    r"|entrenadora?|due[ñn][oa]|inhaber(?:in)?|leiter(?:in)?)\b",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:inc|llc|ltd|gmbh|corp|co|s\.?a|studios?|yoga|pilates|gym|fitness|dance|academy|clinic|school|agency|group)\b",
    re.IGNORECASE,
)
_AT = re.compile(r"\s+(?:at|@|en|bei)\s+", re.IGNORECASE)
_LONGEST_PART = 120


def read_pasted(text: str, country: str) -> Person:
    """The person a blob speaks of: its e-mails and phones, its first line that is neither as the name, and what a
    signature or a row says of work."""
    if is_cards(text.encode()):
        return _of_card(text, country) or Person()
    emails = {
        address: Value(address, raw) for raw in _EMAIL.findall(text) if isinstance(address := read_email(raw), str)
    }
    phones: dict[str, Value] = {}
    found = list(phonenumbers.PhoneNumberMatcher(text, country, leniency=phonenumbers.Leniency.POSSIBLE))
    for match in found:
        e164 = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        phones[e164] = Value(e164, match.raw_string, "", match.number.extension or "")
    bare = _EMAIL.sub("\n", text)
    for match in found:
        bare = bare.replace(match.raw_string, "\n")
    name, *rest = [*_parts(bare)] or [""]
    given, family = split_name(name)
    title, company = _work(rest, is_row="\t" in text)
    return Person(
        given_name=given,
        family_name=family,
        company=company,
        job_title=title,
        phones=tuple(phones.values()),
        emails=tuple(emails.values()),
    )


def _of_card(text: str, country: str) -> Person | None:
    """The first person of pasted contact cards, read as an import reads them."""
    try:
        table = read_table(read_cards(text.encode()))
    except Unreadable:
        return None
    sender = find_sender(table.header)
    roles = map_columns(table.header, sender)
    reading = plan_reading(
        table, roles, country=country, zone="UTC", sender=sender.key if sender else "", tag_marks=","
    )
    people = (read_row(n, cells, reading).person for n, cells in table.rows())
    return next((person for person in people if person), None)


def _parts(text: str) -> Iterator[str]:
    """What stands between lines, tabs and bars, without labels, greetings and addresses on the web."""
    for part in _PARTS.split(text):
        words = _PREFIX.sub("", part.strip()).strip(" \"'()-–·:")
        if words and not _NOISE.match(part.strip()) and any(map(str.isalpha, words)) and len(words) <= _LONGEST_PART:
            yield words


def _work(parts: list[str], *, is_row: bool) -> tuple[str, str]:
    """What somebody does, and where. Outside a row a firm is believed by its own word, or beside a title."""
    title = company = ""
    for part in parts:
        before, *where = _AT.split(part, maxsplit=1)
        if not title and _TITLE.search(before):
            title, company = before, (where[0] if where else company)
        elif not company and not any(map(str.isdigit, part)) and (is_row or title or _FIRM.search(part)):
            company = part
    return title, company
