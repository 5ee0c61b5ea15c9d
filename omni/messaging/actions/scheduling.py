"""A time a person chose for a text: the wall time where the other one is, as an instant that may be."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from omni.contacts.models import Contact
from omni.core import clock
from omni.core.faults import Invalid
from omni.core.words import _, lazy
from omni.messaging import explaining, gate, queries
from omni.messaging.gate import Letter
from omni.messaging.hours import local_instant
from omni.messaging.states import MessagePurpose

# Nobody means a text of next year's spring.
LATEST = timedelta(days=366)

PAST = lazy("This time is past where they are.")
TOO_FAR = lazy("Choose a day within a year.")


class TimeMoved(Exception):
    """The chosen time cannot be: `on` and `at` are the next that can, there; `words` say why."""

    def __init__(self, on: date, at: time, words: str) -> None:
        super().__init__(words)
        self.on, self.at, self.words = on, at, words


def choose_time(contact: Contact, address: str, day: date | None, wall: time | None) -> datetime:
    """The instant of a day and time where the contact is.

    Raises: Invalid, for what is past or too far; TimeMoved, where clocks jump over it or no text may arrive then.
    """
    if day is None or wall is None:
        raise Invalid(faults={"at": PAST.key})
    letter = Letter(contact, address, MessagePurpose.SERVICE)
    facts = gate.read([letter])
    where = gate.where_of(letter, facts)
    local = local_instant(day, wall, where)
    if local.at <= clock.now():
        raise Invalid(faults={"at": PAST.key})
    if local.at - clock.now() > LATEST:
        raise Invalid(faults={"on": TOO_FAR.key})
    if local.was_moved:
        raise _moved(local.at, local.zone, _("The clocks are put forward over that time. This is the next there is."))
    purpose = queries.purpose_after(facts.last_in.get(address), local.at)
    starts_at = gate.earliest(Letter(contact, address, purpose), facts, at=local.at)
    if starts_at is not None and starts_at > local.at:
        when = explaining.moment_there(starts_at, local.zone)
        raise _moved(starts_at, local.zone, _("No text may arrive then. %(when)s is the next time one may.", when=when))
    return local.at


def _moved(at: datetime, zone: str, words: str) -> TimeMoved:
    there = at.astimezone(ZoneInfo(zone))
    return TimeMoved(there.date(), there.time().replace(second=0, microsecond=0), words)
