"""Queries asked on every page: their SQL is written once for each database, and each call binds its values anew.

Writing the SQL of a query costs Peewee many times what asking it does. The guard sees the text and the values of each
call as it sees any other.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any

import peewee

from omni.core import scope, tenancy
from omni.core.database import database, is_postgres


class Given(peewee.Node):
    """The place of a value in a query: an argument of the function that writes it, or the current workspace."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._to_driver: Callable[[Any], Any] | None = None

    def __sql__(self, context: Any) -> Any:
        # A copy for each place, since the column it is compared with decides how its value is written.
        placed = Given(self.name)
        placed._to_driver = context.state.converter
        context._values.append(placed)
        return context.literal(context.state.param or "?")

    def bind(self, values: dict[str, Any]) -> Any:
        """The value for the driver."""
        value = values[self.name]
        return self._to_driver(value) if self._to_driver else value


@dataclass
class _Written:
    """A query as one database takes it, and how its rows are read."""

    query: Any
    sql: str
    places: list[Any]
    read: Callable[[Any], Any] | None = None

    def ask(self, values: dict[str, Any]) -> list[Any]:
        cursor = database.execute_sql(self.sql, self.bind(values))
        read = self.read or self._how_to_read(cursor)
        return [read(row) for row in cursor.fetchall()]

    def bind(self, values: dict[str, Any]) -> list[Any]:
        """The values for the driver, each in its place."""
        return [place.bind(values) if isinstance(place, Given) else place for place in self.places]

    def _how_to_read(self, cursor: Any) -> Callable[[Any], Any]:
        """Peewee finds out anew for each cursor which column is what of which model; it is the same each time."""
        wrapper = self.query._get_cursor_wrapper(cursor)
        wrapper.initialize()
        wrapper.cursor = None
        read: Callable[[Any], Any] = wrapper.process_row
        self.read = read
        return read


@dataclass(frozen=True)
class Bound:
    """A written query with the values of one call."""

    query: Any
    text: str
    values: list[Any]

    def sql(self) -> tuple[str, list[Any]]:
        """Text and values, as a query of Peewee's tells them."""
        return self.text, self.values


class Prepared:
    """What `prepared` makes of a function: called with values by name, it answers a list of rows."""

    def __init__(self, write: Callable[..., Any]) -> None:
        self._write = write
        self._names = tuple(inspect.signature(write).parameters)
        self._written: dict[bool, _Written] = {}
        update_wrapper(self, write)

    def __call__(self, **values: Any) -> list[Any]:
        written = self._written.get(is_postgres()) or self._write_once()
        values[_WORKSPACE.name] = scope.current().workspace_id
        return written.ask(values)

    def bound(self, **values: Any) -> "Bound":
        """The query with its values, to be read together with others (`omni.core.together`)."""
        written = self._written.get(is_postgres()) or self._write_once()
        values[_WORKSPACE.name] = scope.current().workspace_id
        return Bound(written.query, written.sql, written.bind(values))

    def _write_once(self) -> _Written:
        with tenancy.writing_for(_WORKSPACE):
            query = self._write(**{name: Given(name) for name in self._names})
            written = _Written(query, *query.sql())
        self._written[is_postgres()] = written
        return written


def prepared(write: Callable[..., Any]) -> Prepared:
    """Make a function that returns a select, or a write with `returning`, into one that answers its rows.

    It may not look at its arguments, nor set a column to one as it stands: Peewee converts what stands beside a column.
    """
    return Prepared(write)


_WORKSPACE = Given("the current workspace")
