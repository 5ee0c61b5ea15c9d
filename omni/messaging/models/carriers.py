"""The carriers: the account at Twilio, the numbers texts leave from, and what carriers called to say."""

from enum import StrEnum

from peewee import SQL

from omni.core import clock
from omni.core.fields import (
    BigIntegerField,
    CharField,
    DateField,
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
    # When a call last came whose signature did not fit, and in how many minutes since the last one that did.
    unsigned_at = InstantField(null=True)
    unsigned_minutes = IntegerField(default=0)
    # When it is compared with our ledger next; at once where nobody has said.
    audit_at = InstantField(null=True)

    class Meta:
        table_name = "twilio_connection"
        personal = PLAIN
        indexes = ((("workspace",), True),)


class SigningAlgorithm(StrEnum):
    """How a shared key signs, in Twilio's words. SHA-1 is left to the account's own token."""

    HMAC_SHA256 = "HMAC_SHA256"


class WebhookKey(TenantModel):
    """A key made at Twilio to sign this workspace's callbacks. While there is one, the account's token signs none."""

    key_id = CharField(max_length=80, personal=TOKEN)
    secret = SealedField(personal=TOKEN)
    algorithm = EnumField(SigningAlgorithm, default=SigningAlgorithm.HMAC_SHA256)

    class Meta:
        table_name = "webhook_key"
        personal = PLAIN
        indexes = ((("workspace", "key_id"), True),)


class Sender(TenantModel):
    """A number of ours that texts leave from and arrive at."""

    carrier = EnumField(Carrier)
    kind = EnumField(SenderKind, default=SenderKind.LONG_CODE)
    address = CharField(max_length=32)
    ended_at = InstantField(null=True)
    # How fast it may send, and the bucket that holds it to that: tokens drip in, a segment takes a thousand milli.
    segments_per_minute = IntegerField(default=60)
    segments_per_day = IntegerField(default=2000)
    tokens_milli = BigIntegerField(default=60_000)
    refilled_at = InstantField(default=clock.now)
    slowed_until = InstantField(null=True)
    day = DateField(null=True)
    day_used = IntegerField(default=0)
    # What the carrier bills for a segment, in millionths of the account's currency; an estimate a person may mend.
    micros_per_segment = BigIntegerField(default=7_900)
    # Since when carriers refuse its texts for want of a registration (Twilio error 30034).
    unregistered_at = InstantField(null=True)
    # Up to when the carrier's list of what came in was read, and when it was last asked.
    heard_until = InstantField(null=True)
    asked_at = InstantField(null=True)
    # Since when the account at the carrier no longer has this number.
    missing_at = InstantField(null=True)

    class Meta:
        table_name = "sender"
        personal = PLAIN
        indexes = ((("workspace", "address"), True),)


class WebhookKind(StrEnum):
    INBOUND = "inbound"
    STATUS = "status"


class WebhookEvent(TenantModel):
    """A callback: its form until it is applied, that it came for a week.

    One that never came and was read from the carrier's list instead was received when the carrier received it.
    """

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
