"""Several small reads asked in one statement: a page that shows many parts pays for one way to the database.

Each query stands in a join of its own, `LEFT JOIN (its text) ON part.n = its number`, so that a row of the answer is
a row of one of them and each column keeps its type. The guard reads the whole text as it reads any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Any, Generic, TypeVar

from omni.core.database import database
from omni.core.prepared import Bound, Written

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
    """The rows of each of these selects, as each would have answered alone. One that is ordered says its limit.

    Where all of them are prepared, their text and how its rows are read are made once.
    """
    asked = [query if isinstance(query, Bound) else _written_now(query) for query in queries]
    join = _join_once if all(isinstance(query, Bound) for query in queries) else _Join
    return join(tuple(one.written for one in asked)).read([value for one in asked for value in one.values])


def _written_now(query: Any) -> Bound:
    text, values = query.sql()
    return Bound(Written(query, text, values), values)


class _Join:
    """Some written queries as one text.

    The number of a row in its query, the last of its columns, tells the order, and whether there is a row at all.
    """

    def __init__(self, queries: tuple[Written, ...]) -> None:
        numbers = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(len(queries)))
        columns = ", ".join(f"q{n}.*" for n in range(len(queries)))
        joins = " ".join(_joined(n, one) for n, one in enumerate(queries))
        self._text = f"SELECT part.n, {columns} FROM ({numbers}) AS part {joins}"  # noqa: S608
        ends = accumulate((len(one.query._returning) + 1 for one in queries), initial=1)
        self._parts = [(one, slice(start, end - 1)) for one, (start, end) in zip(queries, pairwise(ends), strict=True)]
        self._readers: list[Callable[[Any], Any]] = []

    def read(self, values: list[Any]) -> list[list[Any]]:
        """The rows of each query, read as the query reads its own."""
        cursor = database.execute_sql(self._text, values)
        if not self._readers:
            # Asked for once: the driver writes it anew each time.
            described = cursor.description
            self._readers = [one.reader(_Described(described[mine])) for one, mine in self._parts]
        rows: list[list[Any]] = [[] for _part in self._parts]
        for row in cursor.fetchall():
            rows[row[0]].append(row)
        return [
            [read(row[mine]) for row in _in_order(rows, mine.stop)]
            for rows, read, (_one, mine) in zip(rows, self._readers, self._parts, strict=True)
        ]


_join_once = lru_cache(maxsize=512)(_Join)


def _joined(number: int, one: Written) -> str:
    # Without a limit a database may leave out the order of a query that stands inside another.
    if one.query._order_by and one.query._limit is None:
        raise ValueError("a query that is ordered and read together with others says its limit")
    numbered = f"SELECT w.*, ROW_NUMBER() OVER () AS row_n FROM ({one.sql}) AS w"  # noqa: S608
    return f"LEFT JOIN ({numbered}) AS q{number} ON part.n = {number}"


def _in_order(rows: list[Any], number: int) -> list[Any]:
    return sorted((row for row in rows if row[number] is not None), key=itemgetter(number))


class _Described:
    """As much of a cursor as reading a row needs: the names of its columns."""

    def __init__(self, columns: Any) -> None:
        # SQLite tells two columns of one name apart: "id", "id:1".
        self.description = [(column[0].partition(":")[0],) for column in columns]
