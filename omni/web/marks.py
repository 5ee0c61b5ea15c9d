"""What a route declares about itself: its policy or why it is open, and everything that departs from the usual.

A mark is an attribute of the view function; `omni.web.access` reads it before the view runs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from omni.core.policies import Policy, Purpose

View = TypeVar("View", bound=Callable[..., object])

KB = 1024
MB = 1024 * KB
# A form of text fields with a note of 10,000 characters fits many times over.
USUAL_BODY = 256 * KB
USUAL_QUERIES = 30


class Headers(StrEnum):
    """The kinds of answers whose headers differ (specs/security.md, "Headers on every answer")."""

    PAGE = "page"
    # The same bytes for everyone: no session is looked up, no cookie set, `Vary: Accept-Encoding` alone.
    PAGE_FOR_EVERYONE = "page_for_everyone"
    # An image of a public page, which other sites may show: CORP cross-origin.
    IMAGE_FOR_EVERYONE = "image_for_everyone"
    # Its address opens a door: `no-referrer`, noindex.
    TOKEN_PAGE = "token_page"  # noqa: S105
    # For machines: feeds, webhooks, health. No session, no htmx.
    MACHINE = "machine"
    # A file somebody uploaded: sandboxed, and saved instead of shown.
    UPLOAD = "upload"
    # The same for a machine that holds its address: no session, no htmx.
    UPLOAD_FOR_MACHINES = "upload_for_machines"


ANONYMOUS = frozenset(
    {Headers.PAGE_FOR_EVERYONE, Headers.IMAGE_FOR_EVERYONE, Headers.MACHINE, Headers.UPLOAD_FOR_MACHINES}
)


@dataclass(frozen=True)
class Mark:
    """One route's declaration."""

    policy: Policy | None = None
    reason: str = ""
    purpose: Purpose = Purpose.SERVICE
    headers: Headers = Headers.PAGE
    max_body: int = USUAL_BODY
    queries: int = USUAL_QUERIES
    # The kind of door that `<token>` in the address opens.
    door: str | None = None
    # A bucket and how many unsafe requests an hour one network address has in it.
    per_hour: tuple[str, int] | None = None
    # Asked by the page itself, not by a person: neither counts as use nor closes a gap.
    is_poll: bool = False
    # Needs a sign-in no older than ten minutes.
    step_up: bool = False
    # Stays open to writes in a suspended workspace.
    even_suspended: bool = False
    # Answers on any host name: for probes of this machine.
    any_host: bool = False
    # What the route may answer besides 200, 303 and the faults every route knows.
    statuses: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is looked up, whatever cookie comes along."""
        return self.headers in ANONYMOUS


def allow(
    policy: Policy,
    *,
    purpose: Purpose = Purpose.SERVICE,
    headers: Headers | str = Headers.PAGE,
    max_body: int = USUAL_BODY,
    queries: int = USUAL_QUERIES,
    is_poll: bool = False,
    step_up: bool = False,
    even_suspended: bool = False,
    statuses: frozenset[int] | set[int] = frozenset(),
) -> Callable[[View], View]:
    """Open the route to teammates whose role has `policy`."""
    return _marked(
        Mark(
            policy=Policy(policy),
            purpose=Purpose(purpose),
            headers=Headers(headers),
            max_body=max_body,
            queries=queries,
            is_poll=is_poll,
            step_up=step_up,
            even_suspended=even_suspended,
            statuses=frozenset(statuses),
        )
    )


def public(
    reason: str,
    *,
    purpose: Purpose = Purpose.SERVICE,
    headers: Headers | str = Headers.PAGE,
    max_body: int = USUAL_BODY,
    queries: int = USUAL_QUERIES,
    door: str | None = None,
    per_hour: tuple[str, int] | None = None,
    is_poll: bool = False,
    any_host: bool = False,
    statuses: frozenset[int] | set[int] = frozenset(),
) -> Callable[[View], View]:
    """Open the route to everyone, for `reason`."""
    if not reason.strip():
        raise ValueError("a public route says why it is public")
    return _marked(
        Mark(
            reason=reason,
            purpose=Purpose(purpose),
            headers=Headers.TOKEN_PAGE if door and headers == Headers.PAGE else Headers(headers),
            max_body=max_body,
            queries=queries,
            door=door,
            per_hour=per_hour,
            is_poll=is_poll,
            any_host=any_host,
            even_suspended=True,
            statuses=frozenset(statuses),
        )
    )


def mark_of(view: Callable[..., object] | None) -> Mark | None:
    """What the view declares, or None."""
    return getattr(view, "omni_mark", None)


def _marked(mark: Mark) -> Callable[[View], View]:
    def put(view: View) -> View:
        if mark_of(view) is not None:
            raise ValueError(f"{view.__name__} has two marks, one is allowed")
        view.omni_mark = mark  # type: ignore[attr-defined]
        return view

    return put
