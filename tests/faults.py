"""Crash points: stop a real process at a named place of the code (`omni.core.points`), and kill it there."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def until(holds: Callable[[], object], timeout_s: float = 60, why: str = "", pause_s: float = 0.02) -> None:
    """Return as soon as `holds()` is true, asked every `pause_s`; fail when it is not within the time."""
    end = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout_s} s: {why or holds}")
        time.sleep(pause_s)


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Kill one process, with no chance to clean up."""
    os.kill(pid, number)


def is_alive(pid: int) -> bool:
    """Whether the process runs (one that waits to be buried does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Point:
    """One place at which the first process that comes by waits."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    @property
    def environ(self) -> dict[str, str]:
        """What the process to be killed needs in its environment."""
        return {"OMNI_POINT": f"{self.name}@{self._folder}"}

    def reached(self) -> int:
        """The pid of the process that waits there now."""
        until(self._told.exists, why=f"nobody reached {self.name}")
        until(lambda: self._told.read_text().isdigit())
        return int(self._told.read_text())

    def kill(self) -> int:
        """Kill the process that waits there; its pid."""
        pid = self.reached()
        kill(pid)
        until(lambda: not is_alive(pid))
        return pid

    def release(self) -> None:
        """Let the process that waits there go on."""
        self._told.unlink()

    @property
    def _told(self) -> Path:
        return self._folder / self.name
