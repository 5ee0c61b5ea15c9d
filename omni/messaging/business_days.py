"""Business days of the United States: Monday to Friday without the federal holidays (5 U.S.C. 6103)."""

from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
# Month and day.
_FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
# Month, weekday (0 is Monday), which of them; -1 is the last.
_FLOATING = ((1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4))


def after(day: date, count: int) -> date:
    """The business day that is the `count`-th behind `day`."""
    while count:
        day += DAY
        count -= is_business_day(day)
    return day


def is_business_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in holidays(day.year)


@cache
def holidays(year: int) -> frozenset[date]:
    """The days off of a year; one on a Saturday is kept on the Friday before, one on a Sunday on the Monday after."""
    fixed = (_observed(date(each, month, day)) for each in (year, year + 1) for month, day in _FIXED)
    floating = (_floating(year, *each) for each in _FLOATING)
    return frozenset(day for day in (*fixed, *floating) if day.year == year)


def _observed(day: date) -> date:
    if day.weekday() == SATURDAY:
        return day - DAY
    return day + DAY if day.weekday() == SUNDAY else day


def _floating(year: int, month: int, weekday: int, which: int) -> date:
    if which > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - DAY
    return last - timedelta(days=(last.weekday() - weekday) % 7)
