"""What can become of a text: our inner states, the five words people read, and the one line under a word."""

from datetime import timedelta
from enum import StrEnum

from omni.core.words import Lazy, lazy


class State(StrEnum):
    """Where a message stands. `RECEIVED` is an inbound one; every other is ours on its way out."""

    RECEIVED = "received"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    NO_RECEIPT = "no_receipt"
    UNKNOWN = "unknown"
    NEEDS_PERSON = "needs_person"
    BLOCKED = "blocked"
    REJECTED = "rejected"
    CANCELED = "canceled"
    EXPIRED = "expired"


class Word(StrEnum):
    """What a person reads."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    NEEDS_YOU = "needs_you"


class Reason(StrEnum):
    """Why a text stands where it stands; worded by `line_of` when read."""

    NO_BASIS = "no_basis"
    OPTED_OUT = "opted_out"
    MAY_HAVE_STOPPED = "may_have_stopped"
    RESTRICTED = "restricted"
    DO_NOT_CONTACT = "do_not_contact"
    MINOR = "minor"
    FROZEN = "frozen"
    GATE = "gate"
    BLOCKED_HERE = "blocked_here"
    TAKEN_BACK = "taken_back"
    TOO_LATE = "too_late"
    LANDLINE = "landline"
    NO_SUCH_NUMBER = "no_such_number"
    CARRIER_REFUSED = "carrier_refused"
    CARRIER_FILTERED = "carrier_filtered"
    UNREACHABLE = "unreachable"
    CARRIER_AWAY = "carrier_away"
    NO_ANSWER = "no_answer"
    CONNECTION_PAUSED = "connection_paused"
    TWIN = "twin"
    CHECKING = "checking"
    UNSURE = "unsure"
    LEFT = "left"
    SENT_AGAIN = "sent_again"
    SENT_TWICE = "sent_twice"
    SILENT = "silent"
    NUMBER_GONE = "number_gone"
    NUMBER_REFUSED = "number_refused"
    OTHER_CARRIER = "other_carrier"
    HOURS = "hours"
    NO_HOURS = "no_hours"
    NO_GRANT = "no_grant"
    TOO_OFTEN = "too_often"
    OVER_CAP = "over_cap"
    SENDER_DAY = "sender_day"
    NUMBER_CHANGED = "number_changed"
    UNREGISTERED = "unregistered"
    CHOSEN_TIME = "chosen_time"
    NO_NUMBER = "no_number"
    SAME_NUMBER = "same_number"
    NO_FIELD = "no_field"
    AGREED_ALREADY = "agreed_already"
    ASKED_BEFORE = "asked_before"
    MAY_NOT_BE_ASKED = "may_not_be_asked"
    CAMPAIGN_STOPPED = "campaign_stopped"


class MessagePurpose(StrEnum):
    """Why a text is sent, which says on what it rests, at which hours it may arrive and how late it may still go.

    `REQUESTED`: what a person asked for by booking. `REQUIRED`: the one confirmation of a stop, the answer to HELP.
    """

    REPLY = "reply"
    SERVICE = "service"
    REQUESTED = "requested"
    MARKETING = "marketing"
    REQUIRED = "required"


# Messaging §5.2: a reply is worth sending for an hour, a service text for six after its window opens. An offer ends
# with its window and what was asked for with its appointment, where whoever sends it knows them.
LIFE = {
    MessagePurpose.REPLY: timedelta(hours=1),
    MessagePurpose.SERVICE: timedelta(hours=6),
    MessagePurpose.REQUESTED: timedelta(hours=6),
    MessagePurpose.MARKETING: timedelta(hours=3),
    MessagePurpose.REQUIRED: timedelta(hours=1),
}

# What is on its way or unsure: a twin of it waits. The index `message_twin` says the same.
UNSETTLED = frozenset({State.SENDING, State.UNKNOWN, State.NEEDS_PERSON})
# What has not left and can still be taken back.
WAITING = frozenset({State.SCHEDULED, State.QUEUED})
OPEN = UNSETTLED | WAITING
# What a later callback may still change: nothing here is known to be over.
BINDABLE = OPEN | {State.NO_RECEIPT, State.EXPIRED}

_WORDS = {
    State.SCHEDULED: Word.WAITING,
    State.QUEUED: Word.WAITING,
    State.SENDING: Word.WAITING,
    State.UNKNOWN: Word.WAITING,
    State.HANDED_OVER: Word.SENT,
    State.NO_RECEIPT: Word.SENT,
    State.DELIVERED: Word.DELIVERED,
    State.UNDELIVERED: Word.NOT_DELIVERED,
    State.FAILED: Word.NOT_DELIVERED,
    State.REJECTED: Word.NOT_DELIVERED,
    State.CANCELED: Word.NOT_DELIVERED,
    State.EXPIRED: Word.NOT_DELIVERED,
    State.BLOCKED: Word.NOT_DELIVERED,
    State.NEEDS_PERSON: Word.NEEDS_YOU,
}

LABELS: dict[Word, Lazy] = {
    Word.WAITING: lazy("Waiting"),
    Word.SENT: lazy("Sent"),
    Word.DELIVERED: lazy("Delivered"),
    Word.NOT_DELIVERED: lazy("Not delivered"),
    Word.NEEDS_YOU: lazy("Needs you"),
}

_LINES: dict[Reason, Lazy] = {
    Reason.NO_BASIS: lazy("How do you know this person?"),
    Reason.OPTED_OUT: lazy("They said stop."),
    Reason.MAY_HAVE_STOPPED: lazy("They may have asked to stop."),
    Reason.RESTRICTED: lazy("This contact is at rest."),
    Reason.DO_NOT_CONTACT: lazy("This contact is not to be contacted."),
    Reason.MINOR: lazy("They are too young to be texted without a parent."),
    Reason.FROZEN: lazy("This workspace may not send at present."),
    Reason.GATE: lazy("The rules for reaching people refused it."),
    Reason.BLOCKED_HERE: lazy("You blocked this number."),
    Reason.TAKEN_BACK: lazy("You took it back."),
    Reason.TOO_LATE: lazy("It was too late to be useful."),
    Reason.LANDLINE: lazy("This number is a landline."),
    Reason.NO_SUCH_NUMBER: lazy("The carrier knows no such number."),
    Reason.CARRIER_REFUSED: lazy("The carrier refused it."),
    Reason.CARRIER_FILTERED: lazy("The carrier filtered it out."),
    Reason.UNREACHABLE: lazy("The phone could not be reached."),
    Reason.CARRIER_AWAY: lazy("Waiting for the carrier to answer."),
    Reason.NO_ANSWER: lazy("The carrier did not answer in time."),
    Reason.CONNECTION_PAUSED: lazy("Twilio no longer accepts our sign-in. See Settings, Texting."),
    Reason.TWIN: lazy("The same text to this number is not settled yet."),
    Reason.CHECKING: lazy("Checking whether it arrived."),
    Reason.UNSURE: lazy("We cannot confirm this text. It may have arrived."),
    Reason.LEFT: lazy("It may have arrived. You left it there."),
    Reason.SENT_AGAIN: lazy("It may have arrived. You sent it again."),
    Reason.SENT_TWICE: lazy("The carrier took this text twice."),
    Reason.SILENT: lazy("No receipt came in three days."),
    Reason.NUMBER_GONE: lazy("Twilio no longer has the number it is to leave from. See Settings, Texting."),
    Reason.NUMBER_REFUSED: lazy("Twilio does not let your number text this one."),
    Reason.OTHER_CARRIER: lazy("The number it was to leave from is no longer connected."),
    Reason.HOURS: lazy("It waits for the hours in which texts may arrive."),
    Reason.NO_HOURS: lazy("There is no hour at which it may arrive everywhere they might be."),
    Reason.NO_GRANT: lazy("They have not agreed in writing to offers."),
    Reason.TOO_OFTEN: lazy("Three offers in seven days are enough."),
    Reason.OVER_CAP: lazy("It is over your spending limit."),
    Reason.SENDER_DAY: lazy("The number has sent all it may today."),
    Reason.NUMBER_CHANGED: lazy("This is no longer their number."),
    Reason.UNREGISTERED: lazy("US carriers refuse texts from a number that is not registered. See Settings, Texting."),
    Reason.NO_NUMBER: lazy("There is no number to text."),
    Reason.SAME_NUMBER: lazy("Somebody before them in the list has the same number."),
    Reason.NO_FIELD: lazy("A field of the text is blank for them."),
    Reason.AGREED_ALREADY: lazy("They have agreed to offers already."),
    Reason.ASKED_BEFORE: lazy("They were asked once, and are not asked again."),
    Reason.MAY_NOT_BE_ASKED: lazy("They may not be asked: they never asked for texts and were no customer lately."),
    Reason.CAMPAIGN_STOPPED: lazy("You stopped the campaign."),
    Reason.CHOSEN_TIME: lazy("It goes at the time you chose."),
}

_DEFAULTS = {
    State.UNKNOWN: Reason.CHECKING,
    State.NEEDS_PERSON: Reason.UNSURE,
    State.UNDELIVERED: Reason.UNREACHABLE,
    State.FAILED: Reason.CARRIER_REFUSED,
    State.REJECTED: Reason.CARRIER_REFUSED,
    State.CANCELED: Reason.TAKEN_BACK,
    State.EXPIRED: Reason.TOO_LATE,
    State.BLOCKED: Reason.GATE,
    State.NO_RECEIPT: Reason.SILENT,
}


def word_of(state: State, reason: Reason | None = None) -> Word | None:
    """The one word for an inner state; None for a text that came in. Blocked for want of a basis needs a person."""
    if state is State.BLOCKED and reason is Reason.NO_BASIS:
        return Word.NEEDS_YOU
    return _WORDS.get(state)


def line_of(state: State, reason: Reason | None = None) -> Lazy | None:
    """The line under the word: always there for Not delivered and Needs you, else where there is something to say."""
    said = reason or _DEFAULTS.get(state)
    return _LINES[said] if said else None
