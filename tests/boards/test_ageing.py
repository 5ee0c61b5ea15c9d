"""Silence, rest and the reply clock: reckoned in the studio's time, told once, true after every act."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from omni.accounts.actions import set_business_hours
from omni.boards import actions, queries
from omni.boards.models import Card, Stage, StageStat
from omni.contacts import actions as people
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Contact
from omni.contacts.next_actions import Step, set_next_action
from omni.contacts.undo import get_batch, undo
from omni.core import clock
from omni.core.events import EventRow
from omni.core.ids import new_id
from omni.core.tenancy import sweeping
from tests.boards import definitions

New = Callable[..., Card]
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def friday(maya: Any) -> Iterator[None]:
    """Friday morning in Chicago, the clock stopped."""
    clock.freeze(FRIDAY)
    yield
    clock.freeze(None)


@pytest.fixture
def weekdays(maya: Any) -> None:
    """The studio is open from nine to six, Monday to Friday."""
    set_business_hours(dict.fromkeys(range(5), (540, 1080)), by=maya)


def fresh(card: Card) -> Card:
    return queries.get_card(card.id)


def pass_time(**length: float) -> None:
    clock.freeze(clock.now() + timedelta(**length))


def test_a_weekend_is_no_silence(weekdays: None, newcomer: New) -> None:
    card = newcomer()
    assert card.stage.stale_days == 1
    assert card.stale_at == FRIDAY + timedelta(days=3)


def test_a_word_begins_the_silence_anew_and_a_tag_does_not(weekdays: None, newcomer: New, maya: Any) -> None:
    card = newcomer()
    pass_time(hours=2)
    people.add_tag(card.contact, "yoga", by=maya)
    assert fresh(card).stale_at == card.stale_at
    people.log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.OUT, summary="Hello")
    assert fresh(card).stale_at == card.stale_at + timedelta(hours=2)


def test_a_planned_step_is_no_silence_and_a_kept_one_is(newcomer: New) -> None:
    card = newcomer()
    set_next_action(
        card.contact_id, ref=("task", new_id()), step=Step.CALL, title="Call", due_at=FRIDAY - timedelta(days=2)
    )
    assert fresh(card).stale_at is None
    assert Contact.get_by_id(card.contact_id).next_action_at == FRIDAY - timedelta(days=2)


def test_nobody_is_silent_while_they_rest(newcomer: New, maya: Any) -> None:
    card = newcomer()
    batch = people.snooze(card.contact, date(2026, 12, 10), reason="After the move", by=maya)
    assert fresh(card).stale_at == datetime(2026, 12, 10, 6, tzinfo=UTC)
    undo(get_batch(batch), by=maya)
    assert fresh(card).stale_at == card.stale_at
    assert Contact.get_by_id(card.contact_id).snooze_reason == ""


def test_who_rested_returns_on_top_with_the_reason(newcomer: New, maya: Any) -> None:
    card = newcomer()
    newcomer("Ben Farrow")
    people.snooze(card.contact, date(2026, 11, 22), reason="Back from Lisbon", by=maya)
    pass_time(days=3)
    with sweeping():
        assert [contact_id for _ws, contact_id in queries.contacts_to_wake()] == [card.contact_id]
    actions.wake(card.contact_id)
    contact = Contact.get_by_id(card.contact_id)
    assert (contact.snoozed_until, contact.snooze_reason) == (None, "Back from Lisbon")
    assert queries.head_position(card.stage_id) == fresh(card).position
    people.log_activity(contact, Kind.TEXT, by=maya, direction=Direction.OUT, summary="Welcome back")
    assert Contact.get_by_id(card.contact_id).snooze_reason == ""


def test_who_writes_is_back_before_their_day(newcomer: New, maya: Any) -> None:
    card = newcomer()
    people.snooze(card.contact, date(2026, 12, 10), reason="Busy", by=maya)
    people.log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.IN, summary="Is Monday free?")
    assert Contact.get_by_id(card.contact_id).snoozed_until is None
    assert fresh(card).reply_due_at is not None


def test_the_reply_clock_runs_while_the_studio_is_open(weekdays: None, newcomer: New, maya: Any) -> None:
    card = newcomer()
    clock.freeze(datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    people.log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.IN, summary="Hello?")
    assert fresh(card).reply_due_at == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    pass_time(minutes=10)
    people.log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.IN, summary="Anybody?")
    assert fresh(card).reply_due_at == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    people.log_activity(card.contact, Kind.EMAIL, by=maya, direction=Direction.OUT, summary="Here")
    assert fresh(card).reply_due_at is None


def test_a_move_takes_the_clock_of_the_next_stage(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    people.log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.IN, summary="Hello?")
    actions.change_stage(join.contacted, by=maya, reply_minutes=120)
    contacted = Stage.get_by_id(join.contacted.id)
    actions.move_card(fresh(card), contacted, by=maya)
    assert fresh(card).reply_due_at == FRIDAY + timedelta(hours=2)
    actions.move_card(fresh(card), join.joined, by=maya)
    assert (fresh(card).reply_due_at, fresh(card).stale_at) == (None, None)


def test_a_late_reply_and_a_silence_are_told_once(newcomer: New, maya: Any) -> None:
    card = newcomer()
    people.log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.IN, summary="Hello?")
    pass_time(days=3)
    with sweeping():
        assert [card_id for _ws, card_id in queries.late_untold()] == [card.id]
        assert [card_id for _ws, card_id in queries.silent_untold()] == [card.id]
    for _twice in range(2):
        actions.tell_late_reply(card.id)
        actions.tell_silence(card.id)
    told = [row.type for row in EventRow.select().where(EventRow.type.in_(["ReplyLate", "CardWentStale"]))]
    assert sorted(told) == ["CardWentStale", "ReplyLate"]
    people.log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.OUT, summary="Sorry")
    pass_time(hours=1)
    people.log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.IN, summary="And?")
    pass_time(days=4)
    actions.tell_late_reply(card.id)
    assert EventRow.select().where(EventRow.type == "ReplyLate").count() == 2


def test_other_hours_set_every_clock_anew(newcomer: New, maya: Any) -> None:
    card = newcomer()
    set_business_hours({2: (540, 1080)}, by=maya)
    with sweeping():
        assert card.stage_id in [stage for _ws, stage in queries.stages_to_recount()]
    actions.recount(card.stage_id)
    assert fresh(card).stale_at == definitions.stale_at(card) == FRIDAY + timedelta(days=5)
    with sweeping():
        assert card.stage_id not in [stage for _ws, stage in queries.stages_to_recount()]


def test_a_stages_other_limit_sets_its_clocks_anew(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    actions.change_stage(join.new, by=maya, stale_days=5)
    actions.recount(join.new.id)
    assert fresh(card).stale_at == FRIDAY + timedelta(days=6)


def test_what_a_card_is_worth_is_counted_and_taken_back(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    words: dict[str, Any] = {"title": "Ten classes", "expected_on": date(2026, 12, 1), "lost_reason": ""}
    batch = actions.change_card(card, value_cents=12_000, version=card.version, by=maya, **words)
    assert StageStat.get(StageStat.stage == join.new).value_cents == 12_000
    actions.move_card(fresh(card), join.contacted, by=maya)
    assert StageStat.get(StageStat.stage == join.contacted).value_cents == 12_000
    undo(get_batch(batch), by=maya)
    assert StageStat.get(StageStat.stage == join.contacted).value_cents == 0
    assert (fresh(card).title, fresh(card).expected_on, fresh(card).stage_id) == ("", None, join.contacted.id)


def test_a_gate_asks_and_its_answers_are_one_act_with_the_move(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    with pytest.raises(actions.GateShut) as shut:
        actions.move_card(card, join.lost, by=maya)
    assert shut.value.faults.keys() == {"lost_reason"}
    actions.change_stage(join.lost, by=maya, gate=["phone", "value", "lost_reason"])
    lost = Stage.get_by_id(join.lost.id)
    said = actions.Answers(phone="+13125550188", value_cents=5_000, lost_reason="Too far")
    moved = actions.move_card(fresh(card), lost, by=maya, answers=said)
    assert (fresh(card).lost_reason, fresh(card).value_cents) == ("Too far", 5_000)
    assert [StageStat.get(StageStat.stage == one).value_cents for one in (join.new, lost)] == [0, 5_000]
    undo(get_batch(moved.batch_id), by=maya)
    assert (fresh(card).lost_reason, fresh(card).value_cents, fresh(card).stage_id) == ("", None, join.new.id)
    assert [StageStat.get(StageStat.stage == one).value_cents for one in (join.new, lost)] == [0, 0]
    assert not Contact.get_by_id(card.contact_id).points


def test_who_leaves_a_lost_stage_is_asked_again(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    actions.move_card(card, join.lost, by=maya, answers=actions.Answers(lost_reason="Too far"))
    actions.move_card(fresh(card), join.contacted, by=maya)
    assert fresh(card).lost_reason == ""
    with pytest.raises(actions.GateShut):
        actions.move_card(fresh(card), join.lost, by=maya)


def test_several_cards_move_as_one_act(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    cards = [newcomer(name) for name in ("Ana", "Ben", "Eli")]
    batch = actions.move_cards(cards, join.contacted, by=maya)
    order = Card.select().where(Card.stage == join.contacted).order_by(Card.position)
    assert [card.id for card in order] == [card.id for card in cards]
    undo(get_batch(batch), by=maya)
    assert StageStat.get(StageStat.stage == join.new).n == 3
