"""The studio: name and place, hours, days off."""

from typing import Any

from flask import Response, request, url_for

from omni.accounts import actions, queries
from omni.accounts.forms import HolidayForm, WorkspaceForm, day_names, hours_form
from omni.accounts.routes.blueprint import accounts
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import _
from omni.web.access import allow, can
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@accounts.get("/settings/workspace")
@allow(Policy.ENTER)
def show_workspace(
    form: WorkspaceForm | None = None, hours: Any = None, holiday: HolidayForm | None = None
) -> Response:
    return render(
        "accounts/workspace.html",
        form=form or WorkspaceForm(obj=current_workspace()),
        hours=hours or hours_form()(data=_hours()),
        holiday=holiday or HolidayForm(),
        days=day_names(),
        holidays=queries.list_holidays(),
        can_edit=bool(can(Policy.MANAGE_TEAM)),
    )


@accounts.post("/settings/workspace")
@allow(Policy.MANAGE_TEAM)
def change_workspace() -> Response:
    form = WorkspaceForm.of(request)
    if form.ok:
        actions.change_workspace(by=current_teammate(), **form.data)
    then, toast = url_for("accounts.show_workspace"), Toast(_("Workspace saved"))
    return respond(page=show_workspace, then=then, faulty="accounts/_workspace.html", form=form, toast=toast)


@accounts.post("/settings/workspace/hours")
@allow(Policy.MANAGE_TEAM)
def set_hours() -> Response:
    form = hours_form().of(request)
    if form.ok:
        actions.set_business_hours(form.hours(), by=current_teammate())
    return respond(
        page=lambda hours: show_workspace(hours=hours),
        then=url_for("accounts.show_workspace"),
        faulty="accounts/_hours.html",
        form=form,
        hours=form,
        days=day_names(),
        toast=Toast(_("Hours saved")),
    )


@accounts.post("/settings/workspace/holidays")
@allow(Policy.MANAGE_TEAM)
def add_holiday() -> Response:
    form = HolidayForm.of(request)
    if form.ok:
        actions.add_holiday(form.local_day.data, by=current_teammate())
    return _after_holidays(form)


@accounts.post("/settings/workspace/holidays/<id:holiday_id>/removal")
@allow(Policy.MANAGE_TEAM)
def remove_holiday(holiday_id: Id) -> Response:
    actions.remove_holiday(holiday_id, by=current_teammate())
    return _after_holidays(None)


def _after_holidays(form: HolidayForm | None) -> Response:
    is_done = form is None or form.ok
    return respond(
        page=lambda holiday: show_workspace(holiday=holiday),
        fragment="accounts/_holidays.html",
        then=url_for("accounts.show_workspace"),
        form=form,
        holiday=HolidayForm() if is_done else form,
        holidays=queries.list_holidays(),
        can_edit=True,
    )


def _hours() -> dict[str, int]:
    spans = {day: (spans[0][0], spans[-1][1]) for day, spans in queries.business_hours().items() if spans}
    starts = {f"from_{day}": span[0] for day, span in spans.items()}
    return starts | {f"to_{day}": span[1] for day, span in spans.items()}
