"""Moving the schema forward: numbered files under `migrations/`, run in our process, one runner at a time.

They run as the owner with the walls open (a backfill would otherwise be stopped, or on PostgreSQL change 0 rows in
silence); every run ends by raising all walls anew, since SQLite drops triggers when it rebuilds a table.
"""

import fcntl
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from omni.core import walls
from omni.core.database import Postgres, Sqlite, database, is_postgres
from omni.core.tenancy import Reason, cross_tenant

FOLDER = Path(__file__).parents[2] / "migrations"
INDEX = re.compile(r"drop index \w+\.(\w+)")
# Any number that no other lock of ours uses.
POSTGRES_LOCK = 0x6F6D6E69


def up(data_dir: Path, roles: tuple[str, ...] = (), target: str | None = None) -> list[str]:
    """Apply what is pending (up to `target`) and raise the walls; the names of what was applied come back."""
    with _alone(data_dir, roles):
        applied = list(_runner().up(target))
        finish(roles)
    return applied


def down(data_dir: Path, roles: tuple[str, ...] = (), target: str | None = None) -> list[str]:
    """Take the newest migration back (or all back through `target`); the names come back."""
    with _alone(data_dir, roles):
        reverted = list(_runner().down(target))
        finish(roles)
    return reverted


def status() -> list[tuple[str, bool]]:
    """Each migration and whether it is applied."""
    with cross_tenant(Reason.MIGRATION):
        return [(row.name, row.applied is not None) for row in _runner().status()]


def pending() -> list[str]:
    """What `up` would apply."""
    return [name for name, is_applied in status() if not is_applied]


def drift(models: Sequence[type[peewee.Model]], by_hand: Iterable[str] = ()) -> list[str]:
    """How the tables differ from the models and from the SQL written `by_hand`, as lines; none when they agree."""
    with cross_tenant(Reason.MIGRATION):
        difference = diff_models(database.obj, list(models))
    lines = str(difference).splitlines() if difference else []
    # PostgreSQL lists the constraint behind each composite key as an index that no model names.
    lines = [line for line in lines if not line.endswith("(workspace_id, id) unique")]
    # Of two indexes on the same columns, one of them by hand, the difference may name the model's own.
    own = [str(index._name) for model in models for index in model._meta.fields_to_index()]
    known = " ".join([*by_hand, *own])
    return [line for line in lines if not (found := INDEX.match(line)) or found[1] not in known]


def finish(roles: tuple[str, ...] = ()) -> None:
    """What every migration ends with: all walls anew, and on PostgreSQL what each role may do."""
    walls.raise_walls(database.obj)
    if roles and is_postgres():
        _grant(roles)


def statements_for(models: Iterable[type[peewee.Model]], dialect: str) -> list[str]:
    """The DDL that makes the tables of `models`, in their order, for a migration to keep as text."""
    texts = []
    bare = Sqlite(":memory:") if dialect == "sqlite" else Postgres("postgresql://", None)
    for model in models:
        schema = model._schema  # type: ignore[attr-defined]
        schema.database = bare
        contexts = [schema._create_table(safe=False), *schema._create_indexes(safe=False)]
        texts += [context.query()[0] for context in contexts]
        schema._database = None
    return texts


def _runner() -> Runner:
    return Runner(database.obj, str(FOLDER))


@contextmanager
def _alone(data_dir: Path, roles: tuple[str, ...]) -> Iterator[None]:
    """Hold the lock and the owner's role, with the walls open."""
    with cross_tenant(Reason.MIGRATION):
        if not is_postgres():
            with (data_dir / "migrate.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
            return
        if roles:
            _make_roles(roles)
            database.obj.become(roles[0])
        try:
            database.execute_sql("SELECT pg_advisory_lock(%s)", (POSTGRES_LOCK,))
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (POSTGRES_LOCK,))
            if roles:
                database.obj.become(roles[1])


def _make_roles(roles: tuple[str, ...]) -> None:
    """Make the roles that are missing, where this login may. Raises RolesMissing with the lines to run by hand."""
    database.obj.become(None)
    login = str(database.execute_sql("SELECT current_user").fetchone()[0])
    known = {name for (name,) in database.execute_sql("SELECT rolname FROM pg_roles").fetchall()}
    for role in roles:
        if role not in known:
            try:
                database.execute_sql(f'CREATE ROLE "{role}" NOLOGIN NOBYPASSRLS')
                database.execute_sql(f'GRANT "{role}" TO CURRENT_USER')
            except peewee.ProgrammingError as fault:
                raise RolesMissing(roles, login) from fault
    database.execute_sql(f'GRANT CREATE, USAGE ON SCHEMA public TO "{roles[0]}"')
    database.execute_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")


class RolesMissing(Exception):
    """The login may not make the roles: a person with more rights runs the lines in the message."""

    def __init__(self, roles: tuple[str, ...], login: str) -> None:
        lines = [f'CREATE ROLE "{role}" NOLOGIN NOBYPASSRLS; GRANT "{role}" TO "{login}";' for role in roles]
        super().__init__("This login may not make its roles. Run as a superuser: " + " ".join(lines))


def _grant(roles: tuple[str, ...]) -> None:
    _, serving, reading = roles
    for text in (
        f'GRANT USAGE ON SCHEMA public TO "{serving}", "{reading}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{serving}"',
        f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{serving}"',
        f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{reading}"',
    ):
        database.execute_sql(text)
    for table in walls.tenant_tables(database.obj):
        database.execute_sql(f'DROP POLICY IF EXISTS reader ON "{table}"')
        database.execute_sql(f'CREATE POLICY reader ON "{table}" FOR SELECT TO "{reading}" USING (true)')
