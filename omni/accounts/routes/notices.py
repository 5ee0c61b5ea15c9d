"""What a teammate is told, and what a new one reads first."""

from flask import Response, url_for

from omni.accounts import actions, queries
from omni.accounts.notices import told
from omni.accounts.routes.blueprint import accounts
from omni.core.policies import Policy
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import render, respond


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
