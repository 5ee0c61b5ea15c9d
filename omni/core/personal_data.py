"""What is personal, said where the column is, and what becomes of each table, said by its room.

`Field` stands on a column (or, as `Meta.personal`, for a table's remaining columns). `TableAnswer` is the room's answer
for a whole table. A column for which nobody speaks, or a table without an answer, stops the start.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

KINDS = frozenset({"account", "user_content", "usage", "integration", "referral", "operational"})
SOURCES = frozenset({"", "registration", "use", "communication", "import", "provider", "referral", "form"})
SUBJECTS = frozenset({"contact", "user", "workspace", "stranger"})


@dataclass(frozen=True)
class Field:
    """What a column holds, in the policy's own categories (C7 to C12); `operational` is about nobody."""

    kind: str
    source: str = ""
    third_party: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind of personal data is called {self.kind!r}")
        if self.source not in SOURCES:
            raise ValueError(f"no source of personal data is called {self.source!r}")


class Erase(StrEnum):
    """What erasing its subject does to a row."""

    DELETE = "delete"
    TOMBSTONE = "tombstone"
    SCRUB = "scrub"
    ANONYMISE = "anonymise"
    KEEP = "keep"


class Back(StrEnum):
    """Which rows of a table come back when a whole workspace moves in: they do, or they do in place of those that every
    new workspace has."""

    COMES = "comes"
    REPLACES = "replaces"


@dataclass(frozen=True)
class TableAnswer:
    """One room's answer for one of its tables.

    `locate(subject_id)` gives the query of the subject's rows; `export` names the section of an export; `keep` the
    retention rule; `why` says in a sentence what the table is for, and for `Erase.KEEP` why it stays.
    `wipe(subject_id)` does what neither deleting nor emptying the located rows can.
    """

    model: type[Any]
    subject: str | None = None
    locate: Callable[[Any], Any] | None = None
    export: str | None = None
    erase: Erase = Erase.KEEP
    mentions: tuple[str, ...] = ()
    files: Callable[[Any], Iterable[str]] | None = None
    # The file a row holds: its name in an export, and its bytes; None where it holds none.
    content: Callable[[Any], tuple[str, bytes] | None] | None = None
    # Further files of a whole workspace's export: the name of each, and its text in pieces.
    beside: tuple[tuple[str, Callable[[], Iterable[str]]], ...] = ()
    # Whether its rows move in with a workspace; what an export left out of one (the row as it moves in, as the file has
    # it, and a reader of the files beside it; None: it stays behind); and what follows once all are there.
    back: Back | None = None
    revive: Callable[[dict[str, Any], dict[str, Any], Callable[[str], bytes]], dict[str, Any] | None] | None = None
    settle: Callable[[], None] | None = None
    remote: str | None = None
    wipe: Callable[[Any], None] | None = None
    keep: str = "workspace"
    why: str = ""


_answers: dict[str, TableAnswer] = {}


def register(answers: Iterable[TableAnswer]) -> None:
    """Take a room's answers. Raises ValueError when a table is answered for twice."""
    for answer in answers:
        table = answer.model._meta.table_name
        known = _answers.setdefault(table, answer)
        if known is not answer:
            raise ValueError(f"table {table} has two answers")


def answers() -> list[TableAnswer]:
    """Every answer, in the order the rooms gave them."""
    return list(_answers.values())


def forget() -> None:
    """Forget every answer (a house that is opened again registers them anew)."""
    _answers.clear()


def declared(column: Any) -> Field | None:
    """What is said of a column: by itself, else by its table."""
    return getattr(column, "personal", None) or getattr(column.model._meta, "personal", None)


def personal_columns(model: type[Any]) -> list[Any]:
    """The columns that say something of somebody."""
    return [column for column in model._meta.sorted_fields if (said := declared(column)) and said.kind != "operational"]


def undeclared(models: Iterable[type[Any]]) -> list[str]:
    """Columns nobody speaks for, and tables nobody answers for, as lines for the start to print."""
    lines = []
    for model in models:
        meta = model._meta
        lines += [f"{meta.table_name}.{c.column_name} is undeclared" for c in meta.sorted_fields if not declared(c)]
        if meta.table_name not in _answers:
            lines.append(f"{meta.table_name} has no answer")
    return lines
