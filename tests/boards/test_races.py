"""Two processes at once: the same card, the same gap, hundreds of moves; on both databases."""

import multiprocessing
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from omni.boards import actions, queries
from omni.boards.models import Card, CardStay, StageStat
from omni.config import Config
from omni.core import database
from omni.core.faults import Stale
from omni.core.ids import Id
from omni.core.tenancy import entered
from omni.core.words import use_locale

New = Callable[..., Card]
MOVES = 250


def together(*acts: tuple[Any, ...]) -> list[Any]:
    """What each act answers, all of them run at once in processes of their own."""
    database.close()
    if database.is_postgres():
        database.database.obj.close_all()
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(len(acts)), context.Queue()
    started = [context.Process(target=_run, args=(gate, answers, number, *act)) for number, act in enumerate(acts)]
    for process in started:
        process.start()
    found = dict(answers.get(timeout=150) for _ in acts)
    for process in started:
        process.join(30)
    return [found[number] for number in range(len(acts))]


def _run(gate: Any, answers: Any, number: int, act: Callable[..., Any], config: Config, *values: Any) -> None:
    from tests import houses

    with houses.opened(config), use_locale("en", "UTC"):
        gate.wait(30)
        try:
            answers.put((number, act(*values)))
        except Exception as fault:
            answers.put((number, f"{type(fault).__name__}: {fault}"))


def move(workspace: Id, card_id: Id, stage_id: Id, by_id: Id, after_id: Id | None = None) -> str:
    from omni.accounts.models import Teammate

    with entered(workspace):
        card, after = queries.get_card(card_id), queries.find_card(after_id) if after_id else None
        try:
            actions.move_card(
                card, queries.get_stage(stage_id), by=Teammate.get_by_id(by_id), version=card.version, after=after
            )
        except Stale:
            return "stale"
    return "moved"


def move_often(workspace: Id, seed: int, by_id: Id) -> int:
    import random

    from omni.accounts.models import Teammate

    dice, moved = random.Random(seed), 0
    with entered(workspace):
        by = Teammate.get_by_id(by_id)
        cards = [row.id for row in Card.select(Card.id).order_by(Card.id)]
        stages = [stage for stage in queries.list_all_stages() if stage.board.name == "Join"][:4]
        for _ in range(MOVES):
            card = queries.get_card(dice.choice(cards))
            after = queries.find_card(dice.choice(cards)) if dice.random() < 0.5 else None
            try:
                moved += actions.move_card(card, dice.choice(stages), by=by, after=after).batch_id is not None
            except Stale:
                continue
    return moved


def check(join: SimpleNamespace) -> None:
    for stat in StageStat.select():
        assert stat.n == Card.select().where(Card.stage == stat.stage_id, Card.closed_at.is_null()).count()
    for card in Card.select():
        stays = list(CardStay.select().where(CardStay.card == card).order_by(CardStay.entered_at, CardStay.id))
        assert [stay.left_at is None for stay in stays] == [False] * (len(stays) - 1) + [True]
        assert stays[-1].stage_id == card.stage_id


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
    one, two, target = newcomer("One"), newcomer("Two"), newcomer("Target", stage=join.contacted)
    newcomer("Below", stage=join.contacted)
    ws = maya.workspace_id
    acts = [(move, config, ws, card.id, join.contacted.id, maya.id, target.id) for card in (one, two)]
    assert together(*acts) == ["moved", "moved"]
    check(join)
    third = newcomer("Third")
    actions.move_card(third, join.contacted, by=maya, after=queries.get_card(target.id))
    cards = Card.select().where(Card.stage == join.contacted).order_by(Card.position, Card.id)
    order = [card.id for card in cards]
    assert order.index(third.id) == order.index(target.id) + 1


def test_five_hundred_moves_by_two_processes_keep_every_count(
    newcomer: New, join: SimpleNamespace, maya: Any, config: Config
) -> None:
    for number in range(12):
        newcomer(f"Person {number:02}")
    acts = [(move_often, config, maya.workspace_id, seed, maya.id) for seed in (1, 2)]
    moved = together(*acts)
    assert all(isinstance(count, int) and count > MOVES // 3 for count in moved), moved
    check(join)


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
