"""The status line: the one thing a card, a list, the contact page and Today say about a person.

A pure function of what is known, so that it is the same wherever it is read. Facts only; `wording` turns them into
the reader's words.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

# A due day ends with its last microsecond; any other instant is an agreed time of day.
LAST_OF_DAY = (23, 59, 59, 999_999)


class State(StrEnum):
    """What the line speaks of, in order of precedence (specs/contacts.md, 5.2).

    An answer or a step is `…_late` once its time is over; an answer that is not, goes before what is due today.
    """

    LOCKED = "locked"
    ANSWER_LATE = "answer_late"
    LATE = "late"
    RESTING = "resting"
    ANSWER = "answer"
    TODAY = "today"
    SILENT = "silent"
    LATER = "later"
    NONE = "none"


class Known(NamedTuple):
    """What a status line is made of. `quiet_since` is when the silence of the card began."""

    is_open: bool
    is_restricted: bool
    reply_due_at: datetime | None
    step: str | None
    due_at: datetime | None
    snoozed_until: datetime | None
    stale_at: datetime | None
    quiet_since: datetime | None


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The line as facts. `minutes` counts lateness or silence; `day` and `at` say when something is due or over."""

    state: State
    step: str = ""
    minutes: int = 0
    day: date | None = None
    at: datetime | None = None


def status_line(known: Known, *, now: datetime, zone: ZoneInfo) -> StatusLine | None:
    """The first line that fits; None where a card no longer waits for anything."""
    if known.is_restricted:
        return StatusLine(State.LOCKED)
    answer = _answer(known.reply_due_at, now, zone)
    step = _step(known.step or "", known.due_at, now, zone) if known.due_at else None
    fitting = [answer, step, _rest(known.snoozed_until, now, zone), _silence(known, now)]
    if known.is_open:
        fitting.append(StatusLine(State.NONE))
    return min((line for line in fitting if line), key=lambda line: ORDER[line.state], default=None)


ORDER = {state: place for place, state in enumerate(State)}


def _answer(due_at: datetime | None, now: datetime, zone: ZoneInfo) -> StatusLine | None:
    if due_at is None:
        return None
    if due_at <= now:
        return StatusLine(State.ANSWER_LATE, minutes=_late(due_at, now, zone))
    return StatusLine(State.ANSWER, day=due_at.astimezone(zone).date(), at=due_at)


def _step(step: str, due_at: datetime, now: datetime, zone: ZoneInfo) -> StatusLine:
    local = due_at.astimezone(zone)
    is_all_day = (local.hour, local.minute, local.second, local.microsecond) == LAST_OF_DAY
    day, today, at = local.date(), now.astimezone(zone).date(), None if is_all_day else due_at
    if due_at < now:
        return StatusLine(State.LATE, step, minutes=_late(due_at, now, zone), day=day, at=at)
    return StatusLine(State.TODAY if day == today else State.LATER, step, day=day, at=at)


def _rest(until: datetime | None, now: datetime, zone: ZoneInfo) -> StatusLine | None:
    return StatusLine(State.RESTING, day=until.astimezone(zone).date()) if until and until > now else None


def _silence(known: Known, now: datetime) -> StatusLine | None:
    if known.stale_at is None or known.stale_at > now:
        return None
    return StatusLine(State.SILENT, minutes=_minutes(now - (known.quiet_since or known.stale_at)))


def _late(due_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """How late it is in minutes; from the next day on in whole days."""
    days = (now.astimezone(zone).date() - due_at.astimezone(zone).date()).days
    return _minutes(timedelta(days=days) if days > 0 else now - due_at)


def _minutes(length: timedelta) -> int:
    return max(int(length.total_seconds() // 60), 0)
