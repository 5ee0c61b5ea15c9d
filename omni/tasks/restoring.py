"""Putting tasks back as they were, the contact's next step with them: the answer to contacts' port `restorers`."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from omni.contacts.doers import By
from omni.contacts.next_actions import Step, clear_next_action
from omni.contacts.ports import Restorer
from omni.core.changes import Batch, Change, Op, plain
from omni.core.ids import Id, decode
from omni.tasks.actions import columns_of, tell_contact
from omni.tasks.models import Anchor, Task, TaskStatus


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
    values = _beside(task.contact_id, task.id, _typed(change.before or {}))
    # Where it asks at another moment, it may fall late there anew.
    values["told_late_at"] = None
    Task.update({**values, "version": Task.version + 1}).where(Task.id == task.id).execute()
    for name, value in values.items():
        setattr(task, name, value)
    back.record(task, Op.UPDATED, before=before, after=columns_of(task), contact_id=task.contact_id)
    tell_contact(task)
    return []


def _bring_back(task: Task | None, change: Change, back: Batch) -> list[str]:
    if task is not None:
        return []
    values = _typed(change.before or {})
    task = Task.create(id=change.row_id, **_beside(values["contact"], change.row_id, values))
    back.record(task, Op.CREATED, before=None, after=columns_of(task), contact_id=task.contact_id)
    tell_contact(task)
    return []


def _beside(contact_id: Id, task_id: Id, values: dict[str, Any]) -> dict[str, Any]:
    """The columns of a step that comes back: where a default step stands by now, this one is somebody's own."""
    if values["is_default"] and values["status"] is TaskStatus.OPEN:
        others = Task.contact == contact_id, Task.status == TaskStatus.OPEN, Task.is_default, Task.id != task_id
        values["is_default"] = not Task.select().where(*others).exists()
    return values


READERS: dict[str, Any] = {
    **dict.fromkeys(("due_on", "expires_on"), date.fromisoformat),
    **dict.fromkeys(("due_at", "done_at", "snoozed_until", "expires_at"), datetime.fromisoformat),
    **dict.fromkeys(("done_by", "assignee", "contact", "series_id"), decode),
    "due_time": time.fromisoformat,
    "kind": Step,
    "status": TaskStatus,
    "anchor": Anchor,
}


def _typed(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns from their JSON."""
    return {
        name: READERS[name](value) if name in READERS and value is not None else value
        for name, value in columns.items()
    }
