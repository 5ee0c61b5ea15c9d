"""A card's facts in the reader's words. Each sentence is made here once, and remembered while it stays true."""

from datetime import date, datetime
from functools import lru_cache

from omni.boards.models import Role
from omni.boards.status import State, StatusLine
from omni.contacts.kinds import Entry
from omni.core.clock import today_in
from omni.core.tenancy import current_workspace
from omni.core.words import Lazy, _, current_locale, current_zone, lazy, local_day, local_time, ngettext

HOUR, DAY, WEEK = 60, 1440, 10_080
ANSWERS = frozenset({State.ANSWER_LATE, State.ANSWER})

# What a stage may mean to the joins, whatever it is called.
ROLES: dict[Role, Lazy] = {
    Role.TRIAL_BOOKED: lazy("Trial booked"),
    Role.TRIAL_DONE: lazy("Trial done"),
    Role.JOINED: lazy("Joined"),
    Role.NEW_MEMBER: lazy("New member"),
}

# The icon beside the line: what is to be done, or why nothing is.
ICONS = {"call": "phone", "text": "message-circle", "email": "mail", "visit": "calendar-check", "todo": "circle-check"}
STATE_ICONS = {
    State.LOCKED: "lock",
    State.ANSWER_LATE: "reply",
    State.ANSWER: "reply",
    State.RESTING: "moon",
    State.SILENT: "alarm-clock",
    State.NONE: "circle-dashed",
}
# How loud a line speaks: later, today, late, or none (dashed).
TONES = {
    State.LOCKED: "later",
    State.ANSWER_LATE: "late",
    State.LATE: "late",
    State.RESTING: "later",
    State.ANSWER: "today",
    State.TODAY: "today",
    State.SILENT: "late",
    State.LATER: "later",
    State.NONE: "none",
}


def icon_of(line: StatusLine) -> str:
    """The name of the icon that stands before the line."""
    return STATE_ICONS.get(line.state) or ICONS.get(line.step.partition(":")[0], "circle-check")


def here(entered_at: datetime, now: datetime, locale: str = "") -> str:
    """How long a card has stood in its stage: "9 days here". `locale` is that of the moment, where it is known."""
    return _here(max(int((now - entered_at).total_seconds() // 60), 0), locale or str(current_locale()))


def line_words(line: StatusLine, zone: str, today: date | None = None, locale: str = "") -> str:
    """The line under a name, which drops the name: "Call · 2 days late". Days are those of `zone`.

    `today` (in that zone) and `locale` are those of the moment, where they are known.
    """
    return _line(line, today or today_in(zone), locale or str(current_locale()), current_zone().key)


def line_with_name(line: StatusLine, name: str, today: date) -> str:
    """The line where no name stands above it: "Call Ana, 2 days late"."""
    if line.state in (State.LOCKED, State.RESTING, State.SILENT, State.NONE):
        return line_words(line, current_zone().key, today)
    step = _("Answer %(name)s", name=name) if line.state in ANSWERS else step_for(line.step, name)
    return _("%(step)s, %(when)s", step=step, when=_when(line, today))


def origin(source: str, detail: str) -> str:
    """Where a person came from, said while they have not said anything themselves."""
    if source == Entry.REFERRAL:
        return _("Came by %(link)s", link=detail) if detail else _("Came by a referral link")
    words = {
        Entry.FORM: _("Filled in the website form"),
        Entry.TEXT: _("Texted first"),
        Entry.BOOKING: _("Booked a time"),
        Entry.IMPORT: _("Brought in with a file"),
        Entry.API: _("Added by another program"),
    }
    return detail or words.get(Entry(source), "")


@lru_cache(maxsize=4096)
def _here(minutes: int, locale: str) -> str:
    if minutes < HOUR:
        return ngettext("%(num)s minute here", "%(num)s minutes here", minutes) if minutes else _("Just arrived")
    if minutes < DAY:
        return ngettext("%(num)s hour here", "%(num)s hours here", minutes // HOUR)
    if minutes < 2 * WEEK:
        return ngettext("%(num)s day here", "%(num)s days here", minutes // DAY)
    if minutes < 9 * WEEK:
        return ngettext("%(num)s week here", "%(num)s weeks here", minutes // WEEK)
    return ngettext("%(num)s month here", "%(num)s months here", minutes // (30 * DAY))


@lru_cache(maxsize=4096)
def _line(line: StatusLine, today: date, locale: str, zone: str) -> str:
    if line.state is State.LOCKED:
        return _("Locked")
    if line.state is State.NONE:
        return _("Add next step")
    if line.state is State.RESTING:
        return _("Resting until %(day)s", day=_day(line.day or today, today))
    if line.state is State.SILENT:
        return ngettext("Silent %(num)s day", "Silent %(num)s days", line.minutes // DAY)
    step = _("Answer") if line.state in ANSWERS else step_words(line.step)
    return _("%(step)s · %(when)s", step=step, when=_when(line, today))


def step_for(step: str, name: str) -> str:
    """What is to be done for whom."""
    kind, _colon, title = step.partition(":")
    verbs = {
        "call": lambda: _("Call %(name)s", name=name),
        "text": lambda: _("Text %(name)s", name=name),
        "email": lambda: _("Email %(name)s", name=name),
        "visit": lambda: _("%(name)s comes", name=name),
    }
    return verbs[kind]() if kind in verbs else _("%(title)s for %(name)s", title=title or _("To do"), name=name)


def step_words(step: str) -> str:
    """What is to be done: the verb of its kind, or for a plain to-do its own title."""
    kind, _colon, title = step.partition(":")
    verbs = {"call": _("Call"), "text": _("Text"), "email": _("Email"), "visit": _("Visit")}
    return verbs.get(kind) or title or _("To do")


def step_set(title: str, due_on: date) -> str:
    """A next step that was just set, with its day: "Follow up in 2 days"."""
    days = (due_on - today_in(current_workspace().timezone)).days
    return ngettext("%(title)s in %(num)s day", "%(title)s in %(num)s days", days, title=title)


def wait_words(minutes: int) -> str:
    """A length of waiting, short: "48 min", "2 h", "3 days"."""
    if minutes < HOUR:
        return _("%(count)s min", count=minutes)
    if minutes < DAY:
        return _("%(count)s h", count=minutes // HOUR)
    return ngettext("%(num)s day", "%(num)s days", minutes // DAY)


def _when(line: StatusLine, today: date) -> str:
    if line.state in (State.LATE, State.ANSWER_LATE):
        return _late(line.minutes)
    due = line.day or today
    if due == today:
        return _("today %(time)s", time=local_time(line.at)) if line.at else _("today")
    day = _day(due, today)
    return _("%(day)s %(time)s", day=day, time=local_time(line.at)) if line.at else day


def _day(day: date, today: date) -> str:
    return local_day(day, "name" if 0 <= (day - today).days < 7 else "day")


def _late(minutes: int) -> str:
    if minutes < HOUR:
        return ngettext("%(num)s minute late", "%(num)s minutes late", minutes)
    if minutes < DAY:
        return ngettext("%(num)s hour late", "%(num)s hours late", minutes // HOUR)
    return ngettext("%(num)s day late", "%(num)s days late", minutes // DAY)
