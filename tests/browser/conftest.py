"""A studio served on loopback, and browsers to work in it. SQLite: what is judged here happens in the browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from omni.core import database
from tests import houses
from tests.browse import sign_in
from tests.look.browsers import ARGS, find_chromium
from tests.world import World


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": ARGS}


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def studio(app: Any, world: World, tmp_path: Path) -> Iterator[str]:
    """The address of the served app."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    database.release()


@pytest.fixture
def opened(browser: Any, studio: str) -> Iterator[Callable[..., Any]]:
    """Opens an address as a teammate, in a browser of its own; faults on the page fail the test."""
    contexts, faults = [], []

    def open_as(teammate: Any, path: str, **context: Any) -> Any:
        window = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | context)
        contexts.append(window)
        window.add_cookies([{"name": "omni", "value": sign_in(teammate), "url": studio}])
        page = window.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(studio + path)
        return page

    yield open_as
    for window in contexts:
        window.close()
    assert not faults, faults


__all__ = ["houses"]
