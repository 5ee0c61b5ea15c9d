"""The page on which the joins are turned on and off."""

from flask import Blueprint, Response, request

from omni.automations import actions, queries, wording
from omni.automations.forms import RoleForm, SwitchForm
from omni.automations.models import Join
from omni.boards import actions as boards
from omni.boards import queries as board_queries
from omni.boards.models import Role
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

automations = Blueprint("automations", __name__)
HERE = "/settings/automations"


@automations.get(HERE)
@allow(Policy.EDIT_AUTOMATIONS)
def show() -> Response:
    """What happens by itself, each with its switch."""
    return show_joins()


@automations.post(f"{HERE}/joins")
@allow(Policy.EDIT_AUTOMATIONS)
def switch() -> Response:
    """Turn a join on or off."""
    form = SwitchForm.of(request)
    is_on = form.is_on.data == "y"
    if form.ok:
        actions.switch_join(Join(form.join.data), is_on=is_on, by=current_teammate())
    toast = Toast(_("This happens by itself again") if is_on else _("This no longer happens by itself"))
    return respond(page=show_joins, then=HERE, form=form, toast=toast)


@automations.post(f"{HERE}/roles")
@allow(Policy.EDIT_AUTOMATIONS)
def give_role() -> Response:
    """Let a stage take a role that no other one bears."""
    form = RoleForm.of(request, stages=board_queries.list_all_stages())
    if form.ok:
        boards.change_stage(form.chosen, by=current_teammate(), role=Role(form.role.data))
    return respond(page=show_joins, then=HERE, form=form, toast=Toast(_("Saved")))


def show_joins(form: SwitchForm | RoleForm | None = None) -> Response:
    """The page, with what was wrong beside its form."""
    return render(
        "automations/joins.html",
        states=queries.list_joins(),
        names=wording.NAMES,
        sentence=wording.sentence,
        question=wording.question,
        form=form,
        role_form=_role_form(form),
    )


def _role_form(form: SwitchForm | RoleForm | None) -> "dict[Role, RoleForm]":
    """A form for each role; the one that was sent keeps what was typed."""
    stages = board_queries.list_all_stages()
    forms = {}
    for role in Role:
        mine = form if isinstance(form, RoleForm) and form.role.data == role else RoleForm(data={"role": role.value})
        mine.prepare(stages=stages)
        mine.role.id, mine.stage.id = f"role-{role}", f"stage-{role}"
        mine.stage.label.field_id = mine.stage.id
        forms[role] = mine
    return forms
