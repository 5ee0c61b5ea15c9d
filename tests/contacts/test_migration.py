"""The tables of what a studio keeps of a person come to a studio that has people, and go, with nobody harmed."""

from __future__ import annotations

from typing import Any

import pytest

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
