"""Two processes at once: the same card, the same gap, hundreds of moves; on both databases."""

import random
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from omni.boards import actions, queries
from omni.boards.models import Board, Card, CardStay, Stage, StageStat
from omni.config import Config
from omni.contacts.kinds import Kind
from omni.contacts.models import Activity
from omni.core.changes import Change, ChangeBatch
from omni.core.events import EventRow
from omni.core.faults import Stale
from omni.core.ids import Id
from omni.core.tenancy import entered
from tests.parallel import together

New = Callable[..., Card]
MOVES = 250
DROPS = 20


def drop_all(workspace: Id, cards: list[Id], target_id: Id, by_id: Id) -> int:
    """Put the cards right behind the target, each as it is known then."""
    from omni.accounts.models import Teammate

    with entered(workspace):
        by = Teammate.get_by_id(by_id)
        for card_id in cards:
            target = queries.get_card(target_id)
            actions.move_card(queries.get_card(card_id), target.stage, by=by, after=target)
    return len(cards)


def move_often(workspace: Id, seed: int, by_id: Id) -> list[tuple[str, bool]]:
    """Which batch each answered move came to, and whether it left its stage.

    In turns the same card is moved, somebody is dropped into the same gap, and anybody anywhere.
    """
    from omni.accounts.models import Teammate

    dice, answered = random.Random(seed), []
    with entered(workspace):
        by = Teammate.get_by_id(by_id)
        first, target, *others = [row.id for row in Card.select(Card.id).order_by(Card.id)]
        stages = [stage for stage in queries.list_all_stages() if stage.board.name == "Join"][:4]
        for turn in range(MOVES):
            card = queries.get_card(first if turn % 3 == 0 else dice.choice(others))
            after = queries.get_card(target if turn % 3 == 1 else dice.choice([first, target, *others]))
            try:
                moved = actions.move_card(card, after.stage if turn % 3 else dice.choice(stages), by=by, after=after)
            except Stale:
                continue
            if moved.batch_id:
                answered.append((str(moved.batch_id), moved.left.id != moved.card.stage_id))
    return answered


def check(join: SimpleNamespace) -> None:
    for stat in StageStat.select():
        assert stat.n == Card.select().where(Card.stage == stat.stage_id, Card.closed_at.is_null()).count()
    for card in Card.select():
        stays = list(CardStay.select().where(CardStay.card == card).order_by(CardStay.entered_at, CardStay.id))
        assert [stay.left_at is None for stay in stays] == [False] * (len(stays) - 1) + [True]
        assert stays[-1].stage_id == card.stage_id
        assert all(one.left_at == after.entered_at for one, after in pairwise(stays))
    for stage in Stage.select():
        cards = Card.select().where(Card.stage == stage, Card.closed_at.is_null()).order_by(Card.position)
        order = [card.position for card in cards]
        assert order == sorted(set(order)), f"no order without ties in {stage.name}"


def test_two_processes_move_the_same_card_and_one_is_told(
    newcomer: New, join: SimpleNamespace, maya: Any, config: Config
) -> None:
    card = newcomer()
    ws, version = maya.workspace_id, card.version
    acts = [(move_at, config, ws, card.id, stage.id, maya.id, version) for stage in (join.contacted, join.done)]
    assert sorted(together(*acts)) == ["moved", "stale"]
    check(join)


def move_at(workspace: Id, card_id: Id, stage_id: Id, by_id: Id, version: int) -> str:
    from omni.accounts.models import Teammate

    with entered(workspace):
        try:
            actions.move_card(
                queries.get_card(card_id), queries.get_stage(stage_id), by=Teammate.get_by_id(by_id), version=version
            )
        except Stale:
            return "stale"
    return "moved"


def test_two_processes_drop_into_the_same_gap(newcomer: New, join: SimpleNamespace, maya: Any, config: Config) -> None:
    below, target = (newcomer(name, stage=join.contacted) for name in ("Below", "Target"))
    cards = [newcomer(f"Person {number:02}").id for number in range(2 * DROPS)]
    acts = [(drop_all, config, maya.workspace_id, some, target.id, maya.id) for some in (cards[::2], cards[1::2])]
    assert together(*acts) == [DROPS, DROPS]
    check(join)
    third = newcomer("Third")
    actions.move_card(third, join.contacted, by=maya, after=queries.get_card(target.id))
    order = [card.id for card in Card.select().where(Card.stage == join.contacted).order_by(Card.position)]
    assert (order[0], order[1], order[-1]) == (target.id, third.id, below.id)
    # Whoever came later stands nearer to the target, for each of the two.
    for some in (cards[::2], cards[1::2]):
        assert [one for one in order if one in some] == some[::-1]


def test_five_hundred_moves_by_two_processes_keep_every_count(
    newcomer: New, join: SimpleNamespace, maya: Any, config: Config
) -> None:
    for number in range(12):
        newcomer(f"Person {number:02}")
    before = kept()
    answers = together(*((move_often, config, maya.workspace_id, seed, maya.id) for seed in (1, 2)))
    assert all(isinstance(answer, list) and len(answer) > MOVES // 3 for answer in answers), answers
    check(join)
    answered = [move for answer in answers for move in answer]
    batches, crossings = {batch for batch, _crossed in answered}, sum(crossed for _batch, crossed in answered)
    assert len(batches) == len(answered)
    assert {str(row.id) for row in ChangeBatch.select().where(ChangeBatch.kind == "move")} == batches
    assert {
        str(row.batch_id) for row in Change.select().where(Change.row_table == "card", Change.op == "updated")
    } == batches
    assert [now - then for now, then in zip(kept(), before, strict=True)] == [len(answered), *[crossings] * 3]


def kept() -> list[int]:
    """How many moves the board counts, and how many new stages the stays, the timeline and the events."""
    return [
        Board.select().where(Board.name == "Join").get().seq,
        CardStay.select().count(),
        Activity.select().where(Activity.kind == Kind.STAGE).count(),
        EventRow.select().where(EventRow.type == "StageChanged").count(),
    ]


def archive(workspace: Id, stage_id: Id, target_id: Id, by_id: Id) -> str:
    from omni.accounts.models import Teammate

    with entered(workspace):
        stage, target = queries.get_stage(stage_id), queries.get_stage(target_id)
        actions.archive_stage(stage, target=target, by=Teammate.get_by_id(by_id))
    return "archived"


def crowd_in(workspace: Id, stage_id: Id, by_id: Id) -> str:
    """Move everybody into a stage, one after the other, until it is gone."""
    from omni.accounts.models import Teammate

    with entered(workspace):
        by, stage = Teammate.get_by_id(by_id), queries.get_stage(stage_id)
        for row in list(Card.select(Card.id).order_by(Card.id)):
            try:
                actions.move_card(queries.get_card(row.id), stage, by=by)
            except Stale:
                continue
            except actions.StageGone:
                break
    return "crowded"


def test_nobody_is_left_in_a_stage_that_is_put_away(
    newcomer: New, join: SimpleNamespace, maya: Any, config: Config
) -> None:
    for number in range(40):
        newcomer(f"Person {number:02}", stage=join.contacted if number % 2 else None)
    ws = maya.workspace_id
    acts = [
        (archive, config, ws, join.contacted.id, join.done.id, maya.id),
        (crowd_in, config, ws, join.contacted.id, maya.id),
    ]
    assert together(*acts) == ["archived", "crowded"]
    check(join)
    assert not Card.select().where(Card.stage == join.contacted, Card.closed_at.is_null()).exists()


def test_two_processes_put_away_the_last_two_stages_and_one_stays(
    join: SimpleNamespace, maya: Any, config: Config
) -> None:
    for stage in (join.booked, join.done, join.joined, join.lost):
        actions.archive_stage(stage, target=None, by=maya)
    ws = maya.workspace_id
    pairs = ((join.new, join.contacted), (join.contacted, join.new))
    answers = together(*((archive, config, ws, one.id, other.id, maya.id) for one, other in pairs))
    assert sum(answer == "archived" for answer in answers) == 1, answers
    assert len(queries.list_stages(join.board.id)) == 1
