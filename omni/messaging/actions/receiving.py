"""Callbacks: let in by their door and their signature, kept (C4), then applied (C5), in any order and any number.

A stop acts in the transaction that keeps it, so that a 2xx means: nothing more is sent to this person.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from peewee import IntegrityError

from omni.contacts import actions as people
from omni.contacts import queries as contacts
from omni.contacts.kinds import Basis, Channel, PointKind, Scope
from omni.contacts.models import Contact
from omni.contacts.ports import Stop, StopReason
from omni.core import actors, clock, doors, ids, log, tenancy
from omni.core.actors import Actor
from omni.core.database import transaction
from omni.core.doors import Door
from omni.core.events import publish
from omni.core.faults import NotAllowed, NotFound
from omni.core.ids import Id
from omni.core.points import point
from omni.core.queue import later
from omni.messaging import gateway, practice, queries
from omni.messaging.actions import filing, retrying, soft_stops, telling
from omni.messaging.actions.accepting import end_waiting
from omni.messaging.actions.binding import advance, bind
from omni.messaging.actions.conversing import (
    note_activity_in,
    note_inbound,
    note_inbound_basis,
    open_conversation,
)
from omni.messaging.actions.practising import DOOR
from omni.messaging.events import PrivacyWordReceived, TextFailed, TextReceived
from omni.messaging.gateway import Fields, Heard
from omni.messaging.keywords import Keyword, find_keyword, find_privacy_word, is_yes
from omni.messaging.models import (
    Carrier,
    ConnectionState,
    Conversation,
    Direction,
    Message,
    Origin,
    TwilioConnection,
    WebhookEvent,
    WebhookKey,
    WebhookKind,
)
from omni.messaging.revoking import asks_to_stop
from omni.messaging.segments import count_segments
from omni.messaging.states import Reason, State

UNSIGNED = "The signature does not fit."
# Calls that do not fit are noted once in so long, so that nobody can make us write.
NOTED_EVERY = timedelta(minutes=1)
# A text that was said so long before we heard of it takes its place among the texts of then.
LATE = timedelta(minutes=1)


def receive_inbound(form: Fields, *, url: str, signature: str | None, settings: str | None = None) -> None:
    """C4 for a text that came in. Raises: NotAllowed, when it is not signed for the account it names."""
    with _let_in(form, form.value("To"), url, signature, settings) as carrier:
        _take_in(carrier, form, clock.now())
        point("hook.kept")


def take_heard(account: str, text: Heard, media: Sequence[str] = ()) -> None:
    """C4 for a text that the carrier lists and never called about; its files lie at `media`."""
    form = {"MessageSid": text.sid, "AccountSid": account, "From": text.sender, "To": text.to, "Body": text.body,
            "NumMedia": str(len(media)), **{f"MediaUrl{n}": url for n, url in enumerate(media)}}  # fmt: skip
    _take_in(Carrier.TWILIO, Fields({name: [value] for name, value in form.items()}), text.at)


def receive_status(
    form: Fields, message_id: Id, attempt: int, *, url: str, signature: str | None, settings: str | None = None
) -> None:
    """C4 for what became of one attempt. Raises: NotAllowed; NotFound, when there is no such attempt here."""
    with _let_in(form, form.value("From"), url, signature, settings) as carrier:
        key = f"status:{form.value('MessageSid')}:{form.value('MessageStatus')}:{form.value('ErrorCode')}"
        message = Message.get_or_none(Message.id == message_id, Message.carrier == carrier)
        if message is None or queries.find_attempt(message, attempt) is None:
            raise NotFound()
        with transaction():
            event = _keep(WebhookKind.STATUS, carrier, key, form, message_id=message_id, attempt=attempt)
            if event is not None:
                later("messaging.apply", event_id=event.id)
        point("hook.kept")


def apply_event(event_id: Id) -> None:
    """C5: let the rows say what the callback said, once."""
    with transaction():
        event = WebhookEvent.get_or_none(WebhookEvent.id == event_id)
        if event is None or event.processed_at is not None:
            return
        form = Fields(json.loads(event.form))
        if event.kind is WebhookKind.INBOUND:
            _apply_inbound(event, form)
        else:
            _apply_status(event, form)
        point("hook.applying")
        # What it said stands in its rows now, which can be erased; that it was called keeps it from counting twice.
        event.form, event.processed_at = "{}", clock.now()
        event.save(only=[WebhookEvent.form, WebhookEvent.processed_at])


def forget_events(before: datetime) -> None:
    """Forget callbacks that were applied before then."""
    with transaction():
        WebhookEvent.delete().where(WebhookEvent.processed_at < before).execute()


WHY_STOPPED = {
    StopReason.OPTED_OUT: Reason.OPTED_OUT,
    StopReason.MAY_HAVE_STOPPED: Reason.MAY_HAVE_STOPPED,
    StopReason.RESTRICTED: Reason.RESTRICTED,
    StopReason.ERASED: Reason.GATE,
}


def stop_texts(stop: Stop) -> None:
    """The answer to the port `stopping`: what has not left yet does not leave, and says why.

    What a teammate wrote to who is put away still leaves: they wanted it said.
    """
    if stop.channel not in (None, Channel.SMS) or stop.reason is StopReason.PUT_AWAY:
        return
    reason = WHY_STOPPED.get(stop.reason, Reason.DO_NOT_CONTACT)
    for message in queries.list_open_to(stop.contact_ids, stop.norm):
        if end_waiting(message, State.BLOCKED, reason):
            publish(TextFailed(message.contact_id, message.id, message.conversation_id, reason.value))


@contextmanager
def _let_in(form: Fields, ours: str, url: str, signature: str | None, settings: str | None) -> Iterator[Carrier]:
    """Work in the workspace whose door the account and number open, once the signature fits. Raises NotAllowed."""
    account = form.value("AccountSid")
    door = _open_door(f"{account}:{ours}") or _open_door(account)
    if door is None or door.workspace_id is None:
        raise _refusal("no door")
    with tenancy.entered(door.workspace_id):
        if account == practice.account_sid():
            if not gateway.is_signed((practice.token(),), url, form, signature):
                raise _refusal("bad signature")
            yield Carrier.PRACTICE
            return
        # The workspace's own account, and no other: what another one signed is nothing here.
        connection = TwilioConnection.get_or_none(
            TwilioConnection.account_sid == account, TwilioConnection.state != ConnectionState.ENDED
        )
        if connection is None:
            raise _refusal("no connection")
        if not _is_signed(connection, url, form, signature, settings):
            _note_unsigned(connection)
            raise _refusal("bad signature")
        if connection.unsigned_at is not None:
            _forget_unsigned(connection)
        yield Carrier.TWILIO


def _open_door(token: str) -> Door | None:
    found = doors.find(DOOR, token)
    return found if found is not None and found.is_open else None


def _refusal(reason: str) -> NotAllowed:
    log.security("webhook_refused", reason=reason)
    return NotAllowed(UNSIGNED)


def _is_signed(
    connection: TwilioConnection, url: str, form: Fields, signature: str | None, settings: str | None
) -> bool:
    """Whether one of this workspace's keys signed, where it has any; else one of the account's tokens.

    The header only names a key. Secret and algorithm are ours, so that nobody can ask for a weaker one.
    """
    keys = {key.key_id: key for key in WebhookKey.select()}
    if keys:
        key = keys.get(gateway.named_key(settings) or "")
        return key is not None and gateway.is_signed((key.secret,), url, form, signature, algorithm=key.algorithm.value)
    tokens = (connection.auth_token, connection.previous_token)
    return gateway.is_signed(tuple(token for token in tokens if token), url, form, signature)


def _note_unsigned(connection: TwilioConnection) -> None:
    now = clock.now()
    if connection.unsigned_at is not None and now - connection.unsigned_at < NOTED_EVERY:
        return
    was_long_ago = TwilioConnection.unsigned_at.is_null() | (TwilioConnection.unsigned_at <= now - NOTED_EVERY)
    with transaction():
        TwilioConnection.update(unsigned_at=now, unsigned_minutes=TwilioConnection.unsigned_minutes + 1).where(
            TwilioConnection.id == connection.id, was_long_ago
        ).execute()


def _forget_unsigned(connection: TwilioConnection) -> None:
    with transaction():
        TwilioConnection.update(unsigned_at=None, unsigned_minutes=0).where(
            TwilioConnection.id == connection.id
        ).execute()


def _keep(
    kind: WebhookKind,
    carrier: Carrier,
    key: str,
    form: Fields,
    *,
    message_id: Id | None = None,
    attempt: int | None = None,
    at: datetime | None = None,
) -> WebhookEvent | None:
    """The row of a callback, or None when it came before. `at`: when it was said, where that was not now."""
    if WebhookEvent.select().where(WebhookEvent.dedupe_key == key).exists():
        return None
    event = WebhookEvent(
        id=ids.new_id(),
        dedupe_key=key,
        kind=kind,
        carrier=carrier,
        form=json.dumps(form),
        message_id=message_id,
        attempt=attempt,
        received_at=at or clock.now(),
    )
    try:
        with transaction():
            event.save(force_insert=True)
    except IntegrityError:
        return None
    return event


def _take_in(carrier: Carrier, form: Fields, at: datetime) -> None:
    keyword = find_keyword(form.value("Body"), form.value("OptOutType"))
    with transaction():
        event = _keep(WebhookKind.INBOUND, carrier, f"inbound:{form.value('MessageSid')}", form, at=at)
        if event is None:
            return
        _act_on_keyword(keyword, form, event)
        if keyword is None:
            _act_on_words(form, event)
        later("messaging.apply", event_id=event.id)


def _act_on_keyword(keyword: Keyword | None, form: Fields, event: WebhookEvent) -> None:
    """Heed a stop or a start as of when it was said: one that turns up late undoes nothing said since."""
    address, body, at = form.value("From"), form.value("Body"), event.received_at
    if keyword is Keyword.STOP:
        people.opt_out_address(
            Channel.SMS, address, by=_doer(address), source="text", words=body, message_id=event.id, at=at
        )
        if contacts.has_stopped(Channel.SMS, address):
            _stop_at(address)
    elif keyword is Keyword.START:
        people.resume_address(
            Channel.SMS, address, by=_doer(address), source="text", words=body, message_id=event.id, at=at
        )


def _act_on_words(form: Fields, event: WebhookEvent) -> None:
    """Heed a stop in words of their own, and a yes to offers that were asked about, in the commit that keeps them."""
    address, body, at = form.value("From"), form.value("Body"), event.received_at
    if asks_to_stop(body):
        if not contacts.has_stopped(Channel.SMS, address):
            people.pause_address(
                Channel.SMS, address, by=_doer(address), source="text", words=body, message_id=event.id, at=at
            )
            _stop_at(address, StopReason.MAY_HAVE_STOPPED)
    elif is_yes(body):
        asked = queries.find_open_ask(address)
        if asked is not None and asked.contact is not None:
            people.record_consent(
                asked.contact, channel=Channel.SMS, basis=Basis.CONFIRMED, scope=Scope.MARKETING, source="text",
                by=actors.contact(asked.contact.id), norm=address, words=body, message_id=event.id, at=at,
            )  # fmt: skip


def _stop_at(address: str, reason: StopReason = StopReason.OPTED_OUT) -> None:
    """Stop what is on its way to a number nobody here bears; contacts' own port knows only contacts."""
    stop_texts(Stop((), Channel.SMS, address, reason, actors.SYSTEM, clock.now()))


def _doer(address: str) -> Actor:
    found = contacts.find_by_address(PointKind.PHONE, address)
    return actors.contact(found[0].id) if found else actors.SYSTEM


def _apply_inbound(event: WebhookEvent, form: Fields) -> None:
    # A Messaging Service has numbers of its own: who answers one of those is in the thread with our number.
    sender = queries.find_sender_at(form.value("To")) or queries.find_sender()
    if sender is None or sender.carrier is not event.carrier:
        return
    if queries.find_by_sid(event.carrier, form.value("MessageSid")) is not None:
        return
    address, body = form.value("From"), form.value("Body")
    conversation = open_conversation(sender, address, contact=_contact_at(sender.id, address))
    keyword = find_keyword(body, form.value("OptOutType"))
    is_late = event.created_at - event.received_at > LATE
    message = Message(
        id=ids.id_at(event.received_at) if is_late else ids.new_id(),
        created_at=event.received_at, conversation=conversation, contact=conversation.contact_id,
        direction=Direction.IN, carrier=event.carrier, origin=Origin.CONTACT, body=body, from_address=address,
        to_address=form.value("To"), state=State.RECEIVED, sid=form.value("MessageSid"),
        est_segments=count_segments(body), media_count=len(sources := form.media()),
    )  # fmt: skip
    message.save(force_insert=True)
    filing.expect(message, sources)
    note_inbound(conversation, message, is_keyword=keyword is not None, place=_place_in(form))
    contact = conversation.contact
    if contact is not None:
        note_activity_in(message, contact)
        people.note_texts_arrive(address)
        if keyword is None:
            note_inbound_basis(contact, address)
    publish(TextReceived(conversation.contact_id, message.id, conversation.id))
    if word := find_privacy_word(body):
        publish(PrivacyWordReceived(conversation.contact_id, message.id, conversation.id, word.value))
    if keyword in (Keyword.STOP, Keyword.START):
        soft_stops.forget_question(address)
    elif asks_to_stop(body):
        soft_stops.ask(conversation, event.received_at)
    if keyword is None and not conversation.is_blocked:
        telling.new_text(conversation)


def _place_in(form: Fields) -> str:
    """State and postcode of their number, as the carrier has them: only of the US, where hours are asked by them."""
    if form.value("FromCountry") != "US":
        return ""
    return f"{form.value('FromState')} {form.value('FromZip')}".strip()


def _contact_at(sender_id: Id, address: str) -> Contact | None:
    """Whose number it is: who was written to there last, else whoever we have known longest."""
    known = Conversation.get_or_none(Conversation.sender == sender_id, Conversation.address == address)
    if known is not None and known.contact_id is not None:
        return None
    found = contacts.find_by_address(PointKind.PHONE, address)
    return found[0] if found else None


def _apply_status(event: WebhookEvent, form: Fields) -> None:
    message = Message.get_or_none(Message.id == event.message_id)
    attempt = queries.find_attempt(message, event.attempt) if message and event.attempt else None
    sid = form.value("MessageSid")
    if message is None or attempt is None or not sid:
        return
    if not bind(message, attempt, sid, witness="callback"):
        return
    code = form.value("ErrorCode")
    advance(message.id, sid, form.value("MessageStatus"), int(code) if code.isdecimal() else None)
    retrying.heed(message.id)
    if Message.get_by_id(message.id).must_ask:
        later("messaging.settle", message_id=message.id)
    following = queries.find_next_queued(message.conversation_id)
    if following is not None:
        later("messaging.deliver", message_id=following.id)
