"""Days as files write them: whole, without a year, in either order of day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from omni.contacts.folding import fold

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_IN_PART = re.compile(r"^(?:(\d{4})(?:-(\d{1,2}))?|--(\d{1,2}))$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NO_YEAR = re.compile(r"^-{1,2}\s?(\d{1,2})-?(\d{1,2})$")
_SLASHED = re.compile(r"^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2}|\d{4}))?\.?(?=$|[\s,T])")
_NAMED = re.compile(
    r"^(?:(\d{1,2})\.?\s+(?:de\s+)?)?([^\W\d_]{3,})\.?(?:\s+(\d{1,2})(?:st|nd|rd|th)?)?(?:,?\s+(?:de\s+)?(\d{4}))?$"
)
_CLOCK = re.compile(r"[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([AaPp])?\.?[Mm]?\.?\s*(Z|[+-]\d{2}:?\d{2})?$")

# Years that tools write for "no year": Apple and Google use 1604, old Outlook 1900 and 0.
_NO_YEARS = frozenset({0, 1604})
_EMPTY = frozenset({"0/0/00", "0/0/0000", "00/00/00", "0000-00-00", "00/00/0000"})
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january enero januar janvier",
            "feb february febrero februar fevrier",
            "mar march marzo marz mars",
            "apr april abril avril",
            "may mayo mai",
            "jun june junio juni juin",
            "jul july julio juli juillet",
            "aug august agosto aout",
            "sep sept september septiembre septembre",
            "oct october octubre oktober octobre",
            "nov november noviembre novembre",
            "dec december diciembre dezember decembre",
        ),
        start=1,
    )
    for word in words.split()
}


class Order(StrEnum):
    """Which of two small numbers is the day."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(frozen=True)
class Birthday:
    """As much of a birthday as is known: a year, a month, both, or a month and its day with or without a year."""

    year: int | None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """As ISO 8601 and vCard 4 write it: 1990-04-09, --04-09, 1990-04, 1990 or --04."""
        year = f"{self.year:04d}" if self.year else "-"
        return "-".join([year, *(f"{part:02d}" for part in (self.month, self.day) if part)])


def order_of(country: str) -> Order:
    """How the country writes 4/9: the US, alone of our neighbours, puts the month first."""
    return Order.MONTH_FIRST if country in ("US", "PR", "GU", "PH") else Order.DAY_FIRST


def decide_order(values: Iterable[str], otherwise: Order) -> Order:
    """The order a column must have because one of its parts is above 12, else `otherwise`."""
    for value in values:
        if match := _SLASHED.match(value.strip()):
            if int(match[1]) > 12:
                return Order.DAY_FIRST
            if int(match[2]) > 12:
                return Order.MONTH_FIRST
    return otherwise


def is_empty(text: str) -> bool:
    """Whether the cell is one of the ways to write "no date"."""
    return not text.strip() or text.strip() in _EMPTY


def read_birthday(text: str, order: Order) -> Birthday | None:
    """The birthday meant, its year perhaps unknown; None when there is no such day."""
    if match := _IN_PART.match(text.strip()):
        return _partly(*(int(part) if part else None for part in match.groups()))
    parts = _day_parts(text.strip(), order)
    if parts is None:
        return None
    year, month, day = parts
    known = None if year is None or year in _NO_YEARS else year
    try:
        # A leap year stands in for an unknown one, so that 29 February without a year is a day.
        date(known or 2000, month, day)
    except ValueError:
        return None
    return None if known and not 1850 <= known <= 2200 else Birthday(known, month, day)


def _partly(year: int | None, month: int | None, bare_month: int | None) -> Birthday | None:
    month = month or bare_month
    known = None if year in _NO_YEARS else year
    if not (known or month) or (known and not 1850 <= known <= 2200) or not 1 <= (month or 1) <= 12:
        return None
    return Birthday(known, month)


def read_instant(text: str, order: Order, zone: str) -> datetime | None:
    """The instant meant, a bare day being its midnight in `zone`; None when it is none."""
    typed = text.strip()
    clock = _CLOCK.search(typed)
    parts = _day_parts(typed[: clock.start()] if clock else typed, order)
    if parts is None or parts[0] is None:
        return None
    hour, minute, second, offset = _clock_parts(clock)
    try:
        naive = datetime(parts[0], parts[1], parts[2], hour, minute, second)  # noqa: DTZ001 - the next lines give it one
        if offset:
            return datetime.fromisoformat(f"{naive.isoformat()}{offset}").astimezone(UTC)
        return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _clock_parts(match: re.Match[str] | None) -> tuple[int, int, int, str]:
    if match is None:
        return 0, 0, 0, ""
    hour = int(match[1])
    half = (match[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    offset = match[5] or ""
    if offset == "Z":
        offset = "+00:00"
    elif len(offset) == 5:
        offset = f"{offset[:3]}:{offset[3:]}"
    return hour, int(match[2]), int(match[3] or 0), offset


def _day_parts(text: str, order: Order) -> tuple[int | None, int, int] | None:
    if match := _NO_YEAR.match(text):
        return None, int(match[1]), int(match[2])
    if match := _ISO.match(text) or _COMPACT.match(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _SLASHED.match(text):
        first, second = int(match[1]), int(match[2])
        day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
        return _year(match[3]), month, day
    if match := _NAMED.match(text):
        return _named(match)
    return None


def _named(match: re.Match[str]) -> tuple[int | None, int, int] | None:
    month = _MONTHS.get(fold(match[2]))
    day = match[1] or match[3]
    if month is None or day is None:
        return None
    return (int(match[4]) if match[4] else None), month, int(day)


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if len(text) == 4:
        return int(text)
    # Two figures: a birthday or a first day lies in the past (POSIX strptime turns at 69).
    return int(text) + (1900 if int(text) > 68 else 2000)
