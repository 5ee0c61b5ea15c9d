"""The pages of one task: promising, changing, putting off."""

from datetime import timedelta
from typing import Any

from flask import Response, request

from omni.accounts.queries import list_teammates
from omni.contacts.models import Contact
from omni.contacts.queries import get_contact, search_contacts
from omni.core import clock
from omni.core.faults import Invalid, NotFound, Stale
from omni.core.ids import Id, decode, encode
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import gettext
from omni.tasks import actions, pages, queries
from omni.tasks.forms import SnoozeForm, TaskForm, filled_from
from omni.tasks.models import Task
from omni.tasks.routes.blueprint import may_edit, own_task, tasks
from omni.web.access import allow, require_own, safe_next
from omni.web.fields import clean
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@tasks.get("/tasks/new")
@allow(Policy.EDIT_TASKS)
def new() -> Response:
    """A form for a contact's next step; without a contact, first the question who."""
    contact = _contact(request.args.get("contact"))
    if contact is None:
        query = clean(request.args.get("q", "")).strip()[:200]
        return render("tasks/who.html", query=query, found=search_contacts(query, limit=20) if query else [])
    require_own(contact.owner_id)
    tomorrow = clock.today_in(current_workspace().timezone) + timedelta(days=1)
    back = safe_next(request.args.get("back"), f"/contacts/{encode(contact.id)}")
    return show_new(contact, _form({"due_on": tomorrow, "assignee": current_teammate().id, "back": back}))


@tasks.post("/contacts/<id:contact_id>/tasks")
@allow(Policy.EDIT_TASKS)
def add(contact_id: Id) -> Response:
    """Add a task for the contact."""
    contact = get_contact(contact_id)
    require_own(contact.owner_id)
    form = _form()
    if form.ok:
        actions.add_task(contact, **form.asked, by=current_teammate())
    then = safe_next(form.back.data, f"/contacts/{encode(contact.id)}")
    toast = Toast(gettext("Added “%(title)s”", title=form.title.data)) if form.ok else None
    return respond(page=show_new, then=then, form=form, contact=contact, toast=toast)


@tasks.get("/tasks/<id:task_id>")
@allow(Policy.VIEW_CONTACTS)
def show(task_id: Id) -> Response:
    """One task."""
    task = queries.get_task(task_id)
    return show_task(task, _form(filled_from(task)))


@tasks.post("/tasks/<id:task_id>")
@allow(Policy.EDIT_TASKS, statuses={409})
def change(task_id: Id) -> Response:
    """Change what is to be done, when or by whom."""
    task, form = own_task(task_id), _form()
    if form.ok:
        version = form.data["version"] or task.version
        try:
            actions.change_task(task, **form.asked, version=version, by=current_teammate())
        except Stale as stale:
            return show_task(queries.get_task(task_id), form, 409, gettext(stale.words, **stale.values))
    toast = Toast(gettext("Saved"))
    return respond(page=show_task, then=f"/tasks/{encode(task.id)}", form=form, task=task, toast=toast)


@tasks.get("/tasks/<id:task_id>/snooze")
@allow(Policy.EDIT_TASKS)
def ask_snooze(task_id: Id) -> Response:
    """Until when the task may be put off."""
    task = own_task(task_id)
    if not task.is_open:
        return show_task(task)
    back = safe_next(request.args.get("back"), f"/tasks/{encode(task_id)}")
    return show_snooze(task, SnoozeForm.of(request, data={"back": back}))


@tasks.post("/tasks/<id:task_id>/snooze")
@allow(Policy.EDIT_TASKS, statuses={409})
def snooze(task_id: Id) -> Response:
    """Let the task ask again later."""
    task, form = own_task(task_id), SnoozeForm.of(request)
    then, undo = safe_next(form.back.data, f"/tasks/{encode(task.id)}"), None
    if form.ok:
        try:
            undo = actions.snooze_task(task, form.later, day=form.day.data, by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
        except Stale as stale:
            return show_closed(task_id, stale)
    toast = Toast(gettext("Put off: %(title)s", title=task.title), _undo(undo)) if undo else None
    return respond(page=show_snooze, then=then, form=form, task=task, toast=toast)


@tasks.delete("/tasks/<id:task_id>/snooze")
@tasks.post("/tasks/<id:task_id>/snooze/end")
@allow(Policy.EDIT_TASKS, statuses={409})
def wake(task_id: Id) -> Response:
    """Let the task ask when it was promised."""
    task = own_task(task_id)
    try:
        undo = actions.wake_task(task, by=current_teammate())
    except Stale as stale:
        return show_closed(task_id, stale)
    toast = Toast(gettext("“%(title)s” asks again as promised", title=task.title), _undo(undo)) if undo else None
    return respond(page=show_snooze, then=f"/tasks/{encode(task.id)}", toast=toast)


def show_new(contact: Contact, form: TaskForm) -> Response:
    """The page on which a task is added."""
    return render("tasks/new.html", contact=contact, form=form)


def show_task(task: Task, form: TaskForm | None = None, status: int = 200, said: str = "") -> Response:
    """The page of one task."""
    can_edit = may_edit(task) and task.is_open
    return render(
        "tasks/show.html",
        status=status,
        task=task,
        form=form or _form(filled_from(task)),
        said=said,
        can_edit=can_edit,
        line=pages.line_of(task),
        repeats=pages.repeat_words(task),
        closed="" if task.is_open else pages.closed_words(task),
    )


def show_snooze(task: Task, form: SnoozeForm) -> Response:
    """The page that asks until when."""
    return render("tasks/snooze.html", task=task, form=form, ways=pages.snoozes(task), line=pages.line_of(task))


def show_closed(task_id: Id, stale: Stale) -> Response:
    """The task as it is now, since somebody was faster."""
    return show_task(queries.get_task(task_id), status=409, said=gettext(stale.words, **stale.values))


def _form(data: dict[str, Any] | None = None) -> TaskForm:
    return TaskForm.of(request, data=data, teammates=list_teammates())


def _undo(batch_id: Id | None) -> str | None:
    return f"/history/{encode(batch_id)}/undo" if batch_id else None


def _contact(text: str | None) -> Contact | None:
    if not text:
        return None
    try:
        return get_contact(decode(text))
    except ValueError:
        raise NotFound from None
