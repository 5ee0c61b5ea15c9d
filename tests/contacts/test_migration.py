"""The tables of what a studio keeps of a person come to a studio that has people, and go, with nobody harmed."""

from __future__ import annotations

from typing import Any

import pytest

from omni.contacts import actions, queries
from omni.contacts.imports import counting, opening
from omni.contacts.models import Contact, ImportFile
from omni.core import actors, migrations
from omni.core.database import database
from omni.core.tenancy import Reason, cross_tenant, entered, sweeping
from omni.start import all_models, sql_by_hand

MIGRATION = "0007_particulars"
NEW = {"field_def", "field_value", "preference", "goal", "goal_checkin", "mention", "attachment"}


@pytest.mark.own_database
def test_particulars_come_to_people_who_are_there(world: Any, config: Any, house: Any) -> None:
    who = world.lead.id
    migrations.down(config.data_dir, config.database_roles, MIGRATION)
    assert not NEW & tables()
    migrations.up(config.data_dir, config.database_roles)
    assert tables() >= NEW
    with entered(world.juniper):
        there = Contact.get_by_id(who)
        assert (there.display_name, there.pronouns, there.language, there.photo_id) == ("Ana Nunez", "", "", None)
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


@pytest.mark.own_database
def test_a_file_that_waits_is_counted_once_its_rehearsal_has_a_place(world: Any, config: Any, house: Any) -> None:
    with entered(world.juniper):
        raw = b"Record ID,First Name,Last Name,Lead Status\n1,Ana,Kim,NEW\n"
        job = opening.receive(raw, file_name="f.csv", by=actors.SYSTEM)
        counting.begin(job)
    migrations.down(config.data_dir, config.database_roles, "0005_rehearsals")
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert bytes(ImportFile.get().content) == raw
        assert counting.standing(job) == (0, None)
    with sweeping():
        found = list(counting.uncounted())
    assert found == [(world.juniper.id, job.id)]
    with entered(world.juniper):
        counting.count(job.id)
        assert counting.standing(job)[1]["counts"]["created"] == 1
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


def tables() -> set[str]:
    with cross_tenant(Reason.MIGRATION):
        return set(database.obj.get_tables())


@pytest.mark.own_database
def test_who_is_put_away_comes_back_with_an_older_schema_and_nobody_is_lost(
    world: Any, config: Any, house: Any
) -> None:
    with entered(world.juniper):
        actions.put_away(world.lead, by=world.maya)
        who, other = world.lead.id, world.member.id
    migrations.down(config.data_dir, config.database_roles, "0014_put_away")
    assert "put_away_at" not in columns("contact")
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert {one.id for one in queries.listed()} == {who, other}
        # The column is one that is written, not only there.
        assert actions.put_away(Contact.get_by_id(who), by=world.maya)
        assert {one.id for one in queries.listed()} == {other}
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


@pytest.mark.own_database
def test_merged_people_keep_their_rows_when_nothing_says_into_whom(world: Any, config: Any, house: Any) -> None:
    with entered(world.juniper):
        winner, loser = world.lead, world.member
        actions.merge(winner, loser, picks={}, versions=(winner.version, loser.version), by=world.maya)
        assert queries.find_merged(loser.id) == winner.id
    migrations.down(config.data_dir, config.database_roles, "0016_merged")
    assert "merged_into_id" not in columns("contact")
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        there = Contact.get_by_id(loser.id)
        assert (there.merged_into_id, there.deleted_at is None) == (None, False)
        assert [one.id for one in queries.visible()] == [winner.id]
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


def columns(table: str) -> set[str]:
    with cross_tenant(Reason.MIGRATION):
        return {column.name for column in database.obj.get_columns(table)}
