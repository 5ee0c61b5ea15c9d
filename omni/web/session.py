"""The session's cookie: an opaque name for a row that lives on the server. Flask's signed cookie is switched off.

The row belongs to accounts (port `identity`); here the cookie's value is read, set and taken away, and nothing else.
"""

from flask import Flask, Request, Response, g, request
from flask.sessions import SessionInterface, SessionMixin

MAX_COOKIE_CHARS = 128
# Of a session: 14 days idle, 30 absolute (specs/security.md, "Sessions"). The row decides, the cookie only outlives it.
COOKIE_AGE_S = 30 * 24 * 3600


class NoFlaskSession(SessionInterface):
    """Gives Flask no session of its own: reading finds nothing, writing raises."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return self.make_null_session(app)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        return None


def cookie_name(*, secure: bool) -> str:
    """`__Host-` ties the cookie to https and to this very host; plain http in development cannot have it."""
    return "__Host-omni" if secure else "omni"


def read_cookie(request: Request, *, secure: bool) -> str | None:
    """What the browser sent as session, or None when it cannot be one."""
    value = request.cookies.get(cookie_name(secure=secure), "")
    return value if 16 <= len(value) <= MAX_COOKIE_CHARS and value.isascii() else None


def begin_session(cookie: str) -> None:
    """Send `cookie`, the id of a fresh session row, with the answer of this request."""
    g.session_cookie = cookie


def end_session() -> None:
    """Take the cookie away with the answer of this request, and have the browser forget our pages."""
    g.session_cookie = ""


def carry_cookie(response: Response, *, secure: bool) -> Response:
    """Set or take away the cookie, when a route asked for it."""
    value = g.pop("session_cookie", None)
    if value is None:
        return response
    response.set_cookie(
        cookie_name(secure=secure),
        value,
        max_age=COOKIE_AGE_S if value else 0,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
    if not value:
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def is_prefetch() -> bool:
    """Whether the browser asks ahead of its person."""
    return "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""))
