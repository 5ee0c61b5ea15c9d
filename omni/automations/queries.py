"""Reads of this room."""

from dataclasses import dataclass
from typing import Any

from omni.automations.models import Join, JoinSwitch
from omni.boards import queries as boards
from omni.boards.models import Role, Stage
from omni.core.prepared import prepared

# The roles without whose stages a join has nothing to go by.
ROLES: dict[Join, tuple[Role, ...]] = {Join.LIFE_FOLLOWS: (), Join.KEEP_FOLLOWS: (Role.JOINED, Role.NEW_MEMBER)}


@dataclass(frozen=True)
class JoinState:
    """A join as it stands: its switch, the stages it goes by, and the roles that no live stage bears."""

    join: Join
    is_on: bool
    stages: dict[Role, Stage]
    missing: tuple[Role, ...]


def turned_off() -> set[Join]:
    """The joins that do not act here."""
    return {key for key, is_on in _switches() if not is_on}


@prepared
def _switches() -> Any:
    return JoinSwitch.select(JoinSwitch.key, JoinSwitch.is_on).tuples()


def list_joins() -> list[JoinState]:
    """Every join, in the order in which they act."""
    off, bearing = turned_off(), boards.stages_by_role()
    states = []
    for join, roles in ROLES.items():
        stages = {role: bearing[role] for role in roles if role in bearing}
        missing = tuple(role for role in roles if role not in bearing)
        states.append(JoinState(join, join not in off, stages, missing))
    return states
