"""What tasks tell upward."""

from dataclasses import dataclass
from typing import ClassVar

from omni.core.events import Event
from omni.core.ids import Id


@dataclass(frozen=True)
class TaskCompleted(Event):
    """A task was done."""

    not_yet: ClassVar[tuple[str, ...]] = ("automations", "insights")

    task_id: Id
