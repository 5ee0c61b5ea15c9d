"""Ending a promise: done, not needed any more, or too late; and what of it comes again."""

from typing import Any

from omni.accounts.models import Teammate
from omni.contacts.actions import log_activity
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.holding import hold
from omni.contacts.kinds import Kind
from omni.contacts.models import Contact
from omni.core import changes, clock
from omni.core.actors import SYSTEM
from omni.core.changes import Batch, Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.ids import Id
from omni.core.words import lazy
from omni.tasks import queries
from omni.tasks.actions.keeping import claim, columns_of, make, promised, tell_contact
from omni.tasks.events import TaskCompleted
from omni.tasks.models import Anchor, Task, TaskStatus
from omni.tasks.recurrence import following

DONE = lazy("Done: %(title)s")
CANCELLED = lazy("Not needed any more: %(title)s")
EXPIRED = lazy("Too late for: %(title)s")
# A line of the timeline that says why nothing is planned.
NONE_NEXT = "none"


def finish_task(task: Task, *, by: By) -> Id | None:
    """Write down that the task is done, once however often it is said; the batch that takes it back.

    A repeated one is promised again in the same transaction.
    """
    with transaction():
        batch_id = _close(task, TaskStatus.DONE, DONE.key, by=by)
        if batch_id:
            publish(TaskCompleted(contact_id=task.contact_id, task_id=task.id), by=actor_of(by))
    return batch_id


def finish_call(contact: Contact, by: Teammate) -> list[str]:
    """The contact was called: the first open task to call them is done. Its title, if there was one (port `called`)."""
    task = queries.first_call(contact.id)
    return [task.title] if task and finish_task(task, by=by) else []


def cancel_task(task: Task, *, reason: str, by: By) -> Id | None:
    """Write down why the task is not needed any more, nor any repetition of it; the batch that takes it back."""
    with transaction():
        return _close(task, TaskStatus.CANCELLED, CANCELLED.key, by=by, outcome=reason)


def expire_task(task_id: Id) -> None:
    """Close a task nobody needs after the day it was good until; a repeated one is promised for its next time."""
    task = Task.get_or_none(Task.id == task_id)
    if task is not None and task.expires_at is not None and task.expires_at < clock.now():
        with transaction():
            _close(task, TaskStatus.EXPIRED, EXPIRED.key, by=SYSTEM)


def decline_next(contact: Contact, *, reason: str, by: By) -> None:
    """Write down why nothing further is planned for the contact."""
    log_activity(contact, Kind.TASK, by=by, outcome=NONE_NEXT, summary=reason)


def _close(task: Task, status: TaskStatus, words: str, *, by: By, outcome: str = "") -> Id | None:
    hold([task.contact_id])
    before = columns_of(task)
    now, who = clock.now(), teammate_id_of(by)
    if not claim(task, status=status, done_at=now, done_by=who, outcome=outcome, is_default=False):
        return None
    with changes.batch("task", words, by=actor_of(by), title=task.title) as batch:
        batch.record(task, Op.UPDATED, before=before, after=columns_of(task), contact_id=task.contact_id)
        tell_contact(task)
        if status is not TaskStatus.CANCELLED:
            _promise_again(task, batch)
    log_activity(task.contact, Kind.TASK, by=by, summary=task.title, outcome=status.value)
    return batch.id


def _promise_again(task: Task, batch: Batch) -> None:
    """Make the next one of a series, unless it has ended, or was made when this one was closed before."""
    number = (task.occurrence_no or 0) + 1
    if task.rule is None or _is_made(task.series_id, number):
        return
    today = clock.today_in(task.timezone)
    start = task.due_on if task.anchor is Anchor.DUE else today
    due_on = following(task.rule, start=start, after=max(start, today))
    if due_on is None:
        return
    columns: dict[str, Any] = {
        name: getattr(task, name) for name in ("title", "kind", "repeat", "anchor", "series_id", "contact_id")
    }
    good_until = task.expires_on and due_on + (task.expires_on - task.due_on)
    columns |= promised(due_on, task.due_time, good_until, task.timezone)
    make(batch, **columns, assignee=task.assignee_id, occurrence_no=number)


def _is_made(series_id: Id | None, number: int) -> bool:
    return bool(Task.select().where(Task.series_id == series_id, Task.occurrence_no == number).exists())
