"""Pages on which a task ends, and what follows is asked."""

from typing import Any

from flask import Response, request

from omni.contacts.models import Contact
from omni.contacts.queries import get_contact
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.words import gettext
from omni.tasks import actions, pages
from omni.tasks.forms import DoneForm, ReasonForm
from omni.tasks.models import Task
from omni.tasks.routes.blueprint import own_task, tasks
from omni.tasks.routes.one import show_task
from omni.web.access import allow, require_own, safe_next
from omni.web.login import current_teammate
from omni.web.respond import Act, Toast, render, respond


@tasks.post("/tasks/<id:task_id>/done")
@allow(Policy.EDIT_TASKS)
def finish(task_id: Id) -> Response:
    """Say that the task is done; where nothing follows, what is next is asked."""
    task = own_task(task_id)
    back = safe_next(DoneForm.of(request).back.data, "/tasks")
    batch_id = actions.finish_task(task, by=current_teammate())
    undo = f"/history/{encode(batch_id)}/undo" if batch_id else None
    words = gettext("Done: %(title)s", title=task.title)
    return respond(
        page=show_task,
        fragment="tasks/_task.html",
        then=back,
        toast=Toast(words, undo, **asked_next(task.contact, back)),
        line=pages.line_of(task),
    )


@tasks.get("/tasks/<id:task_id>/cancel")
@allow(Policy.EDIT_TASKS)
def ask_cancel(task_id: Id) -> Response:
    """Why the task is not needed any more."""
    return show_cancel(own_task(task_id), ReasonForm.of(request))


@tasks.post("/tasks/<id:task_id>/cancel")
@allow(Policy.EDIT_TASKS)
def cancel(task_id: Id) -> Response:
    """Say why the task is not needed any more."""
    task, form = own_task(task_id), ReasonForm.of(request)
    then, toast = f"/contacts/{encode(task.contact_id)}", None
    if form.ok:
        batch_id = actions.cancel_task(task, reason=form.reason.data, by=current_teammate())
        undo = f"/history/{encode(batch_id)}/undo" if batch_id else None
        toast = Toast(gettext("Not needed any more: %(title)s", title=task.title), undo)
    return respond(page=show_cancel, then=then, form=form, task=task, toast=toast)


@tasks.get("/contacts/<id:contact_id>/tasks/none")
@allow(Policy.EDIT_TASKS)
def ask_none(contact_id: Id) -> Response:
    """Why nothing further is planned for the contact."""
    contact = get_contact(contact_id)
    require_own(contact.owner_id)
    back = safe_next(request.args.get("back"), f"/contacts/{encode(contact.id)}")
    return show_none(contact, ReasonForm.of(request, data={"back": back}))


@tasks.post("/contacts/<id:contact_id>/tasks/none")
@allow(Policy.EDIT_TASKS)
def decline(contact_id: Id) -> Response:
    """Say why nothing further is planned for the contact."""
    contact = get_contact(contact_id)
    require_own(contact.owner_id)
    form = ReasonForm.of(request)
    if form.ok:
        actions.decline_next(contact, reason=form.reason.data, by=current_teammate())
    then = safe_next(form.back.data, f"/contacts/{encode(contact.id)}")
    return respond(page=show_none, then=then, form=form, contact=contact, toast=Toast(gettext("Noted")))


def asked_next(contact: Contact, back: str) -> dict[str, Any]:
    """What a toast asks next of one for whom nothing is planned any more."""
    if pages.has_next(contact):
        return {}
    place = f"/contacts/{encode(contact.id)}/tasks"
    fields = {"title": gettext("Follow up"), "kind": "todo", "back": back}
    days = [Act(words, place, {**fields, "due_on": day}) for words, day in pages.days_ahead()]
    pick = Act(gettext("Choose a day…"), f"/tasks/new?contact={encode(contact.id)}&back={back}")
    none = Act(gettext("None, because…"), f"{place}/none?back={back}")
    return {"note": gettext("Next?"), "acts": (*days, pick, none)}


def show_cancel(task: Task, form: ReasonForm) -> Response:
    """The page that asks why a task is not needed any more."""
    return render("tasks/cancel.html", task=task, form=form)


def show_none(contact: Contact, form: ReasonForm) -> Response:
    """The page that asks why nothing follows."""
    return render("tasks/none.html", contact=contact, form=form)
