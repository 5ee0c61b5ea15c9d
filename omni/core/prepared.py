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
from omni.core.rows import reader_of


class Given(peewee.Node):
    """The place of a value in a query: an argument of the function that writes it, or the current workspace.

    Of an argument that is a list each value has a place of its own.
    """

    def __init__(self, name: str, at: int | None = None) -> None:
        self.name, self.at = name, at
        self._to_driver: Callable[[Any], Any] | None = None

    def __sql__(self, context: Any) -> Any:
        # A copy for each place, since the column it is compared with decides how its value is written.
        placed = Given(self.name, self.at)
        placed._to_driver = self._to_driver or context.state.converter
        context._values.append(placed)
        return context.literal(context.state.param or "?")

    def bind(self, values: dict[str, Any]) -> Any:
        """The value for the driver."""
        value = values[self.name]
        if self.at is not None:
            # The last value fills the places that are left.
            value = value[min(self.at, len(value) - 1)]
        return self._to_driver(value) if self._to_driver else value


@dataclass(eq=False)
class Written:
    """A query as one database takes it, and how its rows are read."""

    query: Any
    sql: str
    places: list[Any]
    read: Callable[[Any], Any] | None = None

    def bind(self, values: dict[str, Any]) -> list[Any]:
        """The values for the driver, each in its place."""
        return [place.bind(values) if isinstance(place, Given) else place for place in self.places]

    def reader(self, cursor: Any) -> Callable[[Any], Any]:
        """How a row becomes what the query gives; of the cursor only the names of its columns are asked, once.

        Peewee finds out anew for each cursor which column is what of which model; it is the same each time.
        """
        if self.read is None:
            wrapper = self.query._get_cursor_wrapper(cursor)
            wrapper.initialize()
            wrapper.cursor = None
            self.read = reader_of(wrapper)
        return self.read


@dataclass(frozen=True)
class Bound:
    """A written query with the values of one call."""

    written: Written
    values: list[Any]

    def rows(self) -> list[Any]:
        """What it gives now."""
        cursor = database.execute_sql(self.written.sql, self.values)
        read = self.written.reader(cursor)
        return [read(row) for row in cursor.fetchall()]


class Prepared:
    """What `prepared` makes of a function: called with values by name, it answers a list of rows."""

    def __init__(self, write: Callable[..., Any]) -> None:
        self._write = write
        self._names = tuple(inspect.signature(write).parameters)
        self._written: dict[tuple[Any, ...], tuple[Written, ...]] = {}
        update_wrapper(self, write)

    def __call__(self, **values: Any) -> list[Any]:
        return self.bound(**values).rows()

    def bound(self, **values: Any) -> Bound:
        """The query with its values, to be asked later or together with others (`omni.core.together`)."""
        (one,) = self.each(**values)
        return one

    def each(self, **values: Any) -> tuple[Bound, ...]:
        """The queries of a function that returns several, each with its values."""
        shape = (is_postgres(), *(_places(values[name]) for name in self._names))
        written = self._written.get(shape) or self._write_once(shape)
        values[_WORKSPACE.name] = scope.current().workspace_id
        return tuple(Bound(one, one.bind(values)) for one in written)

    def _write_once(self, shape: tuple[Any, ...]) -> tuple[Written, ...]:
        with tenancy.writing_for(_WORKSPACE):
            made = self._write(**dict(zip(self._names, map(_given, self._names, shape[1:]), strict=True)))
            queries = made if isinstance(made, tuple) else (made,)
            # SQLite plans anew whenever a value is bound that a partial index hangs on: what is always the same stands
            # in the text.
            written = tuple(
                Written(query, *database.get_sql_context(value_literals=not is_postgres()).parse(query))
                for query in queries
            )
        self._written[shape] = written
        return written


def _places(value: Any) -> int | None:
    """How many places a list has: the next power of two, so that lists of every length share a few texts."""
    if not isinstance(value, list):
        return None
    return 1 << (len(value) - 1).bit_length() if value else 0


def _given(name: str, places: int | None) -> Any:
    return Given(name) if places is None else [Given(name, at) for at in range(places)]


def prepared(write: Callable[..., Any]) -> Prepared:
    """Make a function that returns a select, or a write with `returning`, into one that answers its rows.

    It may not look at its arguments. Peewee converts what a column is compared with; what it is set to stands in `new`.
    A list stands only where neither its order nor a value said twice matters (`IN`). A function that returns several
    selects, which share their conditions, is asked for them by `each`.
    """
    return Prepared(write)


def new(field: Any, given: Any) -> Any:
    """An argument, or the current workspace, as what a column is set to."""
    place = Given(given.name)
    place._to_driver = field.db_value
    return place


_WORKSPACE = Given("the current workspace")
