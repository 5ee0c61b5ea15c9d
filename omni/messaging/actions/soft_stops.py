"""Somebody may have asked to stop, in words of their own: held back at once, and a person is asked.

Their yes makes it a stop, their no lets texts go on; nobody's word makes it a stop on the eighth business day. The law
gives ten (47 CFR 64.1200(a)(10)).
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from omni.accounts.business_time import instant
from omni.accounts.models import Teammate
from omni.contacts import actions as people
from omni.contacts import queries as contacts
from omni.contacts.kinds import Channel
from omni.core import actors, clock
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.tenancy import current_workspace
from omni.messaging import business_days, queries
from omni.messaging.actions import telling
from omni.messaging.models import Conversation

# Days a person has to say what was meant.
ANSWER_WITHIN = 8


def ask(conversation: Conversation, at: datetime) -> None:
    """Ask whether they meant to stop, where they are still held back; inside the caller's transaction."""
    if not contacts.consent_of(Channel.SMS, conversation.address).is_paused:
        return
    zone = ZoneInfo(current_workspace().timezone)
    day = business_days.after(at.astimezone(zone).date(), ANSWER_WITHIN)
    Conversation.update(may_stop_since=at, stop_due_at=instant(zone, day, time())).where(
        Conversation.id == conversation.id
    ).execute()
    telling.may_have_stopped(conversation)


def they_stopped(conversation: Conversation, *, by: Teammate) -> None:
    """They did ask to stop."""
    with transaction():
        if _take_question(conversation.address):
            people.opt_out_address(Channel.SMS, conversation.address, by=by, source="asked")


def they_did_not(conversation: Conversation, *, by: Teammate) -> None:
    """They meant something else: texts may go on."""
    with transaction():
        if _take_question(conversation.address):
            people.lift_pause(Channel.SMS, conversation.address, by=by)


def end_pause(conversation_id: Id) -> None:
    """Nobody said in time what was meant: it counts as a stop."""
    with transaction():
        conversation = queries.get_conversation(conversation_id)
        is_due = conversation.stop_due_at is not None and conversation.stop_due_at <= clock.now()
        if is_due and _take_question(conversation.address):
            people.opt_out_address(Channel.SMS, conversation.address, by=actors.SYSTEM, source="unanswered")


def forget_question(address: str) -> None:
    """They said themselves what they want: nobody is asked any more."""
    _take_question(address)


def _take_question(address: str) -> bool:
    """Whether the question was open, in whichever thread with this address, and now is not."""
    update = Conversation.update(may_stop_since=None, stop_due_at=None)
    return bool(update.where(Conversation.address == address, Conversation.may_stop_since.is_null(False)).execute())
