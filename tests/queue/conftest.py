"""A house whose bells are heard by a real Valkey."""

from collections.abc import Iterator

import pytest

from omni.config import Config
from omni.core import limits, queue
from tests import houses
from tests.servers import Valkey, short_folder


@pytest.fixture(scope="session")
def session_valkey() -> Iterator[tuple[Config, Valkey]]:
    with short_folder() as folder:
        config = houses.settings(folder)
        server = Valkey(config)
        yield config, server
        server.kill()


@pytest.fixture
def valkey(session_valkey: tuple[Config, Valkey], house: object) -> Iterator[Valkey]:
    """The house rings at this server, which is empty."""
    config, server = session_valkey
    queue.bind(config.queue_url)
    limits.forget()
    server.client().flushall()
    yield server
    limits.forget()
