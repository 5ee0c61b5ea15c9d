"""What a POST to the carrier came to, and what follows: messaging §5.2 as one pure function.

Anything that may have been accepted is `unknown`, and never posted again by itself.
"""

import random
from dataclasses import dataclass
from enum import StrEnum

from omni.messaging.states import Reason

# Messaging §5.2: seconds before the next try of a text that certainly did not leave; at most eight attempts.
RETRY_S = (5, 15, 60, 300, 900)
MOST_ATTEMPTS = 8


class Outcome(StrEnum):
    """What became of one attempt. `TWICE`: a second attempt of one message was accepted too."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    TWICE = "sent_twice"


class Fact(StrEnum):
    """What the gateway saw on the wire."""

    ANSWERED = "answered"
    NOT_CONNECTED = "not_connected"
    LOST = "lost"


@dataclass(frozen=True)
class Seen:
    """A reply, or the want of one. `error` is the carrier's own error number."""

    fact: Fact
    http: int | None = None
    error: int | None = None
    sid: str | None = None
    status: str = ""
    retry_after_s: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The outcome and what it asks for beyond itself."""

    outcome: Outcome
    reason: Reason | None = None
    is_sign_in_refused: bool = False
    is_opted_out: bool = False


# Twilio error numbers, "Error and Warning Dictionary".
OPTED_OUT = 21610
# The number it leaves from: not for that country, or no longer of this account; 21703: a service without numbers.
OF_SENDER = frozenset({21606, 21659, 21660, 21661, 21703})
_REJECTED = {
    **dict.fromkeys(OF_SENDER, Reason.NUMBER_REFUSED),
    21610: Reason.OPTED_OUT,
    21211: Reason.NO_SUCH_NUMBER,
    21612: Reason.CARRIER_REFUSED,
    21614: Reason.LANDLINE,
    21408: Reason.CARRIER_REFUSED,
}
# Nobody is texted there: no such number, a landline, a place carriers do not serve or we may not text.
OF_ADDRESS = frozenset({21211, 21612, 21614, 21408, 30005, 30006})
_UNDELIVERED = {
    30003: Reason.UNREACHABLE,
    30004: Reason.CARRIER_REFUSED,
    30005: Reason.NO_SUCH_NUMBER,
    30006: Reason.LANDLINE,
    30007: Reason.CARRIER_FILTERED,
    30034: Reason.CARRIER_FILTERED,
    21610: Reason.OPTED_OUT,
}


def judge(seen: Seen) -> Verdict:
    """What a POST came to."""
    if seen.fact is Fact.NOT_CONNECTED:
        return Verdict(Outcome.NOT_SENT, Reason.CARRIER_AWAY)
    if seen.fact is Fact.LOST or seen.http is None:
        return Verdict(Outcome.UNKNOWN, Reason.CHECKING)
    if seen.http == 429:
        return Verdict(Outcome.NOT_SENT, Reason.CARRIER_AWAY)
    if seen.http == 401:
        return Verdict(Outcome.NOT_SENT, Reason.CONNECTION_PAUSED, is_sign_in_refused=True)
    if 400 <= seen.http < 500:
        reason = _REJECTED.get(seen.error or 0, Reason.CARRIER_REFUSED)
        return Verdict(Outcome.REJECTED, reason, is_opted_out=seen.error == OPTED_OUT)
    if 200 <= seen.http < 300 and seen.sid:
        return Verdict(Outcome.ACCEPTED)
    return Verdict(Outcome.UNKNOWN, Reason.CHECKING)


def reason_undelivered(error: int | None) -> Reason | None:
    """Why the carrier says a text did not arrive, where it says so."""
    return _UNDELIVERED.get(error or 0)


def wait_s(attempt: int, retry_after_s: int | None = None) -> float:
    """Seconds until attempt `attempt` + 1, scattered by a fifth so that many do not return at once."""
    asked = retry_after_s if retry_after_s else RETRY_S[min(attempt, len(RETRY_S)) - 1]
    return asked * random.uniform(0.8, 1.2) if not retry_after_s else float(asked)  # noqa: S311 - not a secret
