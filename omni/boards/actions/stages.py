"""Changing the stages of a board."""

from collections.abc import Iterator

from omni.boards import queries
from omni.boards.actions.founding import Plan, make_stage
from omni.boards.actions.moving import ARCHIVED, enter_stage, note_change
from omni.boards.models import Board, BoardEvent, Card, Stage, Via
from omni.boards.positions import between
from omni.contacts.doers import By
from omni.core import clock
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.words import lazy

# Cards of an archived stage move on in transactions of this many, so that nobody's own move waits long.
CHUNK = 100
NEEDS_TARGET = lazy("Cards stand in this stage. Choose where they go.")
LAST_ONE = lazy("A board needs a stage. Add another one first.")


def rename_board(board: Board, name: str) -> None:
    """Call the board `name`."""
    with transaction():
        Board.update(name=name, version=Board.version + 1).where(Board.id == board.id).execute()
        note_change(board.id, None)


def add_stage(board: Board, name: str, *, stale_days: int | None = None) -> Stage:
    """Add an open stage behind the last one that is open, so that won and lost stay at the end."""
    with transaction():
        stages = queries.list_stages(board.id)
        place = 1 + max((n for n, stage in enumerate(stages) if stage.is_open), default=-1)
        stage = make_stage(board, Plan(name, days=stale_days), position=place)
        _number([*stages[:place], stage, *stages[place:]])
        note_change(board.id, None)
    return stage


def change_stage(stage: Stage, *, name: str, stale_days: int | None) -> None:
    """Give the stage another name, and another time until a ring closes in it."""
    with transaction():
        Stage.update(name=name, stale_days=stale_days, version=Stage.version + 1).where(Stage.id == stage.id).execute()
        note_change(stage.board_id, None)


def shift_stage(stage: Stage, step: int) -> None:
    """Move the stage `step` places along its board; at the end it stays."""
    with transaction():
        stages = queries.list_stages(stage.board_id)
        here = [one.id for one in stages].index(stage.id)
        there = min(max(here + step, 0), len(stages) - 1)
        stages.insert(there, stages.pop(here))
        _number(stages)
        note_change(stage.board_id, None)


def archive_stage(stage: Stage, *, target: Stage | None, by: By) -> None:
    """Take the stage off its board; its cards go to the head of `target`, in their order.

    Raises: Invalid when it is the last one, when cards stand in it and `target` is none, or is no live stage beside it.
    """
    live = {one.id: one for one in queries.list_stages(stage.board_id)}
    if len(live) < 2:
        raise Invalid(LAST_ONE.key)
    if target and (target.id not in live or target.id == stage.id):
        raise Invalid(faults={"target": ARCHIVED.key})
    for cards in _in_chunks(stage.id):
        if target is None:
            raise Invalid(faults={"target": NEEDS_TARGET.key})
        with transaction():
            for card in cards:
                _carry(card, stage, target, by=by)
    with transaction():
        Stage.update(archived_at=clock.now(), version=Stage.version + 1).where(Stage.id == stage.id).execute()
        note_change(stage.board_id, None)


def forget_events(board_id: Id) -> int:
    """Forget what happened on a board more than a day ago; how much that was."""
    is_old = BoardEvent.created_at < queries.a_day_ago()
    with transaction():
        forgotten: int = BoardEvent.delete().where(BoardEvent.board == board_id, is_old).execute()
    return forgotten


def _number(stages: list[Stage]) -> None:
    for place, stage in enumerate(stages):
        if stage.position != place:
            Stage.update(position=place, version=Stage.version + 1).where(Stage.id == stage.id).execute()


def _in_chunks(stage_id: Id) -> Iterator[list[Card]]:
    """The cards of a stage from its foot to its head, while there are any: each goes to the head of another stage."""
    while cards := queries.last_cards(stage_id, CHUNK):
        yield cards


def _carry(card: Card, left: Stage, target: Stage, *, by: By) -> None:
    card.stage = target
    card.position = between(None, queries.head_position(target.id))
    card.entered_at = clock.now()
    Card.update(stage=target.id, position=card.position, entered_at=card.entered_at, version=Card.version + 1).where(
        Card.id == card.id
    ).execute()
    enter_stage(card, left, target, by=by, via=Via.STAGE)
