"""The table of tasks."""

from __future__ import annotations

from enum import StrEnum

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.contacts.next_actions import Step
from omni.core import clock
from omni.core.fields import CharField, DateField, EnumField, InstantField, IntegerField
from omni.core.ids import Id
from omni.core.personal_data import Field
from omni.core.tenancy import TenantKey, TenantModel

PLAIN = Field("operational")


class TaskStatus(StrEnum):
    """What became of a task."""

    OPEN = "open"
    DONE = "done"


class Task(TenantModel):
    """One thing to be done for a contact by the end of `due_on`. `due_at` is that end, as an instant."""

    version = IntegerField(default=1)
    contact_id: Id
    contact = TenantKey(Contact, on_delete="CASCADE", index=False, backref="tasks")
    assignee_id: Id | None
    assignee = TenantKey(Teammate, null=True, on_delete="RESTRICT", index=False, backref="tasks")
    kind = EnumField(Step, default=Step.TODO)
    title = CharField(max_length=200, personal=Field("user_content", source="use", third_party=True))
    due_on = DateField()
    due_at = InstantField()
    status = EnumField(TaskStatus, default=TaskStatus.OPEN)
    done_at = InstantField(null=True)
    done_by_id: Id | None
    done_by = TenantKey(Teammate, null=True, on_delete="RESTRICT", index=False, backref="tasks_done")

    class Meta:
        table_name = "task"
        personal = PLAIN
        indexes = (
            (("workspace", "assignee", "status", "due_at"), False),
            (("workspace", "status", "due_at", "id"), False),
            (("workspace", "contact", "status", "due_at"), False),
        )

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status is TaskStatus.OPEN

    @property
    def is_late(self) -> bool:
        """Whether its day is over and it is not done."""
        return self.is_open and self.due_at < clock.now()


MODELS = [Task]
