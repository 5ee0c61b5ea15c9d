"""The page behind an invitation: a new person signs up for this workspace, a known one joins it."""

from urllib.parse import quote

from flask import Blueprint, Response, current_app, redirect, request

from omni.accounts import actions, queries
from omni.accounts.at_the_door import device, is_refused, refuse
from omni.accounts.forms import JoinForm
from omni.accounts.models import Invitation
from omni.accounts.roles import role_name
from omni.core import clock
from omni.core.faults import Invalid
from omni.core.policies import Purpose
from omni.core.tenancy import current_workspace
from omni.web.access import current_door, public
from omni.web.login import current_user
from omni.web.respond import render, respond
from omni.web.session import begin_session

joining = Blueprint("joining", __name__)


@joining.get("/invite/<token>")
@public("the link in the mail is the right", purpose=Purpose.ACCOUNT, door="invitation")
def show(token: str, form: JoinForm | None = None) -> Response:
    if is_refused():
        return render("accounts/too_young.html")
    invited, user = _invited(), current_user()
    if user is None and queries.find_user(invited.email):
        return current_app.make_response(redirect("/login?next=" + quote(f"/invite/{token}", safe="/"), 303))
    return render(
        "accounts/invite.html",
        form=form or JoinForm.of(request),
        token=token,
        email=invited.email,
        studio=current_workspace().name,
        by=queries.name_of(invited.by_id),
        role=role_name(invited.role),
        user=user,
        documents=queries.documents(),
    )


@joining.post("/invite/<token>")
@public("the link in the mail is the right", purpose=Purpose.ACCOUNT, door="invitation", per_hour=("invited", 20))
def accept(token: str) -> Response:
    # A refusal stays one, whatever year is written the second time.
    if is_refused():
        return respond(page=show, then=f"/invite/{token}")
    invited, user = _invited(), current_user()
    form = JoinForm.of(request, email=invited.email)
    if user is not None:
        begin_session(actions.accept_as_user(token, user, device=device()).secret)
        return respond(page=show, then="/staff-notice", token=token)
    if form.ok:
        if not form.is_of_age(current_workspace().country, clock.today_in(current_workspace().timezone)):
            return refuse(show, f"/invite/{token}")
        _join(form, token)
    return respond(
        page=show,
        then="/staff-notice",
        faulty="accounts/_invite.html",
        form=form,
        token=token,
        email=invited.email,
        documents=queries.documents(),
    )


def _join(form: JoinForm, token: str) -> None:
    new = form.teammate(company=current_workspace().name)
    try:
        begin_session(actions.accept_as_new(token, new, device=device()).secret)
    except Invalid as fault:
        form.blame(fault)


def _invited() -> Invitation:
    return queries.get_invitation(current_door().subject)
