"""A phone that could not be reached gets a service text once more, half an hour later; all else a person retries.

Twilio error 30003: the phone was off or out of reach (messaging §5.2).
"""

from datetime import timedelta

from peewee import IntegrityError

from omni.core import clock, ids
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id, encode
from omni.messaging.actions import filing, spending
from omni.messaging.models import Message, Sender
from omni.messaging.states import LIFE, MessagePurpose, Reason, State

UNREACHABLE = 30003
UNREGISTERED = 30034
AFTER = timedelta(minutes=30)


def heed(message_id: Id) -> None:
    """Do what the carrier's last word on a text asks for, inside the caller's transaction."""
    message = Message.get_by_id(message_id)
    if message.error_code == UNREGISTERED:
        Sender.update(unregistered_at=clock.now()).where(
            Sender.id == message.conversation.sender_id, Sender.unregistered_at.is_null()
        ).execute()
    is_service = message.purpose is MessagePurpose.SERVICE and message.retry_of is None
    if is_service and message.state is State.UNDELIVERED and message.error_code == UNREACHABLE:
        _again(message)


def _again(message: Message) -> None:
    sender: Sender = message.conversation.sender
    due = clock.now() + AFTER
    again = Message(
        id=ids.new_id(), conversation=message.conversation, contact=message.contact_id, direction=message.direction,
        carrier=message.carrier, purpose=message.purpose, origin=message.origin, by=message.by_id, body=message.body,
        from_address=message.from_address, to_address=message.to_address, twin_key=message.twin_key,
        client_key=f"retry-{encode(message.id)}", retry_of=message.id, est_segments=message.est_segments,
        media_count=message.media_count,
        state=State.SCHEDULED, reason=Reason.UNREACHABLE, not_before=due, expires_at=due + LIFE[message.purpose],
    )  # fmt: skip
    try:
        with transaction():
            again.save(force_insert=True)
            filing.copy_files(message, again)
            spending.reserve(again, sender)
    except (IntegrityError, Invalid):
        # It was tried again already, or there is no money left for it.
        return
