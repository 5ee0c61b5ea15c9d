"""`run`: everything imported once, then forked: Valkey, web, one worker a queue, the scheduler; watched until Ctrl-C.

Before the forks this process opens no thread, connection or client. A child that ends is started again, each time a
little later; one that keeps ending makes the whole house give up, loudly.
"""

import contextlib
import gc
import http.client
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from urllib.parse import urlsplit

from omni import children, folder_lock, scheduler, server, valkey, worker
from omni.config import Config, ConfigError, is_loopback, lan_address
from omni.core import database, heartbeats, log, migrations, queue
from omni.factory import create_app
from omni.start import open_house

# A child that lived this long has recovered; before, each end counts as one more in a row.
RECOVERED_AFTER_S = 60
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 15.0
MOST_ENDS_IN_A_ROW = 8
# How long open requests and jobs may take at the end, before they are cut off.
GRACE_S = 10
SLOW_START_S = 90

Prepare = Callable[[], Sequence[str]]


def run(config: Config, prepare: Prepare | None = None) -> int:
    """Run the whole house until Ctrl-C, and leave nothing behind. 0 when it was stopped, 1 when it gave up.

    `prepare` works in the migrated house before anything serves; the lines it returns are printed with the address.
    Raises: ConfigError.
    """
    listening = server.listen(config)
    lock = folder_lock.hold(config)
    valkey.make_folders(config)
    house = open_house(config)
    app = create_app(config, house)
    children.become_parent()
    house_of_children = _House(config)

    parts = [_Child("web", lambda: server.serve(app, listening))]
    parts += [_Child(f"worker_{name}", _deaf(listening, _worker(config, name))) for name in queue.QUEUES]
    parts += [_Child("scheduler", _deaf(listening, scheduler.keep_time))]
    gc.collect()
    gc.freeze()
    try:
        if config.redis_url is None:
            os.set_inheritable(lock, True)
            house_of_children.start(_Child("valkey", lambda: valkey.serve(config), stops_last=True))
            if not valkey.wait_until_up(config):
                raise ConfigError(f"Valkey did not start; it says why in {config.data_dir / 'redis' / 'valkey.log'}.")
        notes = house_of_children.prepare(prepare)
        if notes is None:
            return 1
        for part in parts:
            house_of_children.start(part, closing=lock)
        return house_of_children.watch(notes)
    finally:
        house_of_children.stop()


def _worker(config: Config, name: str) -> Callable[[], int]:
    return lambda: worker.work(config, name)


def _deaf(listening: socket.socket, run: Callable[[], int | None]) -> Callable[[], int | None]:
    """`run` without the listening socket, so that a job which outlives everything else does not hold the port."""

    def run_deaf() -> int | None:
        listening.close()
        return run()

    return run_deaf


@dataclass
class _Child:
    name: str
    run: Callable[[], int | None]
    stops_last: bool = False
    closing: int | None = None
    pid: int = 0
    started_at: float = 0.0
    ends_in_a_row: int = 0
    # When to start it again; 0 while it runs.
    due_at: float = 0.0


class _House:
    """The children of one start."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._children: list[_Child] = []
        self._is_stopping = False
        self._woken, self._waking = os.pipe()
        os.set_blocking(self._waking, False)
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def start(self, child: _Child, *, closing: int | None = None) -> None:
        """Fork the child; `closing` is a descriptor that it must not keep."""
        if child not in self._children:
            self._children.append(child)
            child.closing = closing
        child.started_at, child.due_at = time.monotonic(), 0.0
        child.pid = children.fork(lambda: self._become(child))

    def prepare(self, prepare: Prepare | None) -> list[str] | None:
        """Migrate in a child of its own, so that no connection is open here at the next fork; None when it failed."""
        reading, writing = os.pipe()
        pid = children.fork(lambda: _migrate(self._config, prepare, writing))
        os.close(writing)
        with os.fdopen(reading) as told:
            notes = told.read().splitlines()
        try:
            return notes if os.waitpid(pid, 0)[1] == 0 else None
        except ChildProcessError:
            return None

    def watch(self, notes: Sequence[str]) -> int:
        """Keep the children running until told to stop (0) or until one of them cannot be kept (1)."""
        is_ready, began = False, time.monotonic()
        while not self._is_stopping:
            self._wait(0.5 if is_ready else 0.05)
            if not self._reap():
                return 1
            for child in self._children:
                if child.due_at and time.monotonic() >= child.due_at:
                    self.start(child)
            if not is_ready:
                states = _states(self._config)
                is_ready = states == ""
                if is_ready:
                    _announce(self._config, notes)
                elif time.monotonic() - began > SLOW_START_S:
                    began = time.monotonic()
                    _say(f"Omni is still not ready: {states}")
        return 0

    def stop(self) -> None:
        """End every child: kindly, then firmly, then with their work-horses; Valkey last."""
        for last in (False, True):
            pids = [child.pid for child in self._children if child.pid and child.stops_last is last]
            self._end(pids)
        while left := children.living():
            for pid in left:
                children.send(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)

    def _become(self, child: _Child) -> int | None:
        for descriptor in (child.closing, self._woken, self._waking):
            if descriptor is not None:
                os.close(descriptor)
        log.name_process(child.name)
        return child.run()

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True

    def _wait(self, seconds: float) -> None:
        if select.select([self._woken], [], [], seconds)[0]:
            os.read(self._woken, 512)

    def _reap(self) -> bool:
        """Note which children ended, and when to start each again. False when one ended too often."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return True
            # A pid of none of ours is a work-horse whose worker was killed.
            for child in self._children:
                if child.pid == pid and not self._note_end(child, status):
                    return False

    def _note_end(self, child: _Child, status: int) -> bool:
        now = time.monotonic()
        lived_s = now - child.started_at
        child.pid = 0
        child.ends_in_a_row = 1 if lived_s > RECOVERED_AFTER_S else child.ends_in_a_row + 1
        code = os.waitstatus_to_exitcode(status)
        log.warn("child_ended", name=child.name, exit_code=code, count=child.ends_in_a_row)
        if child.ends_in_a_row > MOST_ENDS_IN_A_ROW:
            _say(f"Omni gives up: its {child.name} ended {child.ends_in_a_row} times in a row. The log above says why.")
            return False
        child.due_at = now + min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (child.ends_in_a_row - 1))
        return True

    def _end(self, pids: list[int]) -> None:
        for number, grace_s in ((signal.SIGTERM, GRACE_S), (signal.SIGTERM, 3), (signal.SIGKILL, 3)):
            for pid in pids:
                children.send(pid, number)
            end = time.monotonic() + grace_s
            while pids and time.monotonic() < end:
                pids[:] = [pid for pid in pids if not self._is_gone(pid)]
                if pids:
                    self._wait(0.1)

    @staticmethod
    def _is_gone(pid: int) -> bool:
        try:
            return os.waitpid(pid, os.WNOHANG)[0] == pid
        except ChildProcessError:
            return True


def _migrate(config: Config, prepare: Prepare | None, writing: int) -> int:
    try:
        migrations.up(config.data_dir, config.database_roles)
        heartbeats.silence()
        notes = prepare() if prepare else ()
    except migrations.RolesMissing as missing:
        _say(str(missing))
        return 2
    finally:
        database.close()
    os.write(writing, "\n".join(notes).encode())
    return 0


def _states(config: Config) -> str:
    """What /readyz still waits for; empty when it answers 200."""
    host = "127.0.0.1" if config.host in ("0.0.0.0", "::") else config.host  # noqa: S104
    asked = http.client.HTTPConnection(host, config.port, timeout=5)
    try:
        asked.request("GET", "/readyz", headers={"Host": urlsplit(config.public_url).netloc})
        answer = asked.getresponse()
        lines = answer.read(4096).decode(errors="replace").splitlines()
    except (OSError, http.client.HTTPException) as fault:
        return type(fault).__name__
    finally:
        asked.close()
    return "" if answer.status == 200 else ", ".join(line for line in lines if not line.endswith(" ok")) or "503"


def _announce(config: Config, notes: Sequence[str]) -> None:
    shown = "127.0.0.1" if config.host in ("0.0.0.0", "::") else config.host  # noqa: S104
    print(f"Omni is ready: {config.public_url if config.is_production else f'http://{shown}:{config.port}'}")
    if config.is_on_local_network and (address := lan_address() if not is_loopback(config.host) else None):
        url = f"http://{address}:{config.port}"
        print(f"On a phone in the same network: {url}")
        if sys.stdout.isatty():
            import segno

            segno.make(url).terminal(compact=True)
    for note in notes:
        print(note)
    print("Ctrl-C stops it.", flush=True)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
