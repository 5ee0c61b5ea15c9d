"""Threads and texts, and the facts one row can tell by itself."""

from datetime import datetime, timedelta
from enum import StrEnum

from peewee import SQL

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.fields import (
    BooleanField,
    BytesField,
    CharField,
    EnumField,
    Field,
    IdField,
    InstantField,
    IntegerField,
    SealedField,
)
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel
from omni.core.words import Lazy
from omni.messaging.models.carriers import Carrier, Sender
from omni.messaging.models.marks import PLAIN, REACHED, SAID, TOKEN
from omni.messaging.outcomes import Outcome
from omni.messaging.states import OPEN, WAITING, MessagePurpose, Reason, State, Word, line_of, word_of

# A claim outlives the job that made it (75 s), so that a killed worker's claim ends by itself (messaging §5.1).
LEASE = timedelta(seconds=120)


class AddressKind(StrEnum):
    E164 = "e164"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"


class ConversationState(StrEnum):
    OPEN = "open"
    # Until a time, or until they write where no time is set.
    SNOOZED = "snoozed"
    DONE = "done"


class WaitingOn(StrEnum):
    """Whose turn it is."""

    US = "us"
    THEM = "them"
    NOBODY = "nobody"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Origin(StrEnum):
    """Where a message came from."""

    PERSON = "person"
    CONTACT = "contact"
    CAMPAIGN = "campaign"
    SEQUENCE = "sequence"


class Conversation(TenantModel):
    """The thread between one of our numbers and one address. Without a contact it is a new number."""

    sender_id: Id
    contact_id: Id | None
    assignee_id: Id | None

    sender = TenantKey(Sender, on_delete="RESTRICT", backref="conversations")
    address = CharField(max_length=32, personal=REACHED)
    address_kind = EnumField(AddressKind, default=AddressKind.E164)
    contact = TenantKey(Contact, null=True, on_delete="CASCADE", backref="conversations")
    assignee = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="conversations")
    state = EnumField(ConversationState, default=ConversationState.OPEN)
    waiting_on = EnumField(WaitingOn, default=WaitingOn.NOBODY)
    waiting_since = InstantField(null=True)
    # Of a snoozed one: when it comes back by itself. Without it, when they write.
    snoozed_until = InstantField(null=True)
    last_at = InstantField(default=clock.now)
    last_in_at = InstantField(null=True)
    last_message_id = IdField(null=True)
    is_blocked = BooleanField(default=False)
    # Where their network says they are: a state and a postcode of the US, "IL 60614".
    place = CharField(max_length=16, default="", personal=REACHED)

    # Since when they may have asked to stop, and when that counts as a stop unless somebody says it was none.
    may_stop_since = InstantField(null=True)
    stop_due_at = InstantField(null=True)

    class Meta:
        table_name = "conversation"
        personal = PLAIN
        indexes = (
            (("workspace", "sender", "address"), True),
            (("workspace", "last_at", "id"), False),
            (("workspace", "contact"), False),
            (("workspace", "assignee", "last_at"), False),
            (("workspace", "address"), False),
        )

    @property
    def is_waiting(self) -> bool:
        """Whether a person waits for our answer."""
        return self.waiting_on is WaitingOn.US and self.state is ConversationState.OPEN and not self.is_blocked


Conversation.add_index(
    Conversation.index(Conversation.stop_due_at, where=SQL("stop_due_at IS NOT NULL"), name="conversation_stop_due")
)
Conversation.add_index(
    Conversation.index(
        Conversation.workspace,
        Conversation.waiting_since,
        where=SQL("waiting_on = 'us' AND state = 'open'"),
        name="conversation_waiting",
    )
)


# Said in the index's own words, as IS_OFFER below.
IS_SNOOZED = SQL("state = 'snoozed'")
Conversation.add_index(
    Conversation.index(
        Conversation.workspace, Conversation.snoozed_until, where=IS_SNOOZED, name="conversation_snoozed"
    )
)


class ConversationRead(TenantModel):
    """Up to when one teammate has read a conversation."""

    conversation_id: Id

    conversation = TenantKey(Conversation, on_delete="CASCADE", backref="reads")
    teammate = TenantKey(Teammate, on_delete="CASCADE", backref="reads")
    last_read_at = InstantField()

    class Meta:
        table_name = "conversation_read"
        personal = Field("usage", source="use")
        indexes = ((("workspace", "conversation", "teammate"), True),)


class Composing(TenantModel):
    """That a teammate is writing an answer, until shortly."""

    teammate_id: Id

    conversation = TenantKey(Conversation, on_delete="CASCADE", backref="composing", index=False)
    teammate = TenantKey(Teammate, on_delete="CASCADE", backref="composing", index=False)
    until = InstantField()

    class Meta:
        table_name = "composing"
        personal = Field("usage", source="use")
        indexes = ((("workspace", "conversation", "teammate"), True),)


class Message(TenantModel):
    """One text, in or out. Its body is frozen once it is here."""

    conversation_id: Id
    contact_id: Id | None
    by_id: Id | None

    conversation = TenantKey(Conversation, on_delete="CASCADE", backref="messages")
    contact = TenantKey(Contact, null=True, on_delete="CASCADE", backref="messages")
    direction = EnumField(Direction)
    carrier = EnumField(Carrier)
    purpose = EnumField(MessagePurpose, null=True)
    origin = EnumField(Origin)
    by = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="messages")
    is_first = BooleanField(default=False)
    body = SealedField(personal=SAID)
    from_address = CharField(max_length=32, personal=REACHED)
    to_address = CharField(max_length=32, personal=REACHED)
    client_key = CharField(max_length=64, null=True)
    # A keyed hash of numbers and normalised words, by which twins are told without opening a body.
    twin_key = BytesField(null=True)
    retry_of = IdField(null=True)
    # Of a campaign: which, and whose place in it. Plain ids, since a text outlives its campaign.
    campaign_id = IdField(null=True)
    campaign_recipient_id = IdField(null=True)
    # Whether it asks for a yes to offers; an address is asked once, ever.
    is_ask = BooleanField(default=False)
    not_before = InstantField(null=True)
    expires_at = InstantField(null=True)
    state = EnumField(State)
    reason = EnumField(Reason, null=True)
    attempt = IntegerField(default=0)
    lease_until = InstantField(null=True)
    sid = CharField(max_length=64, null=True, personal=TOKEN)
    provider_status = CharField(max_length=32, null=True)
    provider_rank = IntegerField(default=-1)
    error_code = IntegerField(null=True)
    handed_over_at = InstantField(null=True)
    final_at = InstantField(null=True)
    asked_at = InstantField(null=True)
    must_ask = BooleanField(default=False)
    est_segments = IntegerField(default=1)
    # In which zones their clock was read, and on what that rests: "America/Chicago|area_code:312".
    zone_evidence = CharField(max_length=255, null=True, personal=REACHED)
    # How many files it bears; which they are is the affair of `media`.
    media_count = IntegerField(default=0)

    class Meta:
        table_name = "message"
        personal = PLAIN
        indexes = ((("workspace", "conversation", "id"), False), (("workspace", "contact", "id"), False))

    @property
    def is_ours(self) -> bool:
        return self.direction is Direction.OUT

    @property
    def word(self) -> Word | None:
        return word_of(self.state, self.reason)

    @property
    def line(self) -> Lazy | None:
        return line_of(self.state, self.reason)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def may_be_taken_back(self) -> bool:
        """Whether it certainly has not left yet."""
        return self.is_ours and self.state in WAITING

    @property
    def is_unsure(self) -> bool:
        """Whether a person is asked what to make of it."""
        return self.state in (State.UNKNOWN, State.NEEDS_PERSON)

    @property
    def wants_basis(self) -> bool:
        """Whether it waits for the answer to "how do you know this person?"."""
        return self.state is State.BLOCKED and self.reason is Reason.NO_BASIS

    def has_lease(self, seconds: int) -> bool:
        """Whether its claim still holds for `seconds`."""
        now: datetime = clock.now()
        return self.lease_until is not None and self.lease_until - now >= timedelta(seconds=seconds)


# Said in the index's own words, since SQLite sees no index behind a value that is bound.
IS_OFFER = SQL("purpose = 'marketing'")


def _message_index(name: str, *columns: str, unique: bool = False, where: str) -> None:
    fields = [getattr(Message, column) for column in columns]
    Message.add_index(Message.index(*fields, unique=unique, where=SQL(where), name=name))


# Invariant 1: one accepted click is one row.
_message_index("message_client_key", "workspace", "client_key", unique=True, where="client_key IS NOT NULL")
_message_index("message_sid", "workspace", "carrier", "sid", unique=True, where="sid IS NOT NULL")
# Invariant 5: one unsettled message of the same words to the same number.
_message_index(
    "message_twin", "workspace", "twin_key", unique=True, where="state IN ('sending', 'unknown', 'needs_person')"
)
# Invariant 6: one message of a conversation is on its way at a time.
_message_index("message_sending", "workspace", "conversation", unique=True, where="state = 'sending'")
# Invariant 21: an address gets one first text.
_message_index("message_first", "workspace", "to_address", unique=True, where="is_first")
# Invariant 22: an address is asked once whether offers are welcome.
_message_index("message_ask", "workspace", "to_address", unique=True, where="is_ask")
_message_index(
    "message_campaign_recipient",
    "workspace",
    "campaign_recipient_id",
    unique=True,
    where="campaign_recipient_id IS NOT NULL",
)
_message_index("message_campaign", "workspace", "campaign_id", "state", where="campaign_id IS NOT NULL")
_message_index("message_due", "not_before", "id", where="state = 'queued'")
_message_index("message_scheduled", "not_before", "id", where="state = 'scheduled'")
# How many offers an address had lately.
_message_index("message_offers", "workspace", "to_address", "id", where="purpose = 'marketing'")
_message_index("message_leased", "lease_until", where="state = 'sending'")
_message_index("message_unknown", "asked_at", where="state = 'unknown'")
_message_index("message_silent", "asked_at", where="state = 'handed_over'")
_message_index("message_must_ask", "id", where="must_ask")
_message_index(
    "message_needs_you",
    "workspace",
    "id",
    where="state = 'needs_person' OR (state = 'blocked' AND reason = 'no_basis')",
)


class SendAttempt(TenantModel):
    """One POST: committed before it is made, so that none can be forgotten."""

    message = TenantKey(Message, on_delete="CASCADE", backref="attempts")
    n = IntegerField()
    started_at = InstantField(default=clock.now)
    outcome = EnumField(Outcome, default=Outcome.PENDING)
    http = IntegerField(null=True)
    code = IntegerField(null=True)
    sid = CharField(max_length=64, null=True, personal=TOKEN)
    witness = CharField(max_length=16, null=True)
    lists_absent = IntegerField(default=0)
    first_absent_at = InstantField(null=True)
    last_absent_at = InstantField(null=True)

    class Meta:
        table_name = "send_attempt"
        personal = PLAIN
        indexes = ((("workspace", "message", "n"), True),)


# Invariant 2: no message has two accepted attempts; a second one is written down as `sent_twice`.
SendAttempt.add_index(
    SendAttempt.index(
        SendAttempt.workspace,
        SendAttempt.message,
        unique=True,
        where=SQL("outcome = 'accepted'"),
        name="send_attempt_accepted",
    )
)
