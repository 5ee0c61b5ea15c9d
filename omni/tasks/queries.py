"""Reads of the tasks. A task is shown while its contact is."""

from datetime import datetime
from typing import Any

from peewee import fn

from omni.accounts.models import Teammate
from omni.contacts import queries as contacts
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction, Step
from omni.core import clock
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.tasks.models import EXPIRING, UNTOLD, Anchor, Task, TaskStatus

PAGE = 50


def get_task(task_id: Id) -> Task:
    """The task with its contact. Raises NotFound."""
    task: Task | None = _visible().where(Task.id == task_id).first()
    if task is None:
        raise NotFound
    return task


def list_open(
    assignee: Teammate | None = None,
    after: tuple[datetime, Id] | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Task]:
    """Open tasks that ask after `since` and by `until`, what is due first before the rest, one more than a page where
    there are more.
    """
    query = _visible().where(contacts.is_listed(), Task.status == TaskStatus.OPEN)
    if assignee is not None:
        query = query.where(Task.assignee == assignee.id)
    if since is not None:
        query = query.where(Task.due_at > since)
    if until is not None:
        query = query.where(Task.due_at <= until)
    if after is not None:
        due_at, task_id = after
        query = query.where(Task.due_at >= due_at, (Task.due_at > due_at) | (Task.id > task_id))
    return list(query.order_by(Task.due_at, Task.id).limit(PAGE + 1))


def list_closed(assignee: Teammate | None = None, after: tuple[datetime, Id] | None = None) -> list[Task]:
    """Tasks that are not open any more, the last one closed first; those a move set and took back were nobody's."""
    query = _visible().where(contacts.is_listed(), Task.status != TaskStatus.OPEN, ~Task.is_default)
    if assignee is not None:
        query = query.where(Task.assignee == assignee.id)
    if after is not None:
        done_at, task_id = after
        query = query.where(Task.done_at <= done_at, (Task.done_at < done_at) | (Task.id < task_id))
    return list(query.order_by(Task.done_at.desc(), Task.id.desc()).limit(PAGE + 1))


def list_due(assignee_id: Id, until: datetime, limit: int) -> list[Task]:
    """A teammate's open tasks due by `until`, and those nobody has taken."""
    return _due(assignee=assignee_id, until=until, now=clock.now(), limit=limit)


@prepared
def _due(assignee: Any, until: Any, now: Any, limit: Any) -> Any:
    query = _visible().where(
        contacts.is_listed(),
        Task.status == TaskStatus.OPEN,
        Task.due_at <= until,
        # What was put off for an hour is out of the way until then; what was put off until today is back.
        Task.snoozed_until.is_null() | (Task.snoozed_until <= now) | (Task.snoozed_until == until),
        (Task.assignee == assignee) | Task.assignee.is_null(),
    )
    return query.order_by(Task.due_at, Task.id).limit(limit)


def list_of(contact_id: Id) -> list[Task]:
    """A contact's open tasks, what is due first before the rest."""
    return _open_of(contact=contact_id)


@prepared
def _open_of(contact: Any) -> Any:
    query = _visible().where(Task.contact == contact, Task.status == TaskStatus.OPEN)
    return query.order_by(Task.due_at, Task.id).limit(PAGE)


def first_call(contact_id: Id) -> Task | None:
    """The open task to call a contact that is due before others."""
    query = _visible().where(Task.contact == contact_id, Task.status == TaskStatus.OPEN, Task.kind == Step.CALL)
    found: Task | None = query.order_by(Task.due_at, Task.id).first()
    return found


def find_default(contact_id: Id) -> tuple[Task | None, bool]:
    """The next step a move set for the contact, which nobody has touched; and whether beside it there is another."""
    found = _default(contact=contact_id)
    return (found[0], found[0].steps > 1) if found else (None, False)


@prepared
def _default(contact: Any) -> Any:
    is_open = (Task.contact == contact) & (Task.status == TaskStatus.OPEN)
    steps = NextAction.select(fn.COUNT(NextAction.id)).where(NextAction.contact == contact)
    return Task.select(Task, steps.alias("steps")).where(is_open, Task.is_default).limit(1)


def list_following(contact_id: Id) -> list[Task]:
    """A contact's open tasks that count from the last contact."""
    return _following(contact=contact_id)


@prepared
def _following(contact: Any) -> Any:
    is_open = (Task.contact == contact) & (Task.status == TaskStatus.OPEN)
    return Task.select().where(is_open, Task.anchor == Anchor.LAST_CONTACT)


def newly_late() -> Any:
    """Open tasks whose time is over and of which nobody was told (a finder's pairs)."""
    return Task.select(Task.workspace, Task.id).where(UNTOLD, Task.due_at < clock.now()).tuples()


def expired() -> Any:
    """Open tasks nobody needs any more (a finder's pairs)."""
    return Task.select(Task.workspace, Task.id).where(EXPIRING, Task.expires_at < clock.now()).tuples()


def _visible() -> Any:
    return Task.select(Task, Contact).join(Contact, on=Task.contact).where(contacts.is_visible())
