"""The named world and the houses it stands in. Both databases run everything that asks for `config`."""

import gc
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from omni.checks import find_chromium
from omni.config import Config
from omni.core import limits
from omni.web import hosts
from tests import houses
from tests.world import World

os.environ["OMNI_ENV"] = "test"
DIALECTS = ("sqlite", "postgres")
# What takes longest, begun first where processes share the files; tests that wait stand between those that work.
LONG = ("tests/browser/test_every", "tests/crash/", "tests/browser/", "tests/front_door/", "tests/look/")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "own_database: changes the schema, so its database is thrown away after it")
    if room := houses.memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", room)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and leave the browser's tests out where there is none; the build fails instead."""
    items.sort(key=lambda item: next((n for n, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))
    if os.environ.get("CI") == "true" or find_chromium():
        return
    for item in items:
        if "browser_type_launch_args" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason="NO BROWSER: Chromium is neither here nor installable"))


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end: every module and test."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many tests ran on each database."""
    ran = [report.nodeid for name in ("passed", "failed") for report in terminalreporter.stats.get(name, [])]
    on = {dialect: sum(bool(re.search(rf"[\[-]{dialect}\b", name)) for name in ran) for dialect in DIALECTS}
    terminalreporter.write_line(
        f"{on['sqlite']} tests ran on SQLite, {on['postgres']} on PostgreSQL as a role that row security binds, "
        f"{len(ran) - sum(on.values())} need no database of their own."
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[houses.Postgres]:
    server = houses.Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    houses.migrate(houses.settings(folder))
    return folder


@pytest.fixture(scope="session")
def postgres_database(postgres: houses.Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = postgres.create()
    houses.migrate(houses.postgres_settings(tmp_path_factory.mktemp("postgres"), url))
    return url


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def config(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Config]:
    """Settings with a fresh, migrated database behind them."""
    if dialect == "sqlite":
        houses.copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path / "data")
        yield houses.settings(tmp_path / "data")
        return
    server, shared = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_database")
    if request.node.get_closest_marker("own_database"):
        url = server.create()
        houses.migrate(houses.postgres_settings(tmp_path / "data", url))
        yield houses.postgres_settings(tmp_path / "data", url)
        server.drop(url)
        return
    yield houses.postgres_settings(tmp_path / "data", shared)
    server.empty(shared)


@pytest.fixture
def house(config: Config) -> Iterator[Any]:
    """The house, open."""
    with houses.opened(config) as rooms:
        yield rooms


@pytest.fixture
def world(house: Any, config: Config) -> World:
    """Maya and Theo at Juniper Yoga, Iris at Iron Gym, and the people they look after."""
    return World(config)


@pytest.fixture
def app(house: Any, config: Config) -> Any:
    """The Flask application of the open house: made once a process, since that takes half a second."""
    served = houses.application(config, house)
    served.config["OMNI"] = config
    served.config["OMNI_HOSTS"] = hosts.names_of(config)
    served.extensions["referral_pages"].drop()
    served.extensions.pop("referral_counter", None)
    limits.forget()
    return served


@pytest.fixture
def browse(app: Any) -> Any:
    """The page client, signed out; `browse.as_(theo)` signs in."""
    from tests.browse import Browse

    return Browse(app)
