"""When a task comes again, and when a day ends: arithmetic, in every zone and over every change of clocks."""

import os
import time as clocks
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.tasks.due import due_instant, local_day
from omni.tasks.recurrence import Repeat, Unit, following

# Zones with a gap at midnight, with half hours, with a day that was skipped, and without any change.
ZONES = [
    "America/Chicago", "America/Havana", "America/Asuncion", "Europe/Berlin", "Asia/Beirut", "Asia/Kolkata",
    "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo", "UTC",
]  # fmt: skip
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
near = st.integers(0, 400).map(lambda n: timedelta(days=n))
rules = st.builds(
    Repeat,
    unit=st.sampled_from(Unit),
    every=st.integers(1, 99),
    weekdays=st.sets(st.integers(0, 6)).map(lambda found: tuple(sorted(found))),
    month_day=st.none() | st.integers(1, 31),
)


def by_hand(repeat: Repeat, start: date, after: date) -> date:
    """The first day after `after` that the rule names, found by looking at every single day."""
    day = after
    while True:
        day += timedelta(days=1)
        if day > start and names(repeat, start, day):
            return day


def names(repeat: Repeat, start: date, day: date) -> bool:
    if repeat.unit is Unit.DAY:
        return (day - start).days % repeat.every == 0
    if repeat.unit is Unit.WEEK:
        weeks = ((day - timedelta(days=day.weekday())) - (start - timedelta(days=start.weekday()))).days // 7
        return weeks % repeat.every == 0 and day.weekday() in (repeat.weekdays or (start.weekday(),))
    months = (day.year - start.year) * 12 + day.month - start.month
    step = repeat.every * (12 if repeat.unit is Unit.YEAR else 1)
    return months % step == 0 and day.day == min(repeat.month_day or start.day, monthrange(day.year, day.month)[1])


@given(rule=rules.filter(lambda one: one.every < 8), start=days, gap=near)
def test_recurrence_over_dst_and_month_ends(rule: Repeat, start: date, gap: timedelta) -> None:
    after = start + gap
    assert following(rule, start=start, after=after) == by_hand(rule, start, after)


@given(rule=rules, start=days, gap=near, zone=st.sampled_from(ZONES), at=st.none() | st.times())
def test_the_next_time_is_on_its_day_by_its_own_clock(
    rule: Repeat, start: date, gap: timedelta, zone: str, at: time | None
) -> None:
    day = following(rule, start=start, after=start + gap)
    assert day is not None
    assert day > start + gap
    instant = due_instant(day, at, zone)
    there = instant.astimezone(ZoneInfo(zone))
    wanted = datetime.combine(day, at or time(23, 59, 59, 999_999))
    if there.replace(tzinfo=None) != wanted:
        # Only a time that the clocks skip is another: the first instant after the gap.
        just_before = (instant - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert just_before < wanted < there.replace(tzinfo=None)
    elif at is not None:
        earlier = instant - timedelta(hours=1)
        assert earlier.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wanted, "of two it is the first"


@given(day=days, at=st.none() | st.times(), zone=st.sampled_from(ZONES), server=st.sampled_from(ZONES))
def test_due_on_never_shifts_with_anybodys_zone(day: date, at: time | None, zone: str, server: str) -> None:
    before = os.environ.get("TZ")
    instant = due_instant(day, at, zone)
    try:
        os.environ["TZ"] = server
        clocks.tzset()
        assert due_instant(day, at, zone) == instant
        found, _time = local_day(instant, zone)
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        clocks.tzset()
    skipped = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).date() != day
    assert found == day or skipped or (at is not None and at < time(1)), (
        "but where the day, or its midnight, is skipped"
    )


@given(rule=rules, start=days, gap=near)
def test_a_rule_is_kept_as_it_is_and_ends_when_it_says(rule: Repeat, start: date, gap: timedelta) -> None:
    assert Repeat.of_json(rule.as_json()) == rule
    last = start + gap
    ending = Repeat(rule.unit, rule.every, rule.weekdays, rule.month_day, until=last)
    found = following(ending, start=start, after=start)
    assert found is None or found <= last


def test_the_wish_for_the_31st_is_remembered() -> None:
    rule, day, found = Repeat(Unit.MONTH, month_day=31), date(2027, 1, 31), []
    for _ in range(4):
        day = following(rule, start=day, after=day) or day
        found.append(day)
    assert found == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]


def test_a_leap_day_comes_back_with_its_year() -> None:
    rule, day, found = Repeat(Unit.YEAR, month_day=29), date(2024, 2, 29), []
    for _ in range(4):
        day = following(rule, start=day, after=day) or day
        found.append(day.isoformat())
    assert found == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_what_was_missed_collapses_into_one() -> None:
    daily = Repeat(Unit.DAY)
    assert following(daily, start=date(2026, 11, 2), after=date(2026, 11, 27)) == date(2026, 11, 28)
    fortnightly = Repeat(Unit.WEEK, every=2, weekdays=(0, 3))
    assert following(fortnightly, start=date(2026, 11, 2), after=date(2026, 11, 27)) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("day", "at", "zone", "found"),
    [
        (date(2027, 3, 14), time(2, 30), "America/Chicago", "2027-03-14T08:00:00"),
        (date(2026, 11, 1), time(1, 30), "America/Chicago", "2026-11-01T06:30:00"),
        (date(2026, 11, 1), None, "America/Havana", "2026-11-02T04:59:59.999999"),
        (date(2026, 11, 27), time(17), "Asia/Kolkata", "2026-11-27T11:30:00"),
    ],
)
def test_a_time_in_a_gap_is_the_first_after_it_and_of_two_the_first(
    day: date, at: time | None, zone: str, found: str
) -> None:
    assert due_instant(day, at, zone) == datetime.fromisoformat(found).replace(tzinfo=UTC)
