"""What a column of a file can hold, and how its header is compared."""

from __future__ import annotations

import re
from enum import StrEnum

from omni.contacts.folding import fold

_SEPARATORS = re.compile(r"[_\-/\s]+")


class Role(StrEnum):
    """What a column holds."""

    GIVEN = "given_name"
    MIDDLE = "middle_name"
    FAMILY = "family_name"
    NAME = "name"
    NICKNAME = "nickname"
    PRONOUNS = "pronouns"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    ADDRESS = "address"
    COMPANY = "company"
    JOB_TITLE = "job_title"
    CITY = "city"
    TIMEZONE = "timezone"
    LANGUAGE = "language"
    BIRTHDAY = "birthday"
    BIRTH_YEAR = "birth_year"
    BIRTH_MONTH = "birth_month"
    BIRTH_DAY = "birth_day"
    TAGS = "tags"
    NOTE = "note"
    LIFE = "life"
    STAGE = "stage"
    OWNER = "owner"
    SOURCE = "source"
    CREATED = "created"
    REF = "ref"
    LABEL = "label"
    BROKEN = "broken"
    QUESTION = "question"
    # A field of the studio's own: which one, the reading says (`rows.OwnColumn`).
    OWN = "own"
    IGNORE = "ignore"


def fold_header(header: str) -> str:
    """A header as we compare it: folded, `_ - /` as spaces, single spaces."""
    return _SEPARATORS.sub(" ", fold(header)).strip()


def headers_of(*headers: str) -> frozenset[str]:
    """Headers as they are compared."""
    return frozenset(fold_header(header) for header in headers)


def roles_of(**columns: str) -> dict[str, Role]:
    """By role the headers that mean it, `|` between them; answered the other way round, by header."""
    return {fold_header(header): Role[role] for role, headers in columns.items() for header in headers.split("|")}
