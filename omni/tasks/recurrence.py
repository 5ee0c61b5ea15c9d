"""When a task comes again: plain arithmetic on calendar days, which knows no zone, no clock and no table.

A day of the month that a month lacks is its last day, and the wish is remembered: 31 Jan, 28 Feb, 31 Mar.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import Any

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Unit(StrEnum):
    """What a repetition counts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Repeat:
    """Every `every` units (1 to 99), up to and with the day `until`.

    In weeks on `weekdays` (0 is Monday), in months and years on `month_day`; where there is none, on that of the day it
    begins with.
    """

    unit: Unit
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    until: date | None = None

    def as_json(self) -> dict[str, Any]:
        """The rule as its column keeps it."""
        return {
            "unit": self.unit.value,
            "every": self.every,
            "weekdays": list(self.weekdays),
            "month_day": self.month_day,
            "until": self.until.isoformat() if self.until else None,
        }

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Repeat":
        """The rule a column keeps."""
        until = date.fromisoformat(kept["until"]) if kept["until"] else None
        return cls(Unit(kept["unit"]), kept["every"], tuple(kept["weekdays"]), kept["month_day"], until)


def following(repeat: Repeat, *, start: date, after: date) -> date | None:
    """The first day later than `after` of the rule that begins with `start`; None when the rule has ended by then.

    However many days lie between, only one comes back: what was missed collapses into it.
    """
    try:
        found = next(day for day in _days(repeat, start, after) if day > after)
    except (StopIteration, OverflowError, ValueError):
        return None
    return found if repeat.until is None or found <= repeat.until else None


def _days(repeat: Repeat, start: date, after: date) -> Iterator[date]:
    """The rule's days in order, beginning shortly before `after`."""
    gap = max((after - start).days, 0)
    if repeat.unit is Unit.DAY:
        return (start + DAY * repeat.every * n for n in count(gap // repeat.every))
    if repeat.unit is Unit.WEEK:
        monday, weekdays = start - DAY * start.weekday(), sorted(repeat.weekdays or {start.weekday()})
        weeks = (monday + WEEK * repeat.every * n for n in count(gap // (7 * repeat.every)))
        return (day for week in weeks for weekday in weekdays if (day := week + DAY * weekday) > start)
    step = repeat.every * (12 if repeat.unit is Unit.YEAR else 1)
    # No month is longer than 31 days, so this many of them are over for certain.
    return (_in_month(start, step * n, repeat.month_day or start.day) for n in count(gap // (31 * step)))


def _in_month(start: date, months: int, day: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
