"""Whatever is done to cards, in whatever order, counts and stays hold (specs/contacts.md, invariants 1 to 5)."""

import contextlib
import itertools
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from omni.boards import actions, queries
from omni.boards.models import Card, CardStay, Stage, StageStat
from omni.contacts.actions import NeverAMember, Place, add_contact
from omni.contacts.models import Contact
from omni.contacts.reading.people import Person
from omni.contacts.undo import undo
from omni.core.changes import ChangeBatch
from omni.core.database import transaction
from omni.core.faults import Gone


class Forgotten(Exception):
    """Ends a history and takes all of it back."""


class Boards:
    """A studio whose people are added, moved, taken back and redone."""

    maya: Any = None

    def __init__(self) -> None:
        self.people = 0
        # Each history begins in the same studio, else it could not be told again.
        self._undone = contextlib.ExitStack()
        self._undone.enter_context(contextlib.suppress(Forgotten))
        self._undone.enter_context(transaction())

    def teardown(self) -> None:
        self._undone.__exit__(Forgotten, Forgotten(), None)

    def _cards(self) -> list[Card]:
        rows = Card.select(Card, Stage, Contact).join(Stage).switch(Card).join(Contact)
        return list(rows.where(Card.closed_at.is_null()).order_by(Card.created_at, Card.id))

    def act(self, random: Random) -> None:
        """One act of any kind, on anything."""
        pick, where, behind = (random.randrange(10_000) for _ in range(3))
        acts = [lambda: self.add(pick), lambda: self.take_back(pick), lambda: self.archive(pick, where)]
        if self._cards():
            acts += [lambda: self.move(pick, where, behind), lambda: self.land_on_the_other_board(pick)] * 2
        random.choice(acts)()

    def add(self, pick: int) -> None:
        self.people += 1
        stages = [stage.id for stage in queries.list_all_stages()]
        place = stages[pick % len(stages)] if pick % 3 else Place.DEFAULT
        add_contact(Person(given_name=f"Person {self.people}"), by=self.maya, place=place)

    def move(self, pick: int, where: int, behind: int) -> None:
        cards = self._cards()
        card = cards[pick % len(cards)]
        stages = queries.list_stages(card.board_id)
        after = cards[behind % len(cards)] if behind % 2 else None
        with contextlib.suppress(NeverAMember):
            actions.move_card(card, stages[where % len(stages)], by=self.maya, after=after)

    def land_on_the_other_board(self, pick: int) -> None:
        cards = self._cards()
        card = cards[pick % len(cards)]
        other = next(stage for stage in queries.list_all_stages() if stage.board_id != card.board_id)
        actions.land(card.contact, other.id, by=self.maya)

    def take_back(self, pick: int) -> None:
        batches = list(ChangeBatch.select().order_by(ChangeBatch.created_at, ChangeBatch.id))
        if batches:
            with contextlib.suppress(Gone):
                undo(batches[pick % len(batches)], by=self.maya)

    def archive(self, pick: int, where: int) -> None:
        stages = queries.list_stages(queries.list_boards()[pick % 2].id)
        if len(stages) > 4:
            gone = stages.pop(pick % len(stages))
            to = stages[where % len(stages)]
            with contextlib.suppress(NeverAMember):
                actions.archive_stage(gone, target=to, by=self.maya)

    def every_counter_counts_its_cards(self) -> None:
        for stat in StageStat.select():
            cards = Card.select().where(Card.stage == stat.stage_id, Card.closed_at.is_null())
            assert stat.n == cards.count()

    def every_card_stands_on_its_own_board_once(self) -> None:
        seen = set()
        for card in self._cards():
            assert card.stage.board_id == card.board_id
            assert (card.board_id, card.contact_id) not in seen
            assert card.contact.deleted_at is None
            seen.add((card.board_id, card.contact_id))

    def stays_neither_overlap_nor_leave_a_gap(self) -> None:
        for card in Card.select():
            stays = list(CardStay.select().where(CardStay.card == card).order_by(CardStay.entered_at, CardStay.id))
            is_open = [stay for stay in stays if stay.left_at is None]
            assert len(is_open) == (card.closed_at is None)
            if is_open:
                assert stays[-1].stage_id == card.stage_id
            for before, after in itertools.pairwise(stays):
                assert before.left_at is not None
                assert before.left_at <= after.entered_at
            if card.closed_at is None and not _was_off(card):
                for before, after in itertools.pairwise(stays):
                    assert before.left_at == after.entered_at


def _was_off(card: Card) -> bool:
    """Whether the card lay off its board at some time: then its stays have that gap, and no other."""
    from omni.core.changes import Change

    changes = Change.select().where(Change.row_table == "card", Change.row_id == card.id)
    return any((change.before or {}).get("closed_at") for change in changes)


@pytest.fixture
def studio(maya: Any) -> Iterator[Any]:
    Boards.maya = maya
    yield maya
    Boards.maya = None


@pytest.mark.parametrize("seed", range(8))
def test_any_history_keeps_counts_and_stays(studio: Any, seed: int) -> None:
    # Told by seeds: what an act picks depends on rows with ids of their own time, which no shrinker can tell again.
    random, boards = Random(seed), Boards()
    try:
        for _step in range(20):
            boards.act(random)
            boards.every_counter_counts_its_cards()
            boards.every_card_stands_on_its_own_board_once()
            boards.stays_neither_overlap_nor_leave_a_gap()
    finally:
        boards.teardown()
