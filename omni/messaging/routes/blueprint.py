"""The blueprint the inbox stands on, and what its views share."""

from flask import Blueprint, Response

from omni.core.ids import Id, decode, encode
from omni.core.policies import Policy, Reach
from omni.messaging.models import Conversation
from omni.web import htmx
from omni.web.access import can

inbox = Blueprint("inbox", __name__)


def thread_url(conversation: Conversation) -> str:
    """Where the thread is read."""
    return f"/inbox/{encode(conversation.id)}"


def back_to(conversation: Conversation) -> Response:
    """The thread as a whole page, for a plain browser."""
    return htmx.see_other(thread_url(conversation))


def is_masked() -> bool:
    """Whether phones are hidden from this teammate."""
    return can(Policy.VIEW_CONTACTS) is Reach.MASKED


def id_in(text: str | None) -> Id | None:
    """An id from an address' query; None for anything else."""
    try:
        return decode(text) if text else None
    except ValueError:
        return None
