"""One text to many: built from a list, looked at, approved, held for two minutes, sent, paused, stopped.

Two phases, each of which goes on where it was when its worker dies. Building freezes what each person would get and
sends nothing. Running turns those frozen parts into texts, some at a time; a text is only claimed while its campaign
runs, so that Undo, Pause and Stop are one update each.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import fn

from omni.accounts.models import Teammate
from omni.contacts import actions as people
from omni.contacts.imports.bulk import Rows
from omni.contacts.kinds import Direction as Way
from omni.contacts.kinds import Kind
from omni.contacts.lists.asked import read_query
from omni.contacts.lists.pages import matching, people_after
from omni.contacts.models import Contact
from omni.core import actors, audit, clock, ids
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.points import point
from omni.core.queue import later
from omni.core.tenancy import current_workspace_id
from omni.core.words import lazy
from omni.messaging import gate, merge_fields, offers, queries, weighing
from omni.messaging.actions import spending
from omni.messaging.actions.accepting import LONGEST, TOO_LONG, twin_key_of
from omni.messaging.actions.conversing import open_conversation
from omni.messaging.actions.practising import ensure_practice_sender
from omni.messaging.events import CampaignFinished
from omni.messaging.gate import Letter
from omni.messaging.models import (
    Campaign,
    CampaignKind,
    CampaignRecipient,
    CampaignState,
    Conversation,
    Direction,
    Message,
    Origin,
    Sender,
)
from omni.messaging.states import LIFE, OPEN, WAITING, Reason, State
from omni.messaging.weighing import Weighed, Words

MOST = 10_000
HOLD = timedelta(seconds=120)
# So many are weighed in one transaction, and so many become texts in one; others wait for neither longer than a moment.
BUILT_AT_ONCE = 500
PLACED_AT_ONCE = 50
# What waits is kept short: a text that is made late is not too late when its turn comes.
MOST_WAITING = 1_000
TURN_S = 60
_ID_BYTES = 16
_COLUMNS = ("id", "contact", "to", "reason", "detail", "body", "segments", "micros", "starts_at",
            "zone_evidence")  # fmt: skip

NOBODY = lazy("Nobody fits. Choose others, or take a filter off.")
TOO_MANY = lazy("These are %(count)s people. One campaign reaches at most 10,000; narrow it down.")
EMPTY = lazy("Write something")
IS_IT_AN_OFFER = lazy(
    "“%(phrase)s” sounds like an offer. Is it one? Then send it as one, to those who agreed to offers."
)
CHANGED = lazy(
    "The list changed since you looked: %(joined)s more, %(gone)s fewer, %(changed)s otherwise. Look at it again."
)
NOT_READY = lazy("This campaign is not ready to be sent.")


@dataclass(frozen=True)
class Difference:
    """How the people of a campaign differ from those that were looked at."""

    joined: int
    gone: int
    changed: int

    @property
    def is_none(self) -> bool:
        return not (self.joined or self.gone or self.changed)


# --- made and changed ---


def begin(
    kind: CampaignKind,
    text: str,
    *,
    audience: str = "",
    contact_ids: Sequence[Id] = (),
    by: Teammate,
    is_no_offer: bool = False,
) -> Campaign:
    """Make a campaign for everyone who fits a list, or for those who were ticked; it is built by a job.

    Raises: Invalid, naming the field that is wrong.
    """
    _judge_words(kind, text, is_no_offer=is_no_offer)
    count = len(contact_ids) or matching(read_query(audience)).count()
    if not count:
        raise Invalid(faults={"audience": NOBODY.key})
    if count > MOST:
        raise Invalid(faults={"audience": TOO_MANY.key}, count=count)
    frozen = b"".join(one.bytes for one in sorted(contact_ids, key=lambda one: one.int)) if contact_ids else None
    with transaction():
        campaign = Campaign(id=ids.new_id(), kind=kind, audience=audience, contact_ids=frozen, by=by)
        campaign.text = text
        campaign.save(force_insert=True)
        later("messaging.build_campaign", campaign_id=campaign.id)
    return campaign


def change(campaign: Campaign, kind: CampaignKind, text: str, *, by: Teammate, is_no_offer: bool = False) -> None:
    """Say it otherwise, to the same people; it is built anew. Raises: Invalid, also once it is on its way."""
    _judge_words(kind, text, is_no_offer=is_no_offer)
    with transaction():
        fresh = queries.get_campaign(campaign.id)
        if not fresh.is_editable:
            raise Invalid(NOT_READY.key)
        fresh.kind, fresh.text = kind, text
        fresh.save(only=[Campaign.kind, Campaign.text])
        _build_anew(fresh)


def _judge_words(kind: CampaignKind, text: str, *, is_no_offer: bool) -> None:
    if not text.strip():
        raise Invalid(faults={"text": EMPTY.key})
    if len(text) > LONGEST:
        raise Invalid(faults={"text": TOO_LONG.key}, over=len(text) - LONGEST)
    if fault := merge_fields.find_fault(text):
        raise Invalid(faults={"text": fault.words.key}, **fault.values)
    found = offers.find(text) if kind is CampaignKind.SERVICE and not is_no_offer else None
    if found:
        raise Invalid(faults={"kind": IS_IT_AN_OFFER.key}, phrase=found)


def _build_anew(campaign: Campaign) -> None:
    CampaignRecipient.delete().where(CampaignRecipient.campaign == campaign.id).execute()
    Campaign.update(
        state=CampaignState.BUILDING, cursor=None, total=0, preview_hash=None, changed_at=clock.now()
    ).where(Campaign.id == campaign.id).execute()
    later("messaging.build_campaign", campaign_id=campaign.id)


# --- built ---


def build(campaign_id: Id) -> None:
    """Weigh everyone, some at a time; what is left goes on with the next bell."""
    until = time.monotonic() + TURN_S
    while _build_some(campaign_id):
        point("campaign.some_built")
        if time.monotonic() > until:
            later("messaging.build_campaign", campaign_id=campaign_id)
            return


def _build_some(campaign_id: Id) -> bool:
    """Weigh the next few; whether there may be more."""
    with transaction():
        campaign = Campaign.get_or_none(Campaign.id == campaign_id)
        if campaign is None or campaign.state is not CampaignState.BUILDING:
            return False
        chosen = _people(campaign, campaign.cursor)
        taken = _taken_numbers(campaign)
        weighed = weighing.weigh(_words_of(campaign), chosen, taken=taken)
        _write(campaign, weighed)
        changes: dict[str, Any] = {
            "preview_hash": _chained(bytes(campaign.preview_hash or b""), weighed),
            "total": campaign.total + len(chosen),
        }
        is_last = len(chosen) < BUILT_AT_ONCE
        changes |= {"state": CampaignState.READY, "cursor": None} if is_last else {"cursor": chosen[-1].id}
        _move_on(campaign, CampaignState.BUILDING, changes)
    return not is_last


def _move_on(campaign: Campaign, state: CampaignState, changes: dict[str, Any]) -> None:
    """Write how far it is, unless another worker or a person was here meanwhile. Raises: _Overtaken."""
    here = Campaign.cursor.is_null() if campaign.cursor is None else Campaign.cursor == campaign.cursor
    if not Campaign.update(changes).where(Campaign.id == campaign.id, Campaign.state == state, here).execute():
        raise Overtaken


class Overtaken(Exception):
    """Another worker did this piece, or a person changed the campaign: what was done of it is not kept."""


def _people(campaign: Campaign, after: Id | None) -> list[Contact]:
    """The next few of its audience, by their ids."""
    if campaign.contact_ids is None:
        return people_after(read_query(campaign.audience), after, BUILT_AT_ONCE)
    frozen = bytes(campaign.contact_ids)
    every = [Id(bytes=frozen[at : at + _ID_BYTES]) for at in range(0, len(frozen), _ID_BYTES)]
    wanted = [each for each in every if after is None or each.int > after.int][:BUILT_AT_ONCE]
    found = {one.id: one for one in matching(read_query("")).where(Contact.id << wanted)} if wanted else {}
    return [found[each] for each in wanted if each in found]


def _taken_numbers(campaign: Campaign) -> list[str]:
    if campaign.cursor is None:
        return []
    rows = CampaignRecipient.select(CampaignRecipient.to).where(
        CampaignRecipient.campaign == campaign.id, CampaignRecipient.to.is_null(False)
    )
    return [row[0] for row in rows.tuples()]


def _words_of(campaign: Campaign) -> Words:
    sender = queries.find_sender() or ensure_practice_sender()
    return Words(campaign.kind, campaign.text, sender, my_name=campaign.by.name)


def _write(campaign: Campaign, weighed: Sequence[Weighed]) -> None:
    rows = Rows(CampaignRecipient, _COLUMNS, campaign=campaign.id, created_at=clock.now())
    for one in weighed:
        place = CampaignRecipient(id=ids.new_id(), workspace=current_workspace_id())
        place.body = one.body or None
        rows.add(
            place.id, one.contact_id, one.to, one.reason, one.detail, place.__data__["body"], one.segments, one.micros,
            one.starts_at, one.zones or None,
        )  # fmt: skip
    rows.flush()


def _chained(before: bytes, weighed: Sequence[Weighed]) -> bytes:
    """The hash of everyone so far, whatever their number in one go."""
    for one in weighed:
        before = hashlib.sha256(before + weighing.digest([one])).digest()
    return before


# --- approved ---


def approve(campaign: Campaign, preview_hash: bytes, *, by: Teammate) -> Campaign:
    """Say yes to what was looked at: its cost is taken, and it goes in two minutes.

    Raises: Invalid, when the list is not as it was (it is built anew then), or a limit is reached.
    """
    difference = compare(campaign) if campaign.state is CampaignState.READY else None
    if difference is not None and not difference.is_none:
        with transaction():
            _build_anew(queries.get_campaign(campaign.id))
        raise Invalid(CHANGED.key, joined=difference.joined, gone=difference.gone, changed=difference.changed)
    with transaction():
        fresh = queries.get_campaign(campaign.id)
        if fresh.is_going and fresh.preview_hash is not None and bytes(fresh.preview_hash) == preview_hash:
            # The second of two clicks.
            return fresh
        now = clock.now()
        approved = Campaign.update(
            state=CampaignState.APPROVED, approved_by=by.id, approved_at=now, hold_until=now + HOLD, cursor=None
        ).where(
            Campaign.id == campaign.id, Campaign.state == CampaignState.READY, Campaign.preview_hash == preview_hash
        )
        if not approved.execute():
            raise Invalid(NOT_READY.key)
        spending.hold(campaign.id, _cost(campaign))
        audit.record("campaign.approved", fresh, by=actors.teammate(by.id), people=fresh.total)
    return queries.get_campaign(campaign.id)


def compare(campaign: Campaign) -> Difference:
    """How who would get what now differs from what was built."""
    stored = {row.contact_id: weighing.digest([_as_weighed(row)]) for row in _recipients(campaign)}
    now: dict[Id, bytes] = {}
    words, taken, after = _words_of(campaign), set[str](), None
    while chosen := _people(campaign, after):
        for one in weighing.weigh(words, chosen, taken=taken):
            now[one.contact_id] = weighing.digest([one])
            if one.to:
                taken.add(one.to)
        after = chosen[-1].id
        if len(chosen) < BUILT_AT_ONCE:
            break
    changed = sum(1 for each, digest in now.items() if each in stored and stored[each] != digest)
    return Difference(len(now.keys() - stored.keys()), len(stored.keys() - now.keys()), changed)


def _recipients(campaign: Campaign) -> Iterator[CampaignRecipient]:
    yield from CampaignRecipient.select().where(CampaignRecipient.campaign == campaign.id).iterator()


def _as_weighed(row: CampaignRecipient) -> Weighed:
    return Weighed(row.contact_id, row.to, row.reason, row.detail, row.body or "", row.segments, row.micros)


def _cost(campaign: Campaign) -> int:
    return int(
        CampaignRecipient.select(fn.COALESCE(fn.SUM(CampaignRecipient.micros), 0))
        .where(CampaignRecipient.campaign == campaign.id, CampaignRecipient.reason.is_null())
        .scalar()
    )


# --- taken back, paused, stopped ---


def undo(campaign: Campaign, *, by: Teammate) -> bool:
    """Take it back before anything left; False when the two minutes are over."""
    with transaction():
        undone = Campaign.update(state=CampaignState.UNDONE, hold_until=None).where(
            Campaign.id == campaign.id, Campaign.state == CampaignState.APPROVED, Campaign.hold_until > clock.now()
        )
        if not undone.execute():
            return False
        spending.give_back_rest(campaign.id)
        audit.record("campaign.undone", campaign, by=actors.teammate(by.id))
        point("campaign.undoing")
    point("campaign.undone")
    return True


def pause(campaign: Campaign, *, by: Teammate) -> bool:
    """Send no more of it for now; False when it does not run."""
    with transaction():
        paused = Campaign.update(state=CampaignState.PAUSED).where(
            Campaign.id == campaign.id, Campaign.state == CampaignState.RUNNING
        )
        return bool(paused.execute())


def go_on(campaign: Campaign, *, by: Teammate) -> bool:
    """Let a paused campaign run again. What waited meanwhile is not too late for that."""
    with transaction():
        going = Campaign.update(state=CampaignState.RUNNING).where(
            Campaign.id == campaign.id, Campaign.state == CampaignState.PAUSED
        )
        if not going.execute():
            return False
        Message.update(expires_at=clock.now() + LIFE[campaign.kind.purpose]).where(
            Message.campaign_id == campaign.id, Message.state == State.QUEUED
        ).execute()
        later("messaging.run_campaign", campaign_id=campaign.id)
    return True


def stop(campaign: Campaign, *, by: Teammate) -> bool:
    """End it: what has not left goes nowhere. False when it is over already."""
    with transaction():
        stopped = Campaign.update(state=CampaignState.STOPPED, ended_at=clock.now()).where(
            Campaign.id == campaign.id,
            Campaign.state << [CampaignState.APPROVED, CampaignState.RUNNING, CampaignState.PAUSED],
        )
        if not stopped.execute():
            return False
        spending.give_back_rest(campaign.id)
        waiting = [row[0] for row in Message.select(Message.id).where(_waits_of(campaign.id)).tuples()]
        Message.update(
            state=State.CANCELED, reason=Reason.CAMPAIGN_STOPPED, is_first=False, is_ask=False, final_at=clock.now()
        ).where(_waits_of(campaign.id)).execute()
        spending.release(waiting)
        audit.record("campaign.stopped", campaign, by=actors.teammate(by.id), texts=len(waiting))
        publish(CampaignFinished(None, campaign.id))
    return True


def _waits_of(campaign_id: Id) -> Any:
    return (Message.campaign_id == campaign_id) & (Message.state << list(WAITING))


# --- sent ---


def run(campaign_id: Id) -> None:
    """Turn the frozen parts into texts, some at a time; end it when the last one is over."""
    _begin_running(campaign_id)
    until = time.monotonic() + TURN_S
    while _place_some(campaign_id):
        point("campaign.some_placed")
        if time.monotonic() > until:
            later("messaging.run_campaign", campaign_id=campaign_id)
            return


def _begin_running(campaign_id: Id) -> None:
    with transaction():
        Campaign.update(state=CampaignState.RUNNING).where(
            Campaign.id == campaign_id,
            Campaign.state == CampaignState.APPROVED,
            Campaign.hold_until <= clock.now(),
        ).execute()


def _place_some(campaign_id: Id) -> bool:
    """Make texts of the next few; whether there may be more to make now."""
    with transaction():
        campaign = Campaign.get_or_none(Campaign.id == campaign_id)
        if campaign is None or campaign.state is not CampaignState.RUNNING:
            return False
        if Message.select().where(_waits_of(campaign_id), Message.state == State.QUEUED).count() >= MOST_WAITING:
            return False
        some = _next_recipients(campaign)
        if not some:
            _end_if_over(campaign)
            return False
        sender = queries.find_sender() or ensure_practice_sender()
        _place(campaign, sender, some)
        _move_on(campaign, CampaignState.RUNNING, {"cursor": some[-1].id})
    return True


def _next_recipients(campaign: Campaign) -> list[CampaignRecipient]:
    query = CampaignRecipient.select().where(
        CampaignRecipient.campaign == campaign.id, CampaignRecipient.reason.is_null()
    )
    if campaign.cursor is not None:
        query = query.where(CampaignRecipient.id > campaign.cursor)
    return list(query.order_by(CampaignRecipient.id).limit(PLACED_AT_ONCE))


def _place(campaign: Campaign, sender: Sender, some: Sequence[CampaignRecipient]) -> None:
    """What the gate lets go becomes a text; for the rest it is written down why not, and the money comes back."""
    found = {one.id: one for one in Contact.select().where(Contact.id << [each.contact_id for each in some])}
    opened = {each.id: open_conversation(sender, each.to, contact=found[each.contact_id]) for each in some}
    letters = {
        each.id: Letter(
            found[each.contact_id],
            each.to,
            campaign.kind.purpose,
            opened[each.id],
            sender,
            each.segments,
            window=weighing.window_of(campaign.kind),
        )
        for each in some
    }
    facts = gate.read(list(letters.values()))
    firsts = queries.which_had_first([each.to for each in some])
    asked = queries.which_were_asked([each.to for each in some]) if campaign.kind is CampaignKind.ASK_AGAIN else ()
    now, first_due = clock.now(), None
    for each in some:
        starts_at = gate.earliest(letters[each.id], facts, at=now)
        reason = None if starts_at else gate.judge(letters[each.id], facts, at=now).reason
        reason = Reason.ASKED_BEFORE if each.to in asked else reason
        if reason is not None or starts_at is None:
            CampaignRecipient.update(reason=reason or Reason.GATE).where(CampaignRecipient.id == each.id).execute()
            continue
        message = _message(campaign, sender, each, opened[each.id], found[each.contact_id])
        message.state = State.QUEUED if starts_at <= now else State.SCHEDULED
        message.not_before = None if starts_at <= now else starts_at
        message.reason = None if starts_at <= now else Reason.HOURS
        message.expires_at = starts_at + LIFE[campaign.kind.purpose]
        message.is_first = each.to not in firsts
        message.zone_evidence = gate.where_of(letters[each.id], facts).as_text()
        message.save(force_insert=True)
        spending.move(campaign.id, message.id, each.micros)
        _note_sent(message, opened[each.id], campaign)
        first_due = first_due or (message.id if message.state is State.QUEUED else None)
    if first_due:
        later("messaging.deliver", message_id=first_due)


def _message(
    campaign: Campaign, sender: Sender, part: CampaignRecipient, conversation: Conversation, contact: Contact
) -> Message:
    body = part.body or ""
    return Message(
        id=ids.new_id(), conversation=conversation, contact=contact, direction=Direction.OUT, carrier=sender.carrier,
        purpose=campaign.kind.purpose, origin=Origin.CAMPAIGN, by=campaign.approved_by_id, body=body,
        from_address=sender.address, to_address=part.to, twin_key=twin_key_of(sender.address, part.to or "", body),
        est_segments=part.segments, campaign_id=campaign.id, campaign_recipient_id=part.id,
        is_ask=campaign.kind is CampaignKind.ASK_AGAIN,
    )  # fmt: skip


def _note_sent(message: Message, conversation: Conversation, campaign: Campaign) -> None:
    """The thread moves up and the timeline tells; whoever waits for an answer of ours still does."""
    Conversation.update(last_at=clock.now(), last_message_id=message.id).where(
        Conversation.id == conversation.id
    ).execute()
    people.log_activity(
        message.contact, Kind.TEXT, by=campaign.approved_by, direction=Way.OUT, summary=message.body,
        ref_table="message", ref_id=message.id,
    )  # fmt: skip


def _end_if_over(campaign: Campaign) -> None:
    spending.give_back_rest(campaign.id)
    if Message.select().where(Message.campaign_id == campaign.id, Message.state << list(OPEN)).exists():
        return
    done = Campaign.update(state=CampaignState.DONE, ended_at=clock.now()).where(
        Campaign.id == campaign.id, Campaign.state == CampaignState.RUNNING
    )
    if done.execute():
        publish(CampaignFinished(None, campaign.id))
