"""Where carriers call us and fetch files: the public address and the paths. A test compares them with the URL map."""

from omni.core import ids, links
from omni.core.ids import Id

INBOUND = "/webhooks/twilio/inbound"
STATUS = "/webhooks/twilio/status"
MEDIA = "/media"


def inbound() -> str:
    """The address for texts that come in."""
    return links.public(INBOUND)


def status(message_id: Id, attempt: int) -> str:
    """The address for what becomes of one attempt of one message."""
    return links.public(f"{STATUS}/{ids.encode(message_id)}/{attempt}")


def media(token: str) -> str:
    """The address at which a carrier fetches a file of a text."""
    return links.public(f"{MEDIA}/{token}")
