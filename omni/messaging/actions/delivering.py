"""Sending (C2, POST, C3): claimed under a lease, posted with nothing open, written down by attempt.

Killed anywhere, the row tells what is next: before the claim it is still queued; after it the lease ends and the text
is unknown, never posted again by itself.
"""

import time
from datetime import timedelta

from peewee import IntegrityError

from omni.contacts import actions as people
from omni.contacts.kinds import Channel
from omni.core import actors, clock, database, log
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.ids import Id
from omni.core.points import point
from omni.core.queue import later
from omni.core.tenancy import current_workspace_id
from omni.messaging import gate, queries
from omni.messaging.actions import carriers, filing, pacing, spending, telling
from omni.messaging.actions.binding import advance, bind
from omni.messaging.actions.carriers import Parcel
from omni.messaging.actions.pacing import Paced
from omni.messaging.events import TextFailed
from omni.messaging.gate import Letter
from omni.messaging.hours import Window
from omni.messaging.models import LEASE, Carrier, ConnectionState, Message, SendAttempt, Sender, TwilioConnection
from omni.messaging.outcomes import MOST_ATTEMPTS, OF_ADDRESS, OF_SENDER, Fact, Outcome, Seen, judge, wait_s
from omni.messaging.states import LIFE, WAITING, Reason, State

# Invariant 3: nothing is posted under a claim that could end during the POST (5 s to connect, 30 s to read).
LEAST_LEASE = timedelta(seconds=40)
DUE_AT_ONCE = 20
TOO_MANY = 429
CONNECTION_PAUSE = timedelta(seconds=60)


def deliver(message_id: Id) -> None:
    """Send one text, if it is due and may go. Raises: Paced, when its number has sent all it may for now."""
    point("text.due")
    make_due(message_id)
    try:
        parcel = claim(message_id)
    except IntegrityError:
        # Another text of this thread, or its twin, was claimed in the same moment.
        return
    if parcel is None:
        return
    point("text.claimed")
    if parcel.lease_until - clock.now() < LEAST_LEASE:
        # Held up between claim and POST: the lease is left to end, and the list to settle it.
        return
    database.close()
    try:
        seen = carriers.post(parcel)
    except Exception:
        # The job's own time limit, too: whatever was on the wire may have been taken.
        record_outcome(parcel.message_id, parcel.attempt, Seen(Fact.LOST))
        raise
    point("text.answered")
    record_outcome(parcel.message_id, parcel.attempt, seen)
    point("text.recorded")


def deliver_due(*, before: float) -> None:
    """Send what is due in this workspace, the oldest first; none is begun after `before` (`time.monotonic()`).

    A text's fault is noted under its own row and holds nothing else up.
    """
    tried = set[Id]()
    while due := [each for each in queries.list_due(DUE_AT_ONCE) if each not in tried]:
        for message_id in due:
            if time.monotonic() > before:
                return
            tried.add(message_id)
            try:
                deliver(message_id)
            except Paced:
                return
            except Exception as fault:
                # The job bears the name of the text it was rung for, so what befalls another is told here.
                log.fault(
                    "job_failed", fault, job="messaging.deliver", workspace=current_workspace_id(), row=message_id
                )


def make_due(message_id: Id) -> None:
    """C1: a text that waited for its time is queued."""
    now = clock.now()
    with transaction():
        Message.update(state=State.QUEUED, not_before=None, reason=None).where(
            Message.id == message_id, Message.state == State.SCHEDULED, Message.not_before <= now
        ).execute()


def claim(message_id: Id) -> Parcel | None:
    """C2: take the text for one attempt, under a lease; None where it may not go now. Raises: Paced."""
    with transaction():
        message = Message.get_or_none(Message.id == message_id)
        if message is None or not _is_due(message) or _is_over(message) or _must_wait(message):
            return None
        letter = letter_of(message)
        answer = gate.check(letter)
        if answer.permit is None:
            _hold_back(message, letter, answer)
            return None
        n, lease_until = message.attempt + 1, clock.now() + LEASE
        taken = (
            Message.update(state=State.SENDING, attempt=n, lease_until=lease_until, reason=None)
            .where(Message.id == message.id, Message.state == State.QUEUED, Message.attempt == message.attempt)
            .execute()
        )
        if not taken:
            return None
        pacing.take(message.conversation.sender, message.est_segments)
        SendAttempt.create(message=message.id, n=n)
        # On the practice phone the file lies beside its text; nobody comes for it.
        media = filing.open_to_carrier(message) if message.carrier is Carrier.TWILIO else ()
        return carriers.pack(message, n, answer.permit, lease_until, media)


def letter_of(message: Message) -> Letter:
    """The text as the gate sees it."""
    conversation = message.conversation
    # A question whether offers are welcome keeps to the hours of offers.
    window = Window.OFFERS if message.is_ask else None
    return Letter(
        message.contact, message.to_address, message.purpose, conversation, conversation.sender, message.est_segments,
        window=window,
    )  # fmt: skip


def _hold_back(message: Message, letter: Letter, answer: gate.Answer) -> None:
    """What the gate refused at the claim: it waits for the next hours that are open, or it is over."""
    facts = gate.read([letter])
    until = gate.earliest(letter, facts, at=clock.now()) if answer.until else None
    if until is None:
        _end(message, State.BLOCKED, answer.reason or Reason.GATE)
        return
    Message.update(
        state=State.SCHEDULED,
        not_before=until,
        reason=answer.reason,
        expires_at=until + LIFE[message.purpose],
        zone_evidence=gate.where_of(letter, facts).as_text(),
    ).where(Message.id == message.id, Message.state == State.QUEUED).execute()


def record_outcome(message_id: Id, n: int, seen: Seen) -> None:
    """C3: write down what a POST came to. Found by attempt and not by state, so that a late reply still binds."""
    verdict = judge(seen)
    with transaction():
        message = Message.get_or_none(Message.id == message_id)
        attempt = queries.find_attempt(message, n) if message else None
        if message is None or attempt is None:
            return
        SendAttempt.update(http=seen.http, code=seen.error).where(SendAttempt.id == attempt.id).execute()
        if verdict.outcome is Outcome.ACCEPTED and seen.sid:
            bind(message, attempt, seen.sid, witness="reply")
            advance(message.id, seen.sid, seen.status or "queued", None)
        elif attempt.outcome in (Outcome.PENDING, Outcome.UNKNOWN):
            _not_accepted(message, attempt, seen)
        following = queries.find_next_queued(message.conversation_id)
        if following is not None and following.id != message.id:
            later("messaging.deliver", message_id=following.id)


def end_lease(message_id: Id) -> None:
    """C6: the worker that held this text never told; it is unknown from now on."""
    with transaction():
        message = Message.get_or_none(Message.id == message_id)
        if message is None or message.state is not State.SENDING or message.has_lease(0):
            return
        attempt = queries.find_attempt(message, message.attempt)
        if attempt is not None:
            _unknown(message, attempt)


def _not_accepted(message: Message, attempt: SendAttempt, seen: Seen) -> None:
    verdict = judge(seen)
    if verdict.outcome is Outcome.UNKNOWN:
        _unknown(message, attempt)
        return
    SendAttempt.update(outcome=verdict.outcome, witness="reply").where(SendAttempt.id == attempt.id).execute()
    if message.attempt != attempt.n or message.state not in (State.SENDING, State.UNKNOWN):
        return
    if verdict.outcome is Outcome.REJECTED:
        if seen.error in OF_SENDER:
            later("messaging.catch_up", sender_id=message.conversation.sender_id)
        if seen.error in OF_ADDRESS:
            people.note_no_texts(message.to_address)
        _end(message, State.REJECTED, verdict.reason or Reason.CARRIER_REFUSED)
        if verdict.is_opted_out:
            people.opt_out_address(
                Channel.SMS, message.to_address, by=actors.SYSTEM, source="carrier", message_id=message.id
            )
        return
    if attempt.n >= MOST_ATTEMPTS:
        _end(message, State.FAILED, Reason.NO_ANSWER)
        return
    due = clock.now() + timedelta(seconds=wait_s(attempt.n, seen.retry_after_s))
    if seen.http == TOO_MANY:
        pacing.slow_down(message.conversation.sender)
    # A callback about an earlier attempt may have bound it in this very moment: then it stays handed over.
    Message.update(state=State.QUEUED, not_before=due, reason=verdict.reason, lease_until=None).where(
        Message.id == message.id, Message.attempt == attempt.n, Message.state << [State.SENDING, State.UNKNOWN]
    ).execute()
    if verdict.is_sign_in_refused:
        _pause_connection()


def _unknown(message: Message, attempt: SendAttempt) -> None:
    SendAttempt.update(outcome=Outcome.UNKNOWN).where(
        SendAttempt.id == attempt.id, SendAttempt.outcome == Outcome.PENDING
    ).execute()
    changed = (
        Message.update(state=State.UNKNOWN, reason=Reason.CHECKING, lease_until=None)
        .where(Message.id == message.id, Message.state == State.SENDING, Message.attempt == attempt.n)
        .execute()
    )
    if changed:
        later("messaging.settle", message_id=message.id)


def _is_due(message: Message) -> bool:
    if message.state is not State.QUEUED:
        return False
    return message.not_before is None or message.not_before <= clock.now()


def _is_over(message: Message) -> bool:
    """End a text that came too late, or whose number left its carrier; whether it was ended."""
    if message.expires_at is not None and message.expires_at <= clock.now():
        _end(message, State.EXPIRED, Reason.NO_ANSWER if message.attempt else Reason.TOO_LATE)
        return True
    sender: Sender = message.conversation.sender
    if sender.carrier is not message.carrier or sender.ended_at is not None:
        _end(message, State.BLOCKED, Reason.OTHER_CARRIER)
        return True
    return False


def _must_wait(message: Message) -> bool:
    """Whether something goes first: an earlier text of the thread, an unsettled twin, a sign-in to be mended."""
    if message.carrier is Carrier.TWILIO and carriers.is_paused():
        Message.update(not_before=clock.now() + CONNECTION_PAUSE, reason=Reason.CONNECTION_PAUSED).where(
            Message.id == message.id
        ).execute()
        return True
    sender: Sender = message.conversation.sender
    if sender.missing_at is not None:
        Message.update(not_before=clock.now() + CONNECTION_PAUSE, reason=Reason.NUMBER_GONE).where(
            Message.id == message.id
        ).execute()
        return True
    if queries.has_unsettled_twin(message):
        Message.update(reason=Reason.TWIN).where(Message.id == message.id).execute()
        return True
    # A callback that came after a lost reply proves that the text left: it is applied first.
    if message.attempt and queries.has_unapplied_callback(message):
        return True
    return queries.has_earlier_open(message)


def _end(message: Message, state: State, reason: Reason) -> None:
    """A text that never left: why is kept, and the place of a first text is given back."""
    ended = (
        Message.update(state=state, reason=reason, is_first=False, is_ask=False, lease_until=None, final_at=clock.now())
        .where(Message.id == message.id, Message.state << [*WAITING, State.SENDING, State.UNKNOWN])
        .execute()
    )
    if not ended:
        return
    spending.release([message.id])
    log.event("text_ended", message=message.id, state=state, reason=reason)
    publish(TextFailed(message.contact_id, message.id, message.conversation_id, reason.value))
    if reason is Reason.NO_BASIS:
        telling.needs_you(message)


def _pause_connection() -> None:
    TwilioConnection.update(state=ConnectionState.PAUSED, refused_at=clock.now()).where(
        TwilioConnection.state == ConnectionState.ACTIVE
    ).execute()
