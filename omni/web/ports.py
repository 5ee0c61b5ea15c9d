"""What web asks of higher rooms: who is signed in, and the counts beside the names in the bar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from omni.core.ports import Port


class Act(NamedTuple):
    """Something a toast offers: a link, or with `fields` a form that posts them."""

    label: str
    href: str
    fields: dict[str, str] | None = None


@dataclass(frozen=True)
class Toast:
    """One sentence after an act, with the address that takes the act back.

    `note` is a second line, such as what the act brought along or asks next; `acts` stand beside it.
    """

    message: str
    undo_url: str | None = None
    note: str = ""
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class SignedIn:
    """Who makes this request. The rows belong to accounts, so web knows only what it reads of them.

    `session.id`; `user.locale`, `user.timezone`, `user.is_operator`; `teammate.id`, `teammate.role`, None for an
    operator who works nowhere; `workspace` is the teammate's.
    """

    session: Any
    user: Any
    teammate: Any
    workspace: Any


class Identity(Protocol):
    """The object accounts plugs into `identity`; calling it looks a session up."""

    def __call__(self, cookie: str) -> SignedIn | None:
        """The session the cookie's value opens, in at most two queries; None when there is none, or no more.

        The right is read now: the role stands in the teammate's row as it is at this moment.
        """

    def mark_seen(self, who: SignedIn, *, feature: str | None) -> None:
        """Note that the session was used; `feature` is None for what no person did (polls, prefetches)."""

    def keep_toast(self, who: SignedIn, toast: Toast) -> None:
        """Keep the sentence in the session's row until the next full page."""

    def take_toast(self, who: SignedIn) -> Toast | None:
        """The kept sentence, which is then gone."""

    def step_up(self, who: SignedIn, *, next_url: str) -> Any:
        """The answer that asks for the password again and comes back with what was typed (a Flask response)."""


identity: Port[Identity] = Port("identity")

# Each answer gives counts for the bar, as queries of one number each: {"inbox": …, "notices": …}.
badges: Port[Callable[[], Mapping[str, Any]]] = Port("badges")
