"""What may be sent to the tasks."""

from collections.abc import Sequence
from typing import Any

from omni.accounts.models import Teammate
from omni.contacts.next_actions import Step
from omni.core import clock
from omni.core.ids import encode
from omni.core.tenancy import current_workspace
from omni.core.words import _, lazy
from omni.tasks.actions import Later
from omni.tasks.models import Anchor, Task
from omni.tasks.recurrence import Repeat, Unit
from omni.web.forms import Choice, Form, Hidden, IdChoice, LocalDate, LocalTime, Number, Text, Ticks

KINDS = (
    (Step.TODO, lazy("To do")),
    (Step.CALL, lazy("Call")),
    (Step.TEXT, lazy("Text")),
    (Step.EMAIL, lazy("Email")),
    (Step.VISIT, lazy("Visit")),
)
UNITS = (
    ("", lazy("Never")),
    (Unit.DAY, lazy("Days")),
    (Unit.WEEK, lazy("Weeks")),
    (Unit.MONTH, lazy("Months")),
    (Unit.YEAR, lazy("Years")),
)
ANCHORS = (
    (Anchor.DUE, lazy("From the day it was due")),
    (Anchor.COMPLETION, lazy("From the day it is done")),
    (Anchor.LAST_CONTACT, lazy("From the last word with them")),
)
WEEKDAYS = (
    ("0", lazy("Monday")),
    ("1", lazy("Tuesday")),
    ("2", lazy("Wednesday")),
    ("3", lazy("Thursday")),
    ("4", lazy("Friday")),
    ("5", lazy("Saturday")),
    ("6", lazy("Sunday")),
)


class TaskForm(Form):
    """What is to be done, by whom and how, by when, how often, and until when it makes sense."""

    title = Text(lazy("What is to be done"), needed=lazy("Write what is to be done."), longest=200)
    due_on = LocalDate(lazy("By"), needed=lazy("Choose the day by which it is to be done."))
    due_time = LocalTime(lazy("At"))
    kind = Choice(lazy("How"), choices=KINDS)
    assignee = IdChoice(lazy("For"))
    repeat = Choice(lazy("Comes again"), choices=UNITS)
    every = Number(lazy("Every so many"), least=1, most=99)
    weekdays = Ticks(lazy("In weeks, on"), choices=WEEKDAYS)
    month_day = Number(lazy("In months, on day"), least=1, most=31)
    until = LocalDate(lazy("For the last time by"))
    anchor = Choice(lazy("Counted"), choices=ANCHORS)
    expires_on = LocalDate(lazy("Not needed any more after"))
    version = Number(most=2**31 - 1)
    back = Hidden()

    teammates: Sequence[Teammate] = ()

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        nobody = [] if self.assignee.data else [("", _("Nobody yet"))]
        self.assignee.choices = [*nobody, *((encode(one.id), one.user.name) for one in self.teammates)]

    def check(self) -> None:
        due_on = self.due_on.data
        for last in (self.until, self.expires_on):
            if last.data and last.data < due_on:
                self.blame(last.name, _("This is before the day it is due. Choose a later day."))

    @property
    def is_folded(self) -> bool:
        """Whether nothing is said about how often, and until when."""
        return not (self.repeat.data or self.expires_on.data or self.faults.keys() - {"title", "due_on", "due_time"})

    @property
    def asked(self) -> dict[str, Any]:
        """What the form says, as the actions take it. A form that does not say how means anything."""
        return {
            "title": self.title.data,
            "due_on": self.due_on.data,
            "due_time": self.due_time.data,
            "kind": Step(self.kind.data) if self.kind.data else Step.TODO,
            "assignee": next((one for one in self.teammates if one.id == self.assignee.data), None),
            "repeat": self._rule(),
            "anchor": Anchor(self.anchor.data or Anchor.DUE),
            "expires_on": self.expires_on.data,
        }

    def _rule(self) -> Repeat | None:
        if not self.repeat.data:
            return None
        unit, month_day = Unit(self.repeat.data), self.month_day.data
        if unit in (Unit.MONTH, Unit.YEAR) and self.anchor.data in (None, "", Anchor.DUE):
            # A month may lack the day, which is wished for all the same.
            month_day = month_day or self.due_on.data.day
        weekdays = tuple(sorted(int(day) for day in self.weekdays.data or ())) if unit is Unit.WEEK else ()
        is_monthly = unit in (Unit.MONTH, Unit.YEAR)
        return Repeat(unit, self.every.data or 1, weekdays, month_day if is_monthly else None, self.until.data)


def filled_from(task: Task) -> dict[str, Any]:
    """What a task's form shows before anything is typed."""
    rule = task.rule
    return {
        "title": task.title,
        "due_on": task.due_on,
        "due_time": task.due_time,
        "kind": task.kind.value,
        "assignee": task.assignee_id,
        "repeat": rule.unit.value if rule else "",
        "every": rule.every if rule else None,
        "weekdays": [str(day) for day in rule.weekdays] if rule else [],
        "month_day": rule.month_day if rule and rule.month_day != task.due_on.day else None,
        "until": rule.until if rule else None,
        "anchor": task.anchor.value,
        "expires_on": task.expires_on,
        "version": task.version,
    }


class DoneForm(Form):
    """That a task is done, and the page to come back to."""

    back = Hidden()


class SnoozeForm(Form):
    """Until when a task is put off."""

    until = Choice(lazy("Until"), choices=[(one.value, one.value) for one in Later])
    day = LocalDate(lazy("Day"))
    back = Hidden()

    def check(self) -> None:
        if not self.until.data:
            self.blame("until", _("Choose until when."))
        if self.until.data == Later.DAY and (self.day.data is None or self.day.data < _today()):
            self.blame("day", _("Choose a day to come."))

    @property
    def later(self) -> Later:
        """How far it is put off."""
        return Later(self.until.data)


class ReasonForm(Form):
    """Why something is not needed any more, or why nothing follows."""

    reason = Text(lazy("Why"), needed=lazy("Say why in a few words."), longest=200)
    back = Hidden()


class HandOverForm(Form):
    """Which tasks somebody else shall have, and who."""

    task = Ticks(lazy("Tasks"))
    assignee = IdChoice(lazy("Give them to"))

    teammates: Sequence[Teammate] = ()
    tasks: Sequence[Task] = ()

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.task.choices = [(encode(one.id), one.title) for one in self.tasks]
        self.assignee.choices = [("", _("Choose")), *((encode(one.id), one.user.name) for one in self.teammates)]

    def check(self) -> None:
        if not self.task.data:
            self.blame("task", _("Choose at least one task."))
        if self.to is None:
            self.blame("assignee", _("Choose who shall have them."))

    @property
    def to(self) -> Teammate | None:
        """Who shall have them."""
        return next((one for one in self.teammates if one.id == self.assignee.data), None)

    @property
    def chosen(self) -> list[Task]:
        """The tasks that were ticked."""
        return [task for task in self.tasks if encode(task.id) in (self.task.data or ())]


def _today() -> Any:
    return clock.today_in(current_workspace().timezone)
