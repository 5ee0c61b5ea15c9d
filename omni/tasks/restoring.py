"""Putting tasks back as they were, the contact's next step with them: the answer to contacts' port `restorers`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from omni.contacts.doers import By
from omni.contacts.next_actions import Step, clear_next_action
from omni.contacts.ports import Restorer
from omni.core.changes import Batch, Change, Op, plain
from omni.core.ids import decode
from omni.tasks.actions import columns_of, tell_contact
from omni.tasks.models import Task, TaskStatus


def restorers() -> Mapping[str, Restorer]:
    """The tables this room puts back."""
    return {"task": put_back_task}


def put_back_task(change: Change, back: Batch, *, by: By) -> list[str]:
    """Undo one change of a task; the names of the columns that were left, since somebody changed them."""
    task: Task | None = Task.select().where(Task.id == change.row_id).first()
    if change.op is Op.DELETED:
        return _bring_back(task, change, back)
    if task is None:
        return []
    now, then = plain(columns_of(task)), change.after or {}
    left = [f"task.{name}" for name, value in then.items() if now[name] != value]
    if left:
        return left
    if change.op is Op.CREATED:
        Task.delete().where(Task.id == task.id).execute()
        clear_next_action(ref=("task", task.id))
        before = then | {"contact": task.contact_id}
        back.record(task, Op.DELETED, before=before, after=None, contact_id=task.contact_id)
        return []
    before = columns_of(task)
    values = _typed(change.before or {})
    Task.update({**values, "version": Task.version + 1}).where(Task.id == task.id).execute()
    for name, value in values.items():
        setattr(task, name, value)
    back.record(task, Op.UPDATED, before=before, after=columns_of(task), contact_id=task.contact_id)
    tell_contact(task)
    return []


def _bring_back(task: Task | None, change: Change, back: Batch) -> list[str]:
    if task is not None:
        return []
    task = Task.create(id=change.row_id, **_typed(change.before or {}))
    back.record(task, Op.CREATED, before=None, after=columns_of(task), contact_id=task.contact_id)
    tell_contact(task)
    return []


READERS: dict[str, Any] = {
    "due_on": date.fromisoformat,
    "due_at": datetime.fromisoformat,
    "done_at": datetime.fromisoformat,
    "done_by": decode,
    "assignee": decode,
    "contact": decode,
    "kind": Step,
    "status": TaskStatus,
}


def _typed(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns from their JSON."""
    return {name: READERS.get(name, str)(value) if value is not None else None for name, value in columns.items()}
