"""Where carriers call. What is not signed for the account it names is refused, and nothing of it is kept."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from omni.core import links
from omni.core.ids import Id
from omni.messaging import actions
from omni.messaging.addresses import INBOUND, STATUS
from omni.web.access import public

webhooks = Blueprint("messaging_webhooks", __name__)

# Messaging §5.9: a form of Twilio's has a few kilobytes at most.
LARGEST = 64 * 1024
SIGNED = "signed by the carrier; the signature is checked against the workspace's own key"


@webhooks.post(INBOUND)
@public(SIGNED, headers="machine", max_body=LARGEST)
def inbound() -> Response:
    """A text came in."""
    actions.receive_inbound(_form(), **_signed())
    return Response(status=204)


@webhooks.post(f"{STATUS}/<id:message_id>/<int:attempt>")
@public(SIGNED, headers="machine", max_body=LARGEST)
def status(message_id: Id, attempt: int) -> Response:
    """Something became of a text of ours."""
    actions.receive_status(_form(), message_id, attempt, **_signed())
    return Response(status=204)


def _form() -> actions.Fields:
    return actions.Fields({name: request.form.getlist(name) for name in request.form})


def _signed() -> dict[str, Any]:
    """The address that was signed, the signature, and what names the key."""
    return {
        "url": _signed_address(),
        "signature": request.headers.get("X-Twilio-Signature"),
        "settings": request.headers.get("X-Twilio-Webhooks-Signature-Settings"),
    }


def _signed_address() -> str:
    """The address the carrier signed: ours in public, and path and query as they came, before any decoding.

    Host and forwarded headers say nothing here: anybody may send them.
    """
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path.rstrip("?")
    parts = urlsplit(raw)
    return links.public(parts.path + (f"?{parts.query}" if parts.query else ""))
