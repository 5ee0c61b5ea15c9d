"""Days and minutes as a studio counts them, over weekends, holidays and nights in which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.accounts import actions, queries
from omni.accounts.business_time import (
    Calendar,
    add_business_days,
    add_business_minutes,
    business_minutes_between,
    instant,
)
from omni.core.tenancy import entered

CHICAGO = ZoneInfo("America/Chicago")
WEEKDAYS = dict.fromkeys(range(5), ((540, 1080),))
STUDIO = Calendar(CHICAGO, WEEKDAYS, frozenset({date(2026, 11, 26)}))
NEVER_SAID = Calendar(CHICAGO)


def local(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("calendar", "start", "days", "end"),
    [
        (STUDIO, "2026-11-23 10:00", 2, "2026-11-25 10:00"),
        (STUDIO, "2026-11-20 18:30", 1, "2026-11-23 18:30"),
        (STUDIO, "2026-11-21 10:00", 1, "2026-11-23 10:00"),
        (STUDIO, "2026-11-25 10:00", 1, "2026-11-27 10:00"),
        (NEVER_SAID, "2026-11-20 10:00", 3, "2026-11-23 10:00"),
        (NEVER_SAID, "2026-10-31 10:00", 1, "2026-11-01 10:00"),
        (NEVER_SAID, "2026-03-07 02:30", 1, "2026-03-08 03:00"),
        (NEVER_SAID, "2026-10-31 01:30", 1, "2026-11-01 01:30"),
    ],
)
def test_open_days_are_counted_at_the_same_time_of_day(calendar: Calendar, start: str, days: int, end: str) -> None:
    assert add_business_days(calendar, local(start), days) == local(end)


@pytest.mark.parametrize(
    ("calendar", "start", "end", "minutes"),
    [
        (STUDIO, "2026-11-23 09:30", "2026-11-23 10:15", 45),
        (STUDIO, "2026-11-20 17:30", "2026-11-23 09:30", 60),
        (STUDIO, "2026-11-25 17:00", "2026-11-27 10:00", 120),
        (STUDIO, "2026-11-21 10:00", "2026-11-22 10:00", 0),
        (STUDIO, "2026-11-23 10:00", "2026-11-23 09:00", 0),
        (NEVER_SAID, "2026-03-08 00:00", "2026-03-09 00:00", 23 * 60),
        (NEVER_SAID, "2026-11-01 00:00", "2026-11-02 00:00", 25 * 60),
    ],
)
def test_minutes_count_while_the_studio_is_open(calendar: Calendar, start: str, end: str, minutes: int) -> None:
    assert business_minutes_between(calendar, local(start), local(end)) == minutes


def test_a_time_that_clocks_skip_becomes_the_first_one_after_it() -> None:
    assert instant(CHICAGO, date(2026, 3, 8), time(2, 30)) == local("2026-03-08 03:00")
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    assert instant(lord_howe, date(2026, 10, 4), time(2, 10)) == local("2026-10-04 02:30", lord_howe)


zones = st.sampled_from([ZoneInfo(name) for name in ("America/Chicago", "Australia/Lord_Howe", "UTC", "Asia/Tokyo")])
spans = st.tuples(st.integers(0, 1380), st.integers(30, 720)).map(lambda one: ((one[0], min(sum(one), 1440)),))
hours = st.dictionaries(st.integers(0, 6), spans, max_size=7)
instants = st.integers(0, 2 * 365 * 24 * 3600).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
holidays = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20)
calendars = st.builds(Calendar, zones, hours, holidays)


@given(calendars, instants, st.integers(0, 3_000))
def test_minutes_added_are_the_minutes_between(calendar: Calendar, at: datetime, minutes: int) -> None:
    end = add_business_minutes(calendar, at, minutes)
    assert business_minutes_between(calendar, at, end) == minutes
    assert end >= at


@given(calendars, instants, instants, instants)
def test_minutes_of_two_times_are_those_of_both(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    start, middle, end = (at.replace(second=0, microsecond=0) for at in sorted((one, two, three)))
    parts = [(start, middle), (middle, end)]
    assert business_minutes_between(calendar, start, end) == sum(
        business_minutes_between(calendar, *part) for part in parts
    )


@given(calendars, instants, st.integers(1, 30))
def test_so_many_open_days_lie_between(calendar: Calendar, at: datetime, days: int) -> None:
    end = add_business_days(calendar, at, days)
    first, last = (moment.astimezone(calendar.zone).date() for moment in (at, end))
    passed = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(bool(calendar.spans(day)) for day in passed) == days
    assert calendar.spans(last)
    assert add_business_days(calendar, at, days + 1) > end


def test_a_studios_own_hours_and_holidays_are_its_calendar(world: object) -> None:
    maya = world.maya  # type: ignore[attr-defined]
    with entered(maya.workspace_id):
        actions.set_business_hours({0: (540, 1080), 2: (600, 720)}, by=maya)
        actions.add_holiday(date(2026, 11, 30), by=maya)
        calendar = queries.calendar()
    assert calendar == Calendar(CHICAGO, {0: ((540, 1080),), 2: ((600, 720),)}, frozenset({date(2026, 11, 30)}))
