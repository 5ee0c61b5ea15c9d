"""At which hours a text may arrive: a window for each purpose, in every zone the person may be in at once.

Service and what was asked for 7 to 22, offers 9 to 20 and on Sundays from 12, tightened by states' own rules
(`quiet_rules.csv`); replies and what the law asks for at any hour. The federal window is 8 to 21 (47 CFR
64.1200(c)(1)); ours lies inside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from omni.accounts.business_time import instant
from omni.messaging.states import MessagePurpose
from omni.messaging.tables import rows_of
from omni.messaging.zones import Where

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
# Hours that nobody shares within a week and a day are shared never.
AHEAD = 8
SUNDAY = 6
_DAYS = {name: n for n, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))}

Span = tuple[datetime, datetime]


class Window(StrEnum):
    """A set of hours. `ANY`: there is no hour at which it may not arrive."""

    ANY = "any"
    SERVICE = "service"
    OFFERS = "offers"


WINDOWS = {
    MessagePurpose.REPLY: Window.ANY,
    MessagePurpose.REQUIRED: Window.ANY,
    MessagePurpose.SERVICE: Window.SERVICE,
    MessagePurpose.REQUESTED: Window.SERVICE,
    MessagePurpose.MARKETING: Window.OFFERS,
}


@dataclass(frozen=True)
class Opening:
    """Whether it may arrive now; else from when on, and in both cases until when. Without `opens_at` there is none."""

    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None


class Request(StrEnum):
    """A text a person asked for by booking."""

    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    CHANGE = "change"


# Messaging §5.5: the evening before, for a reminder before dawn; how near a change goes at any hour; how near it is
# what was asked for at all.
EVENING = time(19)
NEAR, ASKED_FOR = timedelta(hours=12), timedelta(hours=24)


def opening(window: Window, where: Where, *, at: datetime) -> Opening:
    """The hours that every zone of `where` allows, around `at` (aware)."""
    if window is Window.ANY:
        return Opening(True, at, None)
    states = where.states if window is Window.OFFERS else frozenset[str]()
    for opens, closes in _shared(window, where.zones, states, at.astimezone(UTC).date()):
        if opens <= at < closes:
            return Opening(True, opens, closes)
        if opens > at:
            return Opening(False, opens, closes)
    return Opening(False, None, None)


def requested_at(kind: Request, where: Where, *, starts_at: datetime, at: datetime, now: datetime) -> datetime | None:
    """When a text about an appointment goes that is due at `at`, planned at `now`; None where it is of no use any more.

    A reminder outside the hours moves to the evening before. Anything else waits for the hours; a change goes at any
    hour when the appointment is near, or as soon as it is near where no hour comes before.
    """
    if at >= starts_at:
        return None
    if kind is Request.CHANGE and starts_at - at < NEAR:
        return at
    around = opening(Window.SERVICE, where, at=at)
    if around.is_open:
        return at
    if kind is Request.REMINDER:
        return _evening_before(starts_at, where, now=now)
    if around.opens_at is not None and around.opens_at < starts_at:
        return around.opens_at
    return starts_at - NEAR + MINUTE if kind is Request.CHANGE else None


def is_requested(*, starts_at: datetime, at: datetime) -> bool:
    """Whether news of a changed appointment is what was asked for; of a later one it is news like other."""
    return starts_at - at <= ASKED_FOR


@dataclass(frozen=True)
class Local:
    """A wall time as an instant. `was_moved`: the clock jumped over it, so it is the first minute after."""

    at: datetime
    zone: str
    was_moved: bool


def local_instant(day: date, wall: time, where: Where) -> Local:
    """The instant of a wall time where the person likeliest is; of two the first, of none the next that there is."""
    zone = where.zones[0]
    found = instant(ZoneInfo(zone), day, wall)
    shown = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return Local(found, zone, shown != datetime.combine(day, wall))


def _evening_before(starts_at: datetime, where: Where, *, now: datetime) -> datetime | None:
    """The evening before in the likeliest zone in which it is an hour for all; None where it is past."""
    for zone in map(ZoneInfo, where.zones):
        evening = instant(zone, starts_at.astimezone(zone).date() - DAY, EVENING)
        if evening > now and opening(Window.SERVICE, where, at=evening).is_open:
            return evening
    return None


@lru_cache(maxsize=4_096)
def _shared(window: Window, zones: tuple[str, ...], states: frozenset[str], day: date) -> tuple[Span, ...]:
    """The spans of time, from the day before on, that lie inside the window in each zone."""
    shared: list[Span] | None = None
    for zone in zones:
        mine = list(_spans(window, ZoneInfo(zone), states, day))
        shared = mine if shared is None else _both(shared, mine)
    return tuple(shared or ())


def _spans(window: Window, zone: ZoneInfo, states: frozenset[str], day: date) -> Iterator[Span]:
    for n in range(-2, AHEAD + 2):
        local = day + timedelta(days=n)
        opens, closes = hours_of(window, local.weekday(), states)
        if opens < closes:
            yield instant(zone, local, opens), instant(zone, local, closes)


def _both(ours: Sequence[Span], theirs: Sequence[Span]) -> list[Span]:
    spans = ((max(a, c), min(b, d)) for a, b in ours for c, d in theirs)
    return sorted((opens, closes) for opens, closes in spans if opens < closes)


def hours_of(window: Window, weekday: int, states: frozenset[str] = frozenset()) -> tuple[time, time]:
    """From when to when on this weekday (0 is Monday); the same twice where there is no hour."""
    if window is Window.SERVICE:
        return time(7), time(22)
    opens, closes = (time(12) if weekday == SUNDAY else time(9)), time(20)
    for state in states:
        rule = rules().get((state, weekday))
        if rule is not None:
            opens, closes = max(opens, rule[0]), min(closes, rule[1])
    return (opens, closes) if opens < closes else (opens, opens)


@cache
def rules() -> dict[tuple[str, int], tuple[time, time]]:
    """The hours of states that are stricter than ours, by state and weekday; the same time twice: not on this day."""
    found = {}
    for row in rows_of("quiet_rules.csv"):
        opens = _time(row["from"]) if row["from"] else time()
        closes = _time(row["to"]) if row["to"] else time()
        for name in row["days"].split():
            found[row["state"], _DAYS[name]] = (opens, closes)
    return found


def _time(text: str) -> time:
    hour, _colon, minute = text.partition(":")
    return time(int(hour), int(minute))
