"""People whom earlier rows of a file made or changed, as the rehearsal knows them: off the heap, however long the file.

The run finds them in the database; the rehearsal writes nothing there, so it keeps them in a private one that SQLite
makes in memory, moves to a nameless file when it grows (sqlite.org, "Temporary Databases"), and drops when closed.
"""

from __future__ import annotations

import json
import pickle  # nosec B403 - our own, out of this process's hand into it
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from omni.contacts.folding import fold
from omni.contacts.reading.people import Person
from omni.contacts.reading.planning import Known, Outcome, Register
from omni.contacts.reading.rows import RowRead

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -4000;
CREATE TABLE person (number INTEGER PRIMARY KEY, known BLOB);
CREATE TABLE word (word INTEGER, number INTEGER, PRIMARY KEY (word, number)) WITHOUT ROWID;
"""


class Earlier:
    """Everyone the rehearsal has met so far."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.executescript(_TABLES)
        self._numbers: dict[Any, int] = {}

    def close(self) -> None:
        self._kept.close()

    def load(self, register: Register, rows: Iterable[RowRead]) -> None:
        """Take into the register whom these rows might be."""
        words = {word for row in rows if row.person is not None for word in _asked(row.person, register.sender)}
        found = self._kept.execute(
            "SELECT known FROM person WHERE number IN (SELECT number FROM word WHERE word IN"
            " (SELECT value FROM json_each(?))) ORDER BY number",
            [json.dumps(list(words))],
        )
        for (known,) in found:
            register.add(pickle.loads(known))  # noqa: S301 # nosec B301 - as above

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        """Remember whom these rows made or met."""
        met = {id(one.target): one.target for one in outcomes if one.target is not None}
        numbered = [(self._number(known), known) for known in met.values()]
        self._kept.executemany(
            "INSERT OR REPLACE INTO person VALUES (?, ?)", [(number, pickle.dumps(known)) for number, known in numbered]
        )
        words = [(word, number) for number, known in numbered for word in _said(known)]
        self._kept.executemany("INSERT OR IGNORE INTO word VALUES (?, ?)", words)

    def _number(self, known: Known) -> int:
        """A row's own number; of somebody who was here before, one below zero."""
        if known.row is not None:
            return known.row
        return self._numbers.setdefault(known.id, -1 - len(self._numbers))


def _asked(person: Person, sender: str) -> Iterator[int]:
    """What a row may be known by. Two alike hashes only bring somebody whom the register then passes over."""
    if person.external_id:
        yield hash((sender, person.external_id))
    for kind, value in person.points:
        yield hash((kind, value.norm))
    if not person.external_id and not person.phones and not person.emails:
        yield hash(fold(person.name))


def _said(known: Known) -> Iterator[int]:
    yield from (hash(ref) for ref in known.refs)
    yield from (hash(point) for point in known.points)
    yield hash(fold(known.columns["display_name"]))
