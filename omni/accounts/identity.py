"""The answers to web's ports: who makes a request, and what their bar counts."""

import hashlib
import importlib
from contextvars import ContextVar
from dataclasses import asdict
from typing import Any

from omni.accounts import actions, queries
from omni.accounts.models import Teammate
from omni.web.ports import Act, SignedIn, Toast

# Whom the last look-up of this thread of work found; the bar's counts are theirs.
_found: ContextVar[Teammate | None] = ContextVar("omni_accounts_found", default=None)


class Desk:
    """Answers `identity`: looks a cookie up, and keeps what a session remembers."""

    def __call__(self, cookie: str) -> SignedIn | None:
        _found.set(None)
        session = queries.find_session(hashlib.sha256(cookie.encode()).hexdigest())
        if session is None:
            return None
        teammate = queries.find_present(session.user, session.workspace)
        if teammate is None and not session.user.is_operator:
            return None
        _found.set(teammate)
        return SignedIn(session, session.user, teammate, session.workspace if teammate else None)

    def mark_seen(self, who: SignedIn, *, feature: str | None) -> None:
        if feature is not None:
            actions.mark_seen(who.session)

    def keep_toast(self, who: SignedIn, toast: Toast) -> None:
        actions.keep_toast(who.session, asdict(toast))

    def take_toast(self, who: SignedIn) -> Toast | None:
        kept = actions.take_toast(who.session)
        return Toast(**{**kept, "acts": tuple(Act(*one) for one in kept.get("acts", ()))}) if kept else None

    def step_up(self, who: SignedIn, *, next_url: str) -> Any:
        # The page needs Flask, which a worker that opens the same house does not load.
        return importlib.import_module("omni.accounts.step_up").ask(who, next_url=next_url)


def count_badges() -> dict[str, Any]:
    """How many notices the signed-in teammate has not seen, as a query."""
    teammate = _found.get()
    return {"notices": queries.unread_of.bound(teammate=teammate.id)} if teammate else {}


desk = Desk()
