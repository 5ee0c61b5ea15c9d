"""Moving a card (specs/contacts.md, 5.1). One transaction; nothing is renumbered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omni.boards import queries
from omni.boards.events import StageChanged
from omni.boards.models import Board, BoardEvent, Card, CardStay, Stage, StageStat, Via
from omni.boards.positions import between, spread
from omni.contacts.actions import log_activity, set_lifecycle
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.kinds import Kind, Lifecycle
from omni.core import changes, clock
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.words import lazy

MOVED = lazy("Moved %(name)s to %(stage)s")
CHANGED = lazy("%(name)s was moved by somebody else a moment ago. Here is where the card stands now.")
ELSEWHERE = lazy("This stage is on another board. Choose one of this board's stages.")
ARCHIVED = lazy("This stage was put away. Choose one of the stages below.")


class StageOnOtherBoard(Invalid):
    """The stage belongs to a different board."""


class StageGone(Invalid):
    """The stage was archived."""


@dataclass(frozen=True)
class Moved:
    """What a move came to. No `batch_id`: the card stood there already."""

    card: Card
    left: Stage
    batch_id: Id | None


def move_card(
    card: Card, to: Stage, *, by: By, version: int | None = None, after: Card | None = None, via: Via = Via.MENU
) -> Moved:
    """Put a card behind `after`, or at the head of `to`, and record the move.

    Raises: StageOnOtherBoard, StageGone; Stale when the card is no longer at `version`; what `set_lifecycle` refuses.
    """
    if to.board_id != card.board_id:
        raise StageOnOtherBoard(faults={"stage": ELSEWHERE.key})
    left = card.stage
    # Pressing twice is one move.
    if left.id == to.id and after is None and queries.head_position(to.id) == card.position:
        return Moved(card, left, None)
    with transaction():
        # Every hand on this board waits here for the one before it.
        note_change(card.board_id, card.id)
        # A stage may be archived while a card is dragged onto it, so it is read again here.
        if not queries.is_live(to.id):
            raise StageGone(faults={"stage": ARCHIVED.key})
        before = placed(card)
        _claim(card, to, _position(card, to, after), version)
        with changes.batch("move", MOVED.key, by=actor_of(by), name=card.contact.display_name, stage=to.name) as batch:
            batch.record(card, changes.Op.UPDATED, before=before, after=placed(card), contact_id=card.contact_id)
            if left.id != to.id:
                enter_stage(card, left, to, by=by, via=via)
    return Moved(card, left, batch.id)


def placed(card: Card) -> dict[str, object]:
    """Where a card stands, as its change remembers it."""
    return {
        "stage": card.stage_id,
        "position": card.position,
        "entered_at": card.entered_at,
        "closed_at": card.closed_at,
    }


def enter_stage(card: Card, left: Stage, to: Stage, *, by: By, via: Via) -> None:
    """Tell everything that hangs on a card's stage: stays, counters, the timeline, the event, the stage of life."""
    follow(card, left, to, by=by, via=via, at=card.entered_at)
    set_life(card, to, by=by)


def follow(card: Card, left: Stage, to: Stage, *, by: By, via: Via, at: datetime) -> None:
    """Let stays, counters and the timeline follow a card into another stage, and publish it."""
    change_stay(card, via=via, by=by, at=at)
    count(left.id, to.id)
    log_activity(card.contact, Kind.STAGE, by=by, summary=to.name)
    publish(
        StageChanged(
            contact_id=card.contact_id, card_id=card.id, board_id=card.board_id, stage_id=to.id, left_id=left.id
        ),
        by=actor_of(by),
    )


def change_stay(card: Card, *, via: Via, by: By, at: datetime) -> CardStay:
    """Close the card's open stay and open one in its present stage, at the same instant."""
    CardStay.update(left_at=at).where(CardStay.card == card.id, CardStay.left_at.is_null()).execute()
    who = teammate_id_of(by)
    return CardStay.create(board=card.board_id, card=card.id, stage=card.stage_id, entered_at=at, via=via, by=who)


def count(left: Id | None, to: Id | None) -> None:
    """Take one card from a stage's counter and give one to another's, the lower id first so that no two movers wait
    for each other."""
    for stage_id in sorted({left, to} - {None}, key=str):
        step = (stage_id == to) - (stage_id == left)
        _add(stage=stage_id, step=step)


@prepared
def _add(stage: Any, step: Any) -> Any:
    return StageStat.update(n=StageStat.n + step).where(StageStat.stage == stage).returning(StageStat.n).tuples()


def note_change(board_id: Id, card_id: Id | None) -> None:
    """Raise the board's `seq` and say which card changed; None: its stages did.

    The board's row stays held until the transaction ends, so what is read after this is still true when it commits.
    """
    ((seq,),) = _raise_seq(board=board_id)
    BoardEvent.create(board=board_id, seq=seq, card=card_id)


@prepared
def _raise_seq(board: Any) -> Any:
    return Board.update(seq=Board.seq + 1).where(Board.id == board).returning(Board.seq).tuples()


def set_life(card: Card, to: Stage, *, by: By) -> None:
    """Let the stage set the person's stage of life. A trial is set for a lead alone (invariant 7)."""
    life = to.sets_lifecycle
    if life is None or life is card.contact.lifecycle:
        return
    if life is Lifecycle.TRIAL and card.contact.lifecycle is not Lifecycle.LEAD:
        return
    set_lifecycle(card.contact, life, via="stage", by=by)


def _claim(card: Card, to: Stage, position: str, version: int | None) -> None:
    """Write the card's new place, if nobody moved it since it was read."""
    entered_at = card.entered_at if card.stage_id == to.id else clock.now()
    claimed = (
        Card.update(stage=to.id, position=position, entered_at=entered_at, version=Card.version + 1)
        .where(Card.id == card.id, Card.version == (version or card.version), Card.closed_at.is_null())
        .execute()
    )
    if not claimed:
        raise Stale(card.id, CHANGED.key, name=card.contact.display_name)
    card.stage, card.position, card.entered_at, card.version = to, position, entered_at, card.version + 1


def _position(card: Card, to: Stage, after: Card | None) -> str:
    """A key behind `after`, where that card still stands in the stage; else at the head."""
    if after is None or after.id == card.id or after.stage_id != to.id or after.closed_at is not None:
        return between(None, queries.head_position(to.id))
    behind = queries.find_behind(after, but=card)
    if behind is None or behind.position > after.position:
        return between(after.position, behind.position if behind else None)
    return _part_equals(after)


def _part_equals(after: Card) -> str:
    """Give the cards that share `after`'s key and stand behind it keys of their own, and answer one between.

    Two drops into one gap at the same instant make equal keys, which sort by id until somebody drops between them.
    """
    equal = list(
        Card.select()
        .where(Card.stage == after.stage_id, Card.position == after.position, Card.id > after.id)
        .where(Card.closed_at.is_null())
        .order_by(Card.id)
    )
    beyond = (
        Card.select(Card.position)
        .where(Card.stage == after.stage_id, Card.position > after.position, Card.closed_at.is_null())
        .order_by(Card.position)
        .limit(1)
        .scalar()
    )
    mine, *theirs = spread(after.position, beyond, len(equal) + 1)
    for card, key in zip(equal, theirs, strict=True):
        Card.update(position=key).where(Card.id == card.id).execute()
    return mine
