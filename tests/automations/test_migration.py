"""Boards that stood before stages had roles get them by the names they were founded with."""

from typing import Any

import pytest

from omni.boards import queries
from omni.boards.models import Role, Stage
from omni.core import migrations
from omni.core.database import transaction
from omni.core.tenancy import entered


@pytest.mark.own_database
def test_stages_with_their_founded_names_take_their_roles(world: Any, config: Any) -> None:
    with entered(world.juniper), transaction():
        stages = {stage.name: stage for stage in queries.list_all_stages()}
        Stage.update(name="Signed up").where(Stage.id == stages["Joined"].id).execute()
        stages_made = Stage.select().count()
    migrations.down(config.data_dir, config.database_roles, target="0004_joins")
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert Stage.select().count() == stages_made
        bearing = {role: stage.name for role, stage in queries.stages_by_role().items()}
        assert bearing == {
            Role.TRIAL_BOOKED: "Trial booked",
            Role.TRIAL_DONE: "Trial done",
            Role.NEW_MEMBER: "New member",
        }
    with entered(world.iron):
        assert set(queries.stages_by_role()) == set(Role)
