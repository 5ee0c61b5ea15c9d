"""Several small reads asked in one statement: a page that shows many parts pays for one way to the database.

Each query stands in a join of its own, `LEFT JOIN (its text) ON part.n = its number`, so that a row of the answer is
a row of one of them and each column keeps its type. The guard reads the whole text as it reads any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from omni.core.database import database
from omni.core.prepared import Bound

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """What one part of a page asks, and what it makes of the rows of each of its queries."""

    queries: tuple[Any, ...]
    make: Callable[..., T]

    def read(self) -> T:
        """The part alone."""
        return self.make(*read_together(*self.queries))


def beside(**parts: Part[Any]) -> Part[dict[str, Any]]:
    """Several parts as one: what each makes, by its name."""

    def make(*rows: list[Any]) -> dict[str, Any]:
        each = iter(rows)
        return {name: part.make(*(next(each) for _query in part.queries)) for name, part in parts.items()}

    return Part(tuple(query for part in parts.values() for query in part.queries), make)


def read_together(*queries: Any) -> list[list[Any]]:
    """The rows of each of these selects, as each would have answered alone. One that is ordered says its limit."""
    parts = [_Join(number, query) for number, query in enumerate(queries)]
    numbers = " UNION ALL ".join(f"SELECT {part.number} AS n" for part in parts)
    columns = ", ".join(f"q{part.number}.*" for part in parts)
    joins = " ".join(part.text for part in parts)
    text = f"SELECT part.n, {columns} FROM ({numbers}) AS part {joins}"  # noqa: S608
    cursor = database.execute_sql(text, [value for part in parts for value in part.values])
    # Asked for once: the driver writes it anew each time.
    rows, described, start = cursor.fetchall(), cursor.description, 1
    found = []
    for part in parts:
        mine = slice(start, start + part.width)
        start += part.width + 1
        found.append(part.read([row for row in rows if row[0] == part.number], mine, described))
    return found


class _Join:
    """One of the queries. The number of a row, its last column, tells the order, and whether there is a row at all."""

    def __init__(self, number: int, query: Any) -> None:
        # Without a limit a database may leave out the order of a query that stands inside another.
        text, self.values = query.sql()
        query = query.query if isinstance(query, Bound) else query
        if query._order_by and query._limit is None:
            raise ValueError("a query that is ordered and read together with others says its limit")
        self.number, self.query, self.width = number, query, len(query._returning)
        numbered = f"SELECT w.*, ROW_NUMBER() OVER () AS row_n FROM ({text}) AS w"  # noqa: S608
        self.text = f"LEFT JOIN ({numbered}) AS q{number} ON part.n = {number}"

    def read(self, rows: list[Any], mine: slice, description: Any) -> list[Any]:
        """The rows of this part, read as the query reads its own."""
        reader = self.query._get_cursor_wrapper(_Described(description[mine]))
        reader.initialize()
        there = sorted((row for row in rows if row[mine.stop] is not None), key=lambda row: row[mine.stop])
        return [reader.process_row(row[mine]) for row in there]


class _Described:
    """As much of a cursor as reading a row needs: the names of its columns."""

    def __init__(self, columns: Any) -> None:
        # SQLite tells two columns of one name apart: "id", "id:1".
        self.description = [(column[0].partition(":")[0],) for column in columns]
