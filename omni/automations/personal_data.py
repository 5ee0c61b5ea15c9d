"""What this room's table holds about whom."""

from omni.automations.models import JoinSwitch
from omni.core.personal_data import TableAnswer

ANSWERS = [
    TableAnswer(
        JoinSwitch,
        subject="workspace",
        locate=lambda _workspace_id: JoinSwitch.select(),
        export="joins",
        why="what happens by itself in a studio and who turned it on or off; about no contact",
    ),
]
