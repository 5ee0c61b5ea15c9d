"""Founding, landing, moving, taking back, changing stages; on both databases."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from omni.boards import actions, queries
from omni.boards.models import LONGEST_KEY, Board, BoardEvent, Card, CardStay, Outcome, Role, Stage, StageStat
from omni.boards.positions import between
from omni.contacts.kinds import Kind, Lifecycle
from omni.contacts.models import Activity, Contact
from omni.contacts.undo import get_batch, undo
from omni.core.changes import ChangeBatch
from omni.core.events import EventRow
from omni.core.faults import Invalid, NotFound, Stale
from omni.core.tenancy import sweeping

New = Callable[..., Card]


def fresh(card: Card) -> Card:
    return queries.get_card(card.id)


def order(stage: Stage) -> list[str]:
    cards = Card.select(Card, Contact).join(Contact).where(Card.stage == stage, Card.closed_at.is_null())
    return [card.contact.display_name for card in cards.order_by(Card.position, Card.id)]


def n(stage: Stage) -> int:
    return StageStat.get(StageStat.stage == stage).n


def test_a_new_workspace_has_join_and_keep(maya: Any) -> None:
    names = {board.name: [stage.name for stage in queries.list_stages(board.id)] for board in queries.list_boards()}
    assert names == {
        "Join": ["New lead", "Contacted", "Trial booked", "Trial done", "Joined", "Lost"],
        "Keep": ["New member", "Active", "At risk", "Paused", "Won back", "Left"],
    }


def test_a_new_contact_lands_in_new_lead(newcomer: New, join: SimpleNamespace) -> None:
    card = newcomer()
    assert card.stage.name == "New lead"
    assert n(join.new) == 1
    stay = CardStay.get(CardStay.card == card)
    assert (stay.entered_at, stay.left_at) == (card.entered_at, None)


def test_a_contact_gets_one_open_card_a_board(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    assert not actions.land(card.contact, join.contacted.id, by=maya)
    assert n(join.contacted) == 0


def test_landing_on_keep_makes_a_member(newcomer: New, keep: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    assert actions.land(card.contact, keep.new.id, by=maya)
    assert Contact.get_by_id(card.contact_id).lifecycle is Lifecycle.MEMBER


def test_a_move_changes_one_card_one_stay_two_counters(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    before = Board.get_by_id(join.board.id).seq
    moved = actions.move_card(card, join.contacted, by=maya)
    assert moved.left.id == join.new.id
    assert (n(join.new), n(join.contacted)) == (0, 1)
    stays = list(CardStay.select().where(CardStay.card == card).order_by(CardStay.entered_at))
    assert [stay.stage_id for stay in stays] == [join.new.id, join.contacted.id]
    assert stays[0].left_at == stays[1].entered_at == fresh(card).entered_at
    assert stays[1].left_at is None
    assert Board.get_by_id(join.board.id).seq == before + 1
    assert [event.card_id for event in BoardEvent.select().order_by(BoardEvent.seq)] == [card.id] * (before + 1)


def test_a_move_stands_on_the_timeline_and_is_told(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    actions.move_card(card, join.contacted, by=maya)
    line = Activity.get(Activity.kind == Kind.STAGE)
    assert (line.contact_id, line.summary, line.actor_id) == (card.contact_id, "Contacted", maya.id)
    assert EventRow.select().where(EventRow.type == "StageChanged", EventRow.contact_id == card.contact_id).count() == 1


def test_a_card_may_be_put_behind_another_one(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    ana, ben, eli = newcomer("Ana"), newcomer("Ben"), newcomer("Eli")
    assert order(join.new) == ["Eli", "Ben", "Ana"]
    actions.move_card(eli, join.new, by=maya, after=ben)
    assert order(join.new) == ["Ben", "Eli", "Ana"]
    actions.move_card(fresh(ben), join.new, by=maya, after=ana)
    assert order(join.new) == ["Eli", "Ana", "Ben"]
    assert n(join.new) == 3


def test_cards_with_one_and_the_same_key_are_told_apart(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    cards = [newcomer(name) for name in ("Ana", "Ben", "Eli", "Dora")]
    Card.update(position="a0").where(Card.id.in_([card.id for card in cards[:3]])).execute()
    first, second, third = sorted(cards[:3], key=lambda card: card.id)
    actions.move_card(fresh(cards[3]), join.new, by=maya, after=fresh(first))
    names = [card.contact.display_name for card in (first, cards[3], second, third)]
    assert order(join.new) == names


def test_a_card_behind_one_that_has_gone_stands_at_the_head(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    ana, ben, eli = newcomer("Ana"), newcomer("Ben"), newcomer("Eli")
    actions.move_card(ana, join.contacted, by=maya)
    actions.move_card(ben, join.contacted, by=maya, after=fresh(eli))
    assert order(join.contacted) == ["Ben", "Ana"]


def test_a_stale_move_is_refused(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    seen = card.version
    actions.move_card(card, join.contacted, by=maya, version=seen)
    with pytest.raises(Stale):
        actions.move_card(fresh(card), join.done, by=maya, version=seen)
    assert (n(join.contacted), n(join.done)) == (1, 0)


def test_a_stage_of_another_board_is_refused(newcomer: New, keep: SimpleNamespace, maya: Any) -> None:
    with pytest.raises(actions.StageOnOtherBoard):
        actions.move_card(newcomer(), keep.active, by=maya)


def test_a_stage_archived_meanwhile_is_refused(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    actions.archive_stage(join.contacted, target=None, by=maya)
    with pytest.raises(actions.StageGone):
        actions.move_card(card, join.contacted, by=maya)
    assert n(join.new) == 1


@pytest.mark.parametrize(("before", "after"), [(Lifecycle.LEAD, Lifecycle.TRIAL), (Lifecycle.MEMBER, Lifecycle.MEMBER)])
def test_trial_booked_makes_a_trial_of_a_lead_alone(
    newcomer: New, join: SimpleNamespace, maya: Any, before: Lifecycle, after: Lifecycle
) -> None:
    card = newcomer()
    Contact.update(lifecycle=before).where(Contact.id == card.contact_id).execute()
    actions.move_card(fresh(card), join.booked, by=maya)
    assert Contact.get_by_id(card.contact_id).lifecycle is after


def test_a_lead_may_stand_in_left_and_stays_a_lead(newcomer: New, keep: SimpleNamespace, maya: Any) -> None:
    card = newcomer(stage=keep.new)
    Contact.update(lifecycle=Lifecycle.LEAD).where(Contact.id == card.contact_id).execute()
    moved = actions.move_card(fresh(card), keep.left, by=maya, answers=actions.Answers(lost_reason="Moved away"))
    assert [str(line) for line in moved.said] == ["Ana was never a member, so their stage of life stays."]
    assert (n(keep.new), n(keep.left)) == (0, 1)
    assert Contact.get_by_id(card.contact_id).lifecycle is Lifecycle.LEAD


def test_undo_puts_card_counters_and_life_back(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    before = fresh(card)
    moved = actions.move_card(card, join.joined, by=maya)
    assert Contact.get_by_id(card.contact_id).lifecycle is Lifecycle.MEMBER
    undo(get_batch(moved.batch_id), by=maya)
    after = fresh(card)
    assert (after.stage_id, after.position, after.entered_at) == (before.stage_id, before.position, before.entered_at)
    assert (n(join.new), n(join.joined)) == (1, 0)
    assert Contact.get_by_id(card.contact_id).lifecycle is Lifecycle.LEAD
    assert CardStay.get(CardStay.card == card, CardStay.left_at.is_null()).stage_id == join.new.id


def test_undo_of_undo_moves_again(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    moved = actions.move_card(card, join.contacted, by=maya)
    back = undo(get_batch(moved.batch_id), by=maya)
    undo(back.batch, by=maya)
    assert fresh(card).stage_id == join.contacted.id
    assert (n(join.new), n(join.contacted)) == (0, 1)


def test_undo_leaves_a_card_that_was_moved_on(newcomer: New, join: SimpleNamespace, maya: Any, world: Any) -> None:
    card = newcomer()
    moved = actions.move_card(card, join.contacted, by=maya)
    actions.move_card(fresh(card), join.done, by=world.theo)
    result = undo(get_batch(moved.batch_id), by=maya)
    assert "card.stage" in result.left
    assert fresh(card).stage_id == join.done.id


def test_undoing_an_added_contact_takes_its_card_off(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    from omni.core.changes import ChangeBatch

    newcomer()
    batch = ChangeBatch.get(ChangeBatch.kind == "add")
    back = undo(batch, by=maya)
    assert n(join.new) == 0
    assert CardStay.select().where(CardStay.left_at.is_null()).count() == 0
    undo(back.batch, by=maya)
    assert n(join.new) == 1
    assert order(join.new) == ["Ana Nunez"]


def test_an_archived_stage_hands_its_cards_on_in_order(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    for name in ("Ana", "Ben", "Eli"):
        actions.move_card(newcomer(name), join.contacted, by=maya)
    newcomer("Dora")
    actions.archive_stage(join.contacted, target=join.new, by=maya)
    assert order(join.new) == ["Eli", "Ben", "Ana", "Dora"]
    assert n(join.new) == 4
    assert "Contacted" not in [stage.name for stage in queries.list_stages(join.board.id)]


def test_archiving_a_stage_with_cards_asks_where_they_go(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    newcomer()
    with pytest.raises(Invalid) as refused:
        actions.archive_stage(join.new, target=None, by=maya)
    assert "target" in refused.value.faults
    assert n(join.new) == 1


def test_a_stage_is_added_before_the_closed_ones_and_can_be_shifted(join: SimpleNamespace, maya: Any) -> None:
    stage = actions.add_stage(join.board, "Waitlist", stale_days=4, by=maya)
    names = [one.name for one in queries.list_stages(join.board.id)]
    assert names == ["New lead", "Contacted", "Trial booked", "Trial done", "Waitlist", "Joined", "Lost"]
    actions.shift_stage(stage, -1, by=maya)
    assert [one.name for one in queries.list_stages(join.board.id)][3] == "Waitlist"
    assert n(stage) == 0


def test_a_board_forgets_what_happened_more_than_a_day_ago(newcomer: New, join: SimpleNamespace) -> None:
    from datetime import timedelta

    from omni.core import clock

    newcomer()
    BoardEvent.update(created_at=clock.now() - timedelta(days=2)).execute()
    with sweeping():
        assert [board_id for _workspace, board_id in queries.boards_to_tidy()] == [join.board.id]
    assert actions.forget_events(join.board.id) == 2


def test_cards_dropped_into_one_gap_again_and_again_get_short_keys(newcomer: New, join: SimpleNamespace) -> None:
    """Invariant 3: the order is what it was, and nobody's card is another version of itself."""
    above, below, *between_them = (newcomer(name) for name in ("Ana", "Ben", "Eli", "Fay"))
    low, high = "a0", "a1"
    while len(low) <= LONGEST_KEY:
        low = between(low, high)
    for card, key in ((above, low), (between_them[0], between(low, high)), (below, high)):
        Card.update(position=key).where(Card.id == card.id).execute()
    before, versions = order(join.new), {card.id: card.version for card in Card.select()}
    seq = Board.get_by_id(join.board.id).seq
    with sweeping():
        assert [stage_id for _workspace, stage_id in queries.crowded_stages()] == [join.new.id]
    assert actions.part_cards(join.new.id) == 4
    assert order(join.new) == before
    assert max(len(card.position) for card in Card.select()) < 4
    assert {card.id: card.version for card in Card.select()} == versions
    assert Board.get_by_id(join.board.id).seq == seq
    with sweeping():
        assert list(queries.crowded_stages()) == []


def test_a_card_may_be_put_at_the_head_of_its_own_stage(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    ana, _ben, _eli = newcomer("Ana"), newcomer("Ben"), newcomer("Eli")
    moved = actions.move_card(ana, join.new, by=maya)
    assert moved.batch_id is not None
    assert order(join.new) == ["Ana", "Eli", "Ben"]
    assert n(join.new) == 3


def test_a_move_that_is_sent_twice_is_one_move(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    seen = card.version
    actions.move_card(card, join.contacted, by=maya, version=seen)
    assert actions.move_card(fresh(card), join.contacted, by=maya, version=seen).batch_id is None
    assert n(join.contacted) == 1


def test_the_last_two_stages_cannot_both_go(join: SimpleNamespace, maya: Any) -> None:
    for stage in (join.booked, join.done, join.joined, join.lost, join.contacted):
        actions.archive_stage(stage, target=None, by=maya)
    with pytest.raises(Invalid):
        actions.archive_stage(join.new, target=None, by=maya)


def test_a_stage_that_was_put_away_meanwhile_is_not_shifted(join: SimpleNamespace, maya: Any) -> None:
    actions.archive_stage(join.done, target=None, by=maya)
    with pytest.raises(NotFound):
        actions.shift_stage(join.done, 1, by=maya)


def taken_back(maya: Any) -> list[str]:
    """What the undo of the newest act left as it was."""
    return undo(ChangeBatch.select().order_by(ChangeBatch.id.desc()).first(), by=maya).left


def settings(stage: Stage) -> tuple[Any, ...]:
    now = Stage.get_by_id(stage.id)
    return now.name, now.stale_days, now.outcome, now.sets_lifecycle, now.gate, now.role, now.position


def test_whatever_was_done_to_a_board_can_be_taken_back(join: SimpleNamespace, maya: Any) -> None:
    actions.rename_board(join.board, "Come in", by=maya)
    assert taken_back(maya) == []
    assert Board.get_by_id(join.board.id).name == "Join"
    before = settings(join.contacted)
    new = {"name": "Called", "stale_days": 9, "outcome": Outcome.WON, "sets_lifecycle": Lifecycle.MEMBER}
    actions.change_stage(join.contacted, by=maya, gate=["phone"], role=Role.JOINED, **new)
    assert Stage.get_by_id(join.joined.id).role is None
    assert taken_back(maya) == []
    assert settings(join.contacted) == before
    assert Stage.get_by_id(join.joined.id).role is Role.JOINED
    assert taken_back(maya) == [], "an undo is taken back too"
    assert settings(join.contacted)[0] == "Called"
    taken_back(maya)
    names = [stage.name for stage in queries.list_stages(join.board.id)]
    actions.shift_stage(join.contacted, 2, by=maya)
    assert taken_back(maya) == []
    assert [stage.name for stage in queries.list_stages(join.board.id)] == names
    actions.add_stage(join.board, "Waitlist", by=maya)
    assert taken_back(maya) == []
    assert [stage.name for stage in queries.list_stages(join.board.id)] == names


def test_a_stage_somebody_changed_on_keeps_what_they_said(join: SimpleNamespace, maya: Any) -> None:
    actions.change_stage(join.contacted, by=maya, name="Called", stale_days=9)
    act = ChangeBatch.select().order_by(ChangeBatch.id.desc()).first()
    actions.change_stage(Stage.get_by_id(join.contacted.id), by=maya, name="Rung")
    assert undo(act, by=maya).left == ["stage.name"]
    assert settings(join.contacted)[:2] == ("Rung", join.contacted.stale_days)


def step_of(card: Card) -> Any:
    return Contact.get_by_id(card.contact_id).next_action_at


def test_a_stage_taken_off_comes_back_with_its_cards(
    newcomer: New, join: SimpleNamespace, maya: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many turns it took; who was moved on since stays where they are."""
    cards = [newcomer(name) for name in ("Ana", "Ben", "Eli", "Fay")]
    monkeypatch.setattr("omni.boards.actions.stages.CHUNK", 2)
    before, steps = order(join.new), [step_of(card) for card in cards[::2]]
    actions.archive_stage(join.new, target=join.contacted, by=maya)
    assert ChangeBatch.select().where(ChangeBatch.kind == "board").count() == 1
    act = ChangeBatch.get(ChangeBatch.kind == "board")
    actions.move_card(fresh(cards[1]), join.done, by=maya)
    left = undo(act, by=maya).left
    assert order(join.new) == [name for name in before if name != "Ben"]
    assert (n(join.new), n(join.contacted), n(join.done)) == (3, 0, 1)
    assert any(name.startswith("card.") for name in left)
    assert Stage.get_by_id(join.new.id).archived_at is None
    assert [step_of(card) for card in cards[::2]] == steps


def test_a_stage_that_comes_back_leaves_its_role_to_who_bears_it_now(join: SimpleNamespace, maya: Any) -> None:
    actions.archive_stage(join.joined, target=None, by=maya)
    act = ChangeBatch.select().order_by(ChangeBatch.id.desc()).first()
    actions.change_stage(join.done, by=maya, role=Role.JOINED)
    assert undo(act, by=maya).left == ["stage.role"]
    assert [Stage.get_by_id(stage.id).role for stage in (join.joined, join.done)] == [None, Role.JOINED]
