"""How fast a number may send, as its row tells: what is in its bucket, and when its day begins anew."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from omni.accounts.business_time import instant
from omni.core import clock
from omni.core.tenancy import current_workspace
from omni.messaging.models import Sender

# A segment takes a thousand.
MILLI = 1000


def tokens_at(sender: Sender, now: datetime) -> int:
    """The thousandths of segments that are in the bucket, which holds a minute's worth."""
    seconds = max(0.0, (now - sender.refilled_at).total_seconds())
    return int(min(sender.segments_per_minute * MILLI, sender.tokens_milli + seconds * rate(sender, now)))


def rate(sender: Sender, now: datetime) -> float:
    """Thousandths that drip in each second; half of it while the carrier says "too many"."""
    is_slowed = sender.slowed_until is not None and sender.slowed_until > now
    full: float = sender.segments_per_minute * MILLI / 60
    return full / 2 if is_slowed else full


def used_today(sender: Sender) -> int:
    """The segments it has sent since the studio's midnight."""
    return sender.day_used if sender.day == clock.today_in(current_workspace().timezone) else 0


def next_day(sender: Sender, segments: int) -> datetime | None:
    """The studio's next midnight, where the number has sent all it may today; None while it may."""
    used = used_today(sender)
    if used == 0 or used + segments <= sender.segments_per_day:
        return None
    zone = current_workspace().timezone
    return instant(ZoneInfo(zone), clock.today_in(zone) + timedelta(days=1), time())
