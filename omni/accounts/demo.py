"""The way into a demo: a link that its start prints, good for a week, on the machine that runs it."""

from flask import Blueprint, Response

from omni.accounts import actions, queries
from omni.accounts.at_the_door import device
from omni.core.policies import Purpose
from omni.core.tenancy import current_workspace
from omni.web.access import current_door, public
from omni.web.respond import render, respond
from omni.web.session import begin_session

demo = Blueprint("demo", __name__)


@demo.get("/demo/<token>")
@public("the start of a demo printed the link", purpose=Purpose.ACCOUNT, door="demo")
def show(token: str) -> Response:
    return render("accounts/demo.html", token=token, studio=current_workspace().name)


@demo.post("/demo/<token>")
@public("the start of a demo printed the link", purpose=Purpose.ACCOUNT, door="demo")
def enter(token: str) -> Response:
    user = queries.get_user(current_door().subject)
    begin_session(actions.start_session(user, current_workspace(), device=device()))
    return respond(page=show, then="/today")
