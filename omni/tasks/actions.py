"""Writes of the tasks: one verb, one transaction."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from omni.accounts.models import Teammate
from omni.contacts.actions import log_activity
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.kinds import Kind
from omni.contacts.models import Contact
from omni.contacts.next_actions import Step, clear_next_action, set_next_action
from omni.core import changes, clock
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Stale
from omni.core.ids import Id
from omni.core.tenancy import current_workspace
from omni.core.words import lazy
from omni.tasks import queries
from omni.tasks.events import TaskCompleted
from omni.tasks.models import Task, TaskStatus

ADDED = lazy("Added “%(title)s”")
CHANGED = lazy("Changed “%(title)s”")
DONE = lazy("Done: %(title)s")
FASTER = lazy("This task changed after you opened it. It is shown as it is now; make your change again.")
END_OF_DAY = time(23, 59, 59, 999_999)


def add_task(
    contact: Contact, *, title: str, due_on: date, by: By, kind: Step = Step.TODO, assignee: Teammate | None = None
) -> Task:
    """Promise to do something for the contact by the end of a day."""
    with transaction(), changes.batch("task", ADDED.key, by=actor_of(by), title=title) as batch:
        task = Task.create(
            contact=contact,
            assignee=assignee.id if assignee else teammate_id_of(by),
            kind=kind,
            title=title,
            due_on=due_on,
            due_at=end_of(due_on),
        )
        batch.record(task, Op.CREATED, before=None, after=columns_of(task), contact_id=contact.id)
        tell_contact(task)
    return task


def change_task(task: Task, *, title: str, due_on: date, kind: Step, version: int, by: By) -> Id:
    """Say differently what is to be done or when; the batch that takes it back. Raises Stale."""
    with transaction(), changes.batch("task", CHANGED.key, by=actor_of(by), title=title) as batch:
        before = columns_of(task)
        _write(task, version, title=title, due_on=due_on, kind=kind, due_at=end_of(due_on))
        batch.record(task, Op.UPDATED, before=before, after=columns_of(task), contact_id=task.contact_id)
        tell_contact(task)
    return batch.id


def finish_task(task: Task, *, by: By) -> Id | None:
    """Write down that the task is done, once however often it is said; the batch that takes it back."""
    now = clock.now()
    with transaction():
        done = (
            Task.update(status=TaskStatus.DONE, done_at=now, done_by=teammate_id_of(by), version=Task.version + 1)
            .where(Task.id == task.id, Task.status == TaskStatus.OPEN)
            .execute()
        )
        if not done:
            return None
        with changes.batch("task", DONE.key, by=actor_of(by), title=task.title) as batch:
            before = columns_of(task)
            task.status, task.done_at, task.done_by = TaskStatus.DONE, now, teammate_id_of(by)
            task.version += 1
            batch.record(task, Op.UPDATED, before=before, after=columns_of(task), contact_id=task.contact_id)
        tell_contact(task)
        log_activity(task.contact, Kind.TASK, by=by, summary=task.title, outcome="done")
        publish(TaskCompleted(contact_id=task.contact_id, task_id=task.id), by=actor_of(by))
    return batch.id


def finish_call(contact: Contact, by: Teammate) -> list[str]:
    """The contact was called: the first open task to call them is done. Its title, if there was one (port `called`)."""
    task = queries.first_call(contact.id)
    return [task.title] if task and finish_task(task, by=by) else []


def tell_contact(task: Task) -> None:
    """Let the contact's next steps say what this task asks for, and nothing once it is done."""
    ref = ("task", task.id)
    if task.is_open:
        set_next_action(task.contact_id, ref=ref, step=task.kind, title=task.title, due_at=task.due_at)
    else:
        clear_next_action(ref=ref)


def end_of(day: date) -> datetime:
    """The last instant of a day as the studio's own clock has it, whatever its zone does that night."""
    return datetime.combine(day, END_OF_DAY, tzinfo=ZoneInfo(current_workspace().timezone)).astimezone(UTC)


def _write(task: Task, version: int, **columns: object) -> None:
    written = (
        Task.update({**columns, "version": version + 1})
        .where(Task.id == task.id, Task.version == version, Task.status == TaskStatus.OPEN)
        .execute()
    )
    if not written:
        raise Stale(task.id, FASTER.key)
    for name, value in columns.items():
        setattr(task, name, value)
    task.version = version + 1


def columns_of(task: Task) -> dict[str, object]:
    """A task as its change remembers it."""
    return {
        "title": task.title,
        "assignee": task.assignee_id,
        "kind": task.kind,
        "due_on": task.due_on,
        "due_at": task.due_at,
        "status": task.status,
        "done_at": task.done_at,
        "done_by": task.done_by_id,
    }
