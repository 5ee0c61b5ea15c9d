"""Promising to do something, promising otherwise, and giving a promise to somebody else."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from omni.accounts import actions as accounts
from omni.accounts.models import NoticeKind, Teammate
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.holding import hold
from omni.contacts.models import Contact
from omni.contacts.next_actions import Step
from omni.core import changes, clock
from omni.core.database import transaction
from omni.core.ids import Id, new_id
from omni.core.words import lazy
from omni.tasks import queries
from omni.tasks.actions.keeping import make, promised, write
from omni.tasks.models import Anchor, Task, TaskStatus
from omni.tasks.recurrence import Repeat

ADDED = lazy("Added “%(title)s”")
CHANGED = lazy("Changed “%(title)s”")
GAVE_ONE = lazy("Gave “%(title)s” to %(name)s")
GAVE_MANY = lazy("Gave %(num)s tasks to %(name)s")


def add_task(
    contact: Contact,
    *,
    title: str,
    due_on: date,
    by: By,
    due_time: time | None = None,
    kind: Step = Step.TODO,
    assignee: Teammate | None = None,
    repeat: Repeat | None = None,
    anchor: Anchor = Anchor.DUE,
    expires_on: date | None = None,
) -> Task:
    """Promise to do something for the contact by the end of a day, or at a time of it; one's own unless given away.

    The next step that a move set because nothing was agreed gives way to it.
    """
    with transaction(), changes.batch("task", ADDED.key, by=actor_of(by), title=title) as batch:
        held = hold([contact.id])[contact.id]
        if stand_in := queries.find_default(contact.id)[0]:
            # What the contact's cards say of it is told below, with the promise that takes its place.
            write(stand_in, batch, within=held, status=TaskStatus.CANCELLED, done_at=clock.now())
        task_id = new_id()
        task = make(
            batch,
            id=task_id,
            contact=contact,
            assignee=assignee.id if assignee else teammate_id_of(by),
            kind=kind,
            title=title,
            **promised(due_on, due_time, expires_on),
            **_repeated(task_id, repeat, anchor),
        )
        tell_assignee(assignee, by=by)
    return task


def change_task(
    task: Task,
    *,
    title: str,
    due_on: date,
    kind: Step,
    version: int,
    by: By,
    due_time: time | None = None,
    assignee: Teammate | None = None,
    repeat: Repeat | None = None,
    anchor: Anchor = Anchor.DUE,
    expires_on: date | None = None,
) -> Id:
    """Say differently what is to be done, when or by whom; the batch that takes it back. Raises Stale.

    A promise for the same moment keeps its clock and its snooze.
    """
    with transaction(), changes.batch("task", CHANGED.key, by=actor_of(by), title=title) as batch:
        hold([task.contact_id])
        columns: dict[str, Any] = {"title": title, "kind": kind, "is_default": False}
        if (due_on, due_time, expires_on) != (task.due_on, task.due_time, task.expires_on):
            columns |= promised(due_on, due_time, expires_on)
        columns |= _repeated(task.series_id or task.id, repeat, anchor, task.occurrence_no or 1)
        given = assignee is not None and assignee.id != task.assignee_id
        if given and assignee:
            columns["assignee"] = assignee.id
        write(task, batch, version=version, **columns)
        tell_assignee(assignee if given else None, by=by)
    return batch.id


def hand_over(tasks: Sequence[Task], to: Teammate, *, by: By) -> Id:
    """Give open tasks to a teammate, as one act; the batch that takes it back. Raises Stale when one was closed."""
    with transaction():
        hold(task.contact_id for task in tasks)
        words = GAVE_ONE if len(tasks) == 1 else GAVE_MANY
        values = {"title": tasks[0].title, "num": len(tasks), "name": to.user.name}
        with changes.batch("task", words.key, by=actor_of(by), **values) as batch:
            for task in sorted(tasks, key=lambda one: one.id):
                write(task, batch, assignee=to.id, is_default=False)
        for _task in tasks:
            tell_assignee(to, by=by)
    return batch.id


def tell_assignee(assignee: Teammate | None, *, by: By) -> None:
    """Let a teammate know that somebody else gave them something to do."""
    if assignee is not None and assignee.id != teammate_id_of(by):
        accounts.notify(assignee, NoticeKind.TASK, link="/tasks", group_key="tasks")


def _repeated(series_id: Id, repeat: Repeat | None, anchor: Anchor, number: int = 1) -> dict[str, Any]:
    if repeat is None:
        return {"repeat": None, "anchor": Anchor.DUE}
    return {"repeat": repeat.as_json(), "anchor": anchor, "series_id": series_id, "occurrence_no": number}
