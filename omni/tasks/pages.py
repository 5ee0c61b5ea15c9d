"""What the lists of tasks show. Knows no Flask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from omni.core import clock
from omni.core.fields import EPOCH, MICROSECOND
from omni.core.ids import Id, decode, encode
from omni.core.tenancy import current_workspace
from omni.core.words import _, local_day, ngettext
from omni.tasks.models import Task
from omni.tasks.queries import PAGE

ICONS = {"call": "phone", "text": "message-circle", "email": "mail", "visit": "calendar-check", "todo": "circle-check"}


@dataclass(frozen=True)
class TaskLine:
    """A task as a list shows it; `tone` is hot when it is late. `can_edit`: whoever looks may say that it is done."""

    task: Task
    icon: str
    when: str
    tone: str
    can_edit: bool


@dataclass(frozen=True)
class TaskPage:
    """Some tasks, and the way to those behind them."""

    lines: list[TaskLine]
    is_all: bool
    more_href: str


def draw_page(found: list[Task], *, is_all: bool, may_edit: Callable[[Task], bool]) -> TaskPage:
    """A page of tasks out of one more than fit."""
    page = found[:PAGE]
    more = f"/tasks?{'all=1&' if is_all else ''}after={write_place(page[-1])}" if len(found) > PAGE else ""
    return TaskPage([line_of(task, can_edit=may_edit(task)) for task in page], is_all, more)


def line_of(task: Task, *, can_edit: bool = False) -> TaskLine:
    """A task with its day in words."""
    return TaskLine(task, ICONS[task.kind], _when(task), "hot" if task.is_late else "", can_edit and task.is_open)


def write_place(task: Task) -> str:
    """Where a task stands in the list, for an address."""
    return f"{(task.due_at - EPOCH) // MICROSECOND}.{encode(task.id)}"


def read_place(text: str) -> tuple[datetime, Id] | None:
    """The place `write_place` wrote; anything else is the beginning."""
    at, _dot, task_id = text.partition(".")
    try:
        return EPOCH + timedelta(microseconds=int(at)), decode(task_id)
    except (ValueError, OverflowError):
        return None


def _when(task: Task) -> str:
    if not task.is_open:
        return _("Done")
    days = (task.due_on - clock.today_in(current_workspace().timezone)).days
    if days < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -days)
    if days < 2:
        return _("Tomorrow") if days else _("Today")
    return local_day(task.due_on, "name" if days < 7 else "day")
