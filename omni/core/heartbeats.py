"""Which processes are up: each says so every few seconds in a row of `heartbeat`.

These instants are the machine's, never the frozen clock's: a process lives whatever day is played.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from peewee import OperationalError

from omni.core.database import transaction
from omni.core.models_processes import Heartbeat

EVERY_S = 10
# Over this age a process counts as down, and /readyz says so.
STALE_AFTER_S = 90


def beat(process: str) -> None:
    """Note that `process` is well.

    Tried again at once: while the last connection to an SQLite file closes, a new one is told "locked" without the
    usual wait (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
    """
    for is_last in (False, False, True):
        try:
            _note(process)
        except OperationalError:
            if is_last:
                raise
            time.sleep(0.1)
        else:
            return


def _note(process: str) -> None:
    at = datetime.now(UTC)
    with transaction():
        Heartbeat.insert(process=process, at=at).on_conflict(
            conflict_target=[Heartbeat.process], update={Heartbeat.at: at}
        ).execute()


def silence() -> None:
    """Forget every beat: of a start that begins now, nothing is up yet."""
    with transaction():
        Heartbeat.delete().execute()


def ages(processes: Iterable[str]) -> dict[str, float | None]:
    """Seconds since the last beat of each; None for one that never gave any."""
    now = datetime.now(UTC)
    beats = {row.process: (now - row.at).total_seconds() for row in Heartbeat.select()}
    return {process: beats.get(process) for process in processes}
