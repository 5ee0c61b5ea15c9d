"""Telling the teammates concerned: whose thread or contact it is, else the owners."""

from omni.accounts import actions as accounts
from omni.accounts import queries as team
from omni.accounts.models import NoticeKind, Teammate
from omni.core import ids
from omni.messaging.models import Conversation, Message


def new_text(conversation: Conversation) -> None:
    """Somebody texted; what follows before it is read is counted in the same notice."""
    _tell(conversation, NoticeKind.NEW_TEXT)


def needs_you(message: Message) -> None:
    """A text stands still until a person decides."""
    _tell(message.conversation, NoticeKind.NEEDS_YOU)


def may_have_stopped(conversation: Conversation) -> None:
    """Somebody may have asked to stop, and a person has to say whether they did."""
    _tell(conversation, NoticeKind.NEEDS_YOU)


def texted_after_stop() -> None:
    """The nightly comparison found somebody who was texted although they had said stop."""
    for owner in team.list_owners():
        accounts.notify(owner, NoticeKind.TEXTED_AFTER_STOP, link="/settings/texting", group_key="parity")


def _tell(conversation: Conversation, kind: NoticeKind) -> None:
    here = ids.encode(conversation.id)
    for teammate in _concerned(conversation):
        accounts.notify(teammate, kind, link=f"/inbox/{here}", group_key=f"conversation:{here}")


def _concerned(conversation: Conversation) -> list[Teammate]:
    contact = conversation.contact
    teammate_id = conversation.assignee_id or (contact.owner_id if contact else None)
    found = team.find_teammate(teammate_id) if teammate_id else None
    return [found] if found else team.list_owners()
