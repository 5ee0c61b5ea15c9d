"""Pages of the tasks."""

from datetime import timedelta

from flask import Blueprint, Response, request

from omni.contacts.models import Contact
from omni.contacts.queries import get_contact, search_contacts
from omni.core import clock
from omni.core.faults import NotFound, Stale
from omni.core.ids import Id, decode, encode
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import gettext
from omni.tasks import actions, pages, queries
from omni.tasks.forms import DoneForm, TaskForm
from omni.tasks.models import Task
from omni.web.access import allow, can, require_own, safe_next
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

tasks = Blueprint("tasks", __name__)


@tasks.get("/tasks")
@allow(Policy.VIEW_CONTACTS)
def index() -> Response:
    """My open tasks, or with `?all=1` everybody's, what is due first before the rest."""
    is_all = bool(request.args.get("all"))
    found = queries.list_open(None if is_all else current_teammate(), pages.read_place(request.args.get("after", "")))
    page = pages.draw_page(found, is_all=is_all, may_edit=_may_edit)
    can_edit = bool(can(Policy.EDIT_TASKS))
    return render("tasks/index.html", fragment="tasks/_more_tasks.html", page=page, can_edit=can_edit)


@tasks.get("/tasks/new")
@allow(Policy.EDIT_TASKS)
def new() -> Response:
    """A form for a contact's next step; without a contact, first the question who."""
    contact = _contact(request.args.get("contact"))
    if contact is None:
        query = request.args.get("q", "").strip()
        return render("tasks/who.html", query=query, found=search_contacts(query, limit=20) if query else [])
    require_own(contact.owner_id)
    tomorrow = clock.today_in(current_workspace().timezone) + timedelta(days=1)
    back = safe_next(request.args.get("back"), f"/contacts/{encode(contact.id)}")
    return show_new(contact, TaskForm.of(request, data={"due_on": tomorrow, "back": back}))


@tasks.post("/contacts/<id:contact_id>/tasks")
@allow(Policy.EDIT_TASKS)
def add(contact_id: Id) -> Response:
    """Add a task for the contact."""
    contact = get_contact(contact_id)
    require_own(contact.owner_id)
    form = TaskForm.of(request)
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
    return show_task(task, TaskForm.of(request, obj=task))


@tasks.post("/tasks/<id:task_id>")
@allow(Policy.EDIT_TASKS, statuses={409})
def change(task_id: Id) -> Response:
    """Change what is to be done, or when."""
    task = queries.get_task(task_id)
    require_own(task.contact.owner_id)
    form = TaskForm.of(request)
    if form.ok:
        try:
            actions.change_task(task, **form.asked, version=form.data["version"] or task.version, by=current_teammate())
        except Stale as stale:
            said = gettext(stale.words, **stale.values)
            return show_task(queries.get_task(task_id), form, status=409, said=said)
    toast = Toast(gettext("Saved"))
    return respond(page=show_task, then=f"/tasks/{encode(task.id)}", form=form, task=task, toast=toast)


@tasks.post("/tasks/<id:task_id>/done")
@allow(Policy.EDIT_TASKS)
def finish(task_id: Id) -> Response:
    """Say that the task is done."""
    task = queries.get_task(task_id)
    require_own(task.contact.owner_id)
    back = DoneForm.of(request).back.data
    batch_id = actions.finish_task(task, by=current_teammate())
    undo = f"/history/{encode(batch_id)}/undo" if batch_id else None
    return respond(
        page=show_task,
        fragment="tasks/_task.html",
        then=safe_next(back, "/tasks"),
        toast=Toast(gettext("Done: %(title)s", title=task.title), undo),
        line=pages.line_of(task),
    )


def show_new(contact: Contact, form: TaskForm) -> Response:
    """The page on which a task is added."""
    return render("tasks/new.html", contact=contact, form=form)


def show_task(task: Task, form: TaskForm, status: int = 200, said: str = "") -> Response:
    """The page of one task."""
    can_edit = _may_edit(task) and task.is_open
    return render("tasks/show.html", status=status, task=task, form=form, said=said, can_edit=can_edit)


def _may_edit(task: Task) -> bool:
    """Whether this teammate may change this task: where a right covers one's own, the contact is asked."""
    return can(Policy.EDIT_TASKS).covers(task.contact.owner_id, current_teammate().id)


def _contact(text: str | None) -> Contact | None:
    if not text:
        return None
    try:
        return get_contact(decode(text))
    except ValueError:
        raise NotFound from None
