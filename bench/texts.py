"""Texts handed to the carrier by our worker, against the least such a worker would do: two commits and one POST.

Both sides are jobs of the same worker class, each in a fork of its own, posting to the same simulated carrier. The
least one claims a row and commits, posts, writes the answer down and commits; it knows no gate, lease, twin or twice.
"""

import base64
import gc
import http.client
import multiprocessing
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import Goal, Row, judge
from bench.workspaces import studio

ROUNDS, SENT = 7, 40
LEAST = "least"
MARKS = """
CREATE TABLE text (n INTEGER PRIMARY KEY, state TEXT NOT NULL, sid TEXT);
PRAGMA journal_mode = wal;
"""


def measure() -> list[Row]:
    """The row texts."""
    from tests.servers import Valkey
    from tests.twilio_sim.client import running

    with ExitStack() as closing:
        one = studio(1_000)
        sim = closing.enter_context(running(one.config.data_dir))
        # What becomes of a text after the carrier took it is no part of this.
        sim.settings(callback_delay_s=3_600)
        config = _config(one.config.data_dir, sim.url)
        valkey = Valkey(config)
        closing.callback(valkey.kill)
        marks = sqlite3.connect(config.data_dir / "least.db", isolation_level=None)
        marks.executescript(MARKS)
        gc.freeze()
        for name in ("texts", LEAST):
            closing.enter_context(_worker(config, name))
        ours, least = _Ours(config), _Least(config, marks, sim.port)
        ours.send(2), least.send(2)
        rounds = []
        for _ in range(ROUNDS):
            slow, fast = ours.send(SENT), least.send(SENT)
            rounds.append(fast / slow)
    note = f"rate of {SENT} texts against jobs of the same worker class with two commits and one POST"
    return [judge("texts", rounds, Goal.AT_LEAST, 0.5, note)]


def least(path: str, port: int, n: int) -> None:
    """The least job."""
    from tests.twilio_sim.client import ACCOUNT, NUMBER, TOKEN

    marks = sqlite3.connect(path, isolation_level=None)
    marks.execute("PRAGMA synchronous = full")
    marks.execute("UPDATE text SET state = 'sending' WHERE n = ?", (n,))
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    secret = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
    form = urlencode({"To": f"+1312777{n:04}", "From": NUMBER, "Body": "Come by on Friday"})
    client.request("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", form, headers)
    answer = client.getresponse()
    body = answer.read().decode()
    assert answer.status == 201, body
    marks.execute("UPDATE text SET state = 'sent', sid = ? WHERE n = ?", (body, n))


class _Ours:
    """Texts of one studio to people who said yes."""

    def __init__(self, config: Any) -> None:
        from omni.accounts.models import Teammate
        from omni.contacts.models import ContactPoint
        from omni.core.tenancy import Workspace, entered
        from omni.messaging import actions
        from tests.twilio_sim.client import ACCOUNT, NUMBER, TOKEN

        self._path = config.data_dir / "omni.db"
        self._studio = Workspace.get(Workspace.slug == "juniper-yoga")
        with entered(self._studio):
            self._maya = Teammate.select().first()
            actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=self._maya)
            points = ContactPoint.select().where(ContactPoint.kind == "phone").order_by(ContactPoint.id)
            self._people = iter(list(points))
        self._sent = 0

    def send(self, count: int) -> float:
        """Seconds from the bells to the last text being with the carrier."""
        from omni.contacts.kinds import Basis
        from omni.core import database
        from omni.core.tenancy import entered
        from omni.messaging import actions

        self._sent += count
        with entered(self._studio), database.transaction():
            for _ in range(count):
                to = next(self._people)
                key = f"bench-{to.id}"
                actions.send_text(
                    to.contact, "Come by", address=to.norm, by=self._maya, client_key=key, basis=Basis.ASKED
                )
            began = time.perf_counter()
        reading = sqlite3.connect(self._path)
        _wait(reading, "SELECT count(*) FROM message WHERE state = 'handed_over'", self._sent)
        return time.perf_counter() - began


class _Least:
    """The same with the least job."""

    def __init__(self, config: Any, marks: sqlite3.Connection, port: int) -> None:
        from redis import Redis
        from rq import Queue
        from rq.serializers import JSONSerializer

        self._path, self._marks, self._port = str(config.data_dir / "least.db"), marks, port
        self._queue = Queue(LEAST, connection=Redis.from_url(config.queue_url), serializer=JSONSerializer)
        self._sent = 0

    def send(self, count: int) -> float:
        first, self._sent = self._sent, self._sent + count
        self._marks.executemany("INSERT INTO text VALUES (?, 'queued', NULL)", [(n,) for n in range(first, self._sent)])
        began = time.perf_counter()
        for n in range(first, self._sent):
            self._queue.enqueue_call(
                "bench.texts.least", args=(self._path, self._port, n), result_ttl=0, failure_ttl=60, description=LEAST
            )
        _wait(self._marks, "SELECT count(*) FROM text WHERE state = 'sent'", self._sent)
        return time.perf_counter() - began


def _wait(reading: sqlite3.Connection, text: str, count: int) -> None:
    until = time.monotonic() + 120
    while (found := reading.execute(text).fetchone()[0]) < count:
        assert time.monotonic() < until, f"{found} of {count} texts left"
        time.sleep(0.002)


def _config(folder: Path, carrier: str) -> Any:
    from omni.config import Config
    from omni.start import open_house

    environ = {"OMNI_ENV": "test", "OMNI_DATA_DIR": str(folder), "OMNI_TWILIO_API_URL": carrier}
    config = Config.from_environment(environ)
    open_house(config)
    return config


@contextmanager
def _worker(config: Any, name: str) -> Iterator[None]:
    from omni.core import database

    database.close()
    process = multiprocessing.get_context("fork").Process(target=_work, args=(config, name))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(20)


def _work(config: Any, name: str) -> None:
    from omni.core import queue
    from omni.worker import work

    devnull = os.open(os.devnull, os.O_WRONLY)
    # The log's lines are written, as in production, and nobody reads them.
    os.dup2(devnull, 2)
    queue.bind(config.queue_url)
    work(config, name)
