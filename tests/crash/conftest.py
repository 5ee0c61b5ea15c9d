"""A data folder with a migrated house in it, its Valkey, and Omni's own processes to be killed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from omni.config import Config
from tests import houses
from tests.servers import Omni, Valkey, short_folder


@pytest.fixture
def folder(sqlite_template: Path) -> Iterator[Path]:
    with short_folder() as folder:
        houses.copy_sqlite(sqlite_template, folder)
        yield folder


@pytest.fixture
def environ(dialect: str, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Where the processes find their database: fresh and migrated, on each of the two."""
    if dialect == "sqlite":
        yield {}
        return
    server, url = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_database")
    yield {"OMNI_DATABASE_URL": url, "OMNI_DATABASE_ROLES": houses.ROLES}
    server.empty(url)


@pytest.fixture
def told(environ: dict[str, str]) -> dict[str, str]:
    """All that the processes are told; a file of tests adds its own."""
    return environ


@pytest.fixture
def config(folder: Path, told: dict[str, str]) -> Config:
    return houses.settings(folder, **told)


@pytest.fixture
def house(config: Config) -> Iterator[Any]:
    """The same house, open in the test's own process."""
    with houses.opened(config) as rooms:
        yield rooms


@pytest.fixture
def valkey(config: Config) -> Iterator[Valkey]:
    server = Valkey(config)
    yield server
    server.kill()


@pytest.fixture
def omni(config: Config, told: dict[str, str]) -> Iterator[Omni]:
    omni = Omni(config.data_dir, **told)
    yield omni
    omni.stop()
