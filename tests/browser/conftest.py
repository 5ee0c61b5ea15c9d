"""A studio served on loopback, and browsers to work in it. SQLite: what is judged here happens in the browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from omni.checks import find_chromium
from omni.config import Config
from omni.core import database, limits, queue
from omni.referrals import place
from omni.referrals.clicks import day_key
from omni.referrals.drain import drain
from tests.browse import sign_in
from tests.look.browsers import ARGS
from tests.look.watching import Watch
from tests.servers import Valkey, free_port
from tests.world import World


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": ARGS}


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def config(config: Config) -> Config:
    """The practice phone calls our public address, so that is where the app has to be."""
    return at_a_free_port(config)


def at_a_free_port(config: Config) -> Config:
    port = free_port()
    return replace(config, port=port, public_url=f"http://127.0.0.1:{port}")


@contextmanager
def served(app: Any, config: Config) -> Iterator[str]:
    """The app answers at its public address inside the block."""
    limits.forget()
    server = make_server("127.0.0.1", config.port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield config.public_url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        database.release()


@pytest.fixture
def studio(app: Any, config: Config) -> Iterator[str]:
    """The address of the served app."""
    with served(app, config) as address:
        yield address


@pytest.fixture
def opened(browser: Any, studio: str, world: World) -> Iterator[Callable[..., Any]]:
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


@pytest.fixture
def settle(app: Any, config: Config, house: Any) -> Iterator[Callable[[], None]]:
    """Does what the workers would do until nothing is left: texts, the practice phone's calls, letters, rows, hits."""
    valkey = Valkey(config)

    def now() -> None:
        queue.work_off("texts", "hooks", "mail", "work")
        if pen := app.extensions.get("referral_counter"):
            pen[1].close()
        drain(place.spool_folder(), keys=day_key, redis=queue.connection())

    yield now
    valkey.kill()


@pytest.fixture
def window(browser: Any, studio: str) -> Iterator[Callable[..., Any]]:
    """Opens a browser in which nobody is signed in; complaints and requests to other hosts fail the test."""
    contexts, watches = [], []

    def open_window(**context: Any) -> Any:
        made = browser.new_context(**context)
        contexts.append(made)
        watches.append(Watch(made, studio))
        return made.new_page()

    yield open_window
    for made in contexts:
        made.close()
    assert [fault for watch in watches for fault in watch.faults] == []
