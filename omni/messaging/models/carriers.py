"""The carriers: the account at Twilio, the numbers texts leave from, and what carriers called to say."""

from enum import StrEnum

from peewee import SQL

from omni.core import clock
from omni.core.fields import (
    CharField,
    EnumField,
    IdField,
    InstantField,
    IntegerField,
    SealedField,
)
from omni.core.tenancy import TenantModel
from omni.messaging.models.marks import PLAIN, SAID, TOKEN


class Carrier(StrEnum):
    PRACTICE = "practice"
    TWILIO = "twilio"


class ConnectionState(StrEnum):
    """`PAUSED`: Twilio refused our sign-in. `ENDED`: a person disconnected it."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class SenderKind(StrEnum):
    LONG_CODE = "long_code"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"


class TwilioConnection(TenantModel):
    """A workspace's account at Twilio, its tokens sealed."""

    account_sid = CharField(max_length=64, personal=TOKEN)
    auth_token = SealedField(personal=TOKEN)
    previous_token = SealedField(null=True, personal=TOKEN)
    messaging_service_sid = CharField(max_length=64, null=True, personal=TOKEN)
    state = EnumField(ConnectionState, default=ConnectionState.ACTIVE)
    refused_at = InstantField(null=True)

    class Meta:
        table_name = "twilio_connection"
        personal = PLAIN
        indexes = ((("workspace",), True),)


class Sender(TenantModel):
    """A number of ours that texts leave from and arrive at."""

    carrier = EnumField(Carrier)
    kind = EnumField(SenderKind, default=SenderKind.LONG_CODE)
    address = CharField(max_length=32)
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "sender"
        personal = PLAIN
        indexes = ((("workspace", "address"), True),)


class WebhookKind(StrEnum):
    INBOUND = "inbound"
    STATUS = "status"


class WebhookEvent(TenantModel):
    """A callback as it came, kept until it is applied and a week after."""

    dedupe_key = CharField(max_length=160, personal=TOKEN)
    kind = EnumField(WebhookKind)
    carrier = EnumField(Carrier)
    form = SealedField(personal=SAID)
    message_id = IdField(null=True)
    attempt = IntegerField(null=True)
    received_at = InstantField(default=clock.now)
    processed_at = InstantField(null=True)
    error = CharField(max_length=160, null=True)

    class Meta:
        table_name = "webhook_event"
        personal = PLAIN
        indexes = ((("workspace", "dedupe_key"), True),)


WebhookEvent.add_index(
    WebhookEvent.index(WebhookEvent.received_at, where=SQL("processed_at IS NULL"), name="webhook_event_open")
)
