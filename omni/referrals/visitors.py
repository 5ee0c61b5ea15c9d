"""Who may be the same visitor as a moment ago: a key made with the day's salt, which lies in Redis and in memory only.

When the salt is thrown away after the day, nobody can tell any more whose key it was. The address ends here.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from hashlib import sha256
from hmac import digest
from typing import Protocol

from redis.exceptions import RedisError

from omni.core import clock
from omni.core.ids import Id
from omni.referrals.records import KEY_BYTES

SALT_BYTES = 32
KEPT_S = 72 * 3600
REFRESH_EVERY_S = 30.0
# Only the first hit of a process waits, for the thread that asks Redis; without an answer it is counted without a key.
FIRST_WAIT_S = 0.1
_NAME = "omni:referrals:salt:"


class Redis(Protocol):
    """What we ask of the client."""

    def set(self, name: str, value: bytes, *, nx: bool, ex: int) -> object: ...
    def get(self, name: str) -> object: ...
    def delete(self, *names: str) -> object: ...
    def scan_iter(self, match: str) -> Iterable[object]: ...


def visitor_key(salt: bytes, *, workspace_id: Id, link_id: Id, address: str, agent: str) -> bytes:
    """16 bytes that are the same for the same visitor of the same link on the same day."""
    told = b"|".join((workspace_id.bytes, link_id.bytes, address.encode(), agent.encode(errors="replace")))
    return digest(salt, told, sha256)[:KEY_BYTES]


class Salts:
    """The salts of the days that are today somewhere, as this process knows them."""

    def __init__(self, connect: Callable[[], Redis]) -> None:
        self._connect = connect
        self._salts: dict[date, bytes] = {}
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def of(self, day: date) -> bytes | None:
        """The day's salt from memory, or None while Redis has not answered yet."""
        if self._thread is None:
            self._start()
            self._asked.wait(FIRST_WAIT_S)
        return self._salts.get(day)

    def refresh(self) -> None:
        """Ask Redis for the salts of today, yesterday and tomorrow, making what is missing."""
        today = clock.now().date()
        days = [today + timedelta(days=number) for number in (-1, 0, 1)]
        try:
            redis = self._connect()
            known = {day: salt for day in days if (salt := _ask(redis, day))}
        except (RedisError, OSError):
            # What is in memory stays good until its day is over.
            known = {day: salt for day, salt in self._salts.items() if day in days}
        self._salts = known
        self._asked.set()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_fresh, name="salts", daemon=True)
                self._thread.start()

    def _keep_fresh(self) -> None:
        while True:
            self.refresh()
            time.sleep(REFRESH_EVERY_S)


def forget_old_salts(redis: Redis) -> int:
    """Delete the salts of days that are over everywhere; how many there were."""
    oldest = clock.now().date() - timedelta(days=1)
    names = [name.decode() if isinstance(name, bytes) else str(name) for name in redis.scan_iter(match=f"{_NAME}*")]
    old = [name for name in names if name.removeprefix(_NAME) < oldest.isoformat()]
    if old:
        redis.delete(*old)
    return len(old)


def _ask(redis: Redis, day: date) -> bytes | None:
    name = f"{_NAME}{day.isoformat()}"
    redis.set(name, os.urandom(SALT_BYTES), nx=True, ex=KEPT_S)
    salt = redis.get(name)
    return salt if isinstance(salt, bytes) else None
