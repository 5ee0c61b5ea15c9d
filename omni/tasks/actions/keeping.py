"""What every write of a task keeps true: its instants, its change, and the contact's next steps."""

from datetime import date, time
from typing import Any

from omni.contacts.models import Contact
from omni.contacts.next_actions import ask, clear_next_action, plan_within, set_next_action
from omni.core.changes import Batch, Op
from omni.core.faults import Stale
from omni.core.tenancy import current_workspace
from omni.core.words import lazy
from omni.tasks.due import due_instant
from omni.tasks.models import Task, TaskStatus

FASTER = lazy("This task changed after you opened it. It is shown as it is now; make your change again.")
# What a contact's next step says of a task.
TOLD = frozenset({"title", "kind", "due_at", "status"})
PLAIN_COLUMNS = (
    "title", "kind", "due_on", "due_time", "timezone", "due_at", "snoozed_until", "snooze_count", "status", "done_at",
    "outcome", "repeat", "anchor", "series_id", "occurrence_no", "expires_on", "expires_at", "is_default",
)  # fmt: skip


def columns_of(task: Task) -> dict[str, object]:
    """A task as its change remembers it."""
    return {
        **{name: getattr(task, name) for name in PLAIN_COLUMNS},
        "assignee": task.assignee_id,
        "done_by": task.done_by_id,
    }


def promised(due_on: date, due_time: time | None, expires_on: date | None, zone: str | None = None) -> dict[str, Any]:
    """The columns of a promise for this day, its instants by the clock of `zone` (the studio's, unless said)."""
    zone = zone or current_workspace().timezone
    return {
        "due_on": due_on,
        "due_time": due_time,
        "timezone": zone,
        "due_at": due_instant(due_on, due_time, zone),
        "snoozed_until": None,
        "expires_on": expires_on,
        "expires_at": due_instant(expires_on, None, zone) if expires_on else None,
    }


def make(batch: Batch | None, *, within: Contact | None = None, **columns: Any) -> Task:
    """A new task, written into the batch if there is one, and among the contact's next steps (`tell_contact`)."""
    task = Task.create(**columns)
    if batch:
        batch.record(task, Op.CREATED, before=None, after=columns_of(task), contact_id=task.contact_id)
    tell_contact(task, within)
    return task


def write(
    task: Task, batch: Batch | None, *, version: int | None = None, within: Contact | None = None, **columns: Any
) -> None:
    """Change an open task. Raises Stale when it is not open, or no longer at `version`."""
    before = columns_of(task)
    if not claim(task, version=version, **columns):
        raise Stale(task.id, FASTER.key)
    if batch:
        batch.record(task, Op.UPDATED, before=before, after=columns_of(task), contact_id=task.contact_id)
    if columns.keys() & TOLD:
        tell_contact(task, within)


def claim(task: Task, *, version: int | None = None, **columns: Any) -> bool:
    """Be the one who changes an open task, at `version` if that is said; whether it was still to be had."""
    if "due_at" in columns:
        columns["told_late_at"] = None
    wanted = (Task.id == task.id) & (Task.status == TaskStatus.OPEN)
    if version is not None:
        wanted &= Task.version == version
    written = Task.update({**columns, "version": Task.version + 1}).where(wanted).returning(Task.version)
    found = list(written.tuples().execute())
    if not found:
        return False
    for name, value in columns.items():
        setattr(task, name, value)
    task.version = found[0][0]
    return True


def ask_again() -> None:
    """Every open task that moved in with its workspace asks for what it is; their contacts know when already."""
    for task in Task.select().where(Task.status == TaskStatus.OPEN).order_by(Task.id):
        ask(task.contact_id, ref=("task", task.id), step=task.kind, title=task.title, due_at=task.due_at)


def tell_contact(task: Task, within: Contact | None = None) -> None:
    """Let the contact's next steps say what this task asks for, and nothing once it is closed.

    `within`: the contact in the hands of one who tells the rooms above by themselves.
    """
    ref = ("task", task.id)
    if within:
        due_at = task.due_at if task.is_open else None
        plan_within(within, ref=ref, step=task.kind, title=task.title, due_at=due_at)
    elif task.is_open:
        set_next_action(task.contact_id, ref=ref, step=task.kind, title=task.title, due_at=task.due_at)
    else:
        clear_next_action(ref=ref)
