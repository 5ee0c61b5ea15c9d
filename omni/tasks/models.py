"""The table of tasks."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

from peewee import SQL

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.contacts.next_actions import Step
from omni.core import clock
from omni.core.fields import (
    BooleanField,
    CharField,
    DateField,
    EnumField,
    IdField,
    InstantField,
    IntegerField,
    JsonField,
    TimeField,
)
from omni.core.ids import Id
from omni.core.personal_data import Field
from omni.core.tenancy import TenantKey, TenantModel
from omni.tasks.due import local_day
from omni.tasks.recurrence import Repeat

PLAIN = Field("operational")
TYPED = Field("user_content", source="use", third_party=True)


class TaskStatus(StrEnum):
    """What became of a task."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Anchor(StrEnum):
    """From which day a repeated task counts to its next time."""

    DUE = "due"
    COMPLETION = "completion"
    LAST_CONTACT = "last_contact"


class Task(TenantModel):
    """One thing to be done for a contact: on the day `due_on` or at `due_time` of it, by the clock of `timezone`.

    `due_at` is when it asks: the instant of that promise or, where that is later, the end of its snooze. `done_at` and
    `done_by` say when it was closed and by whom, `outcome` why without being done. `occurrence_no` counts along a
    series; `expires_at` is the end of `expires_on`, after which nobody needs it any more. `is_default`: a move made it
    and nobody has touched it. `told_late_at` says that `TaskFellOverdue` was published.
    """

    version = IntegerField(default=1)
    contact_id: Id
    contact = TenantKey(Contact, on_delete="CASCADE", index=False, backref="tasks")
    assignee_id: Id | None
    assignee = TenantKey(Teammate, null=True, on_delete="RESTRICT", index=False, backref="tasks")
    kind = EnumField(Step, default=Step.TODO)
    title = CharField(max_length=200, personal=TYPED)
    due_on = DateField()
    due_time = TimeField(null=True)
    timezone = CharField(max_length=64)
    due_at = InstantField()
    snoozed_until = InstantField(null=True)
    snooze_count = IntegerField(default=0)
    status = EnumField(TaskStatus, default=TaskStatus.OPEN)
    done_at = InstantField(null=True)
    done_by_id: Id | None
    done_by = TenantKey(Teammate, null=True, on_delete="RESTRICT", index=False, backref="tasks_done")
    outcome = CharField(max_length=200, default="", personal=TYPED)
    repeat = JsonField(null=True)
    anchor = EnumField(Anchor, default=Anchor.DUE)
    series_id = IdField(null=True)
    occurrence_no = IntegerField(null=True)
    expires_on = DateField(null=True)
    expires_at = InstantField(null=True)
    is_default = BooleanField(default=False)
    told_late_at = InstantField(null=True)

    class Meta:
        table_name = "task"
        personal = PLAIN
        indexes = (
            (("workspace", "assignee", "status", "due_at"), False),
            (("workspace", "status", "due_at", "id"), False),
            (("workspace", "contact", "status", "due_at"), False),
            (("workspace", "series_id", "occurrence_no"), True),
        )

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status is TaskStatus.OPEN

    @property
    def is_late(self) -> bool:
        """Whether its time is over and it is not done."""
        return self.is_open and self.due_at < clock.now()

    @property
    def asks_on(self) -> tuple[date, time | None]:
        """The day, and the time if there is one, at which it asks."""
        return local_day(self.due_at, self.timezone)

    @property
    def rule(self) -> Repeat | None:
        """How it comes again."""
        return Repeat.of_json(self.repeat) if self.repeat else None


# Said in the indexes' own words, since SQLite sees no index behind a value that is bound.
UNTOLD = SQL("status = 'open' AND told_late_at IS NULL")
EXPIRING = SQL("status = 'open' AND expires_at IS NOT NULL")
Task.add_index(Task.index(Task.due_at, where=UNTOLD, name="task_to_fall_overdue"))
Task.add_index(Task.index(Task.expires_at, where=EXPIRING, name="task_to_expire"))


MODELS = [Task]
