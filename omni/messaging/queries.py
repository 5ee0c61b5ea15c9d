"""Reads of this room: one conversation, one text, a thread, and what sending has to know."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from peewee import fn

from omni.accounts.models import Teammate, User
from omni.contacts import queries as contacts
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.tenancy import current_workspace, sweeping
from omni.core.together import read_together
from omni.messaging.media_states import MediaState
from omni.messaging.models import (
    FIRST_CAPS,
    Campaign,
    CampaignState,
    Carrier,
    Composing,
    ConnectionState,
    Conversation,
    ConversationState,
    DifferenceKind,
    Direction,
    Media,
    Message,
    ParityDifference,
    ParityRun,
    PeriodKind,
    PracticePhone,
    PracticeText,
    SendAttempt,
    Sender,
    SpendPeriod,
    Template,
    TwilioConnection,
    WaitingOn,
    WebhookEvent,
    WebhookKey,
)
from omni.messaging.states import UNSETTLED, WAITING, MessagePurpose, Reason, State

PAGE = 25
THREAD_PAGE = 50
# An inbound text answered within a day is a reply (messaging §5.5).
REPLY_WITHIN = timedelta(hours=24)


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


def get_campaign(campaign_id: Id) -> Campaign:
    """The campaign, of this workspace. Raises NotFound."""
    found = Campaign.get_or_none(Campaign.id == campaign_id)
    if found is None:
        raise NotFound()
    return found


def get_template(template_id: Id) -> Template:
    """The template, of this workspace. Raises NotFound."""
    found = Template.get_or_none(Template.id == template_id)
    if found is None:
        raise NotFound()
    return found


def list_templates() -> list[Template]:
    """Every template, by name."""
    return list(Template.select().order_by(Template.name_fold))


def count_templates() -> int:
    """How many there are."""
    return int(Template.select().count())


def find_connection() -> TwilioConnection | None:
    """The account at Twilio that is in use, or None."""
    found: TwilioConnection | None = (
        TwilioConnection.select().where(TwilioConnection.state != ConnectionState.ENDED).first()
    )
    return found


def list_holders(account_sid: str) -> list[tuple[Id, Id]]:
    """The workspaces here that hold an account at Twilio, each with its connection."""
    with sweeping():
        query = TwilioConnection.select(TwilioConnection.workspace, TwilioConnection.id).where(
            TwilioConnection.account_sid == account_sid, TwilioConnection.state != ConnectionState.ENDED
        )
        return list(query.order_by(TwilioConnection.id).tuples())


def find_any_connection() -> TwilioConnection | None:
    """The account at Twilio, in use or ended."""
    found: TwilioConnection | None = TwilioConnection.select().first()
    return found


def find_sender() -> Sender | None:
    """The number texts leave from now: Twilio's while it is connected, else the practice number."""
    return next(iter(_senders()), None)


def read_for_composer(address: str, conversation: Conversation | None) -> tuple[Sender | None, Message | None, bool]:
    """What a composer tells: where a text leaves from, our newest in the thread, whether the address had its first."""
    asked = _for_composer.each(address=address, conversation=conversation.id if conversation else None)
    senders, texts, first = read_together(*asked)
    return next(iter(senders), None), next(iter(texts), None), bool(first)


@prepared
def _for_composer(address: Any, conversation: Any) -> Any:
    return _senders(), _outbound(conversation), _first_texts(address)


def _senders() -> Any:
    live = fn.EXISTS(
        TwilioConnection.select(TwilioConnection.id).where(TwilioConnection.state != ConnectionState.ENDED)
    )
    is_ours = (live & (Sender.carrier == Carrier.TWILIO)) | (~live & (Sender.carrier == Carrier.PRACTICE))
    return Sender.select().where(is_ours, Sender.ended_at.is_null()).order_by(Sender.id.desc()).limit(1)


def find_sender_at(address: str) -> Sender | None:
    """Our number `address`."""
    found: Sender | None = Sender.get_or_none(Sender.address == address)
    return found


def find_key(key_id: Id | None) -> WebhookKey | None:
    """A key that callbacks are signed with."""
    found: WebhookKey | None = WebhookKey.get_or_none(WebhookKey.id == key_id)
    return found


def list_keys() -> list[WebhookKey]:
    """The keys that callbacks are signed with; none while the account's token signs them."""
    return list(WebhookKey.select().order_by(WebhookKey.id))


def find_live_sender(sender_id: Id) -> Sender | None:
    """A number at Twilio that texts leave from now."""
    found: Sender | None = Sender.get_or_none(
        Sender.id == sender_id, Sender.carrier == Carrier.TWILIO, Sender.ended_at.is_null()
    )
    return found


def read_limits() -> tuple[SpendPeriod, SpendPeriod, Sender | None]:
    """What texts may cost today and this month and how much of it is used, and the number they leave from.

    A day or month that no text has touched yet is told as it will begin.
    """
    today = clock.today_in(current_workspace().timezone)
    starts = {PeriodKind.DAY: today, PeriodKind.MONTH: today.replace(day=1)}
    found = {kind: _period(kind, starts_on) for kind, starts_on in starts.items()}
    return found[PeriodKind.DAY], found[PeriodKind.MONTH], find_sender()


def _period(kind: PeriodKind, starts_on: date) -> SpendPeriod:
    last = SpendPeriod.select().where(SpendPeriod.kind == kind).order_by(SpendPeriod.starts_on.desc()).first()
    if last is not None and last.starts_on == starts_on:
        found: SpendPeriod = last
        return found
    return SpendPeriod(kind=kind, starts_on=starts_on, cap=last.cap if last else FIRST_CAPS[kind], used=0)


def find_by_client_key(client_key: str) -> Message | None:
    """The message an accepted click made."""
    found: Message | None = Message.get_or_none(Message.client_key == client_key)
    return found


def find_by_sid(carrier: Carrier, sid: str) -> Message | None:
    found: Message | None = Message.get_or_none(Message.carrier == carrier, Message.sid == sid)
    return found


def known_sids(sids: Sequence[str]) -> set[str]:
    """Of the carrier's names for texts, those of texts we have."""
    found: set[str] = set()
    for at in range(0, len(sids), 500):
        some = Message.sid << list(sids[at : at + 500])
        found |= {sid for (sid,) in Message.select(Message.sid).where(Message.carrier == Carrier.TWILIO, some).tuples()}
    return found


def required_sids(sids: Sequence[str]) -> set[str]:
    """Of the carrier's names for texts, those that had to be sent whatever was agreed: the answer to a stop, say."""
    query = Message.select(Message.sid).where(Message.purpose == MessagePurpose.REQUIRED, Message.sid << list(sids))
    return {sid for (sid,) in query.tuples()}


def list_refused_as_stopped(code: int, since: datetime) -> list[tuple[str, datetime]]:
    """The addresses a carrier refused since then with this error, and when."""
    query = SendAttempt.select(Message.to_address, SendAttempt.started_at).join(
        Message, on=SendAttempt.message == Message.id
    )
    return list(query.where(SendAttempt.code == code, SendAttempt.started_at >= since).tuples())


def find_last_audit() -> ParityRun | None:
    """The last comparison with Twilio."""
    found: ParityRun | None = ParityRun.select().order_by(ParityRun.created_at.desc()).first()
    return found


def list_differences(run: ParityRun) -> list[ParityDifference]:
    """What a comparison found, what is worst first."""
    query = ParityDifference.select().where(ParityDifference.run == run.id).order_by(ParityDifference.at.desc())
    return sorted(query, key=lambda each: not each.is_red)


def threads_at(addresses: Iterable[str]) -> dict[str, Conversation]:
    """The thread with each address that moved last."""
    rows = Conversation.select().where(Conversation.address << list(addresses)).order_by(Conversation.last_at)
    return {row.address: row for row in rows}


def told_differences(sids: Sequence[str]) -> set[tuple[DifferenceKind, str]]:
    """Of these texts, what was told of them already."""
    query = ParityDifference.select(ParityDifference.kind, ParityDifference.sid)
    return set(query.where(ParityDifference.sid << list(sids)).tuples())


def find_conversation_of(contact: Contact) -> Conversation | None:
    """The thread with this contact that moved last."""
    return next(iter(_thread_of(contact=contact.id)), None)


@prepared
def _thread_of(contact: Any) -> Any:
    theirs = Conversation.select().where(Conversation.contact == contact)
    return theirs.order_by(Conversation.last_at.desc()).limit(1)


def find_attempt(message: Message, n: int) -> SendAttempt | None:
    return SendAttempt.get_or_none(SendAttempt.message == message.id, SendAttempt.n == n)


def find_waiting(conversation: Conversation, message_id: Id | None) -> Message | None:
    """The text of this thread, as long as it has not left."""
    if message_id is None:
        return None
    found: Message | None = Message.get_or_none(Message.id == message_id, Message.conversation == conversation.id)
    return found if found is not None and found.may_be_taken_back and found.campaign_id is None else None


def find_open_ask(address: str) -> Message | None:
    """Our newest text to an address, where it asked whether offers are welcome."""
    ours = Message.select().where(Message.to_address == address, Message.direction == Direction.OUT)
    left = ours.where(Message.state.not_in([State.CANCELED, State.BLOCKED, State.SCHEDULED, State.QUEUED]))
    found: Message | None = left.order_by(Message.id.desc()).first()
    return found if found is not None and found.is_ask else None


def who_writes(conversation: Conversation, reader: Teammate) -> list[str]:
    """The names of those besides the reader who write an answer just now."""
    names = Composing.select(User.name).join(Teammate, on=Composing.teammate == Teammate.id).join(User)
    others = names.where(
        Composing.conversation == conversation.id, Composing.teammate != reader.id, Composing.until > clock.now()
    )
    return [name for (name,) in others.order_by(Composing.id).tuples()]


def newest_outbound(conversation: Conversation) -> Message | None:
    """Our newest text in a thread."""
    found: Message | None = _outbound(conversation.id).first()
    return found


def _outbound(conversation: Any) -> Any:
    ours = Message.select().where(Message.conversation == conversation, Message.direction == Direction.OUT)
    return ours.order_by(Message.id.desc()).limit(1)


def newest_inbound_at(address: str) -> datetime | None:
    """When this address last wrote to us."""
    found: datetime | None = (
        Conversation.select(fn.MAX(Conversation.last_in_at)).where(Conversation.address == address).scalar()
    )
    return found


def has_first_text(address: str) -> bool:
    """Whether some text to this address has already said who we are and how to stop."""
    return bool(_first_texts(address))


def which_had_first(addresses: Sequence[str]) -> frozenset[str]:
    """Those of these addresses that had their first text."""
    return frozenset(row[0] for row in _had_first(addresses=list(addresses))) if addresses else frozenset()


@prepared
def _had_first(addresses: Any) -> Any:
    return Message.select(Message.to_address).where(Message.to_address.in_(addresses), Message.is_first).tuples()


def which_were_asked(addresses: Sequence[str]) -> frozenset[str]:
    """Those of these addresses that were asked whether offers are welcome."""
    return frozenset(row[0] for row in _were_asked(addresses=list(addresses))) if addresses else frozenset()


@prepared
def _were_asked(addresses: Any) -> Any:
    return Message.select(Message.to_address).where(Message.to_address.in_(addresses), Message.is_ask).tuples()


def _first_texts(address: Any) -> Any:
    return Message.select(Message.id).where(Message.to_address == address, Message.is_first).limit(1)


# --- lists ---


def list_thread(conversation: Conversation, *, before: Id | None = None) -> list[Message]:
    """The newest texts of a thread, oldest first."""
    query = Message.select().where(Message.conversation == conversation.id)
    if before is not None:
        query = query.where(Message.id < before)
    return list(reversed(list(query.order_by(Message.id.desc()).limit(THREAD_PAGE))))


def list_states(message_ids: Sequence[Id]) -> list[Message]:
    """What became of these texts of ours: their state alone."""
    return _states(messages=list(message_ids))


@prepared
def _states(messages: Any) -> Any:
    query = Message.select(Message.id, Message.state, Message.reason)
    return query.where(Message.id.in_(messages), Message.direction == Direction.OUT)


def list_open_to(contact_ids: Sequence[Id], address: str | None) -> list[Message]:
    """Our texts that have not left yet, to these contacts or to an address they share."""
    condition = Message.contact << list(contact_ids)
    if address:
        condition = (Message.to_address == address) | condition
    return list(
        Message.select().where(
            Message.direction == Direction.OUT,
            (Message.state << list(WAITING)) | ((Message.state == State.BLOCKED) & (Message.reason == Reason.NO_BASIS)),
            condition,
        )
    )


def list_practice_texts(phone: str, limit: int = 50) -> list[PracticeText]:
    """What lies on a practice phone, oldest first."""
    query = PracticeText.select().where(PracticeText.phone == phone).order_by(PracticeText.id.desc()).limit(limit)
    return list(reversed(list(query)))


def list_practice_phones() -> list[PracticePhone]:
    return list(PracticePhone.select().order_by(PracticePhone.id.desc()).limit(PAGE))


# --- files of texts ---


def get_media(media_id: Id) -> Media:
    """A file with its bytes, of this workspace. Raises NotFound."""
    found = Media.get_or_none(Media.id == media_id)
    if found is None:
        raise NotFound()
    return found


def find_sent_media(media_id: Id) -> Media | None:
    """A file of a text of ours, with its bytes; None once it is erased."""
    found: Media | None = Media.get_or_none(Media.id == media_id, Media.state == MediaState.KEPT)
    return found


def list_media(message_ids: Sequence[Id]) -> list[Media]:
    """The files of these texts in their order, without their bytes."""
    return list(
        Media.select(*_WITHOUT_BYTES).where(Media.message << list(message_ids)).order_by(Media.message, Media.n)
    )


def list_media_of_sids(sids: Sequence[str]) -> dict[str, list[Media]]:
    """The files of practice texts of ours, by what the practice carrier calls each."""
    bearing = Message.select(Message.id, Message.sid).where(
        Message.carrier == Carrier.PRACTICE, Message.sid << list(sids), Message.media_count > 0
    )
    names = {row.id: row.sid for row in bearing}
    found: dict[str, list[Media]] = {}
    for one in list_media(list(names)) if names else ():
        found.setdefault(names[one.message_id], []).append(one)
    return found


def list_whole_media(message_id: Id) -> list[Media]:
    """The files of a text with their bytes."""
    return list(Media.select().where(Media.message == message_id).order_by(Media.n))


def list_held(media_ids: Sequence[Id], by: Teammate, *, of: Id | None = None) -> list[Media]:
    """Those of these files that the teammate holds for a text they write, or that are `of` the one it stands for.

    They come in the order asked for.
    """
    if not media_ids:
        return []
    mine = (Media.state == MediaState.HELD) & (Media.by == by.id)
    if of is not None:
        mine |= Media.message == of
    rows = {row.id: row for row in Media.select(*_WITHOUT_BYTES).where(Media.id << list(media_ids), mine)}
    return [rows[each] for each in dict.fromkeys(media_ids) if each in rows]


_WITHOUT_BYTES = [column for column in Media._meta.sorted_fields if column.name != "content"]


# --- counts ---


@prepared
def count_of_waiting() -> Any:
    """How many people wait for an answer, as a query."""
    return waiting().select(fn.COUNT(Conversation.id)).tuples()


# --- for sending ---


def list_due(limit: int) -> list[Id]:
    """Texts that may be claimed now, the oldest first."""
    return [row[0] for row in _due(now=clock.now(), limit=limit)]


@prepared
def _due(now: Any, limit: Any) -> Any:
    queued = (Message.state == State.QUEUED) & (Message.not_before.is_null() | (Message.not_before <= now))
    may_go = (queued | ((Message.state == State.SCHEDULED) & (Message.not_before <= now))) & may_be_claimed()
    return Message.select(Message.id).where(may_go).order_by(Message.id).limit(limit).tuples()


def purpose_towards(address: str, *, at: datetime | None = None) -> MessagePurpose:
    """A reply while their last text is at most a day old (at `at`), else a service text."""
    return purpose_after(newest_inbound_at(address), at or clock.now())


def purpose_after(last_in: datetime | None, at: datetime) -> MessagePurpose:
    """What a person's text is at `at`, to somebody whose own last one came then."""
    is_fresh = last_in is not None and at - last_in <= REPLY_WITHIN
    return MessagePurpose.REPLY if is_fresh else MessagePurpose.SERVICE


def has_earlier_open(message: Message) -> bool:
    """Whether an earlier text of the conversation is still to leave: order is kept."""
    return bool(
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
    return bool(
        Message.select()
        .where(
            Message.twin_key == message.twin_key,
            Message.id != message.id,
            Message.state << list(UNSETTLED),
        )
        .exists()
    )


def has_unapplied_callback(message: Message) -> bool:
    """Whether a carrier has called about this text and what it said is not applied yet."""
    return bool(
        WebhookEvent.select().where(WebhookEvent.message_id == message.id, WebhookEvent.processed_at.is_null()).exists()
    )


def find_next_queued(conversation_id: Id) -> Message | None:
    found: Message | None = (
        Message.select()
        .where(Message.conversation == conversation_id, Message.state == State.QUEUED)
        .order_by(Message.id)
        .first()
    )
    return found


# --- conditions that others share ---


def may_be_claimed() -> Any:
    """The condition that no campaign holds a text back: its own runs, or it came of none."""
    running = Campaign.select(Campaign.id).where(Campaign.state == CampaignState.RUNNING)
    return Message.campaign_id.is_null() | Message.campaign_id.in_(running)


def waiting() -> Any:
    """Conversations in which somebody waits for us, as a query."""
    return Conversation.select().where(
        Conversation.waiting_on == WaitingOn.US,
        Conversation.state == ConversationState.OPEN,
        Conversation.is_blocked == False,  # noqa: E712
        is_listed(),
    )


def is_listed() -> Any:
    """The condition that the inbox may show a conversation: who is put away stands in no list."""
    return Conversation.contact.is_null() | Conversation.contact.not_in(contacts.are_put_away())


def needs_you() -> Any:
    """The condition of a text that only a person can settle."""
    unsure = Message.state == State.NEEDS_PERSON
    return unsure | ((Message.state == State.BLOCKED) & (Message.reason == Reason.NO_BASIS))
