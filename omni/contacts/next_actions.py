"""What is to be done next for a contact, told by the rooms above (tasks, calendar) and read by lists and cards.

One row for each open task or coming appointment; the earliest is the contact's next step, and `contact.next_action_at`
says when it is due.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from peewee import fn

from omni.contacts import ports
from omni.contacts.holding import hold
from omni.contacts.models import TYPED, Contact
from omni.core import clock
from omni.core.database import transaction
from omni.core.fields import CharField, EnumField, Field, IdField, InstantField, TextField
from omni.core.ids import Id, new_id
from omni.core.prepared import new, prepared
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
        indexes = (
            (("workspace", "ref_table", "ref_id"), True),
            (("workspace", "contact", "due_at"), False),
            (("workspace", "step", "due_at"), False),
        )


def set_next_action(contact_id: Id, *, ref: tuple[str, Id], step: Step, title: str, due_at: datetime) -> None:
    """Say that `ref` (table, row) wants `step` done for the contact by `due_at`; said again, it is changed."""
    with transaction():
        before = _contact_of(ref)
        ask(contact_id, ref=ref, step=step, title=title, due_at=due_at)
        for one in {contact_id, before or contact_id}:
            plan_anew(one)


def plan_within(contact: Contact, *, ref: tuple[str, Id], step: Step, title: str, due_at: datetime | None) -> None:
    """Let `ref` ask for `step` by `due_at` (None: for nothing any more), for one who holds the contact and tells the
    rooms above by themselves: nothing but `contact.next_action_at` is said.
    """
    if due_at is None:
        NextAction.delete().where(*_is(ref)).execute()
    else:
        ask(contact.id, ref=ref, step=step, title=title, due_at=due_at)
    _reckon(contact)


def clear_next_action(*, ref: tuple[str, Id]) -> None:
    """Say that `ref` wants nothing any more."""
    with transaction():
        contact_id = _contact_of(ref)
        if contact_id is not None:
            NextAction.delete().where(*_is(ref)).execute()
            plan_anew(contact_id)


def plan_anew(contact_id: Id) -> None:
    """Let the contact say when their next step is due, and tell the rooms above that it is another one."""
    _reckon(hold([contact_id])[contact_id])
    for answer in ports.planned.answers():
        answer(contact_id)


def ask(contact_id: Id, *, ref: tuple[str, Id], step: Step, title: str, due_at: datetime) -> None:
    """Write down what `ref` asks for, for one who sees to the contact's own word of it."""
    table, row_id = ref
    told = {"contact": contact_id, "step": step, "title": title, "due_at": due_at}
    _ask(row_id=new_id(), now=clock.now(), ref_table=table, ref_id=row_id, **told)


@prepared
def _ask(row_id: Any, now: Any, contact: Any, ref_table: Any, ref_id: Any, step: Any, title: Any, due_at: Any) -> Any:
    columns = {
        NextAction.id: row_id, NextAction.created_at: now, NextAction.workspace: current_workspace_id(),
        NextAction.contact: contact, NextAction.ref_table: ref_table, NextAction.ref_id: ref_id,
        NextAction.step: step, NextAction.title: title, NextAction.due_at: due_at,
    }  # fmt: skip
    query = NextAction.insert({field: new(field, given) for field, given in columns.items()})
    query = query.on_conflict(
        conflict_target=[NextAction.workspace, NextAction.ref_table, NextAction.ref_id],
        preserve=[NextAction.contact, NextAction.step, NextAction.title, NextAction.due_at],
    )
    return query.returning(NextAction.id).tuples()


def _reckon(contact: Contact) -> None:
    ((contact.next_action_at,),) = _earliest(contact=contact.id)


@prepared
def _earliest(contact: Any) -> Any:
    first = NextAction.select(fn.MIN(NextAction.due_at)).where(NextAction.contact == contact)
    written = Contact.update(next_action_at=first).where(Contact.id == contact)
    return written.returning(Contact.next_action_at).tuples()


def _contact_of(ref: tuple[str, Id]) -> Id | None:
    found: Id | None = NextAction.select(NextAction.contact).where(*_is(ref)).scalar()
    return found


def _is(ref: tuple[str, Id]) -> tuple[Any, Any]:
    table, row_id = ref
    return NextAction.ref_table == table, NextAction.ref_id == row_id


def find_next_action(contact_id: Id) -> NextAction | None:
    """The contact's next step: of all that is asked for, what is due first."""
    return next(iter(_first(contact=contact_id)), None)


@prepared
def _first(contact: Any) -> Any:
    asked = NextAction.select().where(NextAction.contact == contact)
    return asked.order_by(NextAction.due_at, NextAction.id).limit(1)


MODELS = [NextAction]
