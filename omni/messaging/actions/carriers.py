"""The two carriers behind one face: Twilio by the gateway, the practice phone by its own store."""

from dataclasses import dataclass
from datetime import datetime

from omni.contacts.permit import Permit
from omni.core.ids import Id
from omni.core.policies import Purpose
from omni.messaging import addresses, gate, gateway, practice, queries
from omni.messaging.gateway import Account, Listed, Listing, Unreachable
from omni.messaging.models import Carrier, ConnectionState, Message
from omni.messaging.outcomes import Seen


@dataclass(frozen=True)
class Parcel:
    """All a POST needs, read before the connection to the database is closed."""

    message_id: Id
    attempt: int
    contact_id: Id | None
    purpose: Purpose
    carrier: Carrier
    to: str
    sender: str
    body: str
    media: tuple[str, ...]
    permit: Permit
    lease_until: datetime
    account: Account | None


def pack(message: Message, attempt: int, permit: Permit, lease_until: datetime, media: tuple[str, ...] = ()) -> Parcel:
    """Everything about one attempt, with no need of the database from here on. `media`: where its files lie open."""
    return Parcel(
        message.id, attempt, message.contact_id, gate.purpose_of(message.purpose), message.carrier,
        message.to_address, message.from_address, message.body, media,
        permit, lease_until, find_account(message.from_address) if message.carrier is Carrier.TWILIO else None,
    )  # fmt: skip


def post(parcel: Parcel) -> Seen:
    """Hand one text to its carrier, and tell what was seen. Practice texts reach the practice carrier alone."""
    callback = addresses.status(parcel.message_id, parcel.attempt)
    if parcel.carrier is Carrier.PRACTICE:
        return practice.create(
            parcel.permit, parcel.contact_id, parcel.purpose, to=parcel.to, body=parcel.body, sender=parcel.sender,
            callback=callback,
        )  # fmt: skip
    if parcel.account is None:
        raise LookupError("no connection for a live text")
    return gateway.create(
        parcel.account, parcel.permit, parcel.contact_id, parcel.purpose, to=parcel.to, body=parcel.body,
        media=parcel.media, callback=callback,
    )  # fmt: skip


def list_sent(carrier: Carrier, account: Account | None, *, to: str, since: datetime) -> Listing:
    """What the carrier says it took to `to` since then. Raises Unreachable."""
    if carrier is Carrier.PRACTICE:
        texts = [
            Listed(text.sid, text.number, text.body, text.status, text.error_code, text.created_at)
            for text in practice.list_sent(to)
            if text.created_at >= since
        ]
        return Listing(tuple(texts), True)
    if account is None:
        raise Unreachable
    return gateway.list_sent(account, to=to, since=since)


def fetch(carrier: Carrier, account: Account | None, sid: str) -> Listed:
    """One text as its carrier has it now. Raises Unreachable."""
    if carrier is Carrier.PRACTICE:
        text = practice.find(sid)
        if text is None:
            raise Unreachable
        return Listed(text.sid, text.number, text.body, text.status, text.error_code, text.created_at)
    if account is None:
        raise Unreachable
    return gateway.fetch(account, sid)


def find_account(number: str) -> Account | None:
    """What the gateway needs to speak for this workspace from `number`; None where nothing is connected."""
    connection = queries.find_connection()
    if connection is None:
        return None
    return Account(connection.account_sid, connection.auth_token, number, connection.messaging_service_sid)


def is_paused() -> bool:
    """Whether Twilio refused our sign-in and nobody has mended it."""
    connection = queries.find_connection()
    return connection is not None and connection.state is ConnectionState.PAUSED
