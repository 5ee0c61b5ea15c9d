"""Giving several tasks to somebody else at once."""

from flask import Response, request

from omni.accounts.queries import list_teammates
from omni.core.faults import Stale
from omni.core.ids import encode
from omni.core.policies import Policy
from omni.core.words import gettext, ngettext
from omni.tasks import actions, pages, queries
from omni.tasks.forms import HandOverForm
from omni.tasks.models import Task
from omni.tasks.pages import Shown
from omni.tasks.routes.blueprint import may_edit, tasks
from omni.tasks.routes.lists import find
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@tasks.get("/tasks/hand-over")
@allow(Policy.EDIT_TASKS)
def ask_hand_over() -> Response:
    """Which open tasks somebody else shall have: mine, or with `?all=1` everybody's."""
    return show_hand_over(_form(_open()))


@tasks.post("/tasks/hand-over")
@allow(Policy.EDIT_TASKS, statuses={409})
def hand_over() -> Response:
    """Give them."""
    form, toast = _form(_open()), None
    if form.ok and form.to:
        chosen = form.chosen
        try:
            batch_id = actions.hand_over(chosen, form.to, by=current_teammate())
        except Stale as stale:
            return show_hand_over(_form(_open()), 409, gettext(stale.words, **stale.values))
        words = ngettext(
            "%(num)s task is %(name)s’s now", "%(num)s tasks are %(name)s’s now", len(chosen), name=form.to.user.name
        )
        toast = Toast(words, f"/history/{encode(batch_id)}/undo")
    return respond(page=show_hand_over, then=f"/tasks{_query()}", form=form, toast=toast)


def show_hand_over(form: HandOverForm, status: int = 200, said: str = "") -> Response:
    """The page on which tasks are chosen and given."""
    lines = [pages.line_of(task) for task in form.tasks]
    return render("tasks/hand_over.html", status=status, form=form, lines=lines, said=said, query=_query())


def _open() -> list[Task]:
    found = find(Shown.OPEN, is_all=bool(request.args.get("all")))
    return [task for task in found[: queries.PAGE] if may_edit(task)]


def _form(found: list[Task]) -> HandOverForm:
    return HandOverForm.of(request, tasks=found, teammates=list_teammates())


def _query() -> str:
    return "?all=1" if request.args.get("all") else ""
