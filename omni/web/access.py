"""The order in which a request is judged, before its view runs.

Size, host, session or door, forgery, rate, workspace, policy (specs/security.md, "Request order"). A route without a
mark stops the start. Counters that a GET may write: the session's `seen_at` and the use in seconds, both by
`Identity.mark_seen`, the wall counters, and in the queue who has whom before them.
"""

from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, request

from omni.core import clock, doors, limits, scope, tenancy
from omni.core.faults import NotAllowed, NotFound, TooLarge
from omni.core.ids import Id
from omni.core.policies import Policy, Reach, allows
from omni.core.words import lazy, use_locale
from omni.web import csrf, hosts, htmx
from omni.web.login import current_teammate, current_user, signed_in
from omni.web.marks import Mark, allow, mark_of, public
from omni.web.ports import SignedIn, identity
from omni.web.session import is_prefetch

__all__ = ["allow", "came_from", "can", "current_door", "enter", "public", "reach", "require_own", "safe_next"]

T = TypeVar("T")

# Of a step-up (specs/security.md, "Step-up").
STEP_UP = timedelta(minutes=10)

MISSING_RIGHT = lazy("Your role here does not include this. An owner or admin can change it.")
NOT_YOURS = lazy("This belongs to another teammate. Your role works with your own and with those nobody has taken.")
SUSPENDED = lazy("This workspace is paused, so nothing can be changed in it. Write to us at /contact to appeal.")
SUSPENDED_WHY = lazy(
    "This workspace is paused, so nothing can be changed in it: %(reason)s Write to us at /contact to appeal."
)


class UnmarkedRoute(RuntimeError):
    """The app does not start: a route says neither who may use it nor why it is open."""


def install(app: Flask) -> None:
    """Judge every request, and clean up after it."""
    app.before_request(judge)
    app.teardown_request(_leave)


def refuse_unmarked(app: Flask) -> None:
    """Stop the start when a route has no `@allow` and no `@public`. Raises UnmarkedRoute."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    bare = sorted(name for name in endpoints if not mark_of(app.view_functions[name]))
    if bare:
        raise UnmarkedRoute(f"no @allow or @public on: {', '.join(bare)}")


def judge() -> Response | None:
    """Let the request on to its view, answer in its place, or raise the fault that says why not."""
    mark = _mark_of_request()
    g.mark = mark
    _check_size(mark)
    if not mark.any_host:
        hosts.check(request)
    if request.routing_exception is not None:
        return None
    g.anonymous = mark.is_anonymous
    who = signed_in()
    if mark.policy and not who:
        return _to_sign_in()
    if mark.door:
        g.door = enter(doors.enter(mark.door, _token()))
        _speak_as_workspace(who)
    csrf.check(request)
    _check_rate(mark)
    _enter_workspace(mark, who)
    if mark.policy and who:
        _check_policy(mark, who)
        if mark.step_up and not _is_fresh(who):
            return _to_step_up(who)
    if who and (desk := identity.answer()):
        desk.mark_seen(who, feature=None if mark.is_poll or is_prefetch() else request.blueprint)
    return None


def enter(context: AbstractContextManager[T]) -> T:
    """Hold `context` (a door, a workspace, a language) until the request ends."""
    stack: ExitStack = g.setdefault("stack", ExitStack())
    return stack.enter_context(context)


def current_door() -> Any:
    """The door that the token in this address opened; its workspace is entered."""
    return g.door


def reach() -> Reach:
    """How far the right goes that let this request in."""
    mark: Mark = g.mark
    return can(mark.policy) if mark.policy else Reach.NONE


def can(policy: Policy | str) -> Reach:
    """How far the signed-in teammate's right goes for `policy`; false when there is none."""
    policy = Policy(policy)
    if policy is Policy.OPERATE:
        user = current_user()
        return Reach.FULL if user is not None and user.is_operator else Reach.NONE
    teammate = current_teammate()
    return allows(teammate.role, policy) if teammate is not None else Reach.NONE


def require_own(owner_id: Id | None) -> None:
    """Refuse a thing of another teammate where the right covers one's own and unassigned ones. Raises NotAllowed."""
    if not reach().covers(owner_id, current_teammate().id):
        raise NotAllowed(NOT_YOURS.key)


def safe_next(url: str | None, default: str = "/today") -> str:
    """`url` when it is a path of ours, else `default`: nobody is sent to another host by a link of ours."""
    if not url or not url.startswith("/") or url[1:2] in ("/", "\\") or any(ord(letter) < 33 for letter in url):
        return default
    parts = urlsplit(url)
    return default if parts.scheme or parts.netloc else url


def _mark_of_request() -> Mark:
    view = current_app.view_functions.get(request.endpoint or "")
    return mark_of(view) or Mark()


def _check_size(mark: Mark) -> None:
    request.max_content_length = mark.max_body
    request.max_form_memory_size = mark.max_body
    if (request.content_length or 0) > mark.max_body:
        raise TooLarge()


def _token() -> str:
    given = request.view_args or {}
    return str(given.get("token") or given.get("secret") or "")


def _check_rate(mark: Mark) -> None:
    if mark.per_hour and request.method not in csrf.SAFE_METHODS:
        bucket, per_hour = mark.per_hour
        limits.take(bucket, request.remote_addr or "", per_hour=per_hour)


def _enter_workspace(mark: Mark, who: SignedIn | None) -> None:
    if who and who.workspace and not mark.door:
        enter(tenancy.entered(who.workspace))
    if who:
        zone = getattr(who.user, "timezone", None) or (who.workspace.timezone if who.workspace else None)
        enter(use_locale(who.user.locale, zone))


def _speak_as_workspace(who: SignedIn | None) -> None:
    """A stranger reads the language of the workspace whose door was opened, never the browser's."""
    if not who and scope.current().workspace_id:
        workspace = tenancy.current_workspace()
        enter(use_locale(workspace.language, workspace.timezone))


def _check_policy(mark: Mark, who: SignedIn) -> None:
    assert mark.policy is not None  # noqa: S101 - judge() asked
    if not can(mark.policy):
        # An operator's page does not show that it is there.
        raise NotFound() if mark.policy is Policy.OPERATE else NotAllowed(MISSING_RIGHT.key)
    is_write = request.method not in csrf.SAFE_METHODS
    if is_write and who.workspace and not who.workspace.is_writable and not mark.even_suspended:
        reason = who.workspace.state_reason
        raise NotAllowed(SUSPENDED_WHY.key, reason=reason) if reason else NotAllowed(SUSPENDED.key)


def _is_fresh(who: SignedIn) -> bool:
    at = who.session.stepped_up_at
    return at is not None and clock.now() - at <= STEP_UP


def _to_sign_in() -> Response:
    return htmx.see_other("/login?next=" + quote(came_from(), safe="/"))


def _to_step_up(who: SignedIn) -> Response:
    desk = identity.answer()
    assert desk is not None  # noqa: S101 - somebody is signed in
    answer: Response = current_app.make_response(desk.step_up(who, next_url=came_from()))
    return answer


def came_from() -> str:
    """The page to come back to: this one, or for a write or a fragment the page that it was sent from."""
    if request.method in csrf.SAFE_METHODS and not htmx.is_partial():
        return request.full_path.rstrip("?")
    sent_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    is_ours = sent_from.netloc == request.host
    return safe_next(sent_from._replace(scheme="", netloc="", fragment="").geturl() if is_ours else None)


def _leave(_fault: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("stack", None)
    if stack:
        stack.close()
