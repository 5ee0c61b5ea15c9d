"""The whole run without a single write: what each row would become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from omni.contacts.imports import knowing
from omni.contacts.imports.earlier import Earlier
from omni.contacts.imports.opening import Opened, only_known_owner
from omni.contacts.kinds import RowAction
from omni.contacts.reading.planning import Outcome, Register, Rules, apply, decide
from omni.contacts.reading.rows import RowRead

# Rows of a transaction: others who write wait some 80 ms for it (docs/decisions/0023).
CHUNK = 1000
SHOWN = 50


@dataclass
class Counts:
    """How many rows became what; `same` counts those of `duplicate` already here unchanged."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    duplicate: int = 0
    same: int = 0
    refused: int = 0

    def count(self, outcome: Outcome) -> None:
        self.rows += 1
        setattr(self, outcome.action.value, getattr(self, outcome.action.value) + 1)
        self.same += outcome.is_same

    @property
    def to_choose(self) -> int:
        return self.duplicate - self.same

    def as_json(self) -> dict[str, int]:
        return dict(vars(self))


@dataclass
class Rehearsal:
    """Counts of a whole file, and the first rows of each kind."""

    counts: Counts = field(default_factory=Counts)
    shown: dict[str, list[Outcome]] = field(default_factory=dict)
    reasons: list[tuple[int, str]] = field(default_factory=list)

    def take(self, outcome: Outcome) -> None:
        self.counts.count(outcome)
        rows = self.shown.setdefault(group_of(outcome), [])
        if len(rows) < SHOWN or outcome.is_to_choose:
            rows.append(outcome)

    def as_json(self) -> dict[str, Any]:
        """What the pages show of it."""
        shown = {group: [line_of(outcome) for outcome in rows] for group, rows in self.shown.items()}
        return {"counts": self.counts.as_json(), "shown": shown}


def group_of(outcome: Outcome) -> str:
    """Under which of the five figures a row is counted: create, update, same, choose, refused."""
    if outcome.action is RowAction.DUPLICATE:
        return "same" if outcome.is_same else "choose"
    return {RowAction.CREATED: "create", RowAction.UPDATED: "update", RowAction.REFUSED: "refused"}[outcome.action]


def line_of(outcome: Outcome) -> dict[str, Any]:
    """One row of the file and what becomes of it, in plain values."""
    person, target = outcome.row.person, outcome.target
    is_known = outcome.action is RowAction.UPDATED and target is not None
    return {
        "n": outcome.row.n,
        "name": target.columns["display_name"] if is_known and target else person.name if person else "",
        "phones": [phone.norm for phone in person.phones] if person else [],
        "emails": [email.norm for email in person.emails] if person else [],
        "tags": list(person.tags) if person else [],
        "changes": [[change.field, change.before, change.after[:200]] for change in outcome.changes],
        "reasons": [{"words": reason.words, "values": reason.values} for reason in outcome.reasons],
        "between": [[known.token, known.columns["display_name"], _address(known)] for known in outcome.between],
    }


def rehearse(opened: Opened, *, tell: Callable[[int], None] | None = None) -> Rehearsal:
    """What would become of every row of the file. `tell` hears after each chunk how many rows are through."""
    result = Rehearsal()
    owners, suppressed = knowing.load_owners(), knowing.load_suppressed()
    with closing(Earlier()) as earlier:
        for rows in chunks(opened.rows()):
            rows = [only_known_owner(row, owners) for row in rows]
            register = Register(opened.reading.sender, opened.reading.own_keys)
            # Whom an earlier row changed is known as that row left them.
            earlier.load(register, rows)
            knowing.load_known(register, rows, job_id=None)
            earlier.keep(_rehearsed(rows, register, suppressed, opened.rules, result))
            if tell is not None:
                tell(result.counts.rows)
    return result


def _rehearsed(
    rows: list[RowRead], register: Register, suppressed: Any, rules: Rules, result: Rehearsal
) -> list[Outcome]:
    outcomes = []
    for outcome in plan(rows, register, suppressed, rules):
        apply(outcome, register, new_id=("row", outcome.row.n))
        result.take(outcome)
        result.reasons += [(outcome.row.n, str(reason)) for reason in outcome.reasons]
        outcomes.append(outcome)
    return outcomes


def plan(rows: list[RowRead], register: Register, suppressed: Any, rules: Rules) -> Iterator[Outcome]:
    """What each row becomes; the caller tells the register before asking for the next."""
    for row in rows:
        stopped = row.person is not None and knowing.is_suppressed(row.person, suppressed)
        yield decide(row, register, is_suppressed=stopped, rules=rules)


def chunks(rows: Iterator[RowRead], size: int = CHUNK) -> Iterator[list[RowRead]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _address(known: Any) -> str:
    """One address by which a person tells this contact from another of the same name."""
    return min((norm for _kind, norm in known.points), default="")
