"""The account at Twilio: entered, tried by a test call, sealed, ended; and the keys its callbacks are signed with."""

from peewee import IntegrityError

from omni.accounts.models import Teammate
from omni.core import actors, audit, clock, database, doors, links
from omni.core.database import transaction
from omni.core.doors import Door
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import current_workspace_id
from omni.core.words import Lazy, lazy
from omni.messaging import gateway, queries
from omni.messaging.actions.practising import DOOR, ensure_practice_sender
from omni.messaging.gateway import Account, Refusal, Unreachable
from omni.messaging.models import Carrier, ConnectionState, Sender, SenderKind, TwilioConnection, WebhookKey

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
NOT_PUBLIC = lazy(
    "Twilio could not call this Omni back, so no answer would come in: it has no public https address. Whoever runs it "
    "sets OMNI_PUBLIC_URL first."
)
KEY_TAKEN = lazy("This key is here already. Remove it first to enter another secret for it.")


def connect(
    account_sid: str, auth_token: str, from_number: str, service: str | None, *, by: Teammate
) -> TwilioConnection:
    """Connect an account after a test call. Raises: Invalid, naming the field that is wrong.

    The real Twilio needs a public address to call; one that runs on this machine reaches this machine.
    """
    account = Account(account_sid, auth_token, from_number, service)
    database.close()
    try:
        gateway.test_call(account)
    except Refusal as refused:
        raise Invalid(faults={refused.field: str(SENTENCES[refused.field, refused.words])}) from None
    except Unreachable:
        raise Invalid(AWAY.key) from None
    if not can_be_called():
        raise Invalid(NOT_PUBLIC.key)
    before = queries.find_connection()
    with transaction():
        connection = _write(account)
        doors.close_all(DOOR, connection.id)
        _open(f"{account_sid}:{from_number}", connection.id)
        _take_sender(from_number)
        audit.record("texting.connected", connection, by=actors.teammate(by.id), number=from_number)
    for sid in {account_sid, before.account_sid if before else account_sid}:
        mind_account_door(sid)
    return connection


def can_be_called() -> bool:
    """Whether Twilio can call us back."""
    return gateway.is_on_this_machine() or links.public("").startswith("https://")


def disconnect(*, by: Teammate) -> None:
    """End the connection: the tokens go, later callbacks find no key, new texts go to the practice phone."""
    with transaction():
        connection = queries.find_connection()
        if connection is None:
            return
        connection.state, connection.auth_token, connection.previous_token = ConnectionState.ENDED, "", None
        connection.unsigned_at, connection.unsigned_minutes = None, 0
        connection.save()
        WebhookKey.delete().execute()
        doors.close_all(DOOR, connection.id)
        Sender.update(ended_at=clock.now()).where(Sender.carrier == Carrier.TWILIO).execute()
        ensure_practice_sender()
        audit.record("texting.disconnected", connection, by=actors.teammate(by.id))
    mind_account_door(connection.account_sid)


def add_key(key_id: str, secret: str, *, by: Teammate) -> WebhookKey:
    """Let callbacks be signed with this key, and no longer by the token. Raises: Invalid, when it is known."""
    with transaction():
        if WebhookKey.select().where(WebhookKey.key_id == key_id).exists():
            raise Invalid(faults={"key_id": str(KEY_TAKEN)})
        key: WebhookKey = WebhookKey.create(key_id=key_id, secret=secret)
        audit.record("texting.key_added", key, by=actors.teammate(by.id), key_id=key_id)
    return key


def remove_key(key: WebhookKey, *, by: Teammate) -> None:
    """Refuse what is signed with this key. After the last one the account's token signs again."""
    with transaction():
        WebhookKey.delete().where(WebhookKey.id == key.id).execute()
        audit.record("texting.key_removed", key, by=actors.teammate(by.id), key_id=key.key_id)


def mind_account_door(account_sid: str) -> None:
    """Let the account alone open the door of the one workspace that holds it; of several, nobody's.

    A Messaging Service sends from numbers of its own, and its callbacks name those.
    """
    holders = queries.list_holders(account_sid)
    with transaction():
        known = doors.find(DOOR, account_sid)
        if known is None and len(holders) == 1 and holders[0][0] == current_workspace_id():
            doors.open_door(DOOR, holders[0][1], token=account_sid)
        elif known is not None and len(holders) == 1:
            _hand_over(known, *holders[0])
        elif known is not None and known.is_open:
            doors.close_door(known)


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
    connection.unsigned_at, connection.unsigned_minutes = None, 0
    connection.save()
    if not is_same:
        WebhookKey.delete().execute()
    return connection


def _open(token: str, connection_id: Id) -> None:
    """Open the door of account and number, or open it again. Raises Invalid, when it is another workspace's."""
    known = doors.find(DOOR, token)
    # A number that another workspace here gave up may be taken on.
    if known is not None and (known.workspace_id == current_workspace_id() or not known.is_open):
        _hand_over(known, current_workspace_id(), connection_id)
        return
    try:
        with transaction():
            doors.open_door(DOOR, connection_id, token=token)
    except IntegrityError:
        raise Invalid(faults={"from_number": str(TAKEN)}) from None


def _hand_over(door: Door, workspace_id: Id, connection_id: Id) -> None:
    if door.is_open and (door.workspace_id, door.subject) == (workspace_id, connection_id):
        return
    Door.update(expires_at=None, workspace_id=workspace_id, subject=connection_id).where(Door.id == door.id).execute()


def _take_sender(number: str) -> None:
    Sender.update(ended_at=clock.now()).where(Sender.carrier == Carrier.TWILIO, Sender.address != number).execute()
    known = queries.find_sender_at(number)
    kind = SenderKind.TOLL_FREE if number.startswith(TOLL_FREE) else SenderKind.LONG_CODE
    if known is None:
        Sender.create(carrier=Carrier.TWILIO, kind=kind, address=number, heard_until=clock.now())
        return
    # What came while the number was not connected here is not ours to read.
    heard_until = known.heard_until if known.ended_at is None else clock.now()
    Sender.update(ended_at=None, missing_at=None, heard_until=heard_until).where(Sender.id == known.id).execute()
