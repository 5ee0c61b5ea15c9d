"""The status line: one, by precedence, and the same wherever it is read."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.boards import wording
from omni.boards.queries import status_line
from omni.boards.status import Known, State, waiting_since
from omni.core import clock
from omni.core.words import use_locale

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


def by_the_end_of(days: int) -> datetime:
    day = (NOW + timedelta(days=days)).astimezone(CHICAGO)
    return day.replace(hour=23, minute=59, second=59, microsecond=999_999).astimezone(UTC)


def words(known: Known) -> str:
    clock.freeze(NOW)
    try:
        with use_locale("en", "America/Chicago"):
            line = status_line(known, now=NOW, zone=CHICAGO)
            return wording.line_words(line, "America/Chicago") if line else ""
    finally:
        clock.freeze(None)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Known(True, True, NOW, "call:x", by_the_end_of(-2)), "Locked"),
        (Known(True, False, NOW - timedelta(hours=2), "call:x", by_the_end_of(-2)), "Reply · 2 h"),
        (Known(True, False, NOW - timedelta(minutes=48), None, None), "Reply · 48 min"),
        (Known(True, False, NOW - timedelta(days=1, hours=3), None, None), "Reply · 1 day"),
        (Known(True, False, None, "call:x", by_the_end_of(-1)), "Call · 1 day late"),
        (Known(True, False, None, "call:x", by_the_end_of(-2)), "Call · 2 days late"),
        (Known(True, False, None, "text:x", by_the_end_of(0)), "Text · today"),
        (Known(True, False, None, "call:x", NOW + timedelta(hours=2)), "Call · today 12:00\u202fPM"),
        (Known(True, False, None, "call:x", NOW - timedelta(hours=2)), "Call · 2 hours late"),
        (Known(True, False, None, "call:x", by_the_end_of(3)), "Call · Monday"),
        (Known(True, False, None, "todo:Send the timetable", by_the_end_of(20)), "Send the timetable · Dec 17"),
        (Known(True, False, None, None, None), "Add next step"),
        (Known(False, False, None, None, None), ""),
        (Known(False, False, None, "call:x", by_the_end_of(0)), "Call · today"),
    ],
)
def test_the_first_line_that_fits_is_said(known: Known, said: str) -> None:
    assert words(known) == said


def test_an_answer_ends_the_wait() -> None:
    assert waiting_since(NOW, None) == NOW
    assert waiting_since(NOW, NOW - timedelta(hours=1)) == NOW
    assert waiting_since(NOW, NOW + timedelta(hours=1)) is None
    assert waiting_since(None, NOW) is None


instants = st.none() | st.integers(-40_000, 40_000).map(lambda minutes: NOW + timedelta(minutes=minutes))


@given(st.booleans(), st.booleans(), instants, instants)
def test_status_line_is_one_and_the_same_everywhere(
    is_open: bool, is_restricted: bool, waiting: datetime | None, due_at: datetime | None
) -> None:
    known = Known(is_open, is_restricted, waiting, "call:x" if due_at else None, due_at)
    line = status_line(known, now=NOW, zone=CHICAGO)
    assert line == status_line(known, now=NOW, zone=CHICAGO)
    first = (
        State.LOCKED
        if is_restricted
        else State.ANSWER
        if waiting
        else _of_step(due_at)
        if due_at
        else State.NONE
        if is_open
        else None
    )
    assert (line.state if line else None) is first


def _of_step(due_at: datetime) -> State:
    if due_at < NOW:
        return State.LATE
    return State.TODAY if due_at.astimezone(CHICAGO).date() == NOW.astimezone(CHICAGO).date() else State.LATER


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=20), "Just arrived"),
        (timedelta(minutes=1), "1 minute here"),
        (timedelta(hours=3), "3 hours here"),
        (timedelta(days=9), "9 days here"),
        (timedelta(days=21), "3 weeks here"),
        (timedelta(days=90), "3 months here"),
    ],
)
def test_how_long_a_card_stands_is_said_in_words(passed: timedelta, said: str) -> None:
    with use_locale("en", "UTC"):
        assert wording.here(NOW - passed, NOW) == said
