"""What is to be done next for a contact, told by the rooms above (tasks, calendar) and read by lists and cards.

One row for each open task or coming appointment; the earliest is the contact's next step.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from omni.contacts.models import TYPED, Contact
from omni.core.fields import CharField, EnumField, Field, IdField, InstantField, TextField
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel, current_workspace_id


class Step(StrEnum):
    """The verb of a next step."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    VISIT = "visit"
    TODO = "todo"


class NextAction(TenantModel):
    """One thing to be done for a contact, by when, and the row of a higher room that asks for it."""

    contact = TenantKey(Contact, on_delete="CASCADE", index=False, backref="next_actions")
    ref_table = TextField()
    ref_id = IdField()
    step = EnumField(Step)
    title = CharField(max_length=200, default="", personal=TYPED)
    due_at = InstantField()

    class Meta:
        table_name = "next_action"
        personal = Field("operational")
        indexes = ((("workspace", "ref_table", "ref_id"), True), (("workspace", "contact", "due_at"), False))


def set_next_action(contact_id: Id, *, ref: tuple[str, Id], step: Step, title: str, due_at: datetime) -> None:
    """Say that `ref` (table, row) wants `step` done for the contact by `due_at`; said again, it is changed."""
    table, row_id = ref
    NextAction.insert(
        workspace=current_workspace_id(),
        contact=contact_id,
        ref_table=table,
        ref_id=row_id,
        step=step,
        title=title,
        due_at=due_at,
    ).on_conflict(
        conflict_target=[NextAction.workspace, NextAction.ref_table, NextAction.ref_id],
        preserve=[NextAction.contact, NextAction.step, NextAction.title, NextAction.due_at],
    ).execute()


def clear_next_action(*, ref: tuple[str, Id]) -> None:
    """Say that `ref` wants nothing any more."""
    table, row_id = ref
    NextAction.delete().where(NextAction.ref_table == table, NextAction.ref_id == row_id).execute()


def find_next_action(contact_id: Id) -> NextAction | None:
    """The contact's next step: of all that is asked for, what is due first."""
    found: NextAction | None = (
        NextAction.select().where(NextAction.contact == contact_id).order_by(NextAction.due_at, NextAction.id).first()
    )
    return found


MODELS = [NextAction]
