"""Who makes this request. flask-login is used here alone, and only through its request loader.

`session_protection` is off, since phones change address and agent; there is no remember-cookie.
"""

from typing import Any

import flask_login
from flask import Flask, Request, current_app, g

from omni.web import session
from omni.web.ports import SignedIn, identity


class SignedInUser(flask_login.UserMixin):  # type: ignore[misc]
    """What flask-login carries: our answer from the port, under its name for it."""

    def __init__(self, who: SignedIn) -> None:
        self.who = who

    def get_id(self) -> str:
        return str(self.who.session.id)


def install(app: Flask) -> None:
    """Let flask-login ask our request loader, and nobody else."""
    manager = flask_login.LoginManager()
    manager.session_protection = None
    manager.request_loader(_load)
    manager.init_app(app, add_context_processor=False)
    # A cookie of this name would pass the request loader by, so it bears a name that is never set.
    app.config["REMEMBER_COOKIE_NAME"] = "omni-is-never-remembered"


def signed_in() -> SignedIn | None:
    """Session, user, teammate and workspace of this request; None on pages that do not look."""
    if g.get("anonymous", False):
        return None
    if "signed_in" not in g:
        user = flask_login.current_user
        g.signed_in = user.who if user.is_authenticated else None
    return g.signed_in  # type: ignore[no-any-return]


def is_signed_in() -> bool:
    return signed_in() is not None


# The rows' classes belong to accounts, which web cannot import: hence Any, so that a route may hand them to actions.


def current_user() -> Any:
    """The user who makes this request, or None."""
    who = signed_in()
    return who.user if who else None


def current_teammate() -> Any:
    """The user's row in this workspace, with the role as it is now, or None."""
    who = signed_in()
    return who.teammate if who else None


def current_session() -> Any:
    """The session's row, or None."""
    who = signed_in()
    return who.session if who else None


def _load(request: Request) -> SignedInUser | None:
    desk = identity.answer()
    cookie = session.read_cookie(request, secure=current_app.config["OMNI"].is_secure)
    who = desk(cookie) if desk and cookie else None
    return SignedInUser(who) if who else None
