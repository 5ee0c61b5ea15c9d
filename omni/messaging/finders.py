"""The queries by which jobs are found again: (workspace, id) pairs across all workspaces, in `sweeping()`."""

from datetime import timedelta
from typing import Any

from peewee import Select, fn

from omni.core import clock
from omni.messaging.media_states import HELD_FOR, MediaState
from omni.messaging.models import (
    IS_OPEN,
    IS_SNOOZED,
    Campaign,
    CampaignState,
    Carrier,
    ConnectionState,
    Conversation,
    Media,
    Message,
    PracticeText,
    Sender,
    TwilioConnection,
    WebhookEvent,
)
from omni.messaging.queries import may_be_claimed
from omni.messaging.states import State

# How long a text may be silent before we ask, and how often an unknown one is looked for (messaging §5.1, §5.3).
SILENT_AFTER = timedelta(minutes=10)
ASK_EVERY = timedelta(seconds=60)
# How often each number's list of what came in is read again (messaging §5.3).
HEAR_EVERY = timedelta(minutes=10)
# So many bells at once for one number.
BELLS = 10


def due_messages() -> Any:
    """Texts that may be claimed now, and texts that waited too long: the oldest few of each number.

    One bell sends what else is due in its studio, so that a thousand texts of one number need no thousand bells.
    """
    now = clock.now()
    queued = (Message.state == State.QUEUED) & (Message.not_before.is_null() | (Message.not_before <= now))
    scheduled = (Message.state == State.SCHEDULED) & (Message.not_before <= now)
    place = fn.ROW_NUMBER().over(partition_by=[Message.workspace, Message.from_address], order_by=[Message.id])
    due = Message.select(Message.id, place.alias("place")).where(queued | scheduled, may_be_claimed())
    due = due.alias("due")
    first = Select([due], [due.c.id]).where(due.c.place <= BELLS)
    return Message.select(Message.workspace, Message.id).where(Message.id.in_(first)).order_by(Message.id).tuples()


def leases_over() -> Any:
    """Claims whose worker never told what became of them."""
    query = Message.select(Message.workspace, Message.id).where(
        Message.state == State.SENDING, Message.lease_until < clock.now()
    )
    return query.order_by(Message.id).tuples()


def unsettled() -> Any:
    """Texts to ask the carrier about: unknown ones each minute, silent ones each ten, two finals at once."""
    now = clock.now()
    unknown = (Message.state == State.UNKNOWN) & (Message.asked_at.is_null() | (Message.asked_at <= now - ASK_EVERY))
    silent = (Message.state == State.HANDED_OVER) & (Message.asked_at <= now - SILENT_AFTER)
    query = Message.select(Message.workspace, Message.id).where(unknown | silent | Message.must_ask)
    return query.order_by(Message.id).tuples()


def unprocessed_events() -> Any:
    """Callbacks that were received and not yet applied."""
    query = WebhookEvent.select(WebhookEvent.workspace, WebhookEvent.id).where(WebhookEvent.processed_at.is_null())
    return query.order_by(WebhookEvent.id).tuples()


def to_hear() -> Any:
    """Numbers at Twilio whose list of what came in was not read for a while."""
    is_due = Sender.asked_at.is_null() | (Sender.asked_at <= clock.now() - HEAR_EVERY)
    query = Sender.select(Sender.workspace, Sender.id).where(
        Sender.carrier == Carrier.TWILIO, Sender.ended_at.is_null(), is_due
    )
    return query.order_by(Sender.id).tuples()


def to_audit() -> Any:
    """Accounts at Twilio that are to be compared with our ledger."""
    is_due = TwilioConnection.audit_at.is_null() | (TwilioConnection.audit_at <= clock.now())
    query = TwilioConnection.select(TwilioConnection.workspace, TwilioConnection.id).where(
        TwilioConnection.state == ConnectionState.ACTIVE, is_due
    )
    return query.order_by(TwilioConnection.id).tuples()


def due_practice() -> Any:
    """Practice texts whose next step is due."""
    query = PracticeText.select(PracticeText.workspace, PracticeText.id).where(PracticeText.due_at <= clock.now())
    return query.order_by(PracticeText.id).tuples()


def unbuilt_campaigns() -> Any:
    """Campaigns whose people are still to be weighed."""
    return _campaigns(Campaign.state == CampaignState.BUILDING)


def running_campaigns() -> Any:
    """Campaigns whose two minutes are over, and those that run."""
    is_held = (Campaign.state == CampaignState.APPROVED) & (Campaign.hold_until <= clock.now())
    return _campaigns(is_held | (Campaign.state == CampaignState.RUNNING))


def _campaigns(condition: Any) -> Any:
    return Campaign.select(Campaign.workspace, Campaign.id).where(IS_OPEN, condition).order_by(Campaign.id).tuples()


def snoozes_over() -> Any:
    """Snoozed threads whose time has come."""
    due = Conversation.select(Conversation.workspace, Conversation.id).where(
        IS_SNOOZED, Conversation.snoozed_until <= clock.now()
    )
    return due.order_by(Conversation.id).tuples()


def unanswered_stops() -> Any:
    """Threads in which nobody said in time whether a stop was meant."""
    due = Conversation.select(Conversation.workspace, Conversation.id).where(Conversation.stop_due_at <= clock.now())
    return due.order_by(Conversation.id).tuples()


def awaited_files() -> Any:
    """Files that came in and are to be fetched now."""
    due = Media.not_before.is_null() | (Media.not_before <= clock.now())
    query = Media.select(Media.workspace, Media.id).where(Media.state == MediaState.AWAITED, due)
    return query.order_by(Media.id).tuples()


def forgotten_files() -> Any:
    """Files that were chosen and whose text was never sent."""
    old = Media.created_at <= clock.now() - HELD_FOR
    query = Media.select(Media.workspace, Media.id).where(Media.state == MediaState.HELD, old)
    return query.order_by(Media.id).tuples()
