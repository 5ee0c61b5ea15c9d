"""A data folder with a migrated house in it, its Valkey, a mail server, and Omni's own processes to be killed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from omni.config import Config
from tests import houses
from tests.faults import Point
from tests.servers import MailServer, Omni, Valkey, short_folder


@pytest.fixture
def folder(sqlite_template: Path) -> Iterator[Path]:
    with short_folder() as folder:
        houses.copy_sqlite(sqlite_template, folder)
        yield folder


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def config(folder: Path, server: MailServer) -> Config:
    return houses.settings(folder, OMNI_SMTP_URL=server.url)


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
def omni(config: Config, server: MailServer) -> Iterator[Omni]:
    omni = Omni(config.data_dir, OMNI_SMTP_URL=server.url)
    yield omni
    omni.stop()


@pytest.fixture
def claimed(folder: Path) -> Point:
    """The mail is claimed, nothing was said to the server yet."""
    return Point("mail.claimed", folder)


@pytest.fixture
def handed_over(folder: Path) -> Point:
    """The server has the mail, the row does not know it yet."""
    return Point("mail.handed_over", folder)
