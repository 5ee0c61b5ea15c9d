"""Where carriers call us: the public address and the paths of our webhooks. A test compares them with the URL map."""

from omni.core import ids, links
from omni.core.ids import Id

INBOUND = "/webhooks/twilio/inbound"
STATUS = "/webhooks/twilio/status"


def inbound() -> str:
    """The address for texts that come in."""
    return links.public(INBOUND)


def status(message_id: Id, attempt: int) -> str:
    """The address for what becomes of one attempt of one message."""
    return links.public(f"{STATUS}/{ids.encode(message_id)}/{attempt}")
