"""Why a text may go, may not, or has to wait: every thing the gate asked, in words, and the hour it may go at."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from omni.contacts.models import Contact
from omni.contacts.wording import first_name
from omni.core import clock
from omni.core.tenancy import current_workspace
from omni.core.words import Lazy, _, current_locale, lazy, local_day, local_time, use_locale
from omni.messaging import wording
from omni.messaging.gate import Answer, Check, Name
from omni.messaging.hours import Window
from omni.messaging.models import Message
from omni.messaging.states import Reason, State
from omni.messaging.zones import Evidence, Hint, Where

_PASSED: dict[Name, Lazy] = {
    Name.PERSON: lazy("Nothing is said against writing to them."),
    Name.BLOCKED: lazy("You have not blocked this number."),
    Name.NUMBER: lazy("It is their number."),
    Name.BASIS: lazy("They may be texted, and it is written down why."),
    Name.OFTEN: lazy("They had fewer than three offers in seven days."),
    Name.HOURS: lazy("It is an hour at which it may arrive."),
    Name.REGISTRATION: lazy("Carriers take texts from your number."),
    Name.PACE: lazy("Your number may send more today."),
    Name.CAP: lazy("It is within your spending limit."),
}
_HINTS: dict[Hint, Lazy] = {
    Hint.STATED: lazy("they said so themselves"),
    Hint.NOTED: lazy("it stands on their page"),
    Hint.PLACE: lazy("their place, %(what)s"),
    Hint.NUMBER: lazy("their area code %(what)s"),
    Hint.NOTHING: lazy("nothing hints at where, so all of the mainland"),
}


@dataclass(frozen=True)
class CheckLine:
    """One thing that was asked, and the answer."""

    words: str
    is_passed: bool
    until: str


@dataclass(frozen=True)
class Waiting:
    """That a text waits, until when there, and why."""

    bold: str
    reason: str
    button: str


def lines_of(answer: Answer, where: Where, window: Window) -> list[CheckLine]:
    """Every thing the gate asked, passed or not."""
    found = [_line(each, where) for each in answer.checks]
    if window is not Window.ANY:
        found.append(CheckLine(_zones(where), True, ""))
    return found


def waiting(answer: Answer, where: Where, until: datetime, contact: Contact, *, has_written: bool) -> Waiting:
    """The strip over the composer while only time stands in the way."""
    when = moment_there(until, where.zones[0])
    bold = _("This will wait until %(when)s.", when=when)
    if answer.reason is Reason.HOURS:
        name = contact.given_name or first_name(contact.display_name)
        now = time_there(clock.now(), where.zones[0])
        reason = (
            _("It is %(time)s for %(name)s, and their text is older than a day.", time=now, name=name)
            if has_written
            else _("It is %(time)s for %(name)s.", time=now, name=name)
        )
    else:
        reason = str(answer.words or wording.line(answer.reason))
    is_today = days_until(until, where.zones[0]) <= 0
    return Waiting(bold, reason, _("Send at %(time)s", time=when) if is_today else _("Send %(when)s", when=when))


def time_there(at: datetime, zone: str) -> str:
    """The time of `at` on a clock there."""
    with use_locale(str(current_locale()), zone):
        return local_time(at)


def moment_there(at: datetime, zone: str) -> str:
    """A time there: "7:00", "tomorrow at 7:00", "Tuesday at 7:00"; with its city where its clock is not ours."""
    days = days_until(at, zone)
    time = time_there(at, zone)
    if not _is_ours(zone, at):
        time = _("%(time)s in %(city)s", time=time, city=city_of(zone))
    with use_locale(str(current_locale()), zone):
        if days <= 0:
            return time
        if days == 1:
            return _("tomorrow at %(time)s", time=time)
        day = local_day(at, "name") if days < 7 else local_day(at, "day")
        return _("%(day)s at %(time)s", day=day, time=time)


def days_until(at: datetime, zone: str) -> int:
    """How many midnights lie before `at` there."""
    here = ZoneInfo(zone)
    return (at.astimezone(here).date() - clock.now().astimezone(here).date()).days


def city_of(zone: str) -> str:
    """A zone by its city."""
    return zone.rpartition("/")[2].replace("_", " ")


def line_of(message: Message) -> str:
    """The one line under the word of a text; of one that waits for its time, until when."""
    if message.state is State.SCHEDULED and message.not_before is not None:
        zones = (message.zone_evidence or "").partition("|")[0].split(",")
        return _("until %(when)s", when=moment_there(message.not_before, zones[0] or current_workspace().timezone))
    return str(message.line) if message.line else ""


def _line(check: Check, where: Where) -> CheckLine:
    if check.is_passed:
        return CheckLine(str(_PASSED[check.name]), True, "")
    until = _("earliest %(when)s", when=moment_there(check.until, where.zones[0])) if check.until else ""
    return CheckLine(str(check.words or wording.line(check.reason)), False, until)


def _zones(where: Where) -> str:
    """ "They may be in Chicago or Denver: their area code 312." """
    cities = [city_of(zone) for zone in where.zones]
    named = cities[0] if len(cities) == 1 else _("%(first)s or %(last)s", first=", ".join(cities[:-1]), last=cities[-1])
    hints = ", ".join(_hint(each) for each in where.evidence)
    return _("They may be in %(places)s: %(hints)s.", places=named, hints=hints)


def _hint(evidence: Evidence) -> str:
    return str(lazy(_HINTS[evidence.hint].key, what=evidence.what))


def _is_ours(zone: str, at: datetime) -> bool:
    """Whether clocks there show what the studio's show."""
    ours = at.astimezone(ZoneInfo(current_workspace().timezone)).utcoffset()
    return ours == at.astimezone(ZoneInfo(zone)).utcoffset()
