"""What a witness proves: that a carrier took a text (C7), and how far it has come (C5). Any order, any repetition."""

from omni.contacts import actions as people
from omni.core import clock, log
from omni.core.events import publish
from omni.core.ids import Id
from omni.messaging import statuses
from omni.messaging.actions import spending
from omni.messaging.events import TextFailed, TextHandedOver
from omni.messaging.models import Message, SendAttempt
from omni.messaging.outcomes import OF_ADDRESS, Outcome, reason_undelivered
from omni.messaging.states import BINDABLE, Reason, State


def bind(message: Message, attempt: SendAttempt, sid: str, *, witness: str) -> bool:
    """Say that this attempt was accepted as `sid`, inside the caller's transaction; whether the message now is that.

    A second accepted attempt of one message is written down as sent twice and changes nothing else.
    """
    if attempt.sid is not None:
        return bool(attempt.sid == sid and message.sid == sid)
    other = (
        SendAttempt.select()
        .where(SendAttempt.message == message.id, SendAttempt.outcome == Outcome.ACCEPTED, SendAttempt.id != attempt.id)
        .exists()
    )
    outcome = Outcome.TWICE if other else Outcome.ACCEPTED
    SendAttempt.update(outcome=outcome, sid=sid, witness=witness).where(SendAttempt.id == attempt.id).execute()
    attempt.sid, attempt.outcome = sid, outcome
    if other:
        log.warn("text_sent_twice", message=message.id, attempt=attempt.n)
        Message.update(reason=Reason.SENT_TWICE).where(Message.id == message.id).execute()
        return False
    now = clock.now()
    changes = {"sid": sid, "lease_until": None, "not_before": None, "handed_over_at": now, "asked_at": now}
    if message.state in BINDABLE:
        changes |= {"state": State.HANDED_OVER, "reason": None, "final_at": None}
    bound = Message.update(changes).where(Message.id == message.id, Message.sid.is_null()).execute()
    message.sid = sid
    spending.settle(message.id)
    # Reply and callback may bind the same attempt at once: it is told once.
    if bound:
        publish(TextHandedOver(message.contact_id, message.id, message.conversation_id))
    return True


def advance(message_id: Id, sid: str, status: str, error: int | None, *, is_certain: bool = False) -> None:
    """Believe the carrier's word for `sid` where it is further along than what we know; inside a transaction.

    Two different finals contradict each other: the carrier is then asked, and what it answers `is_certain`.
    """
    rank = statuses.rank_of(status)
    message = Message.get_or_none(Message.id == message_id, Message.sid == sid)
    if message is None or rank < 0:
        return
    if not is_certain and rank == statuses.FINAL == message.provider_rank and status != message.provider_status:
        Message.update(must_ask=True).where(Message.id == message.id).execute()
        return
    allowed = Message.provider_rank < rank
    if is_certain:
        allowed |= (Message.provider_rank == rank) & (Message.provider_status != status)
    state = statuses.state_of(status)
    is_final = rank >= statuses.FINAL
    changes = {"provider_status": status, "provider_rank": rank, "state": state, "error_code": error}
    changes |= {"reason": _reason(message, state, error), "final_at": clock.now() if is_final else None}
    moved = Message.update(changes).where(Message.id == message.id, Message.sid == sid, allowed).execute()
    if moved and state is State.DELIVERED:
        people.note_texts_arrive(message.to_address)
    elif moved and error in OF_ADDRESS:
        people.note_no_texts(message.to_address)
    if moved and state in (State.UNDELIVERED, State.FAILED, State.CANCELED):
        reason = reason_undelivered(error) or Reason.UNREACHABLE
        publish(TextFailed(message.contact_id, message.id, message.conversation_id, reason.value))


def _reason(message: Message, state: State, error: int | None) -> Reason | None:
    if message.reason is Reason.SENT_TWICE:
        return Reason.SENT_TWICE
    return reason_undelivered(error) if state in (State.UNDELIVERED, State.FAILED) else None
