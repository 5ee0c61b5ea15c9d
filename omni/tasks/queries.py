"""Reads of the tasks. A task is shown while its contact is."""

from datetime import datetime
from typing import Any

from omni.accounts.models import Teammate
from omni.contacts import queries as contacts
from omni.contacts.models import Contact
from omni.contacts.next_actions import Step
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.tasks.models import Task, TaskStatus

PAGE = 50


def get_task(task_id: Id) -> Task:
    """The task with its contact. Raises NotFound."""
    task: Task | None = _visible().where(Task.id == task_id).first()
    if task is None:
        raise NotFound
    return task


def list_open(assignee: Teammate | None = None, after: tuple[datetime, Id] | None = None) -> list[Task]:
    """Open tasks, what is due first before the rest, one more than a page where there are more."""
    query = _visible().where(contacts.is_listed(), Task.status == TaskStatus.OPEN)
    if assignee is not None:
        query = query.where(Task.assignee == assignee.id)
    if after is not None:
        due_at, task_id = after
        query = query.where(Task.due_at >= due_at, (Task.due_at > due_at) | (Task.id > task_id))
    return list(query.order_by(Task.due_at, Task.id).limit(PAGE + 1))


def list_due(assignee_id: Id, until: datetime, limit: int) -> list[Task]:
    """A teammate's open tasks due by `until`, and those nobody has taken."""
    query = _visible().where(
        contacts.is_listed(),
        Task.status == TaskStatus.OPEN,
        Task.due_at <= until,
        (Task.assignee == assignee_id) | Task.assignee.is_null(),
    )
    return list(query.order_by(Task.due_at, Task.id).limit(limit))


def list_of(contact_id: Id) -> list[Task]:
    """A contact's open tasks, what is due first before the rest."""
    query = _visible().where(Task.contact == contact_id, Task.status == TaskStatus.OPEN)
    return list(query.order_by(Task.due_at, Task.id).limit(PAGE))


def first_call(contact_id: Id) -> Task | None:
    """The open task to call a contact that is due before others."""
    query = _visible().where(Task.contact == contact_id, Task.status == TaskStatus.OPEN, Task.kind == Step.CALL)
    found: Task | None = query.order_by(Task.due_at, Task.id).first()
    return found


def _visible() -> Any:
    return Task.select(Task, Contact).join(Contact, on=Task.contact).where(contacts.is_visible())
