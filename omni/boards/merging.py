"""The cards of two contacts who become one: the answer to contacts' port `merging` (specs/contacts.md, 5.7)."""

from collections.abc import Sequence

from peewee import fn

from omni.boards import queries
from omni.boards.actions.ageing import plan
from omni.boards.actions.moving import note_change, placed
from omni.boards.clocks import WORDS
from omni.boards.models import Card, Outcome, Stage
from omni.boards.restoring import take_off
from omni.contacts.carrying import Rows
from omni.contacts.kinds import Kind
from omni.contacts.models import Activity
from omni.contacts.ports import Merge, Merging
from omni.core.changes import Op
from omni.core.ids import Id

# Which of two stages of one board is the further: where somebody joined, then where something is under way.
_FURTHER = (Outcome.LOST, Outcome.PARKED, Outcome.OPEN, Outcome.WON)


def merging() -> Merging:
    """How cards follow."""
    return Merging({"card": Cards(Card)}, settle)


class Cards(Rows):
    """The winner has the loser's cards. Of two open ones on a board the further stays; the other is closed, parked."""

    def __call__(self, merge: Merge) -> None:
        cards = Card.select(Card, Stage).join(Stage).where(Card.contact == merge.loser.id)
        for card in cards.order_by(Card.board, Card.id):
            note_change(card.board_id, card.id)
            there = None if card.closed_at else queries.find_open_card(card.board_id, merge.winner.id)
            if there is not None:
                note_change(there.board_id, there.id)
                _close(_nearer(there, card), merge)
            Card.update(contact=merge.winner.id, version=Card.version + 1).where(Card.id == card.id).execute()
            before, after = {"contact": merge.loser.id}, {"contact": merge.winner.id}
            merge.batch.record(card, Op.UPDATED, before=before, after=after, contact_id=merge.winner.id)


def settle(contact_ids: Sequence[Id]) -> None:
    """Reckon each card's last words from what stands on the timeline now, and its clocks with them."""
    for contact_id in contact_ids:
        for card in queries.cards_of(contact_id):
            Card.update(last_activity_at=_last_word(card)).where(Card.id == card.id).execute()
        plan(contact_id)


def _nearer(one: Card, other: Card) -> Card:
    return min(one, other, key=lambda card: (_FURTHER.index(card.stage.outcome), card.stage.position, card is other))


def _close(card: Card, merge: Merge) -> None:
    before = placed(card)
    take_off(card)
    merge.batch.record(card, Op.UPDATED, before=before, after=placed(card), contact_id=card.contact_id)


def _last_word(card: Card) -> object:
    is_word = (Activity.kind != Kind.ARRIVED) & (Activity.direction.is_null(False) | Activity.kind.in_(list(WORDS)))
    query = Activity.select(fn.MAX(Activity.happened_at)).where(
        Activity.contact == card.contact_id, Activity.happened_at >= card.created_at, is_word
    )
    return query.scalar()
