"""From the first release's tables to those with clocks, with a studio in them; and back."""

from datetime import timedelta
from typing import Any

import pytest

from omni.boards import actions, queries
from omni.boards.models import Card, Stage, StageStat
from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction, Step
from omni.contacts.reading.people import Person
from omni.core import clock, migrations
from omni.core.ids import new_id
from omni.core.tenancy import entered
from tests.boards import definitions

BEFORE = "0002_stages_that_ask"


@pytest.mark.own_database
def test_a_studio_of_before_keeps_its_cards_and_gets_its_clocks(world: Any, config: Config) -> None:
    with entered(world.juniper):
        ana, ben = (people.add_contact(Person(given_name=name), by=world.maya) for name in ("Ana", "Ben"))
        people.log_activity(ana, Kind.TEXT, by=world.maya, direction=Direction.IN, summary="Hello?")
        due_at = clock.now()
        NextAction.create(contact=ben, ref_table="task", ref_id=new_id(), step=Step.CALL, due_at=due_at)
    migrations.down(config.data_dir, config.database_roles, BEFORE)
    assert BEFORE in migrations.pending()
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert Contact.get_by_id(ben.id).next_action_at == due_at
        assert {stage.reply_minutes for stage in Stage.select() if stage.is_open} == {60}
        assert all(stage.recount_at and stage.gate == [] for stage in Stage.select())
        for stage in queries.list_all_stages():
            actions.recount(stage.id)
        cards = {card.contact_id: card for card in Card.select()}
        assert cards[ana.id].last_activity_at is not None
        assert cards[ben.id].stale_at is None
        for card in cards.values():
            assert card.stale_at == definitions.stale_at(card)
            assert card.reply_due_at == definitions.reply_due_at(card)
            assert card.new_since == definitions.new_since(card)
        assert sorted((stat.n, stat.value_cents) for stat in StageStat.select())[-1] == (2, 0)


@pytest.mark.own_database
def test_cards_of_before_know_who_is_new(world: Any, config: Config) -> None:
    with entered(world.juniper):
        _new, answered, resting = (people.add_contact(Person(given_name=name), by=world.maya) for name in "NAR")
        people.log_activity(answered, Kind.TEXT, by=world.maya, direction=Direction.OUT, summary="Hello!")
        people.snooze(resting, clock.now().date() + timedelta(days=9), reason="", by=world.maya)
        before = {card.id: card.new_since for card in Card.select()}
    assert [since is None for since in before.values()] == [False, True, True]
    migrations.down(config.data_dir, config.database_roles, "0036_new_leads")
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert {card.id: card.new_since for card in Card.select()} == before
