"""The tasks of two contacts who become one: the answer to contacts' port `merging` (specs/contacts.md, 5.7)."""

from collections.abc import Sequence
from typing import Any

from omni.contacts.carrying import Rows
from omni.contacts.ports import Merge, Merging
from omni.core.ids import Id
from omni.tasks.actions import tell_contact
from omni.tasks.actions.keeping import write
from omni.tasks.models import Task, TaskStatus


def merging() -> Merging:
    """How tasks follow."""
    return Merging({"task": Tasks(Task)}, settle)


class Tasks(Rows):
    """The winner has the loser's tasks. Beside a default step of the winner's the loser's is somebody's own."""

    def __call__(self, merge: Merge) -> None:
        if _default_steps(merge.winner.id).exists():
            for task in _default_steps(merge.loser.id):
                write(task, merge.batch, is_default=False)
        super().__call__(merge)


def settle(contact_ids: Sequence[Id]) -> None:
    """Let the next steps of these contacts say whose open tasks are whose now."""
    for task in Task.select().where(Task.contact.in_(list(contact_ids)), Task.status == TaskStatus.OPEN):
        tell_contact(task)


def _default_steps(contact_id: Id) -> Any:
    is_open = Task.status == TaskStatus.OPEN
    return Task.select().where(Task.contact == contact_id, is_open, Task.is_default)
