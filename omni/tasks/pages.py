"""What the lists of tasks show. Knows no Flask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from omni.contacts.models import Contact
from omni.contacts.next_actions import find_next_action
from omni.core import clock
from omni.core.fields import EPOCH, MICROSECOND
from omni.core.ids import Id, decode, encode
from omni.core.tenancy import current_workspace
from omni.core.words import Lazy, _, lazy, local_day, local_time, ngettext
from omni.tasks.actions import Later, moment_of
from omni.tasks.due import local_day as local_day_of
from omni.tasks.models import Anchor, Task, TaskStatus
from omni.tasks.queries import PAGE
from omni.tasks.recurrence import Repeat, Unit

ICONS = {"call": "phone", "text": "message-circle", "email": "mail", "visit": "calendar-check", "todo": "circle-check"}


class Shown(StrEnum):
    """Which tasks a list shows."""

    OPEN = "open"
    LATE = "late"
    TODAY = "today"
    COMING = "coming"
    DONE = "done"


SHOWN: dict[Shown, Lazy] = {
    Shown.OPEN: lazy("Open"),
    Shown.LATE: lazy("Late"),
    Shown.TODAY: lazy("Today"),
    Shown.COMING: lazy("Coming"),
    Shown.DONE: lazy("Closed"),
}
EMPTY: dict[Shown, Lazy] = {
    Shown.OPEN: lazy("Nothing is to be done. A task is a promise to one person by one day."),
    Shown.LATE: lazy("Nothing is late."),
    Shown.TODAY: lazy("Nothing more is to be done today."),
    Shown.COMING: lazy("Nothing is promised for the days to come."),
    Shown.DONE: lazy("Nothing was done yet."),
}


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
    """Some tasks, and the way to those behind them; `tabs` lead to the other lists."""

    lines: list[TaskLine]
    is_all: bool
    shown: Shown
    more_href: str

    @property
    def empty(self) -> str:
        """What is said where there is none."""
        return str(EMPTY[self.shown])

    @property
    def whose(self) -> list[dict[str, object]]:
        """The same list for oneself and for everybody."""
        words = ((_("Mine"), False), (_("Everybody’s"), True))
        return [
            {"label": label, "href": _address(self.shown, is_all=is_all), "current": self.is_all is is_all}
            for label, is_all in words
        ]

    @property
    def tabs(self) -> list[dict[str, object]]:
        """The lists beside this one."""
        return [
            {"label": str(words), "href": _address(shown, is_all=self.is_all), "current": shown is self.shown}
            for shown, words in SHOWN.items()
        ]


@dataclass(frozen=True)
class Snooze:
    """One way to put a task off: what is sent, the words, and when it asks again."""

    value: str
    words: str
    when: str


def draw_page(found: list[Task], *, shown: Shown, is_all: bool, may_edit: Callable[[Task], bool]) -> TaskPage:
    """A page of tasks out of one more than fit."""
    page = found[:PAGE]
    address = _address(shown, is_all=is_all)
    more = ""
    if len(found) > PAGE:
        more = f"{address}{'&' if '?' in address else '?'}after={write_place(page[-1])}"
    return TaskPage([line_of(task, can_edit=may_edit(task)) for task in page], is_all, shown, more)


def line_of(task: Task, *, can_edit: bool = False) -> TaskLine:
    """A task with its day in words."""
    return TaskLine(task, ICONS[task.kind], _when(task), "hot" if task.is_late else "", can_edit and task.is_open)


def write_place(task: Task) -> str:
    """Where a task stands in the list, for an address."""
    at = task.done_at or task.due_at
    return f"{(at - EPOCH) // MICROSECOND}.{encode(task.id)}"


def read_place(text: str) -> tuple[datetime, Id] | None:
    """The place `write_place` wrote; anything else is the beginning."""
    at, _dot, task_id = text.partition(".")
    try:
        return EPOCH + timedelta(microseconds=int(at)), decode(task_id)
    except (ValueError, OverflowError):
        return None


def snoozes(task: Task) -> list[Snooze]:
    """The ways to put a task off that are still ahead, and later than it asks anyway."""
    words = {
        Later.HOUR: _("In 1 hour"),
        Later.EVENING: _("This evening"),
        Later.TOMORROW: _("Tomorrow"),
        Later.THREE_DAYS: _("In 3 days"),
        Later.NEXT_WEEK: _("Next week"),
    }
    moments = {later: moment_of(task, later) for later in words}
    floor = max(task.due_at, clock.now())
    return [Snooze(later.value, words[later], _moment(task, at)) for later, at in moments.items() if at > floor]


def days_ahead() -> list[tuple[str, str]]:
    """The days a next step is most often agreed for, in words and for a form."""
    today = clock.today_in(current_workspace().timezone)
    near = ((_("Tomorrow"), 1), (_("In 3 days"), 3))
    return [(words, (today + timedelta(days=days)).isoformat()) for words, days in near]


def has_next(contact: Contact) -> bool:
    """Whether something is planned for the contact."""
    return find_next_action(contact.id) is not None


def closed_words(task: Task) -> str:
    """What became of a task that is not open any more, and when."""
    day = local_day(task.done_at) if task.done_at else ""
    if task.status is TaskStatus.CANCELLED:
        if not task.outcome:
            return _("Not needed any more since %(day)s.", day=day)
        return _("Not needed any more since %(day)s: %(reason)s", day=day, reason=task.outcome)
    if task.status is TaskStatus.EXPIRED:
        return _("It was too late for this on %(day)s.", day=day)
    return _("Done on %(day)s.", day=day)


def repeat_words(task: Task) -> str:
    """How a task comes again, in words; nothing for one that does not."""
    rule = task.rule
    if rule is None:
        return ""
    ends = {
        Anchor.DUE: "",
        Anchor.COMPLETION: _("counted from the day it is done"),
        Anchor.LAST_CONTACT: _("counted from the last word with them"),
    }[task.anchor]
    words = _every(rule)
    return _("%(words)s, %(ends)s", words=words, ends=ends) if ends else words


def _every(rule: Repeat) -> str:
    match rule.unit:
        case Unit.DAY:
            return ngettext("Comes again every day", "Comes again every %(num)s days", rule.every)
        case Unit.WEEK:
            return ngettext("Comes again every week", "Comes again every %(num)s weeks", rule.every)
        case Unit.MONTH:
            return ngettext("Comes again every month", "Comes again every %(num)s months", rule.every)
    return ngettext("Comes again every year", "Comes again every %(num)s years", rule.every)


def _address(shown: Shown, *, is_all: bool) -> str:
    parts = [*(["all=1"] if is_all else []), *([f"show={shown}"] if shown is not Shown.OPEN else [])]
    return f"/tasks?{'&'.join(parts)}" if parts else "/tasks"


def _when(task: Task) -> str:
    closed = {TaskStatus.DONE: _("Done"), TaskStatus.CANCELLED: _("Not needed"), TaskStatus.EXPIRED: _("Too late")}
    return closed.get(task.status) or _moment(task, task.due_at)


def _moment(task: Task, at: datetime) -> str:
    """When a task asks, or would: how late, the day, and the time where one is agreed."""
    day, at_time = local_day_of(at, task.timezone)
    days = (day - clock.today_in(task.timezone)).days
    if days < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -days)
    words = (_("Tomorrow") if days else _("Today")) if days < 2 else local_day(day, "name" if days < 7 else "day")
    return _("%(day)s %(time)s", day=words, time=local_time(at)) if at_time else words
