"""Taking a text on (C0): from the click of a person to a committed row."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import IntegrityError

from omni.accounts.models import Teammate
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel
from omni.contacts.models import Contact
from omni.core import clock, ids, secrets
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.queue import later
from omni.core.tenancy import current_workspace
from omni.core.words import lazy, use_locale
from omni.messaging import gate, merge_fields, queries, wording
from omni.messaging.actions import filing, spending
from omni.messaging.actions.conversing import note_outbound, open_conversation
from omni.messaging.actions.practising import ensure_practice_sender
from omni.messaging.gate import Letter
from omni.messaging.models import Conversation, Direction, Message, Origin, Sender
from omni.messaging.segments import count_segments
from omni.messaging.states import LIFE, WAITING, Reason, State

# What Twilio takes in one message ("Message Resource", Body).
LONGEST = 1_600

TOO_LONG = lazy("This is %(over)s over 1,600 characters. Shorten it, or send it as two.")
BLANK_FIELD = lazy(
    "Nothing is known for {{%(field)s}}. Write what stands there, or a word for it: {{%(field)s|there}}."
)
HAS_LEFT = lazy("The text you are changing has left meanwhile. Send this one as a new text, or leave it.")
NO_PHONE = lazy("This contact has no phone number. Add one first.")


@dataclass(frozen=True)
class Draft:
    """A text a person wants sent: `at` is the instant they chose for it, where they chose one."""

    contact: Contact
    body: str
    address: str
    by: Teammate
    client_key: str
    basis: Basis | None = None
    at: datetime | None = None
    replaces: Id | None = None
    media: Sequence[Id] = ()


def send_text(
    contact: Contact,
    body: str,
    *,
    address: str,
    by: Teammate,
    client_key: str,
    basis: Basis | None = None,
    at: datetime | None = None,
    replaces: Id | None = None,
    media: Sequence[Id] = (),
) -> Message:
    """Take on a text to `contact` at `address`; the same `client_key` gives the same row.

    Without a basis, to an address of which no yes is recorded, it is kept as Needs you and not sent. With `at`, or
    outside the hours in which it may arrive, it waits for its time. It may stand for one that waits, which is taken
    back in the same moment. `media` are files held for it, or those of the one it stands for, in their order.
    Raises: Invalid, when the gate refuses, the words do not fit or a limit is reached.
    """
    draft = Draft(contact, body, address, by, client_key, basis, at, replaces, tuple(media))
    try:
        return _accept_once(draft)
    except IntegrityError:
        # Two at once: the other click made the row, or another writer took the place of the first text.
        return _accept_once(draft)


def take_back(message: Message, *, by: Teammate) -> bool:
    """End a text that has not left yet; False when it has, or is on its way."""
    with transaction():
        return end_waiting(message, State.CANCELED, Reason.TAKEN_BACK)


def end_waiting(message: Message, state: State, reason: Reason) -> bool:
    """End a text that waits, inside the caller's transaction: its money and the place of a first text are given back.

    False when it does not wait any more.
    """
    waiting = Message.state << [*WAITING, State.BLOCKED]
    update = Message.update(
        state=state, reason=reason, is_first=False, is_ask=False, lease_until=None, final_at=clock.now()
    )
    if not update.where(Message.id == message.id, waiting).execute():
        return False
    spending.release([message.id])
    return True


def answer_basis(message: Message, basis: Basis, *, by: Teammate) -> None:
    """Say how we know the person, and let the kept text go. Raises: Invalid, when the gate refuses all the same."""
    with transaction():
        message = queries.get_message(message.id)
        if not message.wants_basis:
            return
        contact = message.contact
        _record_basis(contact, message.to_address, basis, by=by)
        conversation = message.conversation
        letter = Letter(contact, message.to_address, message.purpose, conversation, conversation.sender)
        starts_at, message.zone_evidence = _when(letter, None, field="basis")
        message.is_first = not queries.has_first_text(message.to_address)
        message.expires_at = starts_at + LIFE[message.purpose]
        _wait_until(message, starts_at, None)
        message.save(
            only=[
                Message.is_first,
                Message.state,
                Message.reason,
                Message.not_before,
                Message.expires_at,
                Message.zone_evidence,
            ]
        )
        spending.reserve(message, conversation.sender)
        _send_off(message, by=by)


def send_again(message: Message, *, by: Teammate, client_key: str) -> Message:
    """Send the words of an unsure text anew, knowing that the first may have arrived."""
    with transaction():
        message = queries.get_message(message.id)
        # Of two clicks at once one takes the question away and sends, and the other finds what it made.
        if not _take_question(message, Reason.SENT_AGAIN):
            return queries.find_by_client_key(client_key) or message
        again = _row(message.conversation, message.contact, message.body, by=by, client_key=client_key,
                     media_count=message.media_count)  # fmt: skip
        again.retry_of = message.id
        again.save(force_insert=True)
        filing.copy_files(message, again)
        spending.reserve(again, again.conversation.sender)
        _send_off(again, by=by)
        return again


def leave(message: Message) -> None:
    """Ask no more about an unsure text. A callback that still comes is believed."""
    with transaction():
        _take_question(message, Reason.LEFT)


def frozen_words(address: str, typed: str) -> str:
    """The text as it will leave: the first one to an address says who writes and how to stop."""
    return typed if queries.has_first_text(address) else _with_form(typed)


def normalised(body: str) -> str:
    """The words of a body by which twins and listed texts are told: composed, spaces collapsed."""
    return " ".join(unicodedata.normalize("NFC", body).split())


def twin_key_of(sender: str, to: str, body: str) -> bytes:
    """A keyed hash of numbers and normalised words."""
    return secrets.hmac_of("messaging.twin", sender, to, normalised(body))


def _accept_once(draft: Draft) -> Message:
    with transaction():
        return queries.find_by_client_key(draft.client_key) or _accept(draft)


def _accept(draft: Draft) -> Message:
    contact, address = draft.contact, draft.address
    if draft.replaces is not None:
        _replace(draft.replaces)
    sender = queries.find_sender() or ensure_practice_sender()
    conversation = open_conversation(sender, address, contact=contact)
    body = frozen_words(address, _filled(draft))
    message = _row(conversation, contact, body, by=draft.by, client_key=draft.client_key, at=draft.at,
                   media_count=len(draft.media))  # fmt: skip
    letter = Letter(contact, address, message.purpose, conversation, sender, message.est_segments)
    answer = gate.check(letter)
    if answer.wants_basis and draft.basis is not None:
        _record_basis(contact, address, draft.basis, by=draft.by)
    elif answer.wants_basis:
        # It may never leave, so the place of the first text stays free for one that does.
        message.state, message.reason = State.BLOCKED, Reason.NO_BASIS
        message.save(force_insert=True)
        filing.put_on(message, draft.media, by=draft.by, replaces=draft.replaces)
        return message
    starts_at, message.zone_evidence = _when(letter, draft.at)
    message.is_first = not queries.has_first_text(address)
    message.expires_at = starts_at + LIFE[message.purpose]
    _wait_until(message, starts_at, draft.at)
    message.save(force_insert=True)
    filing.put_on(message, draft.media, by=draft.by, replaces=draft.replaces)
    spending.reserve(message, sender)
    _send_off(message, by=draft.by)
    return message


def filled_words(text: str, contact: Contact, by: Teammate | None) -> merge_fields.Filled:
    """The text with its fields filled for this contact; of a broken one, the text as it was typed."""
    if merge_fields.find_fault(text):
        return merge_fields.Filled(text)
    return merge_fields.fill(text, merge_fields.values_of(contact, by))


def _filled(draft: Draft) -> str:
    if fault := merge_fields.find_fault(draft.body):
        raise Invalid(faults={"body": fault.words.key}, **fault.values)
    filled = filled_words(draft.body, draft.contact, draft.by)
    if filled.blank:
        raise Invalid(faults={"body": BLANK_FIELD.key}, field=filled.blank[0])
    return filled.body


def _replace(message_id: Id) -> None:
    if not end_waiting(queries.get_message(message_id), State.CANCELED, Reason.TAKEN_BACK):
        raise Invalid(faults={"body": HAS_LEFT.key})


def _when(letter: Letter, chosen: datetime | None, *, field: str = "body") -> tuple[datetime, str]:
    """The first instant from the chosen one on at which it may go, and on which zones that rests.

    Raises: Invalid, where it never may.
    """
    facts, at = gate.read([letter]), max(chosen or clock.now(), clock.now())
    starts_at = gate.earliest(letter, facts, at=at)
    if starts_at is None:
        answer = gate.judge(letter, facts, at=at)
        raise Invalid(faults={field: str(answer.words or wording.line(answer.reason))})
    return starts_at, gate.where_of(letter, facts).as_text()


def _wait_until(message: Message, starts_at: datetime, chosen: datetime | None) -> None:
    """Queued for now, or scheduled for later: at the time that was chosen, or in the next hours that are open."""
    if starts_at <= clock.now():
        message.state, message.reason, message.not_before = State.QUEUED, None, None
        return
    message.state, message.not_before = State.SCHEDULED, starts_at
    message.reason = Reason.CHOSEN_TIME if starts_at == chosen else Reason.HOURS


def _send_off(message: Message, *, by: Teammate) -> None:
    note_outbound(message, by=by)
    if message.state is State.QUEUED:
        later("messaging.deliver", message_id=message.id)


def _take_question(message: Message, reason: Reason) -> bool:
    """Whether an unsure text was still unsure, and now is left for `reason`."""
    update = Message.update(state=State.NO_RECEIPT, reason=reason, final_at=clock.now(), lease_until=None)
    unsure = Message.state << [State.UNKNOWN, State.NEEDS_PERSON]
    return bool(update.where(Message.id == message.id, unsure).execute())


def _row(
    conversation: Conversation,
    contact: Contact,
    body: str,
    *,
    by: Teammate,
    client_key: str,
    at: datetime | None = None,
    media_count: int = 0,
) -> Message:
    if len(body) > LONGEST:
        raise Invalid(faults={"body": TOO_LONG.key}, over=len(body) - LONGEST)
    purpose = queries.purpose_towards(conversation.address, at=at)
    sender: Sender = conversation.sender
    now = clock.now()
    return Message(
        id=ids.new_id(),
        conversation=conversation,
        contact=contact,
        direction=Direction.OUT,
        carrier=sender.carrier,
        purpose=purpose,
        origin=Origin.PERSON,
        by=by,
        body=body,
        from_address=sender.address,
        to_address=conversation.address,
        client_key=client_key,
        twin_key=twin_key_of(sender.address, conversation.address, body),
        expires_at=now + LIFE[purpose],
        state=State.QUEUED,
        # A text with files is one message however long, and billed as one.
        est_segments=1 if media_count else count_segments(body),
        media_count=media_count,
    )


def _record_basis(contact: Contact, address: str, basis: Basis, *, by: Teammate) -> None:
    people.record_consent(contact, channel=Channel.SMS, basis=basis, source="composer", by=by, norm=address)


def _with_form(typed: str) -> str:
    workspace = current_workspace()
    with use_locale(workspace.language):
        return wording.first_text(workspace.name, typed)
