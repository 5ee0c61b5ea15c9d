"""Changing the stages of a board."""

from omni.boards import queries
from omni.boards.actions.founding import Plan, make_stage
from omni.boards.actions.moving import ARCHIVED, enter_stage, note_change
from omni.boards.models import Board, BoardEvent, Card, Stage, Via
from omni.boards.positions import between
from omni.contacts.doers import By
from omni.core import clock
from omni.core.database import transaction
from omni.core.faults import Invalid, NotFound
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
        note_change(board.id, None)
        stages = queries.list_stages(board.id)
        place = 1 + max((n for n, stage in enumerate(stages) if stage.is_open), default=-1)
        stage = make_stage(board, Plan(name, days=stale_days), position=place)
        _number([*stages[:place], stage, *stages[place:]])
    return stage


def change_stage(stage: Stage, *, name: str, stale_days: int | None) -> None:
    """Give the stage another name, and another time until a ring closes in it."""
    with transaction():
        Stage.update(name=name, stale_days=stale_days, version=Stage.version + 1).where(Stage.id == stage.id).execute()
        note_change(stage.board_id, None)


def shift_stage(stage: Stage, step: int) -> None:
    """Move the stage `step` places along its board; at the end it stays. Raises NotFound when it was put away."""
    with transaction():
        note_change(stage.board_id, None)
        stages = queries.list_stages(stage.board_id)
        here = next((place for place, one in enumerate(stages) if one.id == stage.id), None)
        if here is None:
            raise NotFound
        there = min(max(here + step, 0), len(stages) - 1)
        stages.insert(there, stages.pop(here))
        _number(stages)


def archive_stage(stage: Stage, *, target: Stage | None, by: By) -> None:
    """Take the stage off its board; its cards go to the head of `target`, in their order.

    Raises: Invalid when it is the last one, when cards stand in it and `target` is none, or is no live stage beside it.
    """
    while not _archive_some(stage, target, by=by):
        continue


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


def _archive_some(stage: Stage, target: Stage | None, *, by: By) -> bool:
    """Hand on some cards, from the foot of the stage to its head; with the last of them the stage goes as well.

    Everything is asked anew each time: between two of these others move cards and put stages away.
    """
    with transaction():
        note_change(stage.board_id, None)
        live = {one.id for one in queries.list_stages(stage.board_id)}
        if stage.id not in live:
            return True
        if len(live) < 2:
            raise Invalid(LAST_ONE.key)
        if target and (target.id not in live or target.id == stage.id):
            raise Invalid(faults={"target": ARCHIVED.key})
        cards = queries.last_cards(stage.id, CHUNK)
        for card in cards:
            if target is None:
                raise Invalid(faults={"target": NEEDS_TARGET.key})
            _carry(card, stage, target, by=by)
        is_last = len(cards) < CHUNK
        if is_last:
            Stage.update(archived_at=clock.now(), version=Stage.version + 1).where(Stage.id == stage.id).execute()
    return is_last


def _carry(card: Card, left: Stage, target: Stage, *, by: By) -> None:
    card.stage = target
    card.position = between(None, queries.head_position(target.id))
    card.entered_at = clock.now()
    Card.update(stage=target.id, position=card.position, entered_at=card.entered_at, version=Card.version + 1).where(
        Card.id == card.id
    ).execute()
    enter_stage(card, left, target, by=by, via=Via.STAGE)
