"""The spool: files to which the web processes append hits, and from which the drain takes them.

A file is a *segment*. Each process writes its own and holds a lock on it while it does, so whoever can take the lock
knows that the segment is finished, however its writer ended.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MOST_SEGMENT_BYTES = 1_000_000
MOST_SEGMENT_AGE_S = 10.0
SYNC_EVERY_S = 1.0
_ENDING = ".hits"
_DROPPED = "dropped"


class Writer:
    """One process's end of the spool, made after the fork; its thread starts with the first hit."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file: int | None = None
        self._opened_at = 0.0
        self._bytes = 0
        self._is_unsynced = False
        self._thread: threading.Thread | None = None

    def append(self, line: bytes) -> bool:
        """Write one whole line in one call. False (and counted, see `dropped_of`) where the disk takes no more."""
        with self._lock:
            try:
                written = os.write(self._segment(len(line)), line)
            except OSError:
                written = -1
            if written == len(line):
                self._bytes += written
                self._is_unsynced = True
                return True
            # Half a line must be a segment's last, or it would spoil the next hit too.
            self._close()
            _count_dropped(self._folder)
            return False

    def sync(self) -> None:
        """Bring what was written to the disk, and finish a segment that is old enough."""
        with self._lock:
            if self._file is None:
                return
            file, is_unsynced, self._is_unsynced = os.dup(self._file), self._is_unsynced, False
            if time.monotonic() - self._opened_at > MOST_SEGMENT_AGE_S:
                self._close()
        try:
            if is_unsynced:
                os.fdatasync(file) if hasattr(os, "fdatasync") else os.fsync(file)
        finally:
            os.close(file)

    def close(self) -> None:
        """Finish the segment, so that the drain may take all of it."""
        with self._lock:
            self._close()

    def _segment(self, more: int) -> int:
        is_full = self._bytes + more > MOST_SEGMENT_BYTES
        if self._file is not None and (is_full or time.monotonic() - self._opened_at > MOST_SEGMENT_AGE_S):
            self._close()
        if self._file is None:
            self._file = self._open()
        return self._file

    def _open(self) -> int:
        _make(self._folder)
        name = f"{time.time_ns():020d}-{os.getpid()}"
        file = os.open(self._folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        # Locked before it has a name the drain looks for: an unlocked segment counts as finished, and is taken away.
        fcntl.flock(file, fcntl.LOCK_EX)
        (self._folder / name).rename(self._folder / f"{name}{_ENDING}")
        self._opened_at, self._bytes = time.monotonic(), 0
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_syncing, name="spool-sync", daemon=True)
            self._thread.start()
        return file

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def _keep_syncing(self) -> None:
        while True:
            time.sleep(SYNC_EVERY_S)
            self.sync()


@dataclass
class Segment:
    """One file of the spool, opened for reading. `is_finished` when its writer is gone or has gone on."""

    path: Path
    is_finished: bool
    size: int
    _file: int

    @property
    def name(self) -> str:
        return self.path.name

    def lines(self, offset: int) -> tuple[list[bytes], int, bool]:
        """Whole lines from `offset`, the offset behind them, and whether a torn tail lies there."""
        raw = os.pread(self._file, self.size - offset, offset) if self.size > offset else b""
        end = raw.rfind(b"\n") + 1
        is_torn = self.is_finished and end < len(raw)
        return raw[:end].split(b"\n")[:-1], offset + end, is_torn

    def remove(self) -> None:
        """Take the file away; its writer is done, which the lock we hold says."""
        self.path.unlink(missing_ok=True)


@contextmanager
def segments(folder: Path) -> Iterator[list[Segment]]:
    """All segments, oldest first, held open while they are worked on."""
    found = [segment for path in sorted(folder.glob(f"*{_ENDING}")) if (segment := _hold(path))]
    try:
        yield found
    finally:
        for segment in found:
            os.close(segment._file)


@contextmanager
def sole_drain(folder: Path) -> Iterator[bool]:
    """True for the one drain at a time that may take hits out of the folder."""
    _make(folder)
    file = os.open(folder / "drain.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(file)


def dropped_of(folder: Path) -> int:
    """How many hits the disk did not take since this folder was made."""
    try:
        return int.from_bytes((folder / _DROPPED).read_bytes(), "big")
    except OSError:
        return 0


def waiting_since(folder: Path) -> float | None:
    """When (seconds of the epoch) the oldest segment was begun, or None for an empty spool."""
    names = sorted(path.name for path in folder.glob(f"*{_ENDING}"))
    return int(names[0].split("-")[0]) / 1e9 if names else None


def _hold(path: Path) -> Segment | None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_finished = True
    except BlockingIOError:
        is_finished = False
    # Read after the lock: what a finished writer wrote last is within this size.
    return Segment(path, is_finished, os.fstat(file).st_size, file)


def _make(folder: Path) -> None:
    """The folder, and in it the eight bytes that count dropped hits: on a full disk they can be changed, not made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / _DROPPED).exists():
        (folder / _DROPPED).write_bytes(bytes(8))


def _count_dropped(folder: Path) -> None:
    try:
        with (folder / _DROPPED).open("r+b") as counter:
            fcntl.flock(counter, fcntl.LOCK_EX)
            n = int.from_bytes(counter.read(8), "big") + 1
            counter.seek(0)
            counter.write(n.to_bytes(8, "big"))
    except OSError:
        # Nothing can be kept on this disk, not even that.
        return
