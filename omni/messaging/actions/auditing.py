"""The nightly comparison: our ledger of who said stop against what Twilio took, refused and sent.

A stop that is missing here is added, a start never: only the person lifts their stop. Twilio has no list of whom it
blocks, so its refusals (error 21610) tell of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from omni.contacts import actions as people
from omni.contacts import ledger
from omni.contacts import queries as contacts
from omni.contacts.kinds import Channel, ConsentKind, Scope
from omni.contacts.models import ConsentEvent
from omni.core import actors, clock, database, log
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.tenancy import current_workspace
from omni.messaging import gateway, queries
from omni.messaging.actions import carriers, telling
from omni.messaging.actions.catching_up import catch_up, numbers_to_read
from omni.messaging.actions.receiving import forget_events
from omni.messaging.gateway import Heard, Left, Unreachable
from omni.messaging.keywords import Keyword, find_keyword
from omni.messaging.models import ConnectionState, DifferenceKind, ParityDifference, ParityRun, TwilioConnection
from omni.messaging.outcomes import OPTED_OUT

# At night, when nobody texts and the day's list lags no more.
AT = time(3, 30)
# The first comparison looks back a day, each later one to an hour before the last.
FIRST_LOOKS_BACK = timedelta(hours=25)
OVERLAP = timedelta(hours=1)
# Where Twilio does not answer it is asked again so much later.
AGAIN_AFTER = timedelta(hours=1)
# A text that was on its way when the stop came; a stop whose clock is not Twilio's.
ON_ITS_WAY, CLOCKS_DIFFER = timedelta(minutes=1), timedelta(hours=1)
KEPT = timedelta(days=90)
CALLBACKS_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Found:
    """A difference before it is written down. `words`: what they said, where they said it."""

    kind: DifferenceKind
    address: str
    at: datetime
    sid: str | None = None
    words: str = ""

    @property
    def is_stop(self) -> bool:
        return self.kind in (DifferenceKind.BLOCKED, DifferenceKind.STOP)


def audit(connection_id: Id) -> None:
    """Compare since the last time, add the stops that are missing here, and tell the owners of what is wrong."""
    now = clock.now()
    connection, sender = queries.find_connection(), queries.find_sender()
    if connection is None or connection.id != connection_id or sender is None:
        return
    _put_off(connection, now + AGAIN_AFTER)
    forget_events(before=now - CALLBACKS_KEPT)
    account = carriers.find_account(sender.address)
    if account is None or connection.state is not ConnectionState.ACTIVE:
        return
    # What was merely not called about is taken in like any text, and is no difference.
    catch_up(sender.id)
    last = queries.find_last_audit()
    since = last.listed_to - OVERLAP if last else now - FIRST_LOOKS_BACK
    refused = queries.list_refused_as_stopped(OPTED_OUT, since)
    database.close()
    try:
        numbers = numbers_to_read(account)
        heard = [text for number in numbers for text in gateway.list_received(account, number, since=since)]
        left = [text for number in numbers for text in gateway.list_left(account, number, since=since)]
    except Unreachable:
        return
    blocked = [Found(DifferenceKind.BLOCKED, address, at) for address, at in refused]
    with transaction():
        found = _compare(heard, left, blocked)
        run = ParityRun.create(listed_from=since, listed_to=now, texts=len(heard) + len(left))
        for each in found:
            _write(run, each)
        if any(each.kind is DifferenceKind.TEXTED for each in found):
            telling.texted_after_stop()
        ParityRun.delete().where(ParityRun.created_at < now - KEPT).execute()
        _put_off(connection, _next_night(now))
    log.event("texting_audited", texts=run.texts, differences=len(found))


def _compare(heard: Sequence[Heard], left: Sequence[Left], blocked: Sequence[Found]) -> list[Found]:
    said = [*blocked, *(each for each in map(_word_of, heard) if each)]
    said += [Found(DifferenceKind.BLOCKED, text.to, text.at, text.sid) for text in left if text.error == OPTED_OUT]
    sent = [text for text in left if text.error != OPTED_OUT and text.status != "canceled"]
    addresses = {each.address for each in said} | {text.to for text in sent}
    rows = contacts.consent_rows_of(Channel.SMS, addresses)
    found: dict[tuple[DifferenceKind, str], Found] = {}
    for each in sorted(said, key=lambda one: one.at):
        is_stopped = (DifferenceKind.STOP, each.address) in found
        if not _is_known(each, rows[each.address], is_stopped=is_stopped):
            found.setdefault((each.kind, each.address), each)
    wrong = [text for text in sent if _was_stopped(rows[text.to], text.at - ON_ITS_WAY)]
    required = queries.required_sids([text.sid for text in wrong])
    for text in wrong:
        if text.sid not in required:
            kind = DifferenceKind.TEXTED
            found.setdefault((kind, text.to), Found(kind, text.to, text.at, text.sid))
    told = queries.told_differences([each.sid for each in found.values() if each.sid])
    # A number that Twilio refuses since they wrote stop is one thing, told once.
    stopped = {each.address for each in found.values() if each.kind is DifferenceKind.STOP}
    return [
        each
        for each in found.values()
        if (each.kind, each.sid) not in told and not (each.kind is DifferenceKind.BLOCKED and each.address in stopped)
    ]


def _word_of(text: Heard) -> Found | None:
    kinds = {Keyword.STOP: DifferenceKind.STOP, Keyword.START: DifferenceKind.START}
    keyword = find_keyword(text.body)
    kind = kinds.get(keyword) if keyword else None
    return Found(kind, text.sender, text.at, text.sid, text.body) if kind else None


def _is_known(each: Found, rows: Sequence[ConsentEvent], *, is_stopped: bool) -> bool:
    """Whether the ledger has what was said: it stood so already, or a row of about that time says it."""
    since = each.at - CLOCKS_DIFFER
    if each.is_stop:
        is_written = any(row.kind is ConsentKind.REVOKED and row.scope is Scope.ALL and row.at >= since for row in rows)
        return is_written or _was_stopped(rows, each.at)
    return not (is_stopped or ledger.fold(rows).is_stopped) or any(row.at >= since for row in rows if _lifts(row))


def _lifts(row: ConsentEvent) -> bool:
    return row.kind is ConsentKind.RESUMED


def _was_stopped(rows: Sequence[ConsentEvent], at: datetime) -> bool:
    return ledger.fold([row for row in rows if row.at <= at]).is_stopped


def _write(run: ParityRun, each: Found) -> None:
    if each.is_stop:
        people.opt_out_address(
            Channel.SMS, each.address, by=actors.SYSTEM, source="parity", words=each.words, at=each.at
        )
    ParityDifference.create(
        run=run, kind=each.kind, address=each.address, sid=each.sid, at=each.at, is_mended=each.is_stop
    )


def _put_off(connection: TwilioConnection, at: datetime) -> None:
    with transaction():
        TwilioConnection.update(audit_at=at).where(TwilioConnection.id == connection.id).execute()


def _next_night(now: datetime) -> datetime:
    """Half past three of the studio's next night."""
    zone = ZoneInfo(current_workspace().timezone)
    local = now.astimezone(zone)
    tonight = datetime.combine(local.date(), AT, zone)
    return tonight if tonight > local else datetime.combine(local.date() + timedelta(days=1), AT, zone)
