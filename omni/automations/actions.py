"""Writes of this room."""

from omni.accounts.models import Teammate
from omni.automations.models import Join, JoinSwitch
from omni.contacts.doers import actor_of
from omni.core import audit, clock
from omni.core.database import transaction
from omni.core.tenancy import current_workspace_id


def switch_join(join: Join, *, is_on: bool, by: Teammate) -> None:
    """Let a join act from now on, or no more. What it did stays."""
    now = clock.now()
    with transaction():
        JoinSwitch.insert(workspace=current_workspace_id(), key=join, is_on=is_on, by=by, at=now).on_conflict(
            conflict_target=[JoinSwitch.workspace, JoinSwitch.key],
            update={JoinSwitch.is_on: is_on, JoinSwitch.by: by, JoinSwitch.at: now},
        ).execute()
        row = JoinSwitch.get(JoinSwitch.key == join)
        audit.record("join.switched", row, by=actor_of(by), key=join.value, is_on=is_on)
