"""Settings and notices of whoever is signed in."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from omni.accounts import actions, ports, queries, roles, slow_down
from omni.accounts.forms import (
    FIELD_LABELS,
    AccountForm,
    ContactPointsForm,
    HolidayForm,
    InviteForm,
    NewPasswordForm,
    RoleForm,
    VersionForm,
    WorkspaceForm,
    day_names,
    hours_form,
)
from omni.accounts.notices import told
from omni.accounts.ports import Group, SettingsRow
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy, Purpose, Role
from omni.core.tenancy import current_workspace
from omni.core.words import _, ngettext
from omni.web.access import allow, can
from omni.web.login import current_session, current_teammate, current_user
from omni.web.respond import Toast, render, respond

accounts = Blueprint("accounts", __name__)


# --- the page of all settings ---


@accounts.get("/settings")
@allow(Policy.ENTER)
def show_settings() -> Response:
    rows = [*_own_rows(), *(row for answer in ports.settings.answers() for row in answer(current_teammate()))]
    titles = {
        Group.ME: _("Me"),
        Group.STUDIO: _("Studio"),
        Group.CONNECTIONS: _("Connections"),
        Group.PRIVACY: _("Privacy"),
    }
    groups = [(titles[group], [row for row in rows if row.group is group]) for group in Group]
    return render(
        "accounts/settings.html",
        groups=[(title, rows) for title, rows in groups if rows],
        other_workspaces=[one for one in queries.list_workspaces(current_user()) if one != current_workspace()],
    )


def _own_rows() -> list[SettingsRow]:
    user, devices, people = current_user(), len(queries.list_sessions(current_user())), len(queries.list_teammates())
    unread = queries.count_unread(current_teammate())
    return [
        SettingsRow(Group.ME, _("Account"), user.email, "/settings/account"),
        SettingsRow(
            Group.ME,
            _("Security"),
            ngettext("%(num)d device signed in", "%(num)d devices signed in", devices),
            "/settings/security",
        ),
        SettingsRow(
            Group.ME,
            _("Notices"),
            ngettext("%(num)d new", "%(num)d new", unread) if unread else _("Nothing new"),
            "/notifications",
        ),
        SettingsRow(Group.STUDIO, _("Workspace"), current_workspace().name, "/settings/workspace"),
        SettingsRow(Group.STUDIO, _("Team"), ngettext("%(num)d person", "%(num)d people", people), "/settings/team"),
    ]


@accounts.post("/settings/workspaces/<id:workspace_id>/open")
@allow(Policy.ENTER, even_suspended=True)
def switch(workspace_id: Id) -> Response:
    actions.switch_workspace(current_session(), workspace_id)
    return respond(page=show_settings, then="/today")


# --- my account ---


@accounts.get("/settings/account")
@allow(Policy.ENTER, purpose=Purpose.ACCOUNT)
def show_account(form: AccountForm | None = None, points: ContactPointsForm | None = None) -> Response:
    user = current_user()
    return render(
        "accounts/account.html",
        form=form or AccountForm(obj=user),
        points=points or ContactPointsForm(obj=user),
        user=user,
        history=queries.list_changes(user, verb="account.changed"),
        labels={name: str(label) for name, label in FIELD_LABELS.items()},
    )


@accounts.post("/settings/account")
@allow(Policy.ENTER, purpose=Purpose.ACCOUNT, even_suspended=True)
def change_account() -> Response:
    form = AccountForm.of(request)
    if form.ok:
        actions.change_account(current_user(), by=current_teammate(), **form.data)
    then = url_for("accounts.show_account")
    return respond(
        page=show_account, then=then, faulty="accounts/_account.html", form=form, toast=Toast(_("Account saved"))
    )


@accounts.post("/settings/account/contact-points")
@allow(Policy.ENTER, purpose=Purpose.ACCOUNT, step_up=True, even_suspended=True)
def change_contact_points() -> Response:
    user, by = current_user(), current_teammate()
    form = ContactPointsForm.of(request, country=current_workspace().country)
    toast = Toast(_("Saved"))
    if form.ok:
        if form.email.data != user.email:
            slow_down.mail_to(form.email.data)
            toast = Toast(_("Saved. Confirm the new address by the link in its mail"))
        try:
            # The address may be another user's: then nothing of this form is saved.
            actions.change_email(user, form.email.data, by=by)
            actions.change_account(user, by=by, phone=form.phone.data)
        except Invalid as fault:
            form.blame(fault)
    then = url_for("accounts.show_account")
    return respond(
        page=lambda points: show_account(points=points),
        then=then,
        faulty="accounts/_contact_points.html",
        form=form,
        points=form,
        toast=toast,
    )


@accounts.post("/settings/account/verification")
@allow(Policy.ENTER, purpose=Purpose.ACCOUNT)
def send_verification() -> Response:
    slow_down.mail_to(current_user().email)
    actions.resend_verification(current_user())
    toast = Toast(_("The link is in your mail"))
    return respond(page=show_account, then=url_for("accounts.show_account"), toast=toast)


# --- security ---


@accounts.get("/settings/security")
@allow(Policy.ENTER, purpose=Purpose.SECURITY)
def show_security(form: NewPasswordForm | None = None) -> Response:
    return render("accounts/security.html", form=form or NewPasswordForm.of(request), **_sessions())


@accounts.post("/settings/security/password")
@allow(Policy.ENTER, purpose=Purpose.SECURITY, step_up=True, even_suspended=True)
def change_password() -> Response:
    user = current_user()
    form = NewPasswordForm.of(request, known=(user.name, user.email, user.company))
    if form.ok:
        actions.change_password(user, form.password.data, kept=current_session(), by=current_teammate())
    toast = Toast(_("Password changed, other sessions ended"))
    then = url_for("accounts.show_security")
    return respond(page=show_security, then=then, faulty="accounts/_password.html", form=form, toast=toast)


@accounts.post("/settings/security/sessions/<id:session_id>/end")
@allow(Policy.ENTER, purpose=Purpose.SECURITY, even_suspended=True)
def end_session(session_id: Id) -> Response:
    actions.end_session(current_user(), session_id, by=current_teammate())
    return _after_sessions(Toast(_("Session ended")))


@accounts.post("/settings/security/sessions/end-others")
@allow(Policy.ENTER, purpose=Purpose.SECURITY, even_suspended=True)
def end_other_sessions() -> Response:
    count = actions.end_other_sessions(current_user(), kept=current_session(), by=current_teammate())
    return _after_sessions(Toast(ngettext("%(num)d session ended", "%(num)d sessions ended", count)))


def _after_sessions(toast: Toast) -> Response:
    then = url_for("accounts.show_security")
    return respond(page=show_security, fragment="accounts/_sessions.html", then=then, toast=toast, **_sessions())


def _sessions() -> dict[str, Any]:
    return {"sessions": queries.list_sessions(current_user()), "here": current_session().id}


# --- the studio ---


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


# --- the team ---


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


# --- notices, and what a new teammate reads first ---


@accounts.get("/notifications")
@allow(Policy.ENTER)
def show_notices() -> Response:
    return render("accounts/notices.html", lines=told(queries.list_notices(current_teammate())))


@accounts.post("/notifications/seen")
@allow(Policy.ENTER, even_suspended=True)
def see_notices() -> Response:
    actions.read_notices(current_teammate())
    lines = told(queries.list_notices(current_teammate()))
    then = url_for("accounts.show_notices")
    return respond(page=show_notices, fragment="accounts/_notices.html", then=then, lines=lines)


@accounts.get("/staff-notice")
@allow(Policy.ENTER)
def show_staff_notice() -> Response:
    return render("accounts/staff_notice.html", seen_at=current_teammate().notice_seen_at)


@accounts.post("/staff-notice")
@allow(Policy.ENTER, even_suspended=True)
def see_staff_notice() -> Response:
    actions.see_staff_notice(current_teammate())
    return respond(page=show_staff_notice, then="/today")
