"""What carriers took for us while nobody here could be called: their list is read again, and each text taken once.

A list lags and calls get lost, so it is read from an hour before the last mark. The mark stands at the number.
"""

from datetime import timedelta

from omni.core import clock, database, doors
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.tenancy import current_workspace_id
from omni.messaging import gateway, queries
from omni.messaging.actions import carriers
from omni.messaging.actions.connecting import mind_account_door
from omni.messaging.actions.practising import DOOR
from omni.messaging.actions.receiving import take_heard
from omni.messaging.gateway import Account, Unreachable
from omni.messaging.models import ConnectionState, Sender

BEFORE = timedelta(hours=1)


def catch_up(sender_id: Id) -> None:
    """Take in what came to one of our numbers and was never called. A carrier that is away is asked again later."""
    now = clock.now()
    sender = queries.find_live_sender(sender_id)
    connection = queries.find_connection()
    if sender is None:
        return
    with transaction():
        Sender.update(asked_at=now).where(Sender.id == sender.id).execute()
    account = carriers.find_account(sender.address)
    if account is None or connection is None or connection.state is not ConnectionState.ACTIVE:
        return
    mind_account_door(account.sid)
    since = (sender.heard_until or now) - BEFORE
    database.close()
    try:
        numbers = numbers_to_read(account)
        heard = [text for number in numbers for text in gateway.list_received(account, number, since=since)]
        known = queries.known_sids([text.sid for text in heard])
        database.close()
        unheard = [text for text in sorted(heard, key=lambda each: each.at) if text.sid not in known]
        files = {text.sid: gateway.list_media(account, text.sid) for text in unheard if text.media}
    except Unreachable:
        return
    for text in unheard:
        take_heard(account.sid, text, files.get(text.sid, ()))
    with transaction():
        missing_at = None if numbers else (sender.missing_at or now)
        Sender.update(heard_until=now, missing_at=missing_at).where(Sender.id == sender.id).execute()


def numbers_to_read(account: Account) -> list[str]:
    """The numbers at Twilio whose texts are this workspace's. Raises Unreachable.

    Where another workspace holds the account too, a service's numbers are nobody's for certain.
    """
    is_alone = _holds_alone(account)
    database.close()
    return [number for number in gateway.list_numbers(account) if is_alone or number == account.number]


def _holds_alone(account: Account) -> bool:
    door = doors.find(DOOR, account.sid)
    return door is not None and door.is_open and door.workspace_id == current_workspace_id()
