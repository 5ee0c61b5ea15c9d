"""The tasks of two contacts who become one: the answer to contacts' port `merging` (specs/contacts.md, 5.7)."""

from collections.abc import Sequence

from omni.contacts.carrying import Rows
from omni.contacts.ports import Merging
from omni.core.ids import Id
from omni.tasks.actions import tell_contact
from omni.tasks.models import Task, TaskStatus


def merging() -> Merging:
    """How tasks follow."""
    return Merging({"task": Rows(Task)}, settle)


def settle(contact_ids: Sequence[Id]) -> None:
    """Let the next steps of these contacts say whose open tasks are whose now."""
    for task in Task.select().where(Task.contact.in_(list(contact_ids)), Task.status == TaskStatus.OPEN):
        tell_contact(task)
