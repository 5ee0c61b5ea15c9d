"""Holding a number to its pace: tokens taken in the transaction of the claim, by compare-and-set.

So any number of workers keep to it together.
"""

from datetime import datetime, timedelta

from omni.core import clock
from omni.core.tenancy import current_workspace
from omni.messaging import pace
from omni.messaging.models import Sender

SLOWED_FOR = timedelta(seconds=60)
# After a race with another worker nobody waits for less.
A_MOMENT = timedelta(seconds=1)


class Paced(Exception):
    """The number has sent all it may for now; nothing was taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__("the number has sent all it may for now")
        self.until = until


def take(sender: Sender, segments: int) -> None:
    """Take so many segments, inside the transaction of a claim. Raises: Paced.

    A text longer than what is left in the bucket goes all the same, and leaves a debt.
    """
    now = clock.now()
    tokens = pace.tokens_at(sender, now)
    if tokens < pace.MILLI:
        raise Paced(now + timedelta(seconds=(pace.MILLI - tokens) / pace.rate(sender, now)))
    taken = (
        Sender.update(
            tokens_milli=tokens - segments * pace.MILLI,
            refilled_at=now,
            day=clock.today_in(current_workspace().timezone),
            day_used=pace.used_today(sender) + segments,
        )
        .where(
            Sender.id == sender.id,
            Sender.tokens_milli == sender.tokens_milli,
            Sender.refilled_at == sender.refilled_at,
            Sender.day_used == sender.day_used,
        )
        .execute()
    )
    if not taken:
        raise Paced(now + A_MOMENT)


def slow_down(sender: Sender) -> None:
    """The carrier said "too many": half as fast for a minute."""
    Sender.update(slowed_until=clock.now() + SLOWED_FOR).where(Sender.id == sender.id).execute()
