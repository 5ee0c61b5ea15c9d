"""The password once more, before what is guarded; the form it interrupted travels along, sealed, and goes on after."""

from typing import Any
from urllib.parse import quote

from flask import Request, Response, current_app, redirect, request
from werkzeug.datastructures import ImmutableMultiDict

from omni.accounts import sealing
from omni.accounts.forms import StepUpForm
from omni.core.ids import encode
from omni.web import csrf, htmx
from omni.web.access import safe_next
from omni.web.login import signed_in
from omni.web.ports import SignedIn
from omni.web.respond import render

SEALED = "sealed"


def ask(who: SignedIn, *, next_url: str) -> Response:
    """The answer in place of a guarded one: the page that asks for the password."""
    if request.method in csrf.SAFE_METHODS or request.files:
        # A file cannot travel along: the person comes back to the page and chooses it again.
        return _go(next_url)
    form = StepUpForm(data={"sealed": _seal(who), "next": next_url})
    if htmx.is_partial():
        sheet = render("accounts/step_up.html", fragment="accounts/_step_up_sheet.html", form=form)
        return htmx.retarget(sheet, "#sheet", "innerHTML")
    return render("accounts/step_up.html", form=form)


def sealed_path(sealed: str) -> str | None:
    """Where the sealed form was on its way to, if it is one of this session's and still good."""
    content = _unseal(sealed)
    return str(content["path"]) if content else None


def resume() -> None:
    """Give a form that the step-up interrupted back what was typed, when it comes again to its own address."""
    sealed = request.form.get(SEALED) if request.method == "POST" else None
    content = _unseal(sealed) if sealed else None
    if content and content["path"] == _path(request):
        request.form = ImmutableMultiDict([(name, value) for name, value in content["fields"]])


def _seal(who: SignedIn) -> str:
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != csrf.FIELD]
    return sealing.seal(_purpose(who), {"path": _path(request), "fields": fields})


def _unseal(sealed: str) -> dict[str, Any] | None:
    who = signed_in()
    content = sealing.unseal(_purpose(who), sealed) if who else None
    return content if isinstance(content, dict) else None


def _purpose(who: SignedIn) -> str:
    return f"step-up {encode(who.session.id)}"


def _path(request: Request) -> str:
    return request.full_path.rstrip("?")


def _go(next_url: str) -> Response:
    url = "/step-up?next=" + quote(safe_next(next_url), safe="/")
    if htmx.is_partial():
        return htmx.redirect_to(url)
    return current_app.make_response(redirect(url, 303))
