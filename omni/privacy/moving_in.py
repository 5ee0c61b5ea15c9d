"""A whole workspace moves in out of the ZIP it was saved as: into an empty one, or back where it came from.

Where anything stands already nothing is written: the file is compared row by row, and what was changed or deleted since
stays as it is, so that nobody who was erased comes back by a file. Into an empty workspace every row moves in under an
id of its own there, reckoned from the old one, so that the same file leads to the same rows again.

Those who are deleted, merged or on their way out stay behind, with everything of theirs; so do rows of teammates who do
not work in the new workspace, where a row cannot be without one. Texts, links and accounts do not move: what was sent
stays true in the file, and a door is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from peewee import DataError, IntegrityError

from omni.accounts import queries as accounts
from omni.core import audit, ids
from omni.core.actors import Actor
from omni.core.database import transaction
from omni.core.fields import DateField, EnumField, IdField, InstantField, TimeField
from omni.core.ids import Id
from omni.core.personal_data import Back, TableAnswer
from omni.core.tenancy import TenantKey, current_workspace
from omni.core.words import marked
from omni.privacy import export, queries
from omni.privacy.archive import Archive, Unusable, is_archive

BLOCK = 500
PEOPLE, TEAMMATE = "contact", "teammate"
# Why somebody of the file is not here, as the command says it.
WHY = {"left": "deleted, merged or about to be", "gone": "deleted here since"}


@dataclass
class Moved:
    """By table, how many rows came in, are here unchanged or changed since, are gone since, or stayed behind."""

    came: dict[str, int] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    def count(self, what: dict[str, int], answer: TableAnswer, rows: int = 1) -> None:
        table = answer.model._meta.table_name
        what[table] = what.get(table, 0) + rows


class _Rehearsed(Exception):
    """Takes back what was only tried."""


def is_vacant() -> bool:
    """Whether nothing stands in this workspace but what every new one begins with."""
    return not any(one.model.select().exists() for one in queries.moving() if one.back is Back.COMES)


def move_in(file: Path | BinaryIO, *, by: Actor, is_rehearsal: bool = False) -> Moved:
    """Bring the workspace of this file in, all of it or nothing. Raises: Unusable."""
    with Archive(file) as archive:
        try:
            moving = _Moving(archive)
            with transaction():
                moving.begin()
                if moving.moved.came:
                    audit.record("workspace.moved_in", current_workspace(), by=by, came=moving.moved.came)
                if is_rehearsal:
                    raise _Rehearsed
        except _Rehearsed:
            pass
        except (KeyError, TypeError, ValueError, AttributeError, IntegrityError, DataError) as fault:
            if isinstance(fault, Unusable):
                raise
            raise Unusable(marked("A row of this file cannot be read")) from fault
    return moving.moved


def bring(file: Path | BinaryIO, is_rehearsal: bool, by: Actor) -> Mapping[str, Any] | None:
    """What came of the file, as the command that brings files in tells it: people first, then rows by table.

    None when it is no export of ours. Raises: CommandFault when it is one that cannot be used.
    """
    if not is_archive(file):
        return None
    moved = move_in(file, by=by, is_rehearsal=is_rehearsal)
    people = {name: counts.get(PEOPLE, 0) for name, counts in vars(moved).items()}
    refused = {"left": people["left"], "gone": people["gone"]}
    return {
        "format": "zip",
        "sender": "omni",
        "rows": sum(people.values()),
        "created": people["came"],
        "updated": 0,
        "duplicate": people["same"] + people["changed"],
        "same": people["same"],
        "refused": sum(refused.values()),
        "reasons": [{"row": 0, "reason": f"{count} {WHY[name]}"} for name, count in refused.items() if count],
        "import": "",
        "tables": moved.came,
    }


class _Moving:
    def __init__(self, archive: Archive) -> None:
        self.archive, self.moved = archive, Moved()
        self.answers = queries.moving()
        self.home = current_workspace().id
        self.is_own = ids.decode(archive.about["workspace"]["id"]) == self.home
        here = {row.user.email: row.id for row in accounts.list_everyone()}
        told = archive.about.get("teammates") or []
        self.teammates = {ids.decode(one["id"]): here.get(one["email"]) for one in told}
        # Old ids of rows that stay behind; what points to them stays there too.
        self.left: set[Id] = set()

    def begin(self) -> None:
        """Fill an empty workspace, or compare."""
        is_filled = not is_vacant()
        if not is_filled:
            self._clear()
        for answer in self.answers:
            (self._compare if is_filled else self._fill)(answer)
        if is_filled and not (self.moved.same or self.moved.changed):
            raise Unusable(marked("A whole workspace moves into an empty one, and this one has people in it"))
        if not is_filled:
            for answer in self.answers:
                if answer.settle:
                    answer.settle()

    def _clear(self) -> None:
        """Take away what every new workspace begins with."""
        for answer in reversed(self.answers):
            if answer.back is Back.REPLACES:
                answer.model.delete().execute()

    def _fill(self, answer: TableAnswer) -> None:
        for block in _blocks(self._rows(answer)):
            answer.model.insert_many([row.__data__ for row in block]).execute()
            self.moved.count(self.moved.came, answer, len(block))

    def _compare(self, answer: TableAnswer) -> None:
        columns = export.columns_of(answer)
        for block in _blocks(self._rows(answer)):
            known = {row.id: row for row in answer.model.select().where(answer.model.id.in_([one.id for one in block]))}
            for row in block:
                there = known.get(row.id)
                what = self.moved.gone if there is None else self.moved.same
                if there is not None and any(_of(there, one) != _of(row, one) for one in columns):
                    what = self.moved.changed
                self.moved.count(what, answer)

    def _rows(self, answer: TableAnswer) -> Iterator[Any]:
        """The rows of the file as rows of this workspace."""
        columns = {one.column_name: one for one in export.columns_of(answer) if one.name != "workspace"}
        for raw in self.archive.rows(answer.model._meta.table_name):
            values = self._values(answer, raw, columns)
            if values is None:
                self.left.add(ids.decode(raw["id"]))
                self.moved.count(self.moved.left, answer)
            else:
                yield answer.model(**values)

    def _values(self, answer: TableAnswer, raw: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, Any] | None:
        values = {}
        for name, column in columns.items():
            if name not in raw:
                continue
            value = self._value(column, raw[name])
            is_missing = value is None and not column.null and isinstance(column, TenantKey)
            if is_missing or (isinstance(column, TenantKey) and raw[name] and ids.decode(raw[name]) in self.left):
                return None
            values[column.name] = value
        return answer.revive(values, dict(raw), self.archive.read) if answer.revive else values

    def _value(self, column: Any, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(column, TenantKey | IdField):
            old = ids.decode(value)
            is_teammate = isinstance(column, TenantKey) and column.rel_model._meta.table_name == TEAMMATE
            return self.teammates.get(old) if is_teammate or old in self.teammates else self._renamed(old)
        read = next((read for kind, read in _READERS.items() if isinstance(column, kind)), None)
        if read is not None:
            return read(value)
        return column.words(value) if isinstance(column, EnumField) else value

    def _renamed(self, old: Id) -> Id:
        """The id of a row here."""
        return old if self.is_own else ids.moved(old, self.home)


_READERS: Mapping[type[Any], Callable[[str], Any]] = {
    InstantField: datetime.fromisoformat,
    DateField: date.fromisoformat,
    TimeField: time.fromisoformat,
}


def _of(row: Any, column: Any) -> Any:
    return export.plain(getattr(row, column.safe_name))


def _blocks(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    while block := list(islice(rows, BLOCK)):
        yield block
