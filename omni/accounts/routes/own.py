"""One's own account: what a person says of themselves, how they are reached, password and sessions."""

from typing import Any

from flask import Response, request, url_for

from omni.accounts import actions, queries, slow_down
from omni.accounts.forms import FIELD_LABELS, AccountForm, ContactPointsForm, KeysForm, NewPasswordForm
from omni.accounts.routes.blueprint import accounts
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy, Purpose
from omni.core.tenancy import current_workspace
from omni.core.words import _, ngettext
from omni.web.access import allow
from omni.web.login import current_session, current_teammate, current_user
from omni.web.respond import Toast, render, respond

# --- my account ---


@accounts.get("/settings/account")
@allow(Policy.ENTER, purpose=Purpose.ACCOUNT)
def show_account(form: AccountForm | None = None, points: ContactPointsForm | None = None) -> Response:
    user = current_user()
    return render(
        "accounts/account.html",
        form=form or AccountForm(obj=user),
        points=points or ContactPointsForm(obj=user),
        keys=KeysForm(obj=user),
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


@accounts.post("/settings/account/keys")
@allow(Policy.ENTER, purpose=Purpose.ACCOUNT, even_suspended=True)
def change_keys() -> Response:
    form = KeysForm.of(request)
    if form.ok:
        actions.set_keys(current_user(), has_keys=bool(form.has_keys.data))
    toast = Toast(_("Single keys are on") if form.has_keys.data else _("Single keys are off"))
    return respond(page=show_account, then=url_for("accounts.show_account"), form=None, toast=toast)


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
