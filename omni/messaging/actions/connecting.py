"""The account at Twilio: entered, tried by a test call, sealed, ended."""

from peewee import IntegrityError

from omni.accounts.models import Teammate
from omni.core import actors, audit, clock, database, doors
from omni.core.database import transaction
from omni.core.doors import Door
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import current_workspace_id
from omni.core.words import Lazy, lazy
from omni.messaging import gateway, queries
from omni.messaging.actions.practising import DOOR, ensure_practice_sender
from omni.messaging.gateway import Account, Refusal, Unreachable
from omni.messaging.models import Carrier, ConnectionState, Sender, SenderKind, TwilioConnection

# Toll-free area codes (NANPA, "Non-Geographic Services").
TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")

SENTENCES: dict[tuple[str, str], Lazy] = {
    ("auth_token", "refused"): lazy(
        "Twilio does not accept this token for this account. Copy the Auth Token from the front page of your Console."
    ),
    ("account_sid", "suspended"): lazy("Twilio says this account is not active. Their Console says why."),
    ("account_sid", "unknown"): lazy(
        "Twilio knows no such account. An Account SID begins with AC and has 34 characters."
    ),
    ("from_number", "foreign"): lazy(
        "This account has no such number. Choose one from Phone Numbers, Active numbers in your Twilio Console."
    ),
    ("messaging_service_sid", "unknown"): lazy(
        "This account has no such Messaging Service. Leave it empty, or copy the SID that begins with MG."
    ),
}
TAKEN = lazy("This number is already connected to another workspace here.")
AWAY = lazy("Twilio does not answer at present. Nothing was saved; try again in a minute.")


def connect(
    account_sid: str, auth_token: str, from_number: str, service: str | None, *, by: Teammate
) -> TwilioConnection:
    """Connect an account after a test call. Raises: Invalid, naming the field that is wrong."""
    account = Account(account_sid, auth_token, from_number, service)
    database.close()
    try:
        gateway.test_call(account)
    except Refusal as refused:
        raise Invalid(faults={refused.field: str(SENTENCES[refused.field, refused.words])}) from None
    except Unreachable:
        raise Invalid(AWAY.key) from None
    with transaction():
        connection = _write(account)
        _open(f"{account_sid}:{from_number}", connection.id)
        _take_sender(from_number)
        audit.record("texting.connected", connection, by=actors.teammate(by.id), number=from_number)
    return connection


def disconnect(*, by: Teammate) -> None:
    """End the connection: the tokens go, later callbacks find no key, new texts go to the practice phone."""
    with transaction():
        connection = queries.find_connection()
        if connection is None:
            return
        connection.state, connection.auth_token, connection.previous_token = ConnectionState.ENDED, "", None
        connection.save()
        doors.close_all(DOOR, connection.id)
        Sender.update(ended_at=clock.now()).where(Sender.carrier == Carrier.TWILIO).execute()
        ensure_practice_sender()
        audit.record("texting.disconnected", connection, by=actors.teammate(by.id))


def _write(account: Account) -> TwilioConnection:
    connection = queries.find_any_connection()
    if connection is None:
        connection = TwilioConnection(account_sid=account.sid)
        connection.auth_token = account.token
        connection.messaging_service_sid = account.service
        connection.save(force_insert=True)
        return connection
    is_same = connection.account_sid == account.sid
    # Callbacks on their way are still signed with the token before this one.
    if connection.auth_token != account.token:
        connection.previous_token = connection.auth_token if is_same else None
    connection.account_sid, connection.auth_token = account.sid, account.token
    connection.messaging_service_sid = account.service
    connection.state, connection.refused_at = ConnectionState.ACTIVE, None
    connection.save()
    return connection


def _open(token: str, connection_id: Id) -> None:
    """Open the door of account and number, or open it again. Raises Invalid, when it is another workspace's."""
    known = doors.find(DOOR, token)
    if known is not None and known.workspace_id == current_workspace_id():
        Door.update(expires_at=None, subject=connection_id).where(Door.id == known.id).execute()
        return
    try:
        with transaction():
            doors.open_door(DOOR, connection_id, token=token)
    except IntegrityError:
        raise Invalid(faults={"from_number": str(TAKEN)}) from None


def _take_sender(number: str) -> None:
    Sender.update(ended_at=clock.now()).where(Sender.carrier == Carrier.TWILIO, Sender.address != number).execute()
    known = queries.find_sender_at(number)
    kind = SenderKind.TOLL_FREE if number.startswith(TOLL_FREE) else SenderKind.LONG_CODE
    if known is None:
        Sender.create(carrier=Carrier.TWILIO, kind=kind, address=number)
    else:
        Sender.update(ended_at=None).where(Sender.id == known.id).execute()
