"""Hits are counted as often as pages were answered, whatever is killed when."""

import http.client
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from omni.config import Config
from omni.core import clock, ids, queue
from omni.core.tenancy import entered
from omni.referrals import actions, jobs, place, spool, visitors
from omni.referrals.actions import LinkFacts
from omni.referrals.clicks import day_key
from omni.referrals.drain import Drained, drain
from omni.referrals.models import Hit, HitDaily, SpoolCursor
from omni.referrals.records import Record, seal
from omni.referrals.spool import Writer
from tests.faults import Point, is_alive, until
from tests.referrals.friend import IPHONE
from tests.servers import Omni, Valkey, free_port, get
from tests.world import World

THREADS = 4


@dataclass
class Studio:
    """A house with one link, its Valkey, and the processes a test starts on it."""

    config: Config
    valkey: Valkey
    omni: Omni
    juniper: Any
    link: Any
    port: int

    def start_web(self) -> int:
        """The web server's process group."""
        web = self.omni.start("web")
        until(lambda: get(f"http://127.0.0.1:{self.port}/healthz") == 200, why="web does not answer")
        return web.pid

    def drain(self) -> Drained:
        """Count what lies in the spool, here and now."""
        return drain(place.spool_folder(), keys=day_key, redis=queue.connection())

    def counted(self) -> tuple[int, int]:
        """Single hits, and their sum by day."""
        with entered(self.juniper):
            return Hit.select().count(), sum(day.n for day in HitDaily.select())

    def write(self, n: int) -> list[bytes]:
        """Lines of `n` hits, as the web process seals them."""
        at = clock.now()
        some = [Record(ids.new_id(), self.juniper.id, self.link.id, at, agent=IPHONE) for _ in range(n)]
        return [seal(record, day_key) for record in some]

    def leave(self, n: int) -> None:
        """A finished segment with `n` hits."""
        writer = Writer(place.spool_folder())
        for line in self.write(n):
            assert writer.append(line)
        writer.close()


@pytest.fixture
def told(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "PORT": str(free_port())}


@pytest.fixture
def studio(house: Any, config: Config, valkey: Valkey, omni: Omni) -> Studio:
    world = World(config)
    with entered(world.juniper):
        link = actions.make_link(LinkFacts("Spring", slug="spring"), picture=None, by=world.maya)
    return Studio(config, valkey, omni, world.juniper, link, config.port)


@dataclass
class Load:
    """Clients that ask for the page as fast as they can, and count what was wholly answered."""

    port: int
    answered: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._ask) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> int:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        return self.answered

    def _ask(self) -> None:
        method = "GET"
        while not self._stop.is_set():
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                while not self._stop.is_set():
                    client.request(method, "/r/spring", headers={"User-Agent": IPHONE, "Accept": "text/html"})
                    answer = client.getresponse()
                    body = answer.read()
                    if answer.status == 200 and (method == "HEAD" or body.endswith(b"</html>")):
                        with self._lock:
                            self.answered += 1
                    method = "HEAD" if method == "GET" else "GET"
            except (OSError, http.client.HTTPException):
                self._stop.wait(0.01)
            finally:
                client.close()


def test_killing_web_under_load_loses_no_hit(studio: Studio) -> None:
    group = studio.start_web()
    load = Load(studio.port)
    load.start()
    until(lambda: load.answered > 300)
    os.killpg(group, signal.SIGKILL)
    until(lambda: not is_alive(group))
    answered = load.stop()
    studio.drain()
    counted, by_day = studio.counted()
    # What was asked and noted, but killed before it was answered, is at most one for each client.
    assert answered <= counted <= answered + THREADS
    assert by_day == counted
    assert studio.drain() == Drained() and studio.counted() == (counted, by_day)
    assert not list(place.spool_folder().glob("*.hits"))


def test_killing_valkey_under_load_loses_no_hit(studio: Studio) -> None:
    studio.start_web()
    load = Load(studio.port)
    load.start()
    until(lambda: load.answered > 100)
    studio.valkey.kill()
    before = load.answered
    until(lambda: load.answered > before + 100, why="pages wait for Valkey")
    answered = load.stop()
    studio.omni.stop()
    studio.valkey.start()
    studio.drain()
    assert studio.counted() == (answered, answered)


@pytest.mark.parametrize("name", ["referrals.before_commit", "referrals.counted", "referrals.before_unlink"])
def test_killing_the_worker_counts_each_hit_once(studio: Studio, tmp_path: Path, name: str) -> None:
    studio.leave(300)
    point = Point(name, tmp_path)
    worker = studio.omni.start("worker", "work", **point.environ)
    jobs.ring_drain()
    point.kill()
    os.killpg(worker.pid, signal.SIGKILL)
    until(lambda: not is_alive(worker.pid))
    assert len(list(place.spool_folder().glob("*.hits"))) == 1
    studio.drain()
    assert studio.counted() == (300, 300)
    assert not list(place.spool_folder().glob("*.hits")) and SpoolCursor.select().count() == 0


def test_the_worker_counts_when_the_scheduler_rings(studio: Studio) -> None:
    studio.leave(5)
    studio.omni.start("worker", "work")
    studio.omni.start("scheduler")
    until(lambda: studio.counted() == (5, 5), timeout_s=60)


def test_a_torn_tail_costs_itself_alone(studio: Studio) -> None:
    lines = studio.write(5)
    segment = place.spool_folder() / "00000000000000000001-1.hits"
    place.spool_folder().mkdir(parents=True, exist_ok=True)
    segment.write_bytes(b"".join(lines[:2]) + b"not a sealed line\n" + b"".join(lines[2:4]) + lines[4][:100])
    assert studio.drain() == Drained(hits=4, damaged=2)
    assert studio.counted() == (4, 4) and not segment.exists()


def test_two_drainers_count_once(studio: Studio) -> None:
    for _ in range(3):
        studio.leave(200)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: studio.drain(), range(4)))
    studio.drain()
    assert studio.counted() == (600, 600) and sum(one.hits for one in done) <= 600


def test_a_segment_still_being_written_is_counted_and_kept(studio: Studio) -> None:
    writer = Writer(place.spool_folder())
    first, second = studio.write(2)
    writer.append(first)
    assert studio.drain().hits == 1 and len(list(place.spool_folder().glob("*.hits"))) == 1
    writer.append(second)
    assert studio.drain().hits == 1
    writer.close()
    assert studio.drain() == Drained() and studio.counted() == (2, 2)
    assert spool.waiting_since(place.spool_folder()) is None


def test_an_old_salt_is_not_on_disk(studio: Studio) -> None:
    redis = queue.connection()
    old = (clock.now() - timedelta(days=3)).date().isoformat()
    secret = os.urandom(32).hex().encode()
    redis.set(f"omni:referrals:salt:{old}", secret)
    visitors.Salts(lambda: queue.connection()).refresh()
    redis.config_set("appendfsync", "always")

    def on_disk() -> bool:
        files = [path for path in studio.config.redis_socket.parent.rglob("*") if path.is_file()]
        return any(secret in path.read_bytes() for path in files)

    until(on_disk, why="the salt never reached the disk, so this proves nothing")
    jobs.forget_salts(ids.new_id())
    until(lambda: not on_disk(), why="the old salt is still on the disk")
    assert len(list(redis.scan_iter(match="omni:referrals:salt:*"))) == 3
