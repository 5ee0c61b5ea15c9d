"""The next step a stage sets where nobody agreed on one: the answer to boards' port `next_step`."""

from datetime import date
from typing import Any, NamedTuple

from omni.contacts.doers import By, teammate_id_of
from omni.contacts.models import Contact
from omni.contacts.ports import Stop, StopReason
from omni.core import changes, clock
from omni.core.ids import encode
from omni.core.words import gettext
from omni.tasks import queries
from omni.tasks.actions.keeping import make, promised, write
from omni.tasks.models import Task, TaskStatus


class StepSet(NamedTuple):
    """What was set: the words, the day, and where it is changed."""

    title: str
    due_on: date
    href: str


def set_default_step(contact: Contact, *, due_on: date | None, is_open: bool, by: By) -> StepSet | None:
    """See that a contact whose card comes into a stage has a next step, if the stage has a default (`due_on`).

    One that an earlier move set and nobody touched gives way: to the new one, to any other step, or to the end of the
    wait where the stage is not open. What is set belongs to the contact's owner, else to whoever moved the card.
    """
    if contact.next_action_at is None:
        return _set(contact, None, due_on, by=by) if is_open and due_on else None
    untouched, has_other = queries.find_default(contact.id)
    if untouched and (has_other or not is_open):
        batch, now = changes.current_batch(), clock.now()
        write(untouched, batch, within=contact, status=TaskStatus.CANCELLED, done_at=now)
    if untouched is None or has_other or not is_open or due_on is None:
        return None
    return _set(contact, untouched, due_on, by=by)


def drop_default_step(stop: Stop) -> None:
    """Whoever is put away is not followed up as nobody had planned it (contacts' port `stopping`)."""
    if stop.reason is not StopReason.PUT_AWAY:
        return
    for contact_id in stop.contact_ids:
        untouched, _has_other = queries.find_default(contact_id)
        if untouched:
            write(untouched, changes.current_batch(), status=TaskStatus.CANCELLED, done_at=stop.at)


def _set(contact: Contact, untouched: Task | None, due_on: date, *, by: By) -> StepSet:
    columns: dict[str, Any] = {"assignee": contact.owner_id or teammate_id_of(by), **promised(due_on, None, None)}
    batch = changes.current_batch()
    if untouched:
        write(untouched, batch, within=contact, **columns)
    task = untouched or make(
        batch, within=contact, contact=contact, title=gettext("Follow up"), is_default=True, **columns
    )
    return StepSet(task.title, due_on, f"/tasks/{encode(task.id)}")
