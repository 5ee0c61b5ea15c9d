"""What an address has agreed to: a fold of consent rows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from omni.contacts.kinds import NO_STOP_MEANT, Basis, Channel, ConsentKind, Scope
from omni.contacts.models import ConsentEvent
from omni.core import secrets

# A person's own fresh yes. What a teammate or a file says of them never loosens a stop they gave themselves.
_OWN_YES = frozenset({Basis.FORM, Basis.BOOKING, Basis.CONFIRMED})
_GRANTED = {
    Scope.ALL: frozenset({Scope.SERVICE, Scope.MARKETING}),
    Scope.SERVICE: frozenset({Scope.SERVICE}),
    Scope.MARKETING: frozenset({Scope.MARKETING}),
}


@dataclass(frozen=True)
class ConsentState:
    """Where an address stands. `asked` is false while no row speaks of it."""

    asked: bool = False
    stopped_at: datetime | None = None
    # Since when they may have asked to stop.
    paused_at: datetime | None = None
    granted: frozenset[Scope] = frozenset()
    refused: frozenset[Scope] = frozenset()
    since: datetime | None = None
    # On what the yes rests; a person's own START rests on nothing else.
    bases: frozenset[Basis | None] = frozenset()
    # Whether they ever took a yes back, whatever they said since.
    has_refused: bool = False
    evidence: ConsentEvent | None = field(default=None, compare=False)

    @property
    def is_stopped(self) -> bool:
        return self.stopped_at is not None

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_only_inbound(self) -> bool:
        """Whether the yes is no more than that they once wrote to us."""
        return self.bases == {Basis.INBOUND}

    def allows(self, scope: Scope) -> bool:
        """Whether a message of this scope has a yes behind it. A yes to marketing is one to service too."""
        if self.is_stopped or self.is_paused:
            return False
        return scope in self.granted or (scope is Scope.SERVICE and Scope.MARKETING in self.granted)


def address_hmac(channel: Channel, norm: str) -> bytes:
    """The address as the ledger and the suppression list keep it, under a pepper outside the database.

    A number's texts and calls are told apart by the channel column, so that the hash of a number is one.
    """
    return secrets.hmac_of("contacts.address", channel.point_kind.value, norm)


def fold(rows: Iterable[ConsentEvent]) -> ConsentState:
    """The state these rows of one address and channel add up to; at equal times the stricter wins."""
    state = ConsentState()
    for row in sorted(rows, key=lambda one: (one.at, _strictness(one), one.id.int)):
        state = _after(state, row)
    return state


def rests_on(rows: Iterable[ConsentEvent], row: ConsentEvent) -> bool:
    """Whether the yes of this row's scope rests on it alone: nothing else granted it, nothing stopped it."""
    every = list(rows)
    state = fold(every)
    without = fold([one for one in every if one.id != row.id])
    return row.scope in state.granted and row.scope not in without.granted


def _strictness(row: ConsentEvent) -> int:
    """Rows of one instant are read from the mildest to the strictest, so that the strictest has the last word."""
    if row.kind is ConsentKind.REVOKED:
        return 4 if row.scope is Scope.ALL else 2
    if row.kind is ConsentKind.PAUSED:
        return 3
    return 1 if row.kind is ConsentKind.GRANTED else 0


def _after(state: ConsentState, row: ConsentEvent) -> ConsentState:
    scopes = _GRANTED[row.scope]
    seen = replace(state, asked=True, since=row.at, evidence=row)
    if row.kind is ConsentKind.REVOKED:
        if row.scope is Scope.ALL:
            return replace(
                seen,
                stopped_at=state.stopped_at or row.at,
                paused_at=None,
                granted=frozenset[Scope](),
                bases=frozenset[Basis | None](),
                has_refused=True,
            )
        # An undone import takes its own yes back and refuses nothing for the future.
        is_no = row.basis is None
        return replace(
            seen,
            granted=state.granted - scopes,
            refused=state.refused | scopes if is_no else state.refused,
            bases=state.bases - {row.basis},
            has_refused=state.has_refused or is_no,
        )
    if row.kind is ConsentKind.PAUSED:
        return replace(seen, paused_at=state.paused_at or row.at)
    if row.kind is ConsentKind.RESUMED and row.source == NO_STOP_MEANT:
        return replace(seen, paused_at=None)
    if row.kind is ConsentKind.RESUMED:
        return replace(
            seen,
            stopped_at=None,
            paused_at=None,
            granted=state.granted | {Scope.SERVICE},
            refused=state.refused - scopes,
            bases=state.bases | {None},
        )
    if state.is_stopped:
        return state
    is_own = row.basis in _OWN_YES
    allowed = scopes if is_own else scopes - state.refused
    if not allowed:
        return state
    return replace(
        seen,
        granted=state.granted | allowed,
        refused=state.refused - scopes if is_own else state.refused,
        bases=state.bases | {row.basis},
    )
