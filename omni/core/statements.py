"""Wall 2: every statement is parsed, and each table of a workspace must be asked for in the current workspace.

A statement counts as scoped when every alias of a tenant table has a positive conjunct `alias.workspace_id = ?`, bound
to the current workspace, in the WHERE of its own query or in the ON that introduces the alias. The verdict on a text is
kept, so a text is parsed once; only its bound values are looked at again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.expressions import Expr

from omni.core import scope
from omni.core.scope import Mode

COLUMN = "workspace_id"
# Told by their form, since sqlglot reads SAVEPOINT as an alias.
TRANSACTION = re.compile(
    r'\s*(BEGIN( IMMEDIATE)?|COMMIT|ROLLBACK( TO SAVEPOINT "\w+")?|(RELEASE )?SAVEPOINT "\w+")\s*;?\s*', re.IGNORECASE
)


class WallBreach(Exception):
    """A statement that would leave its workspace. It never reached the database."""


@dataclass(frozen=True)
class Verdict:
    """What a text may do: `bound` are the places of its values that must be the current workspace."""

    touches_tenants: bool = False
    bound: tuple[int, ...] = ()
    is_pair: bool = False
    is_transaction: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Tables:
    """What the guard knows of the schema: tenant tables, global tables, full-text tables with their content table."""

    tenant: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    content_of: tuple[tuple[str, str], ...] = ()


_tables = Tables()
_news: list[tuple[str, str]] | None = None


def learn(tenant: frozenset[str], known: frozenset[str], content_of: dict[str, str]) -> None:
    """Take the names of the tables; where they are others than before, verdicts on earlier texts are forgotten."""
    global _tables
    told = Tables(tenant, known, tuple(content_of.items()))
    if told != _tables:
        _tables = told
        verdict_on.cache_clear()


def note_news() -> list[tuple[str, str]]:
    """A list that grows by each (text, dialect) this process parses from here on, for one who would know it before."""
    global _news
    _news = []
    return _news


def check(sql: str, params: Sequence[Any] | None, *, dialect: str) -> None:
    """Let the statement pass, or raise WallBreach."""
    check_each(sql, (params,), dialect=dialect)


def check_each(sql: str, rows: Sequence[Sequence[Any] | None], *, dialect: str) -> None:
    """Let a statement that is executed once for each of `rows` pass, or raise WallBreach."""
    now = scope.current()
    if now.mode is Mode.CROSSING:
        return
    verdict = verdict_on(sql, dialect)
    if verdict.is_transaction:
        return
    if now.mode is Mode.SWEEPING:
        if not verdict.is_pair:
            raise WallBreach(f"a sweep reads (workspace_id, id) pairs and nothing else: {sql[:200]}")
        return
    if verdict.fault:
        raise WallBreach(f"{verdict.fault}: {sql[:200]}")
    if not verdict.touches_tenants:
        return
    if now.workspace_id is None:
        raise WallBreach(f"no workspace is set: {sql[:200]}")
    mine = (now.workspace_id, now.workspace_id.bytes)
    for params in rows:
        for place in verdict.bound:
            if not params or params[place] not in mine:
                raise WallBreach(f"bound to another workspace: {sql[:200]}")


@lru_cache(maxsize=4096)
def verdict_on(sql: str, dialect: str) -> Verdict:
    """Parse `sql` once and say what it may do. A text that does not parse may do nothing."""
    if TRANSACTION.fullmatch(sql):
        return Verdict(is_transaction=True)
    if _news is not None:
        _news.append((sql, dialect))
    try:
        trees = [tree for tree in sqlglot.parse(_number_placeholders(sql), read=dialect) if tree]
    except sqlglot.errors.SqlglotError:
        return Verdict(fault="the guard cannot read this statement")
    if len(trees) != 1:
        return Verdict(fault="one statement at a time")
    return _Reader(trees[0]).verdict()


def _number_placeholders(sql: str) -> str:
    """Give each `?` or `%s` its place as a name, leaving quoted text alone, so that the tree tells which is which."""
    out: list[str] = []
    place, i, size = 0, 0, len(sql)
    while i < size:
        letter = sql[i]
        if letter in "'\"":
            end = i + 1
            while end < size and sql[end] != letter:
                end += 1
            out.append(sql[i : end + 1])
            i = end + 1
        elif letter == "?" or sql.startswith("%s", i):
            out.append(f":p{place}")
            place += 1
            i += 1 if letter == "?" else 2
        elif sql.startswith("%%", i):
            out.append("%")
            i += 2
        else:
            out.append(letter)
            i += 1
    return "".join(out)


class _Refused(Exception):
    pass


class _Reader:
    """Walks one statement. `bound` grows by each place that must hold the workspace."""

    def __init__(self, tree: Expr) -> None:
        self.tree = tree
        self.bound: list[int] = []
        self.touches = False
        self.ctes = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}

    def verdict(self) -> Verdict:
        try:
            self._read()
        except _Refused as refusal:
            return Verdict(is_pair=self._is_pair(), fault=str(refusal))
        return Verdict(self.touches, tuple(sorted(set(self.bound))), self._is_pair())

    def _read(self) -> None:
        if self.ctes & self._schema_names():
            raise _Refused("a WITH name hides a table")
        if not isinstance(
            self.tree, exp.Select | exp.SetOperation | exp.Insert | exp.Update | exp.Delete | exp.Subquery
        ):
            raise _Refused("only reading and writing rows is allowed here")
        for node in self.tree.find_all(exp.Insert, exp.Update, exp.Delete):
            self._read_write(node)
        for select in self.tree.find_all(exp.Select):
            self._read_select(select)

    def _schema_names(self) -> set[str]:
        return set(_tables.known) | {name for name, _ in _tables.content_of}

    # -- reading -------------------------------------------------------------------------------------------------

    def _read_select(self, select: exp.Select) -> None:
        first = select.args.get("from") or select.args.get("from_")
        joins = select.args.get("joins") or []
        conjuncts = _conjuncts(select.args.get("where"))
        sources = [first.this] if first else []
        for source in sources:
            self._read_source(source, conjuncts, alone=not joins)
        for join in joins:
            if join.args.get("side", "").upper() in ("RIGHT", "FULL"):
                raise _Refused("outer joins start from the left")
            if not join.args.get("on") and not join.args.get("using"):
                raise _Refused("a table is joined without ON")
            on = _conjuncts(join.args.get("on"))
            self._read_source(join.this, on + conjuncts)

    def _read_source(self, source: Expr, conjuncts: list[Expr], *, alone: bool = False) -> None:
        if not isinstance(source, exp.Table):
            return
        if source.args.get("joins"):
            raise _Refused("joins in brackets")
        name = source.name.lower()
        content = dict(_tables.content_of).get(name)
        if content:
            self._read_full_text(source, content, conjuncts)
        elif name in _tables.tenant:
            self.touches = True
            self._demand(source.alias_or_name, conjuncts, alone=alone)
        elif name and name not in _tables.known and name not in self.ctes:
            raise _Refused(f"unknown table {name}")

    def _read_full_text(self, source: exp.Table, content: str, conjuncts: list[Expr]) -> None:
        """A full-text table has no workspace: it stands only joined by rowid with its content table."""
        select = source.parent_select or exp.Select()
        aliases = {t.alias_or_name.lower() for t in _tables_of(select) if t.name.lower() == content}
        every = list(conjuncts)
        for join in select.args.get("joins") or []:
            every += _conjuncts(join.args.get("on"))
        mine = source.alias_or_name.lower()
        if any(_rowid_tables(conjunct) in [{mine, alias} for alias in aliases] for conjunct in every):
            return
        raise _Refused(f"{source.name} stands only joined by rowid with {content}")

    def _demand(self, alias: str, conjuncts: list[Expr], *, alone: bool = False) -> None:
        places = [place for place in (_scoped_place(c, alias, alone) for c in conjuncts) if place is not None]
        if not places:
            raise _Refused(f"{alias} is not scoped")
        self.bound += places

    # -- writing -------------------------------------------------------------------------------------------------

    def _read_write(self, node: Expr) -> None:
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if not isinstance(target, exp.Table):
            raise _Refused("the guard cannot tell the table")
        name = target.name.lower()
        if name not in _tables.known:
            raise _Refused(f"unknown table {name}")
        if name not in _tables.tenant:
            return
        self.touches = True
        if isinstance(node, exp.Insert):
            self._read_insert(node, target)
        else:
            self._read_change(node, target)

    def _read_change(self, node: Expr, target: exp.Table) -> None:
        if node.args.get("from") or node.args.get("from_") or node.args.get("using") or target.args.get("joins"):
            raise _Refused("a write names one table")
        for assignment in node.args.get("expressions") or []:
            if isinstance(assignment, exp.EQ) and assignment.this.name.lower() == COLUMN:
                raise _Refused("a row stays in its workspace")
        self._demand(target.alias_or_name, _conjuncts(node.args.get("where")), alone=True)

    def _read_insert(self, node: exp.Insert, target: exp.Table) -> None:
        columns = [c.name.lower() for c in node.this.expressions] if isinstance(node.this, exp.Schema) else []
        if columns.count(COLUMN) != 1:
            raise _Refused("an insert names its workspace once")
        at = columns.index(COLUMN)
        for row in self._inserted_rows(node):
            place = _place(row[at]) if at < len(row) else None
            if place is None:
                raise _Refused("an insert binds its workspace")
            self.bound.append(place)
        conflict = node.args.get("conflict")
        if conflict is not None and conflict.args.get("expressions"):
            self._read_conflict(conflict, target)

    def _inserted_rows(self, node: exp.Insert) -> list[list[Expr]]:
        source = node.expression
        if isinstance(source, exp.Values):
            return [list(row.expressions) if isinstance(row, exp.Tuple) else [row] for row in source.expressions]
        if isinstance(source, exp.Select):
            return [[e.unalias() for e in source.expressions]]
        raise _Refused("the guard cannot tell what is inserted")

    def _read_conflict(self, conflict: Expr, target: exp.Table) -> None:
        for assignment in conflict.args["expressions"]:
            if isinstance(assignment, exp.EQ) and assignment.this.name.lower() == COLUMN:
                raise _Refused("a row stays in its workspace")
        keys = {
            c.name.lower() for key in conflict.args.get("conflict_keys") or [] for c in key.find_all(exp.Identifier)
        }
        if COLUMN not in keys:
            self._demand(target.alias_or_name, _conjuncts(conflict.args.get("where")), alone=True)

    # -- sweeping ------------------------------------------------------------------------------------------------

    def _is_pair(self) -> bool:
        """Whether the statement only reads (workspace_id, id), or the id of global rows."""
        tree = self.tree
        if not isinstance(tree, exp.Select) or next(tree.find_all(exp.Insert, exp.Update, exp.Delete), None):
            return False
        columns = [e.unalias() for e in tree.expressions]
        if not all(isinstance(c, exp.Column) for c in columns):
            return False
        names = [c.name.lower() for c in columns]
        touched = any(t.name.lower() in _tables.tenant for t in tree.find_all(exp.Table))
        return names == [COLUMN, "id"] or (names == ["id"] and not touched)


def _conjuncts(node: Expr | None) -> list[Expr]:
    """The terms that must all hold: the top-level ANDs, brackets taken off."""
    if node is None:
        return []
    node = node.this if isinstance(node, exp.Where) else node
    node = node.unnest()
    if isinstance(node, exp.And):
        return _conjuncts(node.this) + _conjuncts(node.expression)
    return [node]


def _scoped_place(conjunct: Expr, alias: str, alone: bool) -> int | None:
    """The place of the value in `alias.workspace_id = ?`, or None when the term is anything else."""
    if not isinstance(conjunct, exp.EQ):
        return None
    for column, value in ((conjunct.this, conjunct.expression), (conjunct.expression, conjunct.this)):
        if not isinstance(column, exp.Column) or column.name.lower() != COLUMN:
            continue
        if column.table.lower() == alias.lower() or (alone and not column.table):
            return _place(value)
    return None


def _rowid_tables(conjunct: Expr) -> set[str]:
    """The two tables of `a.rowid = b.rowid`; of any other term none."""
    sides = [conjunct.this, conjunct.expression] if isinstance(conjunct, exp.EQ) else []
    if not all(isinstance(side, exp.Column) and side.name.lower() == "rowid" for side in sides):
        return set()
    return {side.table.lower() for side in sides}


def _place(node: Expr) -> int | None:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        node = node.this
    name = str(node.this or "") if isinstance(node, exp.Placeholder) else ""
    return int(name[1:]) if name.startswith("p") and name[1:].isdigit() else None


def _tables_of(select: exp.Select) -> list[exp.Table]:
    first = select.args.get("from") or select.args.get("from_")
    sources = [first.this] if first else []
    sources += [join.this for join in select.args.get("joins") or []]
    return [source for source in sources if isinstance(source, exp.Table)]
