"""A move that joins a second board in, and the undo of another one, at the same moment; on both databases."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from omni.boards import actions, queries
from omni.boards.models import Card, StageStat
from omni.config import Config
from omni.contacts.undo import get_batch, undo
from omni.core.ids import Id
from omni.core.tenancy import entered
from tests.parallel import together

New = Callable[..., Card]
TIMES = 25


def move_all(workspace: Id, cards: list[Id], stage_id: Id, by_id: Id) -> int:
    from omni.accounts.models import Teammate

    with entered(workspace):
        by, to = Teammate.get_by_id(by_id), queries.get_stage(stage_id)
        for card_id in cards:
            actions.move_card(queries.get_card(card_id), to, by=by)
    return len(cards)


def undo_all(workspace: Id, batches: list[Id], by_id: Id) -> int:
    from omni.accounts.models import Teammate

    with entered(workspace):
        by = Teammate.get_by_id(by_id)
        for batch_id in batches:
            undo(get_batch(batch_id), by=by)
    return len(batches)


def test_moving_and_taking_back_across_two_boards_wait_for_nobody_in_a_circle(
    config: Config, newcomer: New, join: SimpleNamespace, keep: SimpleNamespace, maya: Any
) -> None:
    moved = [actions.move_card(newcomer(f"Was {n}"), join.joined, by=maya) for n in range(TIMES)]
    waiting = [newcomer(f"Will {n}").id for n in range(TIMES)]
    answers = together(
        (move_all, config, maya.workspace_id, waiting, join.joined.id, maya.id),
        (undo_all, config, maya.workspace_id, [one.batch_id for one in moved], maya.id),
    )
    assert answers == [TIMES, TIMES]
    with entered(maya.workspace_id):
        held = {stat.stage_id: stat.n for stat in StageStat.select()}
    assert (held[join.new.id], held[join.joined.id], held[keep.new.id]) == (TIMES, TIMES, TIMES)
