"""What would become of one person of a file, beside those already known: pure, so that rehearsal and run are one.

Matching: the other tool's own id, then e-mail and phone behind the name gate; two that fit are left for a person.
A row without any address is known only by a name that says nothing new. Blank cells never erase; a later row of the
same file only fills what an earlier one left blank, so that the same file again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from omni.contacts.folding import fold, fold_name, same_person
from omni.contacts.kinds import Lifecycle, PointKind, RowAction
from omni.contacts.reading.dates import Birthday
from omni.contacts.reading.people import MAX_NAME, OwnValue, Person, Value
from omni.contacts.reading.rows import Reason, RowRead
from omni.core import ids
from omni.core.words import marked

# What a file may say of a person's life: forward only. Back goes what happened, not a list.
_FORWARD = {
    Lifecycle.LEAD: frozenset({Lifecycle.TRIAL, Lifecycle.MEMBER, Lifecycle.PAUSED}),
    Lifecycle.TRIAL: frozenset({Lifecycle.MEMBER, Lifecycle.PAUSED}),
}
_NAMES = ("given_name", "family_name", "nickname")
_TEXTS = ("pronouns", "company", "job_title", "city", "timezone", "language", "source_detail")
COLUMNS = (*_NAMES, *_TEXTS, "display_name", "birth_year", "birth_month", "birth_day")
KEPT_OUT = Reason(marked("Already here, and this import only adds new people"))
NOT_HERE = Reason(marked("Nobody here fits, and this import only changes people who are here"))
STOPPED = Reason(marked("They asked not to be contacted"))
AT_REST = Reason(marked("They are at rest (restricted), so nothing was changed"))


class Rule(StrEnum):
    """Which rows an import takes."""

    BOTH = "both"
    CREATE = "create"
    UPDATE = "update"


NEW, SKIP = "new", "skip"


@dataclass(frozen=True)
class Rules:
    """What a person said of the whole file: which rows are taken, whether what stands here stays where the file says
    something else, and for rows that fit two people whom each is (by row number: a `Known.token`, `new` or `skip`)."""

    rule: Rule = Rule.BOTH
    keeps_mine: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


EVERYTHING = Rules()


@dataclass(slots=True)
class Known:
    """A contact as the plan sees it: stored, or made by row number `row` of this file."""

    id: Any
    columns: dict[str, Any]
    points: set[tuple[PointKind, str]] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    notes: set[bytes] = field(default_factory=set)
    refs: set[tuple[str, str]] = field(default_factory=set)
    life: Lifecycle = Lifecycle.LEAD
    has_owner: bool = False
    is_restricted: bool = False
    is_met: bool = False
    row: int | None = None
    own: dict[str, OwnValue] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """By what a person chooses this contact, the same in the rehearsal and in the run."""
        return f"row-{self.row}" if self.row is not None else ids.encode(self.id)


@dataclass(frozen=True)
class FieldChange:
    """One line of the rehearsal: field, now, after."""

    field: str
    before: str
    after: str


@dataclass
class Outcome:
    """What becomes of a row. For updates only what is new is listed."""

    row: RowRead
    action: RowAction
    reasons: tuple[Reason, ...] = ()
    is_same: bool = False
    target: Known | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    points: list[tuple[PointKind, Value]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    note: str = ""
    ref: str = ""
    life: Lifecycle | None = None
    owner_email: str = ""
    own: dict[str, OwnValue] = field(default_factory=dict)
    between: list[Known] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)

    @property
    def is_to_choose(self) -> bool:
        return self.action is RowAction.DUPLICATE and not self.is_same


class Register:
    """Everyone the plan has heard of so far, by id elsewhere, address and name. `own` are the keys of the studio's own
    fields that the file speaks of."""

    def __init__(self, sender: str, own: Collection[str] = ()) -> None:
        self.sender = sender
        self.own = frozenset(own)
        self._refs: dict[str, Known] = {}
        self._points: dict[tuple[PointKind, str], list[Known]] = {}
        self._names: dict[str, list[Known]] = {}
        self._seen: set[Any] = set()

    def add(self, known: Known, folded: str = "") -> None:
        """Take a contact in, once; `folded` is its name where somebody has folded it."""
        if known.id in self._seen:
            return
        self._seen.add(known.id)
        for sender, external_id in known.refs:
            if sender == self.sender:
                self._refs[external_id] = known
        for point in known.points:
            self._points.setdefault(point, []).append(known)
        self._names.setdefault(folded or fold(known.columns["display_name"]), []).append(known)

    def learn(self, known: Known, outcome: Outcome) -> None:
        """Take in what the plan gave a contact."""
        for kind, value in outcome.points:
            if (kind, value.norm) not in known.points:
                known.points.add((kind, value.norm))
                self._points.setdefault((kind, value.norm), []).append(known)
        if outcome.ref:
            known.refs.add((self.sender, outcome.ref))
            self._refs[outcome.ref] = known

    def by_ref(self, external_id: str) -> Known | None:
        return self._refs.get(external_id) if external_id else None

    def by_address(self, person: Person) -> list[Known]:
        """Everyone whose address and name fit."""
        fitting: dict[Any, Known] = {}
        for kind, value in _addresses(person):
            for known in self._points.get((kind, value.norm), ()):
                names = (known.columns["given_name"], known.columns["family_name"])
                if same_person(*names, person.given_name, person.family_name):
                    fitting[known.id] = known
        return list(fitting.values())

    def by_name(self, person: Person) -> list[Known]:
        return self._names.get(fold(person.name), [])


def decide(row: RowRead, register: Register, *, is_suppressed: bool, rules: Rules = EVERYTHING) -> Outcome:
    """What becomes of this row. Changes nothing; `apply` tells the register."""
    person = row.person
    if person is None:
        return Outcome(row, RowAction.REFUSED, row.reasons)
    by_ref = register.by_ref(person.external_id)
    fitting = [by_ref] if by_ref else register.by_address(person)
    chosen = rules.choices.get(str(row.n), "") if len(fitting) > 1 else ""
    if chosen:
        fitting = [] if chosen == NEW else [known for known in fitting if known.token == chosen] or fitting
    if len(fitting) > 1:
        names = {"one": fitting[0].columns["display_name"], "other": fitting[1].columns["display_name"]}
        both = Reason(marked("This row fits two people: %(one)s and %(other)s"), names)
        return Outcome(row, RowAction.DUPLICATE, (*row.reasons, both), between=fitting)
    if fitting:
        return _update(row, person, fitting[0], register.sender, rules, is_by_ref=by_ref is not None)
    if is_suppressed:
        return Outcome(row, RowAction.REFUSED, (STOPPED,))
    if not person.external_id and not _addresses(person):
        for known in register.by_name(person):
            same = _update(row, person, known, register.sender, rules, is_by_ref=False)
            if same.is_same:
                return same
    return Outcome(row, RowAction.REFUSED, (NOT_HERE,)) if rules.rule is Rule.UPDATE else _create(row, person)


def apply(outcome: Outcome, register: Register, *, new_id: Any) -> None:
    """Let later rows know what this one did; a created contact is `new_id`."""
    person = outcome.row.person
    if outcome.action is RowAction.CREATED and person is not None:
        known = Known(new_id, dict(outcome.columns), life=outcome.life or Lifecycle.LEAD, is_met=True)
        known.row = outcome.row.n
        known.points = {(kind, value.norm) for kind, value in outcome.points}
        known.tags = {fold(tag) for tag in outcome.tags}
        known.notes = {note_mark(outcome.note)} if outcome.note else set()
        known.refs = {(register.sender, outcome.ref)} if outcome.ref else set()
        known.has_owner = bool(outcome.owner_email)
        known.own = dict(outcome.own)
        outcome.target = known
        register.add(known, person.folded)
        return
    # Whoever this row may be has been named by this file, and no later row of it gives them another name.
    for one in outcome.between:
        one.is_met = True
    known_target = outcome.target
    if known_target is None:
        return
    known_target.is_met = True
    known_target.columns.update(outcome.columns)
    known_target.tags |= {fold(tag) for tag in outcome.tags}
    known_target.notes |= {note_mark(outcome.note)} if outcome.note else set()
    known_target.life = outcome.life or known_target.life
    known_target.has_owner = known_target.has_owner or bool(outcome.owner_email)
    known_target.own.update(outcome.own)
    register.learn(known_target, outcome)


def note_mark(body: str) -> bytes:
    """By what a note is known again."""
    return hashlib.blake2b(body.strip().encode(), digest_size=16).digest()


def columns_of(person: Person) -> dict[str, Any]:
    """A person's own columns."""
    birthday = person.birthday
    born = (birthday.year, birthday.month, birthday.day) if birthday else (None, None, None)
    said = (getattr(person, name) for name in (*_NAMES, *_TEXTS))
    return dict(zip(COLUMNS, (*said, person.display_name or person.name, *born), strict=True))


def _create(row: RowRead, person: Person) -> Outcome:
    outcome = Outcome(row, RowAction.CREATED, row.reasons)
    outcome.columns = columns_of(person)
    outcome.points = person.points
    outcome.tags = list(person.tags)
    outcome.note = person.note.strip()
    outcome.ref = person.external_id
    outcome.life = person.life
    outcome.owner_email = person.owner_email
    outcome.own = dict(person.own)
    return outcome


def _update(row: RowRead, person: Person, known: Known, sender: str, rules: Rules, *, is_by_ref: bool) -> Outcome:
    outcome = Outcome(row, RowAction.UPDATED, row.reasons, target=known)
    if rules.rule is Rule.CREATE and known.row is None:
        outcome.action, outcome.is_same, outcome.reasons = RowAction.DUPLICATE, True, (*row.reasons, KEPT_OUT)
        return outcome
    outcome.columns = dict(_new_columns(person, known, is_by_ref=is_by_ref))
    if rules.keeps_mine:
        outcome.columns = {name: value for name, value in outcome.columns.items() if not _is_said(known, name)}
    outcome.points = [(kind, value) for kind, value in person.points if (kind, value.norm) not in known.points]
    outcome.tags = [tag for tag in person.tags if fold(tag) not in known.tags]
    note = person.note.strip()
    outcome.note = note if note and note_mark(note) not in known.notes else ""
    # A sender that holds somebody twice has two ids for them; both lead here the next time.
    if person.external_id and (sender, person.external_id) not in known.refs:
        outcome.ref = person.external_id
    if person.life in _FORWARD.get(known.life, ()):
        outcome.life = person.life
    if person.owner_email and not known.has_owner:
        outcome.owner_email = person.owner_email
    outcome.own = {
        key: said
        for key, said in person.own
        if said != known.own.get(key) and not (key in known.own and (known.is_met or rules.keeps_mine))
    }
    outcome.changes = _listed(outcome, known)
    if display := _display(person, known, outcome):
        outcome.columns["display_name"] = display
    if not outcome.changes:
        outcome.action, outcome.is_same = RowAction.DUPLICATE, True
    elif known.is_restricted:
        return Outcome(row, RowAction.REFUSED, (AT_REST,), target=None)
    return outcome


def _new_columns(person: Person, known: Known, *, is_by_ref: bool) -> Iterable[tuple[str, Any]]:
    now = known.columns
    for name in _NAMES:
        said = getattr(person, name)
        if said and _is_better_name(now[name], said, is_by_ref=is_by_ref, is_met=known.is_met):
            yield name, said
    for name in _TEXTS:
        said = getattr(person, name)
        if said and said != now[name] and not (now[name] and (known.is_met or name == "source_detail")):
            yield name, said
    if person.birthday and not (known.is_met and now["birth_month"]):
        said_day = person.birthday
        if said_day.year is None and (now["birth_month"], now["birth_day"]) == (said_day.month, said_day.day):
            return
        parts = {"birth_year": said_day.year, "birth_month": said_day.month, "birth_day": said_day.day}
        yield from ((name, part) for name, part in parts.items() if part is not None and part != now[name])


def _is_better_name(now: str, said: str, *, is_by_ref: bool, is_met: bool) -> bool:
    """A file may fill a name or lengthen it; another spelling it gives only to those it knows by its own id."""
    if not now:
        return True
    if is_met or fold_name(now) == fold_name(said):
        return False
    return is_by_ref or (len(said) > len(now) and fold_name(said).startswith(fold_name(now)))


def _is_said(known: Known, column: str) -> bool:
    """Whether something stands there already; a birthday is one thing, however much of it is known."""
    return bool(known.columns["birth_month" if column.startswith("birth_") else column])


def _display(person: Person, known: Known, outcome: Outcome) -> str:
    """A made-up display name follows the names it was made of; a typed one stays."""
    now = known.columns
    made = f"{now['given_name']} {now['family_name']}".strip() or now["nickname"]
    is_made = now["display_name"] == made or (not made and now["display_name"] in {norm for _, norm in known.points})
    if not is_made or not outcome.columns:
        return ""
    after = {**now, **outcome.columns}
    named = f"{after['given_name']} {after['family_name']}".strip() or after["nickname"]
    return named if named and named != now["display_name"] and len(named) <= MAX_NAME else ""


def _listed(outcome: Outcome, known: Known) -> list[FieldChange]:
    changes = [
        FieldChange(name, str(known.columns[name] or ""), str(value))
        for name, value in outcome.columns.items()
        if not name.startswith("birth_")
    ]
    if any(name.startswith("birth_") for name in outcome.columns):
        after = {**known.columns, **outcome.columns}
        changes.append(FieldChange("birthday", _day(known.columns), _day(after)))
    for key, said in outcome.own.items():
        now = known.own.get(key)
        changes.append(FieldChange(said.label, now.words if now else "", said.words))
    changes += [FieldChange(kind.value, "", value.norm) for kind, value in outcome.points]
    changes += [FieldChange("tag", "", tag) for tag in outcome.tags]
    if outcome.note:
        changes.append(FieldChange("note", "", outcome.note))
    if outcome.ref:
        changes.append(FieldChange("ref", "", outcome.ref))
    if outcome.owner_email:
        changes.append(FieldChange("owner", "", outcome.owner_email))
    if outcome.life:
        changes.append(FieldChange("life", known.life.value, outcome.life.value))
    return changes


def _day(columns: dict[str, Any]) -> str:
    born = (columns["birth_year"], columns["birth_month"], columns["birth_day"])
    return str(Birthday(*born)) if any(born) else ""


def _addresses(person: Person) -> list[tuple[PointKind, Value]]:
    return [(PointKind.EMAIL, value) for value in person.emails] + [(PointKind.PHONE, value) for value in person.phones]
