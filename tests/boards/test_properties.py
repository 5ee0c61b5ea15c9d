"""Whatever is done to cards, in whatever order, counts, stays and clocks hold (specs/contacts.md, invariants 2 to 5, 8,
9 and 17)."""

import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from omni.accounts.actions import add_holiday, set_business_hours
from omni.boards import actions, queries
from omni.boards.models import Card, CardStay, Outcome, Stage, StageStat
from omni.contacts import actions as people
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Contact, LifecycleSpan
from omni.contacts.next_actions import NextAction, Step, clear_next_action, set_next_action
from omni.contacts.reading.people import Person
from omni.contacts.undo import undo
from omni.core import clock
from omni.core.changes import Change, ChangeBatch
from omni.core.database import transaction
from omni.core.faults import Gone
from omni.core.ids import new_id
from tests.boards import definitions

WEDNESDAY = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
pick = st.integers(0, 10_000)
WORDS = [(Kind.TEXT, Direction.IN), (Kind.TEXT, Direction.OUT), (Kind.EMAIL, Direction.IN), (Kind.NOTE, None)]
LOST = actions.Answers(lost_reason="Too far")


class Forgotten(Exception):
    """Ends a history and takes all of it back."""


class Boards(RuleBasedStateMachine):
    """A studio whose people come, are moved, written to, put to rest or away, merged, taken back; days pass."""

    maya: Any = None

    @initialize()
    def open_the_studio(self) -> None:
        # Each history begins in the same studio, else it could not be told again.
        self._undone = contextlib.ExitStack()
        self._undone.enter_context(contextlib.suppress(Forgotten))
        self._undone.enter_context(transaction())
        self.people = 0
        self.now = WEDNESDAY
        clock.freeze(self.now)

    def teardown(self) -> None:
        self._undone.__exit__(Forgotten, Forgotten(), None)
        clock.freeze(None)

    def cards(self) -> list[Card]:
        """The open cards in an order that is the same whenever the history is told."""
        rows = Card.select(Card, Stage, Contact).join(Stage).switch(Card).join(Contact).where(Card.closed_at.is_null())
        return sorted(rows, key=lambda card: (card.contact.display_name, card.stage.board_id))

    def card(self, at: int) -> Card:
        cards = self.cards()
        return queries.get_card(cards[at % len(cards)].id)

    def living(self) -> list[Contact]:
        """Those who stand in lists and on boards, in an order that is the same whenever the history is told."""
        here = Contact.deleted_at.is_null() & Contact.put_away_at.is_null()
        return list(Contact.select().where(here).order_by(Contact.display_name))

    def resting(self) -> list[Contact]:
        """Those put away."""
        away = Contact.put_away_at.is_null(False) & Contact.deleted_at.is_null()
        return list(Contact.select().where(away).order_by(Contact.display_name))

    @rule(where=pick, is_default=st.booleans())
    def add(self, where: int, is_default: bool) -> None:
        self.people += 1
        stages = queries.list_all_stages()
        place = people.Place.DEFAULT if is_default else stages[where % len(stages)].id
        people.add_contact(Person(given_name=f"Person {self.people:03}"), by=self.maya, place=place)

    @precondition(lambda self: self.cards())
    @rule(who=pick, where=pick, behind=st.none() | pick)
    def move(self, who: int, where: int, behind: int | None) -> None:
        card, cards = self.card(who), self.cards()
        stages = queries.list_stages(card.board_id)
        after = None if behind is None else cards[behind % len(cards)]
        actions.move_card(card, stages[where % len(stages)], by=self.maya, after=after, answers=LOST)

    @precondition(lambda self: self.cards())
    @rule(where=pick, count=st.integers(1, 4))
    def move_several(self, where: int, count: int) -> None:
        board = self.cards()[0].board_id
        cards = [queries.get_card(card.id) for card in self.cards() if card.board_id == board][:count]
        stages = queries.list_stages(board)
        actions.move_cards(cards, stages[where % len(stages)], by=self.maya, answers=LOST)

    @precondition(lambda self: self.cards())
    @rule(who=pick)
    def land_on_the_other_board(self, who: int) -> None:
        card = self.card(who)
        other = next(stage for stage in queries.list_all_stages() if stage.board_id != card.board_id)
        actions.land(card.contact, other.id, by=self.maya)

    @precondition(lambda self: self.cards())
    @rule(who=pick, what=st.sampled_from(WORDS))
    def speak(self, who: int, what: tuple[Kind, Direction | None]) -> None:
        kind, direction = what
        people.log_activity(self.card(who).contact, kind, by=self.maya, direction=direction, summary="Hello")

    @precondition(lambda self: self.cards())
    @rule(who=pick, days=st.integers(1, 20))
    def rest(self, who: int, days: int) -> None:
        people.snooze(self.card(who).contact, (self.now + timedelta(days=days)).date(), reason="Spring", by=self.maya)

    @precondition(lambda self: self.cards())
    @rule(who=pick)
    def come_back(self, who: int) -> None:
        people.wake(self.card(who).contact, by=self.maya)

    @precondition(lambda self: self.cards())
    @rule(who=pick, days=st.integers(0, 9))
    def promise(self, who: int, days: int) -> None:
        due_at = self.now + timedelta(days=days)
        set_next_action(self.card(who).contact_id, ref=("task", new_id()), step=Step.CALL, title="Call", due_at=due_at)

    @precondition(lambda self: NextAction.select().exists())
    @rule(which=pick)
    def keep(self, which: int) -> None:
        promises = list(NextAction.select().order_by(NextAction.due_at, NextAction.id))
        one = promises[which % len(promises)]
        clear_next_action(ref=(one.ref_table, one.ref_id))

    @precondition(lambda self: self.cards())
    @rule(who=pick, worth=st.none() | st.integers(0, 90_000))
    def say_what_it_is_worth(self, who: int, worth: int | None) -> None:
        more = {"title": "Ten classes", "expected_on": None, "lost_reason": "", "version": None}
        actions.change_card(self.card(who), value_cents=worth, by=self.maya, **more)

    @precondition(lambda self: self.cards())
    @rule(who=pick)
    def put_away(self, who: int) -> None:
        people.put_away(self.card(who).contact, by=self.maya)

    @precondition(lambda self: self.resting())
    @rule(who=pick)
    def bring_back(self, who: int) -> None:
        resting = self.resting()
        people.bring_back(resting[who % len(resting)], by=self.maya)

    @precondition(lambda self: len(self.living()) > 1)
    @rule(who=pick, other=pick)
    def merge(self, who: int, other: int) -> None:
        living = self.living()
        winner = living.pop(who % len(living))
        loser = living[other % len(living)]
        people.merge(winner, loser, picks={}, versions=(winner.version, loser.version), by=self.maya)

    @rule(which=pick)
    def take_back(self, which: int) -> None:
        batches = list(ChangeBatch.select().order_by(ChangeBatch.id.desc()).limit(6))
        if batches:
            with contextlib.suppress(Gone):
                undo(batches[which % len(batches)], by=self.maya)

    @rule(which=pick, where=pick, board=st.integers(0, 1))
    def archive(self, which: int, where: int, board: int) -> None:
        stages = queries.list_stages(queries.list_boards()[board].id)
        if len(stages) > 4:
            gone = stages.pop(which % len(stages))
            actions.archive_stage(gone, target=stages[where % len(stages)], by=self.maya)

    @rule(
        which=pick,
        days=st.none() | st.integers(1, 9),
        minutes=st.none() | st.integers(5, 900),
        outcome=st.sampled_from(Outcome),
    )
    def set_a_stage(self, which: int, days: int | None, minutes: int | None, outcome: Outcome) -> None:
        stages = queries.list_all_stages()
        stage = stages[which % len(stages)]
        actions.change_stage(stage, by=self.maya, stale_days=days, reply_minutes=minutes, outcome=outcome)
        actions.recount(stage.id)

    @rule(weekday=st.integers(0, 6), opens=st.integers(0, 800), day=st.integers(0, 20))
    def set_the_hours(self, weekday: int, opens: int, day: int) -> None:
        set_business_hours({weekday: (opens, 1000), 2: (540, 1080)}, by=self.maya)
        add_holiday((self.now + timedelta(days=day)).date(), by=self.maya)
        for stage in queries.list_all_stages():
            actions.recount(stage.id)

    @rule(hours=st.integers(1, 200))
    def let_time_pass(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        clock.freeze(self.now)
        for contact in Contact.select().where(Contact.snoozed_until <= self.now):
            actions.wake(contact.id)

    @invariant()
    def every_counter_counts_its_cards_and_their_worth(self) -> None:
        for stat in StageStat.select():
            cards = list(Card.select().where(Card.stage == stat.stage_id, Card.closed_at.is_null()))
            assert (stat.n, stat.value_cents) == (len(cards), sum(card.value_cents or 0 for card in cards))

    @invariant()
    def every_card_stands_on_its_own_board_once(self) -> None:
        seen = set()
        for card in self.cards():
            assert card.stage.board_id == card.board_id
            assert (card.board_id, card.contact_id) not in seen
            assert (card.contact.deleted_at, card.contact.merged_into_id, card.contact.put_away_at) == (None,) * 3
            seen.add((card.board_id, card.contact_id))

    @invariant()
    def stays_neither_overlap_nor_leave_a_gap(self) -> None:
        for card in Card.select():
            stays = list(CardStay.select().where(CardStay.card == card).order_by(CardStay.entered_at, CardStay.id))
            assert [stay.left_at is None for stay in stays] == [False] * (len(stays) - 1) + [card.closed_at is None]
            if card.closed_at is None:
                assert stays[-1].stage_id == card.stage_id
            for before, after in itertools.pairwise(stays):
                assert before.left_at <= after.entered_at
                assert before.left_at == after.entered_at or _was_off(card)

    @invariant()
    def a_life_has_one_span_after_the_other(self) -> None:
        for contact in self.living():
            spans = list(LifecycleSpan.select().where(LifecycleSpan.contact == contact).order_by(LifecycleSpan.from_at))
            assert [span.to_at is None for span in spans] == [False] * (len(spans) - 1) + [True]
            assert spans[-1].state is contact.lifecycle
            assert all(before.to_at == after.from_at for before, after in itertools.pairwise(spans))

    @invariant()
    def a_contact_knows_when_its_next_step_is_due(self) -> None:
        for contact in Contact.select():
            assert contact.next_action_at == definitions.next_action_at(contact.id)

    @invariant()
    def every_clock_is_what_it_would_be_reckoned_from_nothing(self) -> None:
        for card in self.cards():
            assert card.stale_at == definitions.stale_at(card)
            assert card.reply_due_at == definitions.reply_due_at(card)
            assert card.new_since == definitions.new_since(card)


def _was_off(card: Card) -> bool:
    """Whether the card lay off its board at some time: then its stays have that gap, and no other."""
    changes = Change.select().where(Change.row_table == "card", Change.row_id == card.id)
    return any((change.before or {}).get("closed_at") for change in changes)


@pytest.fixture
def studio(maya: Any) -> Any:
    Boards.maya = maya
    yield maya
    Boards.maya = None


def test_any_history_keeps_counts_and_stays(studio: Any) -> None:
    # A history that fails is told as it was: to shorten it would take minutes.
    few = settings(
        max_examples=10,
        stateful_step_count=20,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Boards, settings=few)
