"""A card's facts in the reader's words. Each sentence is made here once, and remembered while it stays true."""

from datetime import date, datetime
from functools import lru_cache

from omni.boards.models import Role
from omni.boards.status import State, StatusLine
from omni.contacts.kinds import Entry
from omni.core.clock import today_in
from omni.core.words import Lazy, _, current_locale, current_zone, lazy, local_day, local_time, ngettext

HOUR, DAY, WEEK = 60, 1440, 10_080

# What a stage may mean to the joins, whatever it is called.
ROLES: dict[Role, Lazy] = {
    Role.TRIAL_BOOKED: lazy("Trial booked"),
    Role.TRIAL_DONE: lazy("Trial done"),
    Role.JOINED: lazy("Joined"),
    Role.NEW_MEMBER: lazy("New member"),
}

# The icon beside the line: what is to be done, or why nothing is.
ICONS = {"call": "phone", "text": "message-circle", "email": "mail", "visit": "calendar-check", "todo": "circle-check"}
STATE_ICONS = {State.LOCKED: "lock", State.ANSWER: "reply", State.NONE: "circle-dashed"}


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
    if line.state is State.ANSWER:
        return _("Reply · %(wait)s", wait=wait_words(line.minutes))
    return _("%(step)s · %(when)s", step=step_words(line.step), when=_when(line, today))


def step_words(step: str) -> str:
    """What is to be done: the verb of its kind, or for a plain to-do its own title."""
    kind, _colon, title = step.partition(":")
    verbs = {"call": _("Call"), "text": _("Text"), "email": _("Email"), "visit": _("Visit")}
    return verbs.get(kind) or title or _("To do")


def wait_words(minutes: int) -> str:
    """A length of waiting, short: "48 min", "2 h", "3 days"."""
    if minutes < HOUR:
        return _("%(count)s min", count=minutes)
    if minutes < DAY:
        return _("%(count)s h", count=minutes // HOUR)
    return ngettext("%(num)s day", "%(num)s days", minutes // DAY)


def _when(line: StatusLine, today: date) -> str:
    if line.state is State.LATE:
        return _late(line.minutes)
    if line.state is State.TODAY:
        return _("today %(time)s", time=local_time(line.at)) if line.at else _("today")
    due = line.day or today
    day = local_day(due, "name" if (due - today).days < 7 else "day")
    return _("%(day)s %(time)s", day=day, time=local_time(line.at)) if line.at else day


def _late(minutes: int) -> str:
    if minutes < HOUR:
        return ngettext("%(num)s minute late", "%(num)s minutes late", minutes)
    if minutes < DAY:
        return ngettext("%(num)s hour late", "%(num)s hours late", minutes // HOUR)
    return ngettext("%(num)s day late", "%(num)s days late", minutes // DAY)
