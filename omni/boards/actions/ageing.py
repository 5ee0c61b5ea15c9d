"""Keeping the clocks of cards true: whatever changes one of their inputs sets them anew in its own transaction."""

from datetime import datetime
from typing import Any

from omni.boards import queries
from omni.boards.actions.moving import note_change
from omni.boards.clocks import Clocks, is_word
from omni.boards.events import CardWentStale, ReplyLate
from omni.boards.models import Card, Stage
from omni.boards.positions import between
from omni.contacts.actions import end_rest
from omni.contacts.holding import hold
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.ids import Id
from omni.core.queue import later

# Cards whose clocks are set in one transaction, so that nobody's move waits long.
CHUNK = 200


def hear(contact: Contact, kind: Kind, direction: Direction | None, at: datetime) -> None:
    """A word was spoken with the contact: their cards' silence begins anew, and the reply clock starts or stops."""
    if not is_word(kind, direction) and direction is not Direction.IN:
        return
    cards = queries.cards_of(contact.id)
    # The caller's contact may be older than what this transaction wrote.
    now = hold([contact.id])[contact.id] if cards else contact
    clocks = Clocks()
    for card in cards:
        word = at if is_word(kind, direction) and at >= card.created_at else None
        if word and (card.last_activity_at is None or card.last_activity_at < word):
            card.last_activity_at = word
        was_due = card.reply_due_at
        _set(card, now, clocks, last_activity_at=card.last_activity_at)
        # An answer that is due, or is due no more, is the first thing a card says.
        if card.closed_at is None and (was_due is None) != (card.reply_due_at is None):
            note_change(card.board_id, card.id)


def plan(contact_id: Id) -> None:
    """The contact's next step or rest changed: their cards say so, on every board that is open somewhere."""
    (contact,) = hold([contact_id]).values()
    clocks = Clocks()
    for card in queries.cards_of(contact_id):
        if card.closed_at is None:
            note_change(card.board_id, card.id)
        _set(card, contact, clocks)


def recount_all() -> None:
    """The studio's hours changed, and with them the clocks of every card."""
    now = clock.now()
    Stage.update(recount_at=now).execute()
    for stage in Stage.select(Stage.id):
        later("boards.recount", stage_id=stage.id)


def recount(stage_id: Id) -> None:
    """Set the clocks of every card in the stage anew. What changes meanwhile is counted again."""
    stage = Stage.select().where(Stage.id == stage_id).first()
    if stage is None or stage.recount_at is None:
        return
    clocks, last = Clocks(), None
    while (last := _recount_some(stage, clocks, last)) is not None:
        continue
    with transaction():
        Stage.update(recount_at=None).where(Stage.id == stage.id, Stage.recount_at == stage.recount_at).execute()
        note_change(stage.board_id, None)


def wake(contact_id: Id) -> None:
    """The day has come until which the contact rested: their cards stand on top of their stages, reason and all."""
    with transaction():
        if not end_rest(contact_id):
            return
        for card in queries.cards_of(contact_id):
            if card.closed_at is None and card.position != (head := queries.head_position(card.stage_id)):
                Card.update(position=between(None, head), version=Card.version + 1).where(Card.id == card.id).execute()


def tell_silence(card_id: Id) -> None:
    """Publish, once for each silence, that a card's time is over."""
    with transaction():
        if card := _now_told(card_id, Card.stale_at, Card.stale_told_at):
            publish(CardWentStale(card.contact_id, card_id, card.board_id, card.stage_id))


def tell_late_reply(card_id: Id) -> None:
    """Publish, once for each wait, that a person was not answered in time."""
    with transaction():
        if card := _now_told(card_id, Card.reply_due_at, Card.reply_told_at):
            publish(ReplyLate(card.contact_id, card_id, card.board_id, card.stage_id))


def _now_told(card_id: Id, due: Any, told: Any) -> Card | None:
    now = clock.now()
    is_due = (Card.id == card_id) & Card.closed_at.is_null() & (due <= now) & told.is_null()
    return queries.read_again(card_id) if Card.update({told: now}).where(is_due).execute() else None


def _recount_some(stage: Stage, clocks: Clocks, last: Id | None) -> Id | None:
    """Some cards of the stage after `last`, by id; the last of them, none when there are no more."""
    with transaction():
        found = queries.cards_after(stage.id, last, CHUNK)
        people = hold([contact_id for _card_id, contact_id in found])
        for card in queries.cards_among([card_id for card_id, _contact_id in found]):
            _set(card, people[card.contact_id], clocks)
    return found[-1][0] if found else None


def _set(card: Card, contact: Contact, clocks: Clocks, **more: Any) -> None:
    columns = clocks.of(card, card.stage, contact) | more
    Card.set_by_id(card.id, columns)
    for name, value in columns.items():
        setattr(card, name, value)
