"""Workspaces, and the walls between them.

Wall 1 is here: a `TenantModel` adds the current workspace to whatever is asked of it and refuses without one. Wall 2 is
`omni.core.statements`, wall 3 `omni.core.walls` (triggers and row security), wall 4 the composite `TenantKey`.
Two ways lead out, both here: `sweeping()` and `cross_tenant(reason)`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from typing import Any, Self

import peewee

from omni.core import clock, log, scope, statements
from omni.core.database import database, is_postgres
from omni.core.fields import CharField, EnumField, Field, IdField, InstantField, IntegerField, TextField
from omni.core.ids import Id, new_id
from omni.core.scope import Mode, Scope


class NoWorkspace(Exception):
    """A table of a workspace was touched while no workspace is set."""


class Row(peewee.Model):
    """A row with an id of ours and the instant it was made."""

    id = IdField(primary_key=True, default=new_id)
    created_at = InstantField(default=clock.now)

    class Meta:
        database = database
        legacy_table_names = False
        only_save_dirty = True

    @classmethod
    def create(cls, **columns: Any) -> Self:
        """Insert the row. (Peewee would update, since the id is already there.)"""
        row = cls(**columns)
        names = tuple(row.__data__)
        fields = cls._meta.fields
        values = [fields[name].db_value(row.__data__[name]) for name in names]
        database.execute_sql(insert_text(cls, names, is_postgres()), values)
        row._dirty.clear()  # type: ignore[attr-defined]
        return row


def insert_into(model: Any, names: Sequence[str]) -> str:
    """How an insert of these columns begins."""
    columns = ", ".join(f'"{model._meta.fields[name].column_name}"' for name in names)
    return f'INSERT INTO "{model._meta.table_name}" ({columns})'


@cache
def insert_text(model: Any, names: tuple[str, ...], postgres: bool) -> str:
    """The text of an insert of one row, written once: Peewee takes longer to write it than the database to do it."""
    marks = ", ".join(["%s" if postgres else "?"] * len(names))
    return f"{insert_into(model, names)} VALUES ({marks})"


@cache
def update_text(model: Any, names: tuple[str, ...], postgres: bool) -> str:
    """The text of an update of one row of a workspace."""
    mark = "%s" if postgres else "?"
    columns = ", ".join(f'"{model._meta.fields[name].column_name}" = {mark}' for name in names)
    return f'UPDATE "{model._meta.table_name}" SET {columns} WHERE "workspace_id" = {mark} AND "id" = {mark}'  # noqa: S608


class GlobalModel(Row):
    """A table of the whole installation, listed as such by standing here."""


class WorkspaceState(StrEnum):
    """From paying to gone (privacy C37)."""

    ACTIVE = "active"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    PURGED = "purged"


class Workspace(GlobalModel):
    """One studio: the tenant."""

    number = IntegerField(unique=True)
    slug = CharField(max_length=60, unique=True)
    name = CharField(max_length=120, personal=Field("account", source="registration"))
    postal_address = TextField(null=True, personal=Field("account", source="registration"))
    timezone = CharField(max_length=64, default="UTC")
    country = CharField(max_length=2, default="US")
    currency = CharField(max_length=3, default="USD")
    language = CharField(max_length=16, default="en")
    state = EnumField(WorkspaceState, default=WorkspaceState.ACTIVE)
    state_reason = TextField(null=True)
    closed_at = InstantField(null=True)

    class Meta:
        personal = Field("operational")

    @property
    def is_writable(self) -> bool:
        """Whether anything but leaving may be written."""
        return self.state in (WorkspaceState.ACTIVE, WorkspaceState.PAST_DUE)


class Crossing(GlobalModel):
    """One time the walls came down (`cross_tenant`): why, and when (`created_at`)."""

    reason = TextField()

    class Meta:
        personal = Field("operational")


def current_workspace_id() -> Id:
    """The id of the workspace this work is done in. Raises NoWorkspace."""
    workspace_id = scope.current().workspace_id
    if workspace_id is None:
        raise NoWorkspace
    return workspace_id


def current_workspace() -> Workspace:
    """The workspace this work is done in, read once. Raises NoWorkspace."""
    now = scope.current()
    if now.workspace is None:
        row = Workspace.get_by_id(current_workspace_id())
        scope.variable.set(Scope(now.mode, now.workspace_id, row))
        return row
    return now.workspace  # type: ignore[no-any-return]


def take_turns(act: str) -> None:
    """Until the transaction ends, nobody else of this workspace is in the same act: what is read now stays true.

    SQLite has one writer at a time anyway; PostgreSQL gives the turn on with the commit.
    """
    if is_postgres():
        name = current_workspace_id().bytes + act.encode()
        turn = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big", signed=True)
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (turn,))


@contextmanager
def entered(workspace: Workspace | Id) -> Iterator[None]:
    """Work inside `workspace`."""
    if isinstance(workspace, Workspace):
        inside = Scope(Mode.WITHIN, workspace.id, workspace)
    else:
        inside = Scope(Mode.WITHIN, workspace)
    with _scoped(inside):
        yield


@contextmanager
def outside() -> Iterator[None]:
    """Work in no workspace at all (mail to strangers, the policy's dates)."""
    with _scoped(scope.OUTSIDE):
        yield


@contextmanager
def sweeping() -> Iterator[None]:
    """Let a finder read (workspace, id) pairs across all workspaces, and nothing else."""
    with _scoped(Scope(Mode.SWEEPING)):
        yield


@contextmanager
def cross_tenant(reason: "Reason") -> Iterator[None]:
    """Take the walls down for one of the listed reasons. Each use is written down before it begins."""
    log.event("tenancy.crossed", reason=str(reason))
    # While the tables are being made, the log alone tells.
    if reason is not Reason.MIGRATION:
        Crossing.create(reason=str(reason))
    with _scoped(Scope(Mode.CROSSING)):
        yield


class Reason(StrEnum):
    """Why the walls may come down; the callers are a closed list under test."""

    MIGRATION = "migration"
    OPERATOR = "operator"
    RESTORE = "restore"
    KEYS = "keys"
    PURGE = "purge"


@contextmanager
def writing_for(place: Any) -> Iterator[None]:
    """Write a query whose workspace is told at each call (`omni.core.prepared`); nothing is asked meanwhile."""
    with _scoped(Scope(Mode.WITHIN, place)):
        yield


@contextmanager
def _scoped(inside: Scope) -> Iterator[None]:
    token = scope.variable.set(inside)
    try:
        yield
    finally:
        scope.variable.reset(token)


# -- wall 1 ----------------------------------------------------------------------------------------------------------


def _is_open() -> bool:
    return scope.current().mode in (Mode.SWEEPING, Mode.CROSSING)


def _mine(source: Any) -> Any:
    """The condition that keeps `source` (a model or an alias of it) inside the current workspace."""
    return source.workspace == current_workspace_id()


class _NoOr:
    def orwhere(self, *expressions: Any) -> Any:
        raise statements.WallBreach("orwhere() would open the wall: write the OR inside where()")


class TenantSelect(_NoOr, peewee.ModelSelect):
    """A select whose joined tables are asked for in the current workspace too."""

    def join(
        self, dest: Any, join_type: Any = peewee.JOIN.INNER, on: Any = None, src: Any = None, attr: Any = None
    ) -> Any:
        query = super().join(dest, join_type, on, src, attr)
        model = getattr(dest, "model", dest)
        # A query joined as a table was asked inside the workspace itself.
        is_query = isinstance(dest, peewee.SelectBase)
        if _is_open() or is_query or not (isinstance(model, type) and issubclass(model, TenantModel)):
            return query
        joined = query._from_list[-1]  # type: ignore[attr-defined]
        joined._on = joined._on & _mine(dest)
        return query


class TenantUpdate(_NoOr, peewee.ModelUpdate):
    """An update of one table; `FROM` is refused."""

    def from_(self, *sources: Any) -> Any:
        raise statements.WallBreach("UPDATE … FROM would open the wall")


class TenantDelete(_NoOr, peewee.ModelDelete):
    """A delete from one table."""


def _workspace_of_new_row() -> Id | None:
    return None if scope.current().mode is Mode.CROSSING else current_workspace_id()


class TenantModel(Row):
    """A table of a workspace. Every query on it is inside the current one."""

    workspace = peewee.ForeignKeyField(
        Workspace, default=_workspace_of_new_row, backref="+", index=False, on_delete="CASCADE"
    )

    @classmethod
    def select(cls, *fields: Any) -> Any:
        query = TenantSelect(cls, fields or cls._meta.sorted_fields, is_default=not fields)
        return query if _is_open() else query.where(_mine(cls))

    @classmethod
    def update(cls, __data: Any = None, **columns: Any) -> Any:
        query = TenantUpdate(cls, cls._normalize_data(__data, columns))  # type: ignore[attr-defined]
        return query if _is_open() else query.where(_mine(cls))

    @classmethod
    def set_by_id(cls, key: Any, value: dict[str, Any]) -> int:
        """Set columns of one row to values; how many rows that were. Its text is written once, as an insert's is."""
        if _is_open():
            return super().set_by_id(key, value)  # type: ignore[no-any-return,no-untyped-call]
        fields = cls._meta.fields
        values = [fields[name].db_value(one) for name, one in value.items()]
        mine = [IdField().db_value(current_workspace_id()), fields["id"].db_value(key)]
        changed: int = database.execute_sql(update_text(cls, tuple(value), is_postgres()), values + mine).rowcount
        return changed

    @classmethod
    def delete(cls) -> Any:
        query = TenantDelete(cls)
        return query if _is_open() else query.where(_mine(cls))


# -- wall 4 ----------------------------------------------------------------------------------------------------------


class TenantKey(peewee.ForeignKeyField):
    """A foreign key that takes the workspace along: `(workspace_id, x_id)` points to `(workspace_id, id)`.

    `deferred` keeps Peewee from adding a single-column key of its own beside it; joins still know the relation.
    """

    def __init__(
        self, model: Any, *, on_delete: str | None = None, personal: Field | None = None, **options: Any
    ) -> None:
        options.setdefault("backref", "+")
        super().__init__(model, on_delete=on_delete, _deferred=True, **options)
        self.personal = personal

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        super().bind(model, name, set_attribute)
        target = self.rel_model._meta
        _add_constraint(target, 'UNIQUE ("workspace_id", "id")')
        on_delete = f" ON DELETE {self.on_delete}" if self.on_delete else ""
        _add_constraint(
            model._meta,
            f'FOREIGN KEY ("workspace_id", "{self.column_name}")'
            f' REFERENCES "{target.table_name}" ("workspace_id", "id"){on_delete}',
        )


def _add_constraint(meta: Any, sql: str) -> None:
    known = [constraint.sql for constraint in meta.constraints or []]
    if sql not in known:
        meta.constraints = [*(meta.constraints or []), peewee.SQL(sql)]
