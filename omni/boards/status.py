"""The status line: the one thing a card, a list, the contact page and Today say about a person.

A pure function of what is known, so that it is the same wherever it is read. Facts only; `wording` turns them into
the reader's words.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

# A reply is late after this long, until a stage carries a reply clock of its own.
REPLY_GOAL = timedelta(hours=1)
# A due day ends with its last microsecond; any other instant is an agreed time of day.
LAST_OF_DAY = (23, 59, 59, 999_999)


class State(StrEnum):
    """What the line speaks of, in order of precedence."""

    LOCKED = "locked"
    ANSWER = "answer"
    LATE = "late"
    TODAY = "today"
    LATER = "later"
    NONE = "none"


class Known(NamedTuple):
    """What a status line is made of."""

    is_open: bool
    is_restricted: bool
    waiting_since: datetime | None
    step: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The line as facts. `minutes` counts the wait or the lateness; `day` and `at` say when a step is due."""

    state: State
    step: str = ""
    minutes: int = 0
    day: date | None = None
    at: datetime | None = None
    is_late: bool = False


def status_line(known: Known, *, now: datetime, zone: ZoneInfo) -> StatusLine | None:
    """The first line that fits; None where a card no longer waits for anything."""
    if known.is_restricted:
        return StatusLine(State.LOCKED)
    if known.waiting_since:
        waited = now - known.waiting_since
        return StatusLine(State.ANSWER, minutes=_minutes(waited), is_late=waited >= REPLY_GOAL)
    if known.due_at:
        return _line_of_step(known.step or "", known.due_at, now, zone)
    return StatusLine(State.NONE, is_late=True) if known.is_open else None


def waiting_since(last_in_at: datetime | None, last_out_at: datetime | None) -> datetime | None:
    """Since when a person waits for an answer: their last word, unless something went out after it."""
    if last_in_at and (last_out_at is None or last_out_at < last_in_at):
        return last_in_at
    return None


def _line_of_step(step: str, due_at: datetime, now: datetime, zone: ZoneInfo) -> StatusLine:
    local = due_at.astimezone(zone)
    is_all_day = (local.hour, local.minute, local.second, local.microsecond) == LAST_OF_DAY
    day, today, at = local.date(), now.astimezone(zone).date(), None if is_all_day else due_at
    if due_at < now:
        late = timedelta(days=(today - day).days) if day < today else now - due_at
        return StatusLine(State.LATE, step, minutes=_minutes(late), day=day, at=at, is_late=True)
    return StatusLine(State.TODAY if day == today else State.LATER, step, day=day, at=at)


def _minutes(length: timedelta) -> int:
    return max(int(length.total_seconds() // 60), 0)
