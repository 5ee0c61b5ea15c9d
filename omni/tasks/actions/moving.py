"""Moving the moment at which a task asks: snooze, the last contact, and falling late."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from omni.contacts.doers import By, actor_of
from omni.contacts.holding import hold
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Contact
from omni.core import changes, clock
from omni.core.actors import SYSTEM
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.words import lazy
from omni.tasks import queries
from omni.tasks.actions.keeping import FASTER, promised, write
from omni.tasks.due import due_instant
from omni.tasks.events import TaskFellOverdue
from omni.tasks.models import Task, TaskStatus
from omni.tasks.recurrence import following

SNOOZED = lazy("Put off “%(title)s”")
WOKEN = lazy("“%(title)s” asks again")
SOONER = lazy("It does not ask before then anyway. Choose a later moment, or change its day.")
EVENING = time(18)


class Later(StrEnum):
    """How far a task may be put off."""

    HOUR = "hour"
    EVENING = "evening"
    TOMORROW = "tomorrow"
    THREE_DAYS = "three_days"
    NEXT_WEEK = "next_week"
    DAY = "day"


def moment_of(task: Task, later: Later, day: date | None = None) -> datetime:
    """The instant until which `later` puts the task off; a day keeps the task's own time of day."""
    today = clock.today_in(task.timezone)
    if later is Later.HOUR:
        return clock.now() + timedelta(hours=1)
    if later is Later.EVENING:
        return due_instant(today, EVENING, task.timezone)
    days = {Later.TOMORROW: 1, Later.THREE_DAYS: 3, Later.NEXT_WEEK: 7 - today.weekday()}
    on = today + timedelta(days=days[later]) if later in days else day or today
    return due_instant(on, task.due_time, task.timezone)


def snooze_task(task: Task, later: Later, *, day: date | None = None, by: By) -> Id:
    """Let the task ask again at a later moment; the batch that takes it back.

    Raises: Invalid when that is no later than it asks anyway; Stale when it was closed.
    """
    until = moment_of(task, later, day)
    with transaction(), changes.batch("task", SNOOZED.key, by=actor_of(by), title=task.title) as batch:
        hold([task.contact_id])
        if not task.is_open:
            raise Stale(task.id, FASTER.key)
        if until <= max(task.due_at, clock.now()):
            raise Invalid(faults={"until": SOONER.key})
        columns = {"snoozed_until": until, "snooze_count": task.snooze_count + 1}
        write(task, batch, due_at=until, is_default=False, **columns)
    return batch.id


def wake_task(task: Task, *, by: By) -> Id | None:
    """Let a task that was put off ask when it was promised; the batch that takes it back. Raises Stale."""
    if task.snoozed_until is None:
        return None
    with transaction(), changes.batch("task", WOKEN.key, by=actor_of(by), title=task.title) as batch:
        hold([task.contact_id])
        due_at = due_instant(task.due_on, task.due_time, task.timezone)
        write(task, batch, snoozed_until=None, due_at=due_at)
    return batch.id


def follow_contact(contact: Contact, _kind: Kind, direction: Direction | None, at: datetime) -> None:
    """Count tasks that repeat from the last contact from this one (contacts' port `touched`)."""
    found = queries.list_following(contact.id) if direction is not None else []
    if not found:
        return
    with transaction():
        hold([contact.id])
        for task in found:
            day = at.astimezone(ZoneInfo(task.timezone)).date()
            due_on = task.rule and following(task.rule, start=day, after=day)
            # A word from the past moves nothing back.
            if due_on and due_on > task.due_on:
                good_until = task.expires_on and due_on + (task.expires_on - task.due_on)
                write(task, changes.current_batch(), **promised(due_on, task.due_time, good_until, task.timezone))


def tell_late(task_id: Id) -> None:
    """Publish, once, that a task's time is over; moved and late again, it is told again."""
    task = Task.get_or_none(Task.id == task_id)
    if task is None or not task.is_late:
        return
    with transaction():
        untold = (Task.id == task_id) & Task.told_late_at.is_null() & (Task.status == TaskStatus.OPEN)
        if Task.update(told_late_at=clock.now()).where(untold, Task.due_at == task.due_at).execute():
            publish(TaskFellOverdue(contact_id=task.contact_id, task_id=task_id), by=SYSTEM)
