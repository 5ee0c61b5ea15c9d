"""One pasted blob (a signature, a row of a spreadsheet, lines from a chat) as one person."""

from __future__ import annotations

import re

import phonenumbers

from omni.contacts.normal import read_email
from omni.contacts.reading.people import Person, Value, split_name

_EMAIL = re.compile(r"[^\s<>,;:\"'()\[\]]+@[^\s<>,;:\"'()\[\]]+\.[A-Za-z]{2,}")
_PREFIX = re.compile(r"^(?:FN|N|TEL|EMAIL|ORG|NAME|PHONE|MOBILE|CELL|E-?MAIL|T|M|E)\b[^:]*:\s*", re.IGNORECASE)
_NOISE = re.compile(r"^(?:BEGIN|END|VERSION|PRODID|REV|UID|PHOTO)\b", re.IGNORECASE)


def read_pasted(text: str, country: str) -> Person:
    """The person a blob speaks of: its e-mails, its phones, and the first line that is neither as the name."""
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
    given, family = split_name(_name_in(bare))
    return Person(given_name=given, family_name=family, phones=tuple(phones.values()), emails=tuple(emails.values()))


def _name_in(text: str) -> str:
    for line in re.split(r"[\n\r\t,;|<>]+", text):
        if _NOISE.match(line.strip()):
            continue
        words = _PREFIX.sub("", line.strip()).strip(" \"'()-–·:")
        if words and any(letter.isalpha() for letter in words) and len(words) <= 120:
            return words
    return ""
