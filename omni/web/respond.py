"""How a route answers: a page for a browser, a fragment for htmx, and 422 with everything typed for both.

This file is the only reader of htmx's headers besides `errors` and `access`, which answer in a route's place.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, current_app, render_template, request
from markupsafe import Markup

from omni.core import scope
from omni.core.tenancy import current_workspace
from omni.core.words import use_locale
from omni.web import htmx
from omni.web.forms import Form
from omni.web.login import signed_in
from omni.web.ports import Act, Toast, identity

__all__ = ["Act", "Toast", "render", "respond"]

# Where a layout keeps its one live region for sentences after an act.
TOAST_TARGET = "toasts"


def render(template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """A GET's answer: the whole page, or to htmx the `fragment` of it.

    A page without a fragment is never put into another one: htmx is told to go there as a whole.
    """
    if not htmx.is_partial():
        return _answer(_worded(template, context), status)
    if fragment is None:
        return htmx.redirect_to(request.full_path.rstrip("?"))
    return _answer(_worded(fragment, context), status)


def respond(
    *,
    page: Callable[..., Any],
    then: str | Callable[[], str],
    fragment: str | None = None,
    faulty: str | None = None,
    form: Form | None = None,
    status: int = 200,
    toast: Toast | None = None,
    also: Iterable[tuple[str, str]] = (),
    **context: Any,
) -> Response:
    """A write's answer.

    Done: htmx gets `fragment` (or goes to `then` as a whole page where there is none), a plain browser 303 to `then`.
    With faults in `form`: 422, htmx gets `faulty` (or `fragment`), a plain browser the whole `page`, which is called
    with those of the named values that it asks for.
    `also` names further places: pairs of an element's id and a fragment for it. `toast` is said after either answer.
    """
    context = {**context, "form": form} if form is not None else context
    if form is not None and not form.ok:
        return _with_faults(page, faulty or fragment, context)
    if fragment is None or not htmx.is_partial():
        _keep(toast)
        return htmx.see_other(_address(then))
    parts = [_worded(fragment, context), *(_part(target, _worded(name, context)) for target, name in also)]
    if toast:
        parts.append(_part(TOAST_TARGET, _worded("ui/_toast.html", {"toast": toast})))
    return _answer(Markup("\n").join(parts), status)


def take_toast() -> Toast | None:
    """The sentence kept for this page, once. For the layouts."""
    who, desk = signed_in(), identity.answer()
    return desk.take_toast(who) if who and desk and not htmx.is_partial() else None


def _with_faults(page: Callable[..., Any], fragment: str | None, context: dict[str, Any]) -> Response:
    if htmx.is_partial() and fragment:
        return _answer(_worded(fragment, context), 422)
    asked = inspect.signature(page).parameters.values()
    takes_all = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in asked)
    names = {one.name for one in asked}
    is_partial = htmx.is_partial()
    with htmx.as_a_whole():
        answer = current_app.make_response(page(**{n: v for n, v in context.items() if takes_all or n in names}))
    answer.status_code = 422
    # Where a form has no fragment, its page takes the place of the one that is open.
    return htmx.retarget(answer, "body", "outerHTML") if is_partial else answer


def _worded(template: str, context: dict[str, Any]) -> Markup:
    # Signed out, a page speaks the language of the workspace whose door or slug was opened, never the browser's.
    if signed_in() or scope.current().workspace_id is None:
        return Markup(render_template(template, **context))  # noqa: S704 - Jinja escapes
    workspace = current_workspace()
    with use_locale(workspace.language, workspace.timezone):
        return Markup(render_template(template, **context))  # noqa: S704 - Jinja escapes


def _part(target: str, html: Markup) -> Markup:
    return Markup('<hx-partial data-hx-target="#{}">{}</hx-partial>').format(target, html)


def _keep(toast: Toast | None) -> None:
    who, desk = signed_in(), identity.answer()
    if toast and who and desk:
        desk.keep_toast(who, toast)


def _address(then: str | Callable[[], str]) -> str:
    return then if isinstance(then, str) else then()


def _answer(html: str, status: int) -> Response:
    return Response(html, status=status, content_type="text/html; charset=utf-8")
