"""What people type as a phone or an e-mail, and the one form we compare and write to."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, EmailSyntaxError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat

from omni.contacts.folding import digits_of

_ROUNDED = re.compile(r"^\s*\d(?:[.,]\d+)?[eE]\+?\d+\s*$")
_NOT_A_PHONE = re.compile(r"[^\d+()./\-\s#*,;:xXeEtTnN·–—\u00a0]")
_PLAIN_EMAIL = re.compile(r"^[a-z0-9_+\-]+(?:\.[a-z0-9_+\-]+)*@(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z]{2,24}$")
_LONGEST_PHONE = 60


@dataclass(frozen=True)
class Misread:
    """What is wrong with a value and what would be right: a sentence with named values."""

    words: str
    values: dict[str, object]

    def __str__(self) -> str:
        return self.words % self.values


@dataclass(frozen=True)
class Phone:
    """A number in E.164, with its extension."""

    e164: str
    extension: str


def read_phone(text: str, country: str) -> Phone | Misread:
    """The number meant by `text`, one without + being of `country` (ISO 3166)."""
    if _ROUNDED.match(text):
        return Misread("Excel has rounded this number, “%(typed)s”; its last digits are lost", {"typed": text.strip()})
    if len(text) > _LONGEST_PHONE or _NOT_A_PHONE.search(text):
        return Misread("“%(typed)s” is not a phone number", {"typed": text.strip()[:_LONGEST_PHONE]})
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return _misread(text, country)
    # A local number ("555-1234") is possible for the library, yet nobody can text it.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return _misread(text, country)
    return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164), number.extension or "")


def show_phone(e164: str) -> str:
    """A number as people read it: "+1 312 555 0142"."""
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return e164
    shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return shown.replace("-", " ")


def extension_in(text: str) -> str:
    """The extension typed behind a number, of whatever country."""
    try:
        # The country decides only how the number itself is read.
        return phonenumbers.parse(text, "US").extension or ""
    except NumberParseException:
        return ""


def read_email(text: str) -> str | Misread:
    """The address in lower case, its domain in Unicode. Asks no name server."""
    typed = text.strip()
    folded = typed.lower()
    if _PLAIN_EMAIL.match(folded) and len(folded) <= 254 and len(folded.split("@")[0]) <= 64:
        return folded
    if typed.endswith("@"):
        return Misread("“%(typed)s” stops after @. Add the rest, or leave it empty", {"typed": typed[:120]})
    if "@" not in typed:
        return Misread("“%(typed)s” has no @. An email looks like ana@example.com", {"typed": typed[:120]})
    try:
        found = validate_email(typed, check_deliverability=False, test_environment=True, allow_smtputf8=True)
    except (EmailNotValidError, EmailSyntaxError):
        return Misread("“%(typed)s” is not an email. One looks like ana@example.com", {"typed": typed[:120]})
    return found.normalized.lower()


def _misread(text: str, country: str) -> Misread:
    typed = text.strip()
    count = len(digits_of(typed))
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if example is None:
        example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return Misread("“%(typed)s” has %(count)s digits, which is no phone number", {"typed": typed, "count": count})
    if country == "US":
        return Misread(
            "“%(typed)s” has %(count)s digits. A US number has 10, such as 312 555 0123",
            {"typed": typed, "count": count},
        )
    return Misread(
        "“%(typed)s” has %(count)s digits, which is no number in %(country)s. One is %(example)s",
        {
            "typed": typed,
            "count": count,
            "country": country,
            "example": phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL),
        },
    )
