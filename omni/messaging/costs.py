"""What a text is going to cost, as its carrier bills it: by the segment. An estimate, said as one."""

from omni.core.words import price
from omni.messaging.models import Carrier, Sender

# What Twilio bills in, unless an account has a contract of its own.
CURRENCY = "USD"


def of_text(segments: int, sender: Sender | None) -> int:
    """Micros for so many segments from this number; nothing on the practice phone."""
    return segments * sender.micros_per_segment if sender and sender.carrier is Carrier.TWILIO else 0


def shown(micros: int) -> str:
    """An amount as people read it."""
    return price(micros, CURRENCY)
