"""What two contacts say of themselves, side by side, and which of it stays when they become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omni.contacts.gate import is_minor
from omni.contacts.kinds import Lifecycle
from omni.contacts.models import Contact

# Which of two stages of life is further along. Somebody who paused or left was a member, which a trial never was.
_FURTHER = (Lifecycle.LEAD, Lifecycle.TRIAL, Lifecycle.FORMER, Lifecycle.PAUSED, Lifecycle.MEMBER)

# What a person may choose from, each with the columns that go together.
PICKED: dict[str, tuple[str, ...]] = {
    "name": ("given_name", "family_name", "display_name"),
    "nickname": ("nickname",),
    "pronouns": ("pronouns",),
    "life": ("lifecycle",),
    "owner": ("owner",),
    "company": ("company",),
    "job_title": ("job_title",),
    "city": ("city",),
    "timezone": ("timezone",),
    "language": ("language",),
    "birthday": ("birth_year", "birth_month", "birth_day"),
    "photo": ("photo_id",),
    "snooze": ("snoozed_until", "snooze_reason"),
    "source": ("source", "source_detail"),
}
# What follows from both.
COMBINED: dict[str, Callable[[Any, Any], Any]] = {
    "do_not_contact": lambda one, other: one or other,
    "first_in_at": lambda one, other: _of_known(min, one, other),
    "last_in_at": lambda one, other: _of_known(max, one, other),
    "last_out_at": lambda one, other: _of_known(max, one, other),
    "last_touch_at": lambda one, other: _of_known(max, one, other),
    # Who is here as one of the two is here.
    "put_away_at": lambda one, other: max(one, other) if one and other else None,
}
# The row's own, which a merge leaves each side, or sets otherwise.
OWN = frozenset(
    {"id", "workspace", "created_at", "version", "processing", "next_action_at", "deleted_at", "merged_into_id"}
)


@dataclass(frozen=True)
class Difference:
    """One thing both say differently; `is_winners` tells whose is preselected."""

    name: str
    winners: Contact
    losers: Contact
    is_winners: bool


def picks_of(winner: Contact, loser: Contact) -> dict[str, bool]:
    """For everything that can be chosen: whether the winner's stays unless somebody says otherwise."""
    return {name: _stays(name, winner, loser) for name in PICKED}


def differences(winner: Contact, loser: Contact) -> list[Difference]:
    """Where both say something, and not the same."""
    picks = picks_of(winner, loser)
    return [
        Difference(name, winner, loser, picks[name])
        for name in PICKED
        if name not in ("source", "photo", "snooze")
        and _says(winner, name)
        and _says(loser, name)
        and _values(winner, name) != _values(loser, name)
    ]


def merged(winner: Contact, loser: Contact, picks: Mapping[str, bool]) -> dict[str, Any]:
    """The winner's columns after the merge, with the picks that were made; the others as `picks_of` says."""
    chosen = {**picks_of(winner, loser), **picks}
    columns: dict[str, Any] = {}
    for name, of_winner in chosen.items():
        side = winner if of_winner else loser
        columns |= {column: side.__data__[column] for column in PICKED[name]}
    for name, of_both in COMBINED.items():
        columns[name] = of_both(getattr(winner, name), getattr(loser, name))
    return columns


def _stays(name: str, winner: Contact, loser: Contact) -> bool:
    if not _says(loser, name):
        return True
    if not _says(winner, name):
        return False
    if name == "life":
        return _FURTHER.index(winner.lifecycle) >= _FURTHER.index(loser.lifecycle)
    if name == "source":
        return bool(winner.created_at <= loser.created_at)
    if name == "birthday":
        # Where one of them might be a child, a doubt protects the child.
        return is_minor(winner) or not is_minor(loser)
    return True


def _says(contact: Contact, name: str) -> bool:
    # Somebody without a name is called by their number, which is no name to keep.
    return bool(contact.given_name or contact.family_name) if name == "name" else any(_values(contact, name))


def _values(contact: Contact, name: str) -> tuple[Any, ...]:
    return tuple(contact.__data__[column] for column in PICKED[name])


def _of_known(choose: Callable[..., datetime], one: datetime | None, other: datetime | None) -> datetime | None:
    known = [at for at in (one, other) if at is not None]
    return choose(known) if known else None
