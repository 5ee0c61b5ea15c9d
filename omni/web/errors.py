"""Refusals and faults as pages and as fragments: what went wrong, what would be right, and a way on.

A page of this kind asks no database, since the database may be what is wrong. A fault shows a reference number, which
stands in the log, and no detail.
"""

import secrets
from typing import Any

import peewee
from flask import Flask, Response, g, render_template, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from omni.core import log
from omni.core.database import is_full
from omni.core.faults import Away, Fault, Gone, Invalid, NotAllowed, NotFound, Stale, TooLarge, TooMany
from omni.core.words import _, gettext, lazy
from omni.web import htmx
from omni.web.csrf import Forged

RETRY_AFTER_S = 10
# Told apart on the phone; digits alone would look like a phone number to the log.
REFERENCE_LETTERS = "abcdefghkmnprstwxyz"

STATUS: dict[type[Fault], int] = {
    NotAllowed: 403,
    NotFound: 404,
    Stale: 409,
    Gone: 410,
    TooLarge: 413,
    Invalid: 422,
    TooMany: 429,
    Away: 503,
}

# Heading and sentence of each; a fault that brings its own sentence replaces the second.
WORDS = {
    400: (lazy("We could not read that"), lazy("What was sent is not in a form we understand. Nothing was changed.")),
    403: (lazy("Not yours to change"), lazy("Your role here does not include this. An owner or admin can change it.")),
    404: (lazy("Nothing is here"), lazy("The address may be mistyped, or the thing was put away or deleted.")),
    405: (lazy("Nothing is here"), lazy("This address cannot be used that way. Go back and try from the page itself.")),
    409: (
        lazy("Somebody was faster"),
        lazy("This changed after you opened it. Look at it as it is now, then make your change again."),
    ),
    410: (lazy("This link has done its work"), lazy("It was used already, or its time is over. Ask for a new one.")),
    413: (
        lazy("That is too large"),
        lazy("It is larger than this page takes, so nothing was kept. Send a smaller one."),
    ),
    421: (lazy("Not this address"), lazy("Omni does not answer under this name.")),
    422: (lazy("Something needs putting right"), lazy("Nothing was saved. Go back, and nothing you typed is lost.")),
    429: (lazy("Too many tries"), lazy("Wait a little, then try again.")),
    500: (
        lazy("That went wrong on our side"),
        lazy("Nothing was half saved. Tell us the number below and we will find out what happened."),
    ),
    503: (lazy("Back in a moment"), lazy("A part of Omni does not answer. Nothing is lost; try again shortly.")),
}
FULL = lazy("The disk that Omni keeps its data on is full. Nothing was changed; whoever keeps it has to make room.")
OTHER = 400

WAY_ON = {"href": "/", "label": lazy("Go to the start")}


def install(app: Flask) -> None:
    """Word every refusal and every fault."""
    app.register_error_handler(Fault, on_fault)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(peewee.OperationalError, on_database_away)
    app.register_error_handler(peewee.InterfaceError, on_database_away)
    app.register_error_handler(Exception, on_exception)


def on_fault(fault: Fault) -> Response:
    """A refusal that a room (or access) raised."""
    status = next((code for kind, code in STATUS.items() if isinstance(fault, kind)), 422)
    _note(status, fault)
    sentence = gettext(fault.words, **fault.values) if fault.words else None
    retry_after_s = fault.retry_after_s if isinstance(fault, TooMany) else None
    return answer(status, sentence=sentence, retry_after_s=retry_after_s)


def on_http(fault: HTTPException) -> Response:
    """A refusal of Flask's or werkzeug's own."""
    if fault.response is not None:
        return fault.response  # type: ignore[return-value]
    response = answer(fault.code or 500)
    for name, value in fault.get_headers():
        if name.lower() in ("allow", "retry-after", "content-range"):
            response.headers[name] = value
    return response


def on_database_away(fault: Exception) -> Response:
    """The database does not answer, is locked for longer than anybody waits, or has no room to write."""
    g.anonymous = True
    log.fault("database_away", fault, reference=_reference(), route=request.endpoint, method=request.method)
    return answer(503, sentence=gettext(FULL.key) if is_full(fault) else None, reference=_reference())


def on_exception(fault: Exception) -> Response:
    """A mistake of ours: a reference number, and no detail."""
    g.anonymous = True
    log.fault("request_failed", fault, reference=_reference(), route=request.endpoint, method=request.method)
    return answer(500, reference=_reference())


def answer(
    status: int, *, sentence: str | None = None, retry_after_s: int | None = None, reference: str | None = None
) -> Response:
    """The refusal as a page, or to htmx as a fragment in place."""
    known = status if status in WORDS else OTHER
    heading, usual = WORDS[known]
    retry_after_s = RETRY_AFTER_S if status == 503 else retry_after_s
    html = _drawn(
        known,
        {
            "status": status,
            "heading": str(heading),
            "sentence": sentence or (_too_large() if known == 413 else "") or str(usual),
            "reference": reference,
            "retry_after_s": retry_after_s,
            "way_on": WAY_ON,
        },
    )
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    if retry_after_s:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _too_large() -> str:
    """The sentence with what this address takes, once it is known which address was asked."""
    most = request.max_content_length
    if not most:
        return ""
    size = f"{most // 2**20} MB" if most >= 2**20 else f"{most // 1024} kB"
    return _("It is larger than the %(size)s this page takes, so nothing was kept. Send a smaller one.", size=size)


def _drawn(known: int, context: dict[str, Any]) -> str:
    # A status that has no words of its own on a page borrows the page nearest to it.
    file = {400: 422, 405: 404, 421: 404}.get(known, known)
    name = f"errors/_{file}.html" if htmx.is_partial() else f"errors/{file}.html"
    try:
        return render_template(name, **context)
    except Exception as second:  # the page that tells of a fault has a fault itself: say it in plain letters
        log.fault("error_page_failed", second, reference=context["reference"], status=known)
        told = [context["heading"], context["sentence"], context["reference"] or ""]
        return "<!doctype html><html lang=en><title>{0}</title><h1>{0}</h1><p>{1}<p>{2}".format(*map(escape, told))


def _reference() -> str:
    if "reference" not in g:
        g.reference = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    return str(g.reference)


def _note(status: int, fault: Fault) -> None:
    if isinstance(fault, Forged):
        log.security("authz_forged_request", route=request.endpoint, method=request.method, reason=fault.wall)
    elif status == 403:
        log.security("authz_fail", route=request.endpoint, method=request.method)
