"""The carrier's own words for a message, and their rank: a later word is never undone by an earlier one.

Source: Twilio, "Message Status in Status Callbacks"; no order of callbacks is promised.
"""

from omni.messaging.states import State

RANKS = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "delivered": 9,
    "undelivered": 9,
    "failed": 9,
    "canceled": 9,
    "partially_delivered": 9,
    "read": 10,
}
FINAL = 9

_STATES = {
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "partially_delivered": State.DELIVERED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
    "canceled": State.CANCELED,
}


def rank_of(status: str) -> int:
    """How far along a status is; -1 for a word we do not know."""
    return RANKS.get(status, -1)


def state_of(status: str) -> State:
    """Our state for the carrier's word; everything before the end is handed over."""
    return _STATES.get(status, State.HANDED_OVER)
