"""Many rows of one table by one statement, and many values in one question: where imports write SQL by hand.

Peewee builds a node for each value, which costs an import more than the database itself (measured: 0.2 ms a row of 12
columns against 0.03 ms). On SQLite the rows of a statement travel as one JSON array, their ids beside it as bytes: a
wall's trigger makes SQLite keep a journal for each statement, so a row alone costs up to three times one among many
(measured). The texts pass the guard like any other; none depends on how many rows there are, since it parses each once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import repeat
from typing import Any

from peewee import BlobField, ForeignKeyField

from omni.core.database import database, is_postgres
from omni.core.fields import DateField, EnumField, IdField, InstantField, JsonField
from omni.core.ids import Id, new_ids
from omni.core.tenancy import current_workspace_id, insert_into, insert_text

_NOBODY = bytes(16)


class Rows:
    """Rows of one table, gathered as tuples of `names` and put down together.

    `same` stands in every one of them. Where `id` is not named, each gets a fresh one.
    """

    def __init__(self, model: Any, names: Sequence[str], **same: Any) -> None:
        fields = model._meta.fields
        same = {"workspace": current_workspace_id(), **same}
        self._has_ids = "id" in names
        self._fields = [fields[name] for name in names]
        self._same = [fields[name].db_value(value) for name, value in same.items()]
        # Bytes of any length have no place in JSON.
        self._is_listed = not is_postgres() and not any(isinstance(field, BlobField) for field in self._fields)
        varying = tuple(names) if self._has_ids else ("id", *names)
        self._text = (
            _insert_listed(model, varying, tuple(same))
            if self._is_listed
            else insert_text(model, (*varying, *same), is_postgres())
        )
        self._rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        self._rows.append(values)

    def flush(self) -> None:
        """Insert what was gathered."""
        if not self._rows:
            return
        # Column by column, so that a value that needs no conversion costs nothing.
        columns = list(zip(self._fields, zip(*self._rows, strict=True), strict=True))
        count = len(self._rows)
        self._rows.clear()
        if self._is_listed:
            database.execute_sql(self._text, self._listed(columns, count))
        else:
            rows = zip(
                *self._ids(count), *(_plain(*column) for column in columns), *map(repeat, self._same), strict=False
            )
            database.execute_many(self._text, list(rows))

    def forget(self) -> None:
        self._rows.clear()

    def _ids(self, count: int) -> list[Sequence[Any]]:
        if self._has_ids:
            return []
        made = new_ids(count)
        each = (made[place : place + 16] for place in range(0, len(made), 16))
        return [[Id(bytes=one) for one in each] if is_postgres() else list(each)]

    def _listed(self, columns: Sequence[tuple[Any, Sequence[Any]]], count: int) -> list[Any]:
        made = [] if self._has_ids else [new_ids(count)]
        ids = [b"".join(one.bytes if one else _NOBODY for one in values) for field, values in columns if _is_id(field)]
        # JSON writes a word of an enum as the text it is.
        others = [
            values if isinstance(field, EnumField) else _plain(field, values)
            for field, values in columns
            if not _is_id(field)
        ]
        rows = list(zip(*others, strict=True)) if others else [()] * count
        return [*made, *ids, *self._same, json.dumps(rows, ensure_ascii=False)]


def contacts_with(model: Any, column: str, values: Iterable[str], **others: Any) -> set[Id]:
    """Contacts that have a row of `model` with one of `values` in `column`, and `others` as they are."""
    wanted = sorted(set(values))
    if not wanted:
        return set()
    among = "= ANY(%s)" if is_postgres() else "IN (SELECT value FROM json_each(?))"
    listed = wanted if is_postgres() else json.dumps(wanted, ensure_ascii=False)
    return {contact_id for (contact_id,) in _read(model, ("contact",), others, f'"{column}" {among}', [listed])}


def rows_of(model: Any, key: str, ids: Sequence[Id], *names: str) -> Iterator[tuple[Any, ...]]:
    """The columns `names` of the rows whose `key` is one of `ids`."""
    field, wanted = model._meta.fields[key], padded(list(ids))
    among = f'"{field.column_name}" IN ({", ".join([_mark()] * len(wanted))})'
    return _read(model, names, {}, among, [field.db_value(value) for value in wanted])


def _read(
    model: Any, names: tuple[str, ...], others: dict[str, Any], among: str, listed: list[Any]
) -> Iterator[tuple[Any, ...]]:
    fields = model._meta.fields
    same = {"workspace": current_workspace_id(), **others}
    bound = [fields[name].db_value(value) for name, value in same.items()]
    text = f"{_select(model, names, tuple(same), _mark())} AND {among}"
    rows = database.execute_sql(text, [*bound, *listed]).fetchall()
    read = [fields[name].python_value for name in names]
    return (tuple(convert(value) for convert, value in zip(read, row, strict=True)) for row in rows)


def padded(values: list[Any]) -> list[Any]:
    """The values with the last one repeated up to a power of two: an IN has few lengths then."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))


@cache
def _insert_listed(model: Any, varying: tuple[str, ...], same: tuple[str, ...]) -> str:
    """SQLite's: each id out of the bytes of its column, what is the same, and the rest out of the array."""
    fields = model._meta.fields
    ids = [name for name in varying if _is_id(fields[name])]
    others = [name for name in varying if not _is_id(fields[name])]
    one = "substr(?, 16 * e.key + 1, 16)"
    chosen = [f"nullif({one}, zeroblob(16))" if fields[name].null else one for name in ids]
    chosen += ["?"] * len(same)
    chosen += [f"json_extract(e.value, '$[{place}]')" for place in range(len(others))]
    return f"{insert_into(model, (*ids, *same, *others))} SELECT {', '.join(chosen)} FROM json_each(?) AS e"  # noqa: S608 - names of ours


def _mark() -> str:
    return "%s" if is_postgres() else "?"


@cache
def _select(model: Any, names: tuple[str, ...], same: tuple[str, ...], mark: str) -> str:
    columns = {name: f'"{model._meta.fields[name].column_name}"' for name in (*names, *same)}
    alike = " AND ".join(f"{columns[name]} = {mark}" for name in same)
    chosen = ", ".join(columns[name] for name in names)
    return f'SELECT {chosen} FROM "{model._meta.table_name}" WHERE {alike}'  # noqa: S608 - names of ours


def _is_id(field: Any) -> bool:
    return isinstance(field, IdField | ForeignKeyField)


def _plain(field: Any, values: Sequence[Any]) -> Iterable[Any]:
    """The values as the driver takes them."""
    if _is_id(field):
        return values if is_postgres() else (value.bytes if value else None for value in values)
    if isinstance(field, EnumField | InstantField | JsonField):
        return map(field.db_value, values)
    if isinstance(field, DateField) and not is_postgres():
        return (value.isoformat() if value else None for value in values)
    return values
