"""Time as a studio counts it: days on which it is open, and minutes in which it is.

A studio that gave no hours is open at every minute of every day that is no holiday; one with hours on some weekdays is
closed on the others. Days are those of the studio's own zone, minutes are real ones, also when clocks change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WHOLE_DAY = ((0, 1440),)
Span = tuple[int, int]


@dataclass(frozen=True)
class Calendar:
    """When a studio is open: spans in minutes of the day by weekday (0 is Monday), but on no holiday."""

    zone: ZoneInfo
    hours: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    def spans(self, day: date) -> tuple[Span, ...]:
        """The hours of one day, in order; none when the studio is closed."""
        if day in self.holidays:
            return ()
        return self.hours.get(day.weekday(), ()) if self.hours else WHOLE_DAY


def add_business_days(calendar: Calendar, at: datetime, days: int) -> datetime:
    """The same time of day `days` open days after `at`; where clocks skip that time, the first instant after it."""
    if days < 1:
        return at
    local = at.astimezone(calendar.zone)
    day = local.date()
    while days > 0:
        day += DAY
        days -= bool(calendar.spans(day))
    return instant(calendar.zone, day, local.timetz().replace(tzinfo=None, fold=0))


def business_minutes_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """How many whole minutes of opening hours lie between two instants; none when `end` is not after `start`."""
    open_for = timedelta()
    if end > start:
        for opens, closes in _openings(calendar, start):
            if opens >= end:
                break
            open_for += min(closes, end) - opens
    return open_for // MINUTE


def add_business_minutes(calendar: Calendar, at: datetime, minutes: int) -> datetime:
    """The instant by which the studio was open for `minutes` since `at`."""
    left = minutes * MINUTE
    for opens, closes in _openings(calendar, at):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("a studio's calendar has no end")


def instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    """A local time as an instant: of two the first, of none (clocks went forward) the first instant after it."""
    wanted = datetime.combine(day, at, zone)
    found = wanted.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return found
    # In the gap the zone reads the time by the clock of before, and with the other fold by that of after.
    return _jump(wanted.replace(fold=1).astimezone(UTC), found, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two at which the zone's clock jumps."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _openings(calendar: Calendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every opening that ends after `since`, the first one cut to it."""
    day = since.astimezone(calendar.zone).date() - DAY
    while True:
        for from_min, to_min in calendar.spans(day):
            opens, closes = _at(calendar.zone, day, from_min), _at(calendar.zone, day, to_min)
            if closes > max(opens, since):
                yield max(opens, since), closes
        day += DAY


def _at(zone: ZoneInfo, day: date, minute: int) -> datetime:
    if minute == 1440:
        return instant(zone, day + DAY, time())
    return instant(zone, day, time(minute // 60, minute % 60))
