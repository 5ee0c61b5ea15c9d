"""What a card says of what it is about: its title, what it is worth, and by when."""

from datetime import date

from omni.boards import queries
from omni.boards.actions.moving import CHANGED, add_to, details, note_change
from omni.boards.models import Card
from omni.contacts.doers import By, actor_of
from omni.core import changes
from omni.core.database import transaction
from omni.core.faults import Stale
from omni.core.ids import Id
from omni.core.words import lazy

EDITED = lazy("Changed the card of %(name)s")


def change_card(
    card: Card,
    *,
    title: str,
    value_cents: int | None,
    expected_on: date | None,
    lost_reason: str,
    version: int | None,
    by: By,
) -> Id:
    """Say anew what the card is about; the batch that takes it back. Raises Stale when somebody was faster."""
    with (
        transaction(),
        changes.batch("card", EDITED.key, by=actor_of(by), name=card.contact.display_name) as batch,
    ):
        note_change(card.board_id, card.id)
        fresh = queries.read_again(card.id)
        if fresh is None or fresh.version != (version or card.version):
            raise Stale(card.id, CHANGED.key, name=card.contact.display_name)
        before, worth = details(fresh), fresh.value_cents or 0
        wanted = {"title": title, "value_cents": value_cents, "expected_on": expected_on, "lost_reason": lost_reason}
        Card.update({**wanted, "version": Card.version + 1}).where(Card.id == card.id).execute()
        add_to(fresh.stage_id, n=0, value_cents=(value_cents or 0) - worth)
        batch.record(card, changes.Op.UPDATED, before=before, after=wanted, contact_id=card.contact_id)
    return batch.id
