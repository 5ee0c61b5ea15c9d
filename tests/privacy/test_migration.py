"""The clock of who is deleted for good comes to a studio, and goes, and nobody is hidden without one."""

from typing import Any

import pytest

from omni.contacts import actions as people
from omni.contacts.kinds import Processing
from omni.contacts.models import Contact
from omni.core import migrations
from omni.core.tenancy import entered
from omni.privacy import erasing
from omni.privacy.models import Erasure
from omni.start import all_models, sql_by_hand


@pytest.mark.own_database
def test_who_was_on_the_way_out_is_put_away_when_the_clock_goes(world: Any, config: Any, house: Any) -> None:
    with entered(world.juniper):
        people.restrict(world.member, reason="Quiet", by=world.maya)
        for one in (world.lead, world.member):
            contact = Contact.get_by_id(one.id)
            erasing.ask_erasure(contact, shown=erasing.fingerprint(erasing.plan(one.id)), by=world.maya)
    migrations.down(config.data_dir, config.database_roles, "0031_goodbyes")
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert Erasure.select().count() == 0
        lead, member = (Contact.get_by_id(one.id) for one in (world.lead, world.member))
        assert (lead.processing, member.processing) == (Processing.NORMAL, Processing.RESTRICTED)
        assert people.bring_back(lead, by=world.maya)
        assert erasing.ask_erasure(lead, shown=erasing.fingerprint(erasing.plan(lead.id)), by=world.maya).is_pending
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
