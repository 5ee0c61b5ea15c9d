"""Whether one text may go to one address: contacts' gate first, then what only this room knows.

One judgement for the strip over the composer, the panel that says why not, the preview of a campaign, the acceptance
(C0) and the claim (C2): `read` asks what is known of many letters at once, `judge` weighs each. Only the permit of a
claim is ever spent.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from peewee import fn

from omni.contacts import gate as people
from omni.contacts.gate import Rule, Told
from omni.contacts.kinds import Channel, PointKind
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.permit import Permit
from omni.core import clock
from omni.core.ids import Id
from omni.core.policies import Purpose
from omni.core.prepared import prepared
from omni.core.tenancy import current_workspace
from omni.core.together import Part, beside
from omni.core.words import Lazy
from omni.messaging import pace
from omni.messaging.hours import WINDOWS, Window, opening
from omni.messaging.models import IS_OFFER, Conversation, Message, PeriodKind, Sender, SpendPeriod
from omni.messaging.states import MessagePurpose, Reason, State, line_of
from omni.messaging.zones import Where, where_is

# Messaging §5.5: so many offers in so many days are enough.
MOST_OFFERS, OFTEN = 3, timedelta(days=7)
# Who wrote to us may be texted about it for so long, without any other yes.
INBOUND_HOLDS = timedelta(days=90)
# Of texts, those that left or may have left: offers that count.
_LEFT = (State.SENDING, State.HANDED_OVER, State.DELIVERED, State.UNDELIVERED, State.NO_RECEIPT, State.UNKNOWN,
         State.NEEDS_PERSON)  # fmt: skip

_REASONS = {
    Rule.FROZEN: Reason.FROZEN,
    Rule.ERASING: Reason.GATE,
    Rule.RESTRICTED: Reason.RESTRICTED,
    Rule.MINOR: Reason.MINOR,
    Rule.NO_ADDRESS: Reason.GATE,
    Rule.DO_NOT_CONTACT: Reason.DO_NOT_CONTACT,
    Rule.SUPPRESSED: Reason.OPTED_OUT,
    Rule.PAUSED: Reason.MAY_HAVE_STOPPED,
    Rule.NO_CONSENT: Reason.NO_BASIS,
}


class Name(StrEnum):
    """What is asked of a text, in the order in which it is asked."""

    PERSON = "person"
    BLOCKED = "blocked"
    NUMBER = "number"
    BASIS = "basis"
    OFTEN = "often"
    HOURS = "hours"
    REGISTRATION = "registration"
    PACE = "pace"
    CAP = "cap"


@dataclass(frozen=True)
class Letter:
    """A text as the gate sees it: to whom, why, from where."""

    contact: Contact | None
    address: str
    purpose: MessagePurpose
    conversation: Conversation | None = None
    sender: Sender | None = None
    segments: int = 1
    # What it is going to cost, as long as nothing was taken for it.
    micros: int = 0
    # Hours of another purpose, where a text keeps to stricter ones than its own asks for.
    window: Window | None = None

    @property
    def hours(self) -> Window:
        return self.window or WINDOWS[self.purpose]


@dataclass(frozen=True)
class Check:
    """One thing asked, and the answer: `reason` where it failed, `until` where waiting helps."""

    name: Name
    reason: Reason | None = None
    words: Lazy | None = None
    until: datetime | None = None

    @property
    def is_passed(self) -> bool:
        return self.reason is None


@dataclass(frozen=True)
class Answer:
    """What was asked of one text. Without a failure there is a permit."""

    checks: tuple[Check, ...]
    permit: Permit | None

    @property
    def is_open(self) -> bool:
        return self.permit is not None

    @property
    def failed(self) -> Check | None:
        """The first thing that stands in the way, what never passes by itself before what only takes time."""
        failures = [each for each in self.checks if not each.is_passed]
        return next((each for each in failures if each.until is None), failures[0] if failures else None)

    @property
    def reason(self) -> Reason | None:
        return self.failed.reason if self.failed else None

    @property
    def words(self) -> Lazy | None:
        return self.failed.words if self.failed else None

    @property
    def until(self) -> datetime | None:
        """The instant to ask again at, where only time stands in the way."""
        waits = [each.until for each in self.checks if not each.is_passed]
        return None if None in waits or not waits else max(each for each in waits if each)

    @property
    def wants_basis(self) -> bool:
        return self.reason is Reason.NO_BASIS


@dataclass(frozen=True)
class Facts:
    """What is known of the addresses of some letters."""

    told: Mapping[str, Told]
    last_in: Mapping[str, datetime]
    held: Mapping[Id, frozenset[str]]
    offers: Mapping[str, Sequence[datetime]]
    # Where their network says they are, by the number; postcodes of their addresses, by the person.
    places: Mapping[str, str]
    postcodes: Mapping[Id, Sequence[str]]
    # What may still be spent today and this month; None while no limit was ever touched.
    left: int | None = None


def check(letter: Letter, *, at: datetime | None = None) -> Answer:
    """What is asked of one text at `at` (now by default), with every answer."""
    return judge(letter, read([letter]), at=at or clock.now())


def earliest(letter: Letter, facts: Facts, *, at: datetime) -> datetime | None:
    """The first instant from `at` on at which nothing stands in the way; None where waiting does not help."""
    for _round in range(_ROUNDS):
        answer = judge(letter, facts, at=at)
        if answer.is_open:
            return at
        if answer.until is None or answer.until <= at:
            return None
        at = answer.until
    return None


def read(letters: Sequence[Letter]) -> Facts:
    """What is known of all these addresses, in a few queries for however many."""
    addresses = list({each.address for each in letters if each.address})
    if not addresses:
        return Facts({}, {}, {}, {}, {}, {})
    since = clock.now() - OFTEN
    contacts = list({each.contact.id for each in letters if each.contact}) or [_NOBODY]
    today = clock.today_in(current_workspace().timezone)
    asked = _about.each(addresses=addresses, contacts=contacts, since=since, day=today, month=today.replace(day=1))
    about = Part(tuple(asked), _Read)
    found = beside(told=people.told_of(Channel.SMS, addresses), about=about).read()
    return _facts(found["told"], found["about"])


def _facts(told: Mapping[str, Told], read: "_Read") -> Facts:
    held, postcodes = defaultdict[Id, set[str]](set), defaultdict[Id, list[str]](list)
    for contact_id, kind, norm in read.points:
        if kind is PointKind.PHONE:
            held[contact_id].add(norm)
        else:
            postcodes[contact_id].append(norm)
    times = defaultdict[str, list[datetime]](list)
    for address, at in read.offers:
        times[address].append(at)
    newest = {address: at for address, at, _place in read.last_in if at is not None}
    places = {address: place for address, _at, place in read.last_in if place}
    numbers = {each: frozenset(norms) for each, norms in held.items()}
    left = min((cap - used for cap, used in read.spent), default=None)
    return Facts(told, newest, numbers, times, places, postcodes, left)


class _Read(NamedTuple):
    """The rows asked of this room's own tables and of contacts' addresses."""

    last_in: list[Any]
    points: list[Any]
    offers: list[Any]
    spent: list[Any]


@prepared
def _about(addresses: Any, contacts: Any, since: Any, day: Any, month: Any) -> Any:
    theirs = Conversation.select(
        Conversation.address, fn.MAX(Conversation.last_in_at), fn.MAX(Conversation.place).alias("place")
    )
    points = ContactPoint.select(ContactPoint.contact, ContactPoint.kind, ContactPoint.norm)
    # Written in the index's own words, which see no value that is bound.
    offers = Message.select(Message.to_address, Message.created_at).where(
        Message.to_address.in_(addresses), IS_OFFER, Message.state.in_(_LEFT), Message.created_at > since
    )
    is_day = (SpendPeriod.kind == PeriodKind.DAY) & (SpendPeriod.starts_on == day)
    is_month = (SpendPeriod.kind == PeriodKind.MONTH) & (SpendPeriod.starts_on == month)
    spent = SpendPeriod.select(SpendPeriod.cap, SpendPeriod.used).where(is_day | is_month)
    return (
        theirs.where(Conversation.address.in_(addresses)).group_by(Conversation.address).tuples(),
        points.where(
            ContactPoint.contact.in_(contacts), ContactPoint.kind.in_([PointKind.PHONE, PointKind.ADDRESS])
        ).tuples(),
        offers.tuples(),
        spent.tuples(),
    )


def judge(letter: Letter, facts: Facts, *, at: datetime) -> Answer:
    """Every thing asked of one text, from what was read."""
    told = facts.told.get(letter.address) or people.NOTHING
    verdict = people.judge(letter.contact, purpose_of(letter.purpose), Channel.SMS, letter.address, told)
    person = verdict.rule if verdict.rule in _OF_PERSON else None
    basis = verdict.rule if verdict.permit is None and person is None else None
    checks = (
        _of_rule(Name.PERSON, person),
        _not_blocked(letter),
        _is_theirs(letter, facts),
        _of_rule(Name.BASIS, basis, letter) if basis else _basis_holds(letter, told, facts, at),
        _not_too_often(letter, facts, at),
        _in_hours(letter, facts, at),
        _is_registered(letter),
        _is_in_pace(letter, at),
        _is_in_cap(letter, facts),
    )
    is_open = verdict.permit is not None and all(each.is_passed for each in checks)
    return Answer(checks, verdict.permit if is_open else None)


# What takes time may wait for several things in turn, each of which ends on some day of a week.
_ROUNDS = 10
# Nobody has this id: a list of ids that is asked for holds one at least.
_NOBODY = Id(int=0)
_OF_PERSON = (Rule.FROZEN, Rule.ERASING, Rule.RESTRICTED, Rule.MINOR, Rule.DO_NOT_CONTACT, Rule.SUPPRESSED,
              Rule.PAUSED)  # fmt: skip


def where_of(letter: Letter, facts: Facts) -> Where:
    """Where the person may be, by everything that is known of them."""
    noted = letter.contact.timezone if letter.contact is not None else ""
    places = [*facts.postcodes.get(letter.contact.id, ())] if letter.contact is not None else []
    if place := facts.places.get(letter.address):
        places.append(place)
    return where_is(letter.address, noted=noted, places=places)


def purpose_of(purpose: MessagePurpose) -> Purpose:
    """Under which purpose the person is asked after: only what the law asks for passes a stop."""
    if purpose is MessagePurpose.REQUIRED:
        return Purpose.LAW
    return Purpose.COMMUNICATE if purpose is MessagePurpose.MARKETING else Purpose.SERVICE


def _of_rule(name: Name, rule: Rule | None, letter: Letter | None = None) -> Check:
    if rule is None:
        return Check(name)
    if rule is Rule.NO_CONSENT and letter is not None and letter.purpose is MessagePurpose.MARKETING:
        return _failed(name, Reason.NO_GRANT)
    return Check(name, _REASONS.get(rule, Reason.GATE), people.REASONS[rule])


def _failed(name: Name, reason: Reason, until: datetime | None = None) -> Check:
    return Check(name, reason, line_of(State.BLOCKED, reason), until)


def _not_blocked(letter: Letter) -> Check:
    is_blocked = letter.conversation is not None and letter.conversation.is_blocked
    return _failed(Name.BLOCKED, Reason.BLOCKED_HERE) if is_blocked else Check(Name.BLOCKED)


def _is_theirs(letter: Letter, facts: Facts) -> Check:
    """The number may have changed since the text was written: whoever bears it now is somebody else."""
    is_known = letter.contact is None or letter.address in facts.held.get(letter.contact.id, ())
    if is_known or letter.purpose in (MessagePurpose.REPLY, MessagePurpose.REQUIRED):
        return Check(Name.NUMBER)
    return _failed(Name.NUMBER, Reason.NUMBER_CHANGED)


def _basis_holds(letter: Letter, told: Told, facts: Facts, at: datetime) -> Check:
    """Of who only ever wrote to us, the yes ends with their last text's ninety days."""
    needs_more = letter.purpose in (MessagePurpose.SERVICE, MessagePurpose.REQUESTED) and told.state.is_only_inbound
    last_in = facts.last_in.get(letter.address)
    if needs_more and (last_in is None or at - last_in > INBOUND_HOLDS):
        return _failed(Name.BASIS, Reason.NO_BASIS)
    return Check(Name.BASIS)


def _not_too_often(letter: Letter, facts: Facts, at: datetime) -> Check:
    if letter.purpose is not MessagePurpose.MARKETING:
        return Check(Name.OFTEN)
    recent = sorted(each for each in facts.offers.get(letter.address, ()) if at - each < OFTEN)
    if len(recent) < MOST_OFFERS:
        return Check(Name.OFTEN)
    return _failed(Name.OFTEN, Reason.TOO_OFTEN, recent[-MOST_OFFERS] + OFTEN)


def _in_hours(letter: Letter, facts: Facts, at: datetime) -> Check:
    around = opening(letter.hours, where_of(letter, facts), at=at)
    if around.is_open:
        return Check(Name.HOURS)
    if around.opens_at is None:
        return _failed(Name.HOURS, Reason.NO_HOURS)
    return _failed(Name.HOURS, Reason.HOURS, around.opens_at)


def _is_registered(letter: Letter) -> Check:
    """US carriers refuse what comes from a number that is not registered with them, so it is not sent at all."""
    is_refused = letter.sender is not None and letter.sender.unregistered_at is not None
    if is_refused and letter.address.startswith("+1"):
        return _failed(Name.REGISTRATION, Reason.UNREGISTERED)
    return Check(Name.REGISTRATION)


def _is_in_pace(letter: Letter, at: datetime) -> Check:
    until = pace.next_day(letter.sender, letter.segments) if letter.sender is not None else None
    if until is not None and until > at:
        return _failed(Name.PACE, Reason.SENDER_DAY, until)
    return Check(Name.PACE)


def _is_in_cap(letter: Letter, facts: Facts) -> Check:
    is_over = facts.left is not None and letter.micros > facts.left and letter.purpose is not MessagePurpose.REQUIRED
    return _failed(Name.CAP, Reason.OVER_CAP) if is_over else Check(Name.CAP)
