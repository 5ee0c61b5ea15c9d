"""What tasks tell upward."""

from dataclasses import dataclass
from typing import ClassVar

from omni.core.events import Event
from omni.core.ids import Id

_BOTH = ("automations", "insights")


@dataclass(frozen=True)
class TaskCompleted(Event):
    """A task was done."""

    not_yet: ClassVar[tuple[str, ...]] = _BOTH

    task_id: Id


@dataclass(frozen=True)
class TaskFellOverdue(Event):
    """The time by which a task asked to be done is over."""

    not_yet: ClassVar[tuple[str, ...]] = _BOTH

    task_id: Id
