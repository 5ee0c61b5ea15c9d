"""The lists of tasks."""

from flask import Response, request

from omni.core import clock
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.tasks import pages, queries
from omni.tasks.due import due_instant
from omni.tasks.models import Task
from omni.tasks.pages import Shown
from omni.tasks.routes.blueprint import may_edit, tasks
from omni.web.access import allow, can
from omni.web.login import current_teammate
from omni.web.respond import render


@tasks.get("/tasks")
@allow(Policy.VIEW_CONTACTS, queries=8)
def index() -> Response:
    """My tasks, or with `?all=1` everybody's: the open ones, or as `show` says."""
    is_all, shown = read_list()
    found = find(shown, is_all=is_all, after=request.args.get("after", ""))
    page = pages.draw_page(found, shown=shown, is_all=is_all, may_edit=may_edit)
    can_edit = bool(can(Policy.EDIT_TASKS))
    return render("tasks/index.html", fragment="tasks/_more_tasks.html", page=page, can_edit=can_edit)


def read_list() -> tuple[bool, Shown]:
    """Which list the address names: everybody's or mine, and which tasks of it."""
    shown = request.args.get("show", "")
    return bool(request.args.get("all")), Shown(shown) if shown in set(Shown) else Shown.OPEN


def find(shown: Shown, *, is_all: bool, after: str = "") -> list[Task]:
    """One more than a page of the tasks that a list shows."""
    zone, now = current_workspace().timezone, clock.now()
    midnight = due_instant(clock.today_in(zone), None, zone)
    bounds = {
        Shown.OPEN: {},
        Shown.LATE: {"until": now},
        Shown.TODAY: {"since": now, "until": midnight},
        Shown.COMING: {"since": midnight},
    }
    whose, place = None if is_all else current_teammate(), pages.read_place(after)
    if shown is Shown.DONE:
        return queries.list_closed(whose, place)
    return queries.list_open(whose, place, **bounds[shown])
