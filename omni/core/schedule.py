"""Our own time-keeper: `@tick` names what is to be done every so often, the scheduler process does it.

A tick is claimed by compare-and-set on its row, so that two schedulers do no harm; a tick that was missed runs once;
one whose scheduler died at it runs again when its lease ends. The machine's clock counts here, never the frozen one.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

from omni.core import log, queue
from omni.core.database import transaction
from omni.core.models_processes import ScheduleTick
from omni.core.points import point
from omni.core.tenancy import outside

# A tick rings bells and does little itself; one that takes longer is stopped and told.
LIMIT_S = 30


@dataclass(frozen=True)
class Tick:
    """What `@tick` declared."""

    name: str
    every_s: int
    function: Callable[[], object]


TICKS: dict[str, Tick] = {}


class TookTooLong(Exception):
    """A tick ran over its limit."""


def tick(name: str, *, every_s: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Declare that `function` runs every `every_s` seconds, at whole multiples of it since 1970 (so daily is midnight).

    It runs in no workspace, in the scheduler's process.
    """

    def declare(function: Callable[[], object]) -> Callable[[], object]:
        TICKS[name] = Tick(name, every_s, function)
        return function

    return declare


@tick("core.sweep", every_s=queue.SWEEP_EVERY_S)
def sweep() -> None:
    """Every row that waits and was not rung for a minute is rung for."""
    queue.sweep()


def set_up() -> None:
    """Every tick has its row; a new one is due at its next multiple, or at once when it comes more than hourly."""
    now = datetime.now(UTC)
    with transaction():
        for each in TICKS.values():
            due_at = now if each.every_s <= 3600 else _next(each, now)
            ScheduleTick.insert(name=each.name, due_at=due_at).on_conflict_ignore().execute()


def run_due() -> int:
    """Run each tick that is due and that no other scheduler holds, each guarded: how many."""
    now = datetime.now(UTC)
    due = {row.name for row in ScheduleTick.select(ScheduleTick.name).where(_is_due(now))}
    return sum(_run(each) for each in TICKS.values() if each.name in due)


def _run(each: Tick) -> bool:
    if not _claim(each):
        return False
    point(f"tick.{each.name}")
    try:
        with _limited(each), outside():
            each.function()
    except Exception as fault:
        log.fault("tick_failed", fault, tick=each.name)
    finally:
        _done(each)
    return True


def _is_due(now: datetime) -> object:
    free = ScheduleTick.lease_until.is_null() | (ScheduleTick.lease_until < now)
    return (ScheduleTick.due_at <= now) & free


def _claim(each: Tick) -> bool:
    now = datetime.now(UTC)
    with transaction():
        taken = (
            ScheduleTick.update(lease_until=now + timedelta(seconds=LIMIT_S + 15))
            .where((ScheduleTick.name == each.name) & _is_due(now))
            .execute()
        )
    return bool(taken)


def _done(each: Tick) -> None:
    now = datetime.now(UTC)
    with transaction():
        ScheduleTick.update(due_at=_next(each, now), ran_at=now, lease_until=None).where(
            ScheduleTick.name == each.name
        ).execute()


def _next(each: Tick, now: datetime) -> datetime:
    return datetime.fromtimestamp((int(now.timestamp()) // each.every_s + 1) * each.every_s, UTC)


@contextmanager
def _limited(each: Tick) -> Iterator[None]:
    """Stop what takes over the limit, by the alarm signal of the scheduler's only thread."""

    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLong(each.name)

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
