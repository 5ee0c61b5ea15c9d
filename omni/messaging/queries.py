"""Reads of this room: the inbox, a thread, what is due, and the finders of its jobs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from peewee import Case, fn

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.messaging.models import (
    Carrier,
    ConnectionState,
    Conversation,
    ConversationRead,
    ConversationState,
    Direction,
    Message,
    PracticePhone,
    PracticeText,
    SendAttempt,
    Sender,
    TwilioConnection,
    WaitingOn,
    WebhookEvent,
)
from omni.messaging.states import MessagePurpose, Reason, State

PAGE = 25
THREAD_PAGE = 50
# Under those who wait, the list shows so many whom we answered last.
ANSWERED = 10
# An inbound text answered within a day is a reply (messaging §5.5).
REPLY_WITHIN = timedelta(hours=24)
# How long a text may be silent before we ask, and how often an unknown one is looked for (messaging §5.1, §5.3).
SILENT_AFTER = timedelta(minutes=10)
ASK_EVERY = timedelta(seconds=60)


class View(StrEnum):
    """The tabs of the inbox."""

    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"
    NEW = "new"
    NEEDS_YOU = "needs"


@dataclass(frozen=True)
class Row:
    """One conversation as the list shows it."""

    conversation: Conversation
    contact: Contact | None
    last: Message | None
    is_unread: bool


@dataclass(frozen=True)
class ListPage:
    rows: Sequence[Row]
    next_before: Id | None


# --- one ---


def get_conversation(conversation_id: Id) -> Conversation:
    """The conversation, of this workspace. Raises NotFound."""
    found = Conversation.get_or_none(Conversation.id == conversation_id)
    if found is None:
        raise NotFound()
    return found


def get_message(message_id: Id) -> Message:
    """The message, of this workspace. Raises NotFound."""
    found = Message.get_or_none(Message.id == message_id)
    if found is None:
        raise NotFound()
    return found


def find_connection() -> TwilioConnection | None:
    """The account at Twilio that is in use, or None."""
    return TwilioConnection.select().where(TwilioConnection.state != ConnectionState.ENDED).first()


def find_any_connection() -> TwilioConnection | None:
    """The account at Twilio, in use or ended."""
    return TwilioConnection.select().first()


def find_sender() -> Sender | None:
    """The number texts leave from now: Twilio's while it is connected, else the practice number."""
    live = find_connection()
    carrier = Carrier.TWILIO if live else Carrier.PRACTICE
    return Sender.select().where(Sender.carrier == carrier, Sender.ended_at.is_null()).order_by(Sender.id.desc()).first()


def find_sender_at(address: str) -> Sender | None:
    """Our number `address`."""
    return Sender.get_or_none(Sender.address == address)


def find_by_client_key(client_key: str) -> Message | None:
    """The message an accepted click made."""
    return Message.get_or_none(Message.client_key == client_key)


def find_by_sid(carrier: Carrier, sid: str) -> Message | None:
    return Message.get_or_none(Message.carrier == carrier, Message.sid == sid)


def find_conversation_of(contact: Contact) -> Conversation | None:
    """The thread with this contact that moved last."""
    return (
        Conversation.select().where(Conversation.contact == contact.id).order_by(Conversation.last_at.desc()).first()
    )


def find_attempt(message: Message, n: int) -> SendAttempt | None:
    return SendAttempt.get_or_none(SendAttempt.message == message.id, SendAttempt.n == n)


def find_accepted(message: Message) -> SendAttempt | None:
    return SendAttempt.get_or_none(SendAttempt.message == message.id, SendAttempt.sid.is_null(False))


def newest_outbound(conversation: Conversation) -> Message | None:
    """Our newest text in a thread."""
    return (
        Message.select()
        .where(Message.conversation == conversation.id, Message.direction == Direction.OUT)
        .order_by(Message.id.desc())
        .first()
    )


def newest_inbound_at(address: str) -> datetime | None:
    """When this address last wrote to us."""
    return (
        Conversation.select(fn.MAX(Conversation.last_in_at)).where(Conversation.address == address).scalar(as_tuple=False)
    )


def has_first_text(address: str) -> bool:
    """Whether some text to this address has already said who we are and how to stop."""
    return Message.select().where(Message.to_address == address, Message.is_first).exists()


# --- lists ---


def list_page(view: View, teammate: Teammate, *, before: Id | None = None) -> ListPage:
    """One page of the inbox: newest first, or the longest wait first and then whom we answered last."""
    if view is View.WAITING:
        return _waiting_page(teammate, before)
    query = _in_view(view, teammate)
    if before is not None:
        edge = get_conversation(before)
        query = query.where(
            (Conversation.last_at < edge.last_at) | ((Conversation.last_at == edge.last_at) & (Conversation.id < edge.id))
        )
    found = list(query.order_by(Conversation.last_at.desc(), Conversation.id.desc()).limit(PAGE + 1))
    return ListPage(_rows(found[:PAGE], teammate), found[PAGE - 1].id if len(found) > PAGE else None)


def list_rows(conversations: Sequence[Conversation], teammate: Teammate) -> list[Row]:
    """These conversations as the list shows them."""
    return _rows(conversations, teammate)


def list_thread(conversation: Conversation, *, before: Id | None = None) -> list[Message]:
    """The newest texts of a thread, oldest first."""
    query = Message.select().where(Message.conversation == conversation.id)
    if before is not None:
        query = query.where(Message.id < before)
    return list(reversed(list(query.order_by(Message.id.desc()).limit(THREAD_PAGE))))


def list_since(conversation: Conversation, after: Id) -> list[Message]:
    """The texts of a thread younger than `after`, oldest first."""
    query = Message.select().where(Message.conversation == conversation.id, Message.id > after)
    return list(query.order_by(Message.id).limit(THREAD_PAGE))


def list_changed(conversation: Conversation, ids: Iterable[Id]) -> list[Message]:
    """The named texts of a thread, as they stand now."""
    wanted = list(ids)[:THREAD_PAGE]
    if not wanted:
        return []
    return list(Message.select().where(Message.conversation == conversation.id, Message.id << wanted).order_by(Message.id))


def list_open_to(contact_ids: Sequence[Id], address: str | None) -> list[Message]:
    """Our texts that have not left yet, to these contacts or to an address they share."""
    condition = Message.contact << list(contact_ids)
    if address:
        condition = (Message.to_address == address) | condition
    return list(
        Message.select().where(
            Message.direction == Direction.OUT,
            (Message.state == State.QUEUED) | ((Message.state == State.BLOCKED) & (Message.reason == Reason.NO_BASIS)),
            condition,
        )
    )


def list_waiting(limit: int = 100) -> list[Conversation]:
    """Conversations in which somebody waits for us, the longest wait first."""
    return list(_waiting().order_by(Conversation.waiting_since).limit(limit))


def list_needing_you(limit: int = 100) -> list[Message]:
    """Texts that only a person can settle."""
    return list(Message.select().where(_needs_you()).order_by(Message.id.desc()).limit(limit))


def list_practice_texts(phone: str, limit: int = 50) -> list[PracticeText]:
    """What lies on a practice phone, oldest first."""
    query = PracticeText.select().where(PracticeText.phone == phone).order_by(PracticeText.id.desc()).limit(limit)
    return list(reversed(list(query)))


def list_practice_phones() -> list[PracticePhone]:
    return list(PracticePhone.select().order_by(PracticePhone.id.desc()).limit(PAGE))


# --- counts ---


def count_waiting() -> int:
    return int(_waiting().count())


def count_views(teammate: Teammate) -> dict[View, int]:
    """The number beside each tab that has one, in two queries."""
    open_ones = (Conversation.state == ConversationState.OPEN) & (Conversation.is_blocked == False)  # noqa: E712
    sums = {
        View.WAITING: (Conversation.waiting_on == WaitingOn.US) & open_ones,
        View.MINE: (Conversation.assignee == teammate.id) & open_ones,
        View.NEW: Conversation.contact.is_null() & open_ones,
    }
    row = Conversation.select(*[fn.COALESCE(fn.SUM(case), 0) for case in map(_one_if, sums.values())]).tuples().first()
    counts = dict(zip(sums, (int(each) for each in row or (0, 0, 0)), strict=True))
    needing = Message.select(fn.COUNT(fn.DISTINCT(Message.conversation))).where(_needs_you()).scalar()
    return {**counts, View.NEEDS_YOU: int(needing or 0)}


# --- for sending ---


def purpose_towards(address: str) -> MessagePurpose:
    """A reply while their last text is at most a day old, else a service text."""
    last_in = newest_inbound_at(address)
    is_fresh = last_in is not None and clock.now() - last_in <= REPLY_WITHIN
    return MessagePurpose.REPLY if is_fresh else MessagePurpose.SERVICE


def has_earlier_open(message: Message) -> bool:
    """Whether an earlier text of the conversation is still to leave: order is kept."""
    return (
        Message.select()
        .where(
            Message.conversation == message.conversation_id,
            Message.id < message.id,
            Message.state << [State.QUEUED, State.SENDING],
        )
        .exists()
    )


def has_unsettled_twin(message: Message) -> bool:
    """Whether the same words to the same number are on their way or unsure."""
    return (
        Message.select()
        .where(
            Message.twin_key == message.twin_key,
            Message.id != message.id,
            Message.state << [State.SENDING, State.UNKNOWN, State.NEEDS_PERSON],
        )
        .exists()
    )


def find_next_queued(conversation_id: Id) -> Message | None:
    return (
        Message.select()
        .where(Message.conversation == conversation_id, Message.state == State.QUEUED)
        .order_by(Message.id)
        .first()
    )


# --- finders: (workspace, id) pairs across all workspaces, in `sweeping()` ---


def due_messages() -> Iterable[tuple[Id, Id]]:
    """Texts that may be claimed now, and texts that waited too long."""
    now = clock.now()
    query = Message.select(Message.workspace, Message.id).where(
        Message.state == State.QUEUED, Message.not_before.is_null() | (Message.not_before <= now)
    )
    return query.order_by(Message.id).tuples()


def leases_over() -> Iterable[tuple[Id, Id]]:
    """Claims whose worker never told what became of them."""
    query = Message.select(Message.workspace, Message.id).where(
        Message.state == State.SENDING, Message.lease_until < clock.now()
    )
    return query.order_by(Message.id).tuples()


def unsettled() -> Iterable[tuple[Id, Id]]:
    """Texts to ask the carrier about: unknown ones each minute, silent ones each ten, two finals at once."""
    now = clock.now()
    unknown = (Message.state == State.UNKNOWN) & (Message.asked_at.is_null() | (Message.asked_at <= now - ASK_EVERY))
    silent = (Message.state == State.HANDED_OVER) & (Message.asked_at <= now - SILENT_AFTER)
    query = Message.select(Message.workspace, Message.id).where(unknown | silent | Message.must_ask)
    return query.order_by(Message.id).tuples()


def unprocessed_events() -> Iterable[tuple[Id, Id]]:
    """Callbacks that were received and not yet applied."""
    query = WebhookEvent.select(WebhookEvent.workspace, WebhookEvent.id).where(WebhookEvent.processed_at.is_null())
    return query.order_by(WebhookEvent.id).tuples()


def due_practice() -> Iterable[tuple[Id, Id]]:
    """Practice texts whose next step is due."""
    query = PracticeText.select(PracticeText.workspace, PracticeText.id).where(PracticeText.due_at <= clock.now())
    return query.order_by(PracticeText.id).tuples()


# --- below ---


def _waiting() -> "Iterable[Conversation]":
    return Conversation.select().where(
        Conversation.waiting_on == WaitingOn.US,
        Conversation.state == ConversationState.OPEN,
        Conversation.is_blocked == False,  # noqa: E712
    )


def _needs_you() -> object:
    unsure = Message.state == State.NEEDS_PERSON
    return unsure | ((Message.state == State.BLOCKED) & (Message.reason == Reason.NO_BASIS))


def _one_if(condition: object) -> object:


    return Case(None, [(condition, 1)], 0)


def _in_view(view: View, teammate: Teammate) -> "Iterable[Conversation]":
    query = Conversation.select()
    if view is View.MINE:
        return query.where(Conversation.assignee == teammate.id)
    if view is View.NEW:
        return query.where(Conversation.contact.is_null())
    if view is View.NEEDS_YOU:
        needing = Message.select(Message.conversation).where(_needs_you())
        return query.where(Conversation.id << needing)
    return query


def _waiting_page(teammate: Teammate, before: Id | None) -> ListPage:
    query = _waiting()
    if before is not None:
        since = get_conversation(before).waiting_since
        query = query.where(Conversation.waiting_since > since) if since else query
    found = list(query.order_by(Conversation.waiting_since, Conversation.id).limit(PAGE + 1))
    shown, more = found[:PAGE], len(found) > PAGE
    if not more:
        answered = Conversation.select().where(Conversation.waiting_on == WaitingOn.THEM)
        shown += list(answered.order_by(Conversation.last_at.desc(), Conversation.id.desc()).limit(ANSWERED))
    return ListPage(_rows(shown, teammate), found[PAGE - 1].id if more else None)


def _rows(conversations: Sequence[Conversation], teammate: Teammate) -> list[Row]:
    contact_ids = {each.contact_id for each in conversations if each.contact_id}
    last_ids = [each.last_message_id for each in conversations if each.last_message_id]
    contacts = {each.id: each for each in Contact.select().where(Contact.id << list(contact_ids))} if contact_ids else {}
    lasts = {each.id: each for each in Message.select().where(Message.id << last_ids)} if last_ids else {}
    seen = {
        each.conversation_id: each.last_read_at
        for each in ConversationRead.select().where(
            ConversationRead.teammate == teammate.id, ConversationRead.conversation << [each.id for each in conversations]
        )
    } if conversations else {}  # fmt: skip
    return [
        Row(
            each,
            contacts.get(each.contact_id),
            lasts.get(each.last_message_id),
            each.last_in_at is not None and (seen.get(each.id) is None or seen[each.id] < each.last_in_at),
        )
        for each in conversations
    ]


