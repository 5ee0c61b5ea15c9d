"""Core's tables of the processes: mail that leaves, ticks, heartbeats, and the list of what went outward."""

from enum import StrEnum

from omni.core import clock
from omni.core.fields import (
    BooleanField,
    CharField,
    EnumField,
    Field,
    IdField,
    InstantField,
    IntegerField,
    JsonField,
    SealedField,
)
from omni.core.ids import Id
from omni.core.personal_data import Erase, TableAnswer
from omni.core.tenancy import GlobalModel


class MailState(StrEnum):
    """Where a mail stands. `unknown`: the server may have taken it, its answer was lost."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class MailKind(StrEnum):
    """The three classes of mail (privacy C17)."""

    TRANSACTION = "transaction"
    SERVICE = "service"
    MARKETING = "marketing"


class OutgoingMail(GlobalModel):
    """Every mail Omni writes. `workspace` and `contact` are plain ids, since core lies below both."""

    workspace = IdField(null=True, column_name="workspace_id")
    contact = IdField(null=True, column_name="contact_id")
    dedupe_key = CharField(max_length=200, unique=True)
    kind = EnumField(MailKind, default=MailKind.TRANSACTION)
    recipient = SealedField(column_name="to", personal=Field("account", source="registration"))
    body = SealedField(personal=Field("user_content", source="communication"))
    state = EnumField(MailState, default=MailState.WAITING)
    # Whether sending it a second time, after a lost answer, does less harm than not sending it.
    may_repeat = BooleanField(default=True)
    not_before = InstantField(default=clock.now)
    expires_at = InstantField(null=True)
    attempts = IntegerField(default=0)
    lease_until = InstantField(null=True)
    reason = CharField(max_length=60, null=True)

    class Meta:
        table_name = "outgoing_mail"
        personal = Field("operational")
        indexes = ((("state", "not_before"), False),)


def withdraw(contact_id: Id) -> None:
    """What waits to be mailed to this contact does not leave."""
    waiting = (OutgoingMail.contact == contact_id) & (OutgoingMail.state == MailState.WAITING)
    OutgoingMail.update(state=MailState.WITHDRAWN).where(waiting).execute()


class ScheduleTick(GlobalModel):
    """When a tick is due next, and who is at it."""

    name = CharField(max_length=80, unique=True)
    due_at = InstantField()
    ran_at = InstantField(null=True)
    lease_until = InstantField(null=True)

    class Meta:
        table_name = "schedule_tick"
        personal = Field("operational")


class Heartbeat(GlobalModel):
    """When a process last said that it is well."""

    process = CharField(max_length=60, unique=True)
    at = InstantField()

    class Meta:
        table_name = "heartbeat"
        personal = Field("operational")


class EgressState(StrEnum):
    """How a call outward ended. `unanswered`: it left, no answer came back."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"


class EgressLog(GlobalModel):
    """One call to somebody outside: who, why, about whom, which fields, how much. Never a value."""

    workspace = IdField(null=True, column_name="workspace_id")
    gateway = CharField(max_length=40)
    circumstance = CharField(max_length=40)
    purpose = CharField(max_length=40)
    subject = IdField(null=True)
    field_names = JsonField(default=list)
    bytes_out = IntegerField(default=0)
    state = EnumField(EgressState)
    status = IntegerField(null=True)

    class Meta:
        table_name = "egress_log"
        personal = Field("operational")
        indexes = ((("workspace", "created_at"), False), (("created_at",), False))


MODELS = [OutgoingMail, ScheduleTick, Heartbeat, EgressLog]

ANSWERS = [
    TableAnswer(
        OutgoingMail,
        subject="contact",
        locate=lambda contact_id: OutgoingMail.select().where(OutgoingMail.contact == contact_id),
        export="mail",
        erase=Erase.SCRUB,
        wipe=withdraw,
        keep="sent_mail",
        why="mail until it is delivered, and a month longer to answer what became of it",
    ),
    TableAnswer(ScheduleTick, keep="installation", why="when each recurring task ran; about nobody"),
    TableAnswer(Heartbeat, keep="installation", why="which processes are up; about nobody"),
    TableAnswer(
        EgressLog,
        subject="contact",
        locate=lambda contact_id: EgressLog.select().where(EgressLog.subject == contact_id),
        export="disclosures",
        erase=Erase.KEEP,
        keep="egress",
        why="what was given to whom, by field names and sizes; holds no value of anybody",
    ),
]
