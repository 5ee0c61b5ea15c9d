"""The team: who works here, who is invited, which role gives what."""

from typing import Any

from flask import Response, request, url_for

from omni.accounts import actions, queries, roles, slow_down
from omni.accounts.forms import InviteForm, RoleForm, VersionForm
from omni.accounts.routes.blueprint import accounts
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy, Role
from omni.core.tenancy import current_workspace
from omni.core.words import _
from omni.web.access import allow, can
from omni.web.login import current_teammate, current_user
from omni.web.respond import Toast, render, respond


@accounts.get("/settings/team")
@allow(Policy.ENTER)
def show_team(form: InviteForm | None = None, refusal: str = "") -> Response:
    return render("accounts/team.html", matrix=roles.matrix(), **_team(form, refusal))


@accounts.post("/settings/team/invitations")
@allow(Policy.MANAGE_TEAM)
def invite() -> Response:
    form = InviteForm.of(request, roles=_givable())
    toast = Toast(_("Invitation sent"))
    if form.ok:
        slow_down.invitations(current_workspace().id)
        try:
            actions.invite(form.email.data, Role(form.role.data), by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    return respond(
        page=show_team,
        fragment="accounts/_team.html",
        then=url_for("accounts.show_team"),
        form=form,
        toast=toast,
        **_team(None if form.ok else form),
    )


@accounts.post("/settings/team/invitations/<id:invitation_id>/revocation")
@allow(Policy.MANAGE_TEAM)
def revoke_invitation(invitation_id: Id) -> Response:
    actions.revoke_invitation(queries.get_invitation(invitation_id), by=current_teammate())
    return _after_team(Toast(_("Invitation withdrawn")))


@accounts.post("/settings/team/<id:teammate_id>/role")
@allow(Policy.MANAGE_TEAM, step_up=True)
def change_role(teammate_id: Id) -> Response:
    teammate = queries.get_teammate(teammate_id)
    form = RoleForm.of(request, roles=list(Role))
    if not form.ok:
        return _refused(" ".join(form.faults.values()))
    try:
        role = Role(form.role.data)
        actions.change_role(teammate, role, version=form.version.data, by=current_teammate())
    except Invalid as fault:
        return _refused(_(fault.words))
    toast = Toast(_("%(name)s is now %(role)s", name=teammate.name, role=roles.role_name(role)))
    return _after_team(toast)


@accounts.post("/settings/team/<id:teammate_id>/departure")
@allow(Policy.ENTER, step_up=True)
def remove_teammate(teammate_id: Id) -> Response:
    teammate = queries.get_teammate(teammate_id)
    form = VersionForm.of(request)
    if not form.ok:
        return _refused(" ".join(form.faults.values()))
    try:
        actions.remove_teammate(teammate, version=form.version.data, by=current_teammate())
    except Invalid as fault:
        return _refused(_(fault.words))
    if teammate.id == current_teammate().id:
        return respond(page=show_team, then="/login")
    return _after_team(Toast(_("%(name)s no longer works here", name=teammate.name)))


def _after_team(toast: Toast) -> Response:
    then = url_for("accounts.show_team")
    return respond(page=show_team, fragment="accounts/_team.html", then=then, toast=toast, **_team(None))


def _refused(sentence: str) -> Response:
    context = _team(None, sentence)
    return render("accounts/team.html", fragment="accounts/_team.html", status=422, matrix=roles.matrix(), **context)


def _team(form: InviteForm | None, refusal: str = "") -> dict[str, Any]:
    me = current_teammate()
    can_manage = bool(can(Policy.MANAGE_TEAM))
    return {
        "teammates": queries.list_teammates(),
        "invitations": queries.list_open_invitations() if can_manage else [],
        "invite_form": form or _invite_form(),
        "refusal": refusal,
        "role_names": {role: roles.role_name(role) for role in Role},
        "givable": _givable() if can_manage else [],
        "can_manage": can_manage,
        "me": me.id,
        "is_verified": current_user().is_verified,
    }


def _invite_form() -> InviteForm:
    form = InviteForm(data={"role": Role.REP.value})
    form.prepare(roles=_givable())
    return form


def _givable() -> list[Role]:
    return roles.givable(current_teammate().role)
