"""The one database, behind which SQLite and PostgreSQL look alike.

Every statement passes `omni.core.statements` (wall 2) on its way. A connection is kept for each thread; it is closed
before any fork.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import peewee
from playhouse.pool import PooledPostgresqlDatabase
from psycopg import sql

from omni.core import scope, statements

# synchronous=full: a commit forgotten in a power cut may send a text twice. secure_delete: erased means erased.
# trusted_schema stays on: without it triggers may not call current_ws() (measured on SQLite 3.40.1).
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": 5000,
    # 32 MB instead of 4: a page that many commits change is copied into the database once.
    "wal_autocheckpoint": 8000,
    "secure_delete": 1,
    "cache_size": -64_000,
    "mmap_size": 268_435_456,
}

# As SQLite spells kibibytes.
THRIFTY_KIB = -8_000

database = peewee.DatabaseProxy()

# Called at the begin of each transaction, inside it: what the whole of the work at hand hangs on.
at_first: ContextVar[Callable[[], None] | None] = ContextVar("at_first", default=None)


class _Guarded:
    """Shows each statement to the guard before the driver sees it."""

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        statements.check(sql, params, dialect=self.dialect)  # type: ignore[attr-defined]
        self.follow_scope(sql)  # type: ignore[attr-defined]
        return super().execute_sql(sql, params)  # type: ignore[misc]

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute a write once for each of `rows`, all of which the guard has seen before the first is written."""
        statements.check_each(sql, rows, dialect=self.dialect)  # type: ignore[attr-defined]
        self.follow_scope(sql)  # type: ignore[attr-defined]
        peewee.logger.debug((sql, f"{len(rows)} rows"))  # type: ignore[attr-defined]
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
            self.cursor().executemany(sql, rows)  # type: ignore[attr-defined]


class Sqlite(_Guarded, peewee.SqliteDatabase):
    """SQLite in write-ahead mode, with the functions that the walls' triggers ask."""

    dialect = "sqlite"
    _state: Any
    _pragmas: Any

    def __init__(self, path: str) -> None:
        super().__init__(path, pragmas=PRAGMAS, field_types={"UUID": "BLOB"})
        self.register_function(_current_ws, "current_ws", 0)
        self.register_function(_current_cross, "current_cross", 0)

    def follow_scope(self, statement: str) -> None:
        """Let a sweeping connection read only; the triggers ask for the rest by themselves."""
        wanted = scope.current().mode is scope.Mode.SWEEPING
        if wanted != getattr(self._state, "query_only", False) and not self.in_transaction():
            self.cursor().execute(f"PRAGMA query_only = {int(wanted)}")  # type: ignore[no-untyped-call]
            self._state.query_only = wanted

    def begin(self, lock_type: Any = None) -> None:
        # BEGIN goes past execute_sql; after a sweep it would find the connection still read-only.
        self.follow_scope("BEGIN")
        super().begin(lock_type)

    def set_cache(self, size: int) -> None:
        """Let this thread's connection and the next ones hold so many pages, or kibibytes where negative."""
        self._pragmas = list({**dict(self._pragmas), "cache_size": size}.items())
        self.cursor().execute(f"PRAGMA cache_size = {int(size)}")  # type: ignore[no-untyped-call]

    def _initialize_connection(self, conn: Any) -> None:
        self._state.query_only = False
        super()._initialize_connection(conn)  # type: ignore[misc]


class Postgres(_Guarded, PooledPostgresqlDatabase):  # type: ignore[misc]
    """PostgreSQL, whose row security reads three settings that follow the scope."""

    dialect = "postgres"

    def __init__(self, url: str, role: str | None) -> None:
        super().__init__(url, max_connections=32, stale_timeout=600, timeout=10)
        self._role = role

    def _connect(self) -> Any:
        conn = super()._connect()
        if not hasattr(conn, "omni_settings"):
            if self._role:
                conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(self._role)))
            conn.execute("SET lock_timeout = '5s'")
            conn.omni_settings = None
        return conn

    def become(self, role: str | None) -> None:
        """Serve as another role from here on (migrations run as the owner)."""
        self._role = role
        if not self.is_closed():
            self.manual_close()
        self.close_idle()

    def follow_scope(self, statement: str) -> None:
        """Keep the connection's settings equal to the scope; a rollback takes them back, so it drops the memory."""
        conn = self.connection()
        if statement.lstrip()[:8].upper() == "ROLLBACK":
            conn.omni_settings = None
            return
        now = scope.current()
        wanted = (
            str(now.workspace_id or ""),
            "on" if now.mode is scope.Mode.CROSSING else "",
            "on" if now.mode is scope.Mode.SWEEPING else "off",
        )
        if conn.omni_settings != wanted:
            self.cursor().execute(
                "SELECT set_config('omni.workspace', %s, false), set_config('omni.cross', %s, false),"
                " set_config('omni.sweep', %s, false), set_config('default_transaction_read_only', %s, false)",
                (*wanted, wanted[2]),
            )
            conn.omni_settings = wanted

    def begin(self, isolation_level: Any = None) -> None:
        # BEGIN goes past execute_sql; after a sweep it would open one more read-only transaction.
        self.follow_scope("BEGIN")
        # BEGIN IMMEDIATE is SQLite's; here it would be read as an isolation level.
        super().begin(None if isolation_level == "IMMEDIATE" else isolation_level)

    def rollback(self) -> None:
        self.connection().omni_settings = None
        super().rollback()


def connect_to(url: str, role: str | None = None) -> None:
    """Bind the database that `url` names: `sqlite:////path/omni.db` or `postgresql://…`, served as `role`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = parts.path if url.startswith("sqlite:////") else parts.path.lstrip("/")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        database.initialize(Sqlite(path))
    else:
        database.initialize(Postgres(url, role))


def is_full(fault: BaseException | None) -> bool:
    """Whether the database refused since it has no room left: SQLITE_FULL, or 53100 of PostgreSQL.

    SQLite may end the transaction by itself, so that the fault seen is that there is none to roll back.
    """
    while fault is not None:
        code, state = getattr(fault, "sqlite_errorcode", None), getattr(fault, "sqlstate", None)
        if code == sqlite3.SQLITE_FULL or state == "53100":
            return True
        fault = fault.__context__
    return False


def is_postgres() -> bool:
    """Whether the bound database is PostgreSQL."""
    return isinstance(database.obj, Postgres)


def in_transaction() -> bool:
    """Whether this thread has a transaction open."""
    return bool(database.in_transaction())


@contextmanager
def transaction() -> Iterator[None]:
    """All of it, or none of it. Inside another one it is a savepoint."""
    first = None if database.in_transaction() else at_first.get()
    with database.atomic("IMMEDIATE"):
        if first:
            first()
        yield


@contextmanager
def snapshot() -> Iterator[None]:
    """Read as of one instant, whatever is written meanwhile; nothing is locked."""
    with database.atomic("REPEATABLE READ" if is_postgres() else "DEFERRED"):
        yield


@contextmanager
def thrifty() -> Iterator[None]:
    """Keep few pages of SQLite's database at hand, as work does that reads each of many rows about once."""
    if is_postgres():
        yield
        return
    database.obj.set_cache(THRIFTY_KIB)
    try:
        yield
    finally:
        database.obj.set_cache(PRAGMAS["cache_size"])


def stream(query: Any) -> Iterator[Any]:
    """The rows of a select as they come, inside a transaction: PostgreSQL keeps them until they are fetched."""
    if not is_postgres():
        yield from query.clone().iterator()
        return
    text, values = query.sql()
    statements.check(text, values, dialect=database.obj.dialect)
    database.obj.follow_scope(text)
    with database.obj.connection().cursor(name="streamed") as cursor:
        cursor.itersize = 1_000
        cursor.execute(text, values)
        reader = query.clone()._get_cursor_wrapper(cursor)
        reader.initialize()
        yield from map(reader.process_row, cursor)


def after_commit(act: Callable[[], Any]) -> None:
    """Run `act` after the outermost commit; at once where no transaction is open; never after a rollback."""
    database.after_commit(act)


def close() -> None:
    """Close this thread's connection and those that lie in the pool (before a fork, at the end of a job)."""
    if not database.is_closed():
        database.close()
    if is_postgres():
        # Not close_all(): that would cut the connections other threads are working on.
        database.obj.close_idle()


def release() -> None:
    """End a request: roll back what was left open, and give a pooled connection back."""
    if database.is_closed():
        return
    while database.in_transaction():
        database.pop_transaction().rollback(False)
    if is_postgres():
        database.close()


def _current_ws() -> bytes | None:
    # Asked once for each row that is written, so the bytes are kept with the scope.
    return scope.variable.get().workspace_bytes


def _current_cross() -> int:
    return int(scope.current().mode is scope.Mode.CROSSING)
