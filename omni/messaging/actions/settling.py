"""Asking the carrier what became of a text (C7, C8): unknown ones by its list, silent ones by their sid.

A text goes back to the queue only when no callback came and two complete lists, a quarter of an hour apart, do not hold
it; an offer does not even then, but a person is asked. The quarter of an hour is the whole margin: Twilio states no
bound for how far its list lags.
"""

from datetime import timedelta

from omni.core import clock, database
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.points import point
from omni.core.queue import later
from omni.messaging import queries, statuses
from omni.messaging.actions import carriers, telling
from omni.messaging.actions.accepting import normalised
from omni.messaging.actions.binding import advance, bind
from omni.messaging.gateway import Account, Listed, Listing, Unreachable
from omni.messaging.models import Carrier, Message, SendAttempt
from omni.messaging.outcomes import Outcome
from omni.messaging.states import MessagePurpose, Reason, State

APART = timedelta(minutes=15)
# A list is read back to a little before the POST, since clocks differ.
BEFORE = timedelta(seconds=5)
# After three days without a word nobody expects one (messaging §5.1).
NO_RECEIPT_AFTER = timedelta(hours=72)


def settle(message_id: Id) -> None:
    """Find out what became of one text, as far as its carrier tells now."""
    message = Message.get_or_none(Message.id == message_id)
    if message is None:
        return
    if message.sid is not None:
        _ask_by_sid(message)
    elif message.is_unsure:
        _look_in_list(message)


def _ask_by_sid(message: Message) -> None:
    account = _account(message)
    sid = message.sid
    database.close()
    try:
        found: Listed | None = carriers.fetch(message.carrier, account, sid)
    except Unreachable:
        found = None
    with transaction():
        fresh = Message.get_by_id(message.id)
        is_over = fresh.handed_over_at is not None and clock.now() - fresh.handed_over_at >= NO_RECEIPT_AFTER
        # Two finals stay to be settled while the carrier does not answer; after three days the first one stands.
        must_ask = fresh.must_ask and found is None and not is_over
        Message.update(asked_at=clock.now(), must_ask=must_ask).where(Message.id == fresh.id).execute()
        if found is not None:
            advance(fresh.id, sid, found.status, found.error, is_certain=fresh.must_ask)
        if is_over and (found is None or statuses.rank_of(found.status) < statuses.FINAL):
            Message.update(state=State.NO_RECEIPT, reason=Reason.SILENT, final_at=clock.now()).where(
                Message.id == fresh.id, Message.state == State.HANDED_OVER
            ).execute()


def _look_in_list(message: Message) -> None:
    attempt = queries.find_attempt(message, message.attempt)
    if attempt is None:
        return
    account = _account(message)
    database.close()
    try:
        listing = carriers.list_sent(message.carrier, account, to=message.to_address, since=attempt.started_at - BEFORE)
    except Unreachable:
        listing = Listing((), False)
    point("text.listed")
    with transaction():
        found = _found_in(listing, message, account)
        _judge(Message.get_by_id(message.id), SendAttempt.get_by_id(attempt.id), found, listing)


def _judge(message: Message, attempt: SendAttempt, found: Listed | None, listing: Listing) -> None:
    if not message.is_unsure or attempt.sid is not None:
        return
    Message.update(asked_at=clock.now()).where(Message.id == message.id).execute()
    if found is not None:
        bind(message, attempt, found.sid, witness="list")
        advance(message.id, found.sid, found.status, found.error)
        return
    if listing.is_complete:
        _note_absent(attempt)
    if message.state is State.UNKNOWN:
        _release_or_ask(message, attempt)


def _found_in(listing: Listing, message: Message, account: Account | None) -> Listed | None:
    """The oldest listed text that is this one and not already another of ours."""
    words = normalised(message.body)
    # A Messaging Service chooses among its numbers, so any sender may be the one of this text.
    is_any_sender = account is not None and account.service is not None
    for text in reversed(listing.texts):
        if not is_any_sender and text.sender not in ("", message.from_address):
            continue
        if normalised(text.body) != words:
            continue
        if queries.find_by_sid(message.carrier, text.sid) is None:
            return text
    return None


def _note_absent(attempt: SendAttempt) -> None:
    now = clock.now()
    attempt.lists_absent += 1
    attempt.first_absent_at = attempt.first_absent_at or now
    attempt.last_absent_at = now
    attempt.save(only=[SendAttempt.lists_absent, SendAttempt.first_absent_at, SendAttempt.last_absent_at])


def _release_or_ask(message: Message, attempt: SendAttempt) -> None:
    first, last = attempt.first_absent_at, attempt.last_absent_at
    is_absent = attempt.lists_absent >= 2 and first is not None and last is not None and last - first >= APART
    is_expired = message.expires_at is not None and message.expires_at <= clock.now()
    # An offer is never sent again by itself: the lists may be wrong, and nobody waits for it.
    if is_expired or (is_absent and message.purpose is MessagePurpose.MARKETING):
        asked = (
            Message.update(state=State.NEEDS_PERSON, reason=Reason.UNSURE)
            .where(Message.id == message.id, Message.state == State.UNKNOWN)
            .execute()
        )
        if asked:
            telling.needs_you(message)
    elif is_absent:
        SendAttempt.update(outcome=Outcome.NOT_SENT, witness="list").where(SendAttempt.id == attempt.id).execute()
        Message.update(state=State.QUEUED, reason=None, not_before=None).where(
            Message.id == message.id, Message.state == State.UNKNOWN
        ).execute()
        later("messaging.deliver", message_id=message.id)


def _account(message: Message) -> Account | None:
    return carriers.find_account(message.from_address) if message.carrier is Carrier.TWILIO else None
