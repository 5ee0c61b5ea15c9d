"""Killing at a point, and letting time pass and the sweeper ring until a text is over.

Time is made to pass by moving the rows' instants back.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from omni.core import queue
from omni.messaging.models import Message, SendAttempt
from omni.messaging.states import State
from tests.faults import Point, kill, until
from tests.servers import Omni, Valkey

# A text is over when nothing of it is left to do by itself.
OVER = (State.HANDED_OVER, State.DELIVERED, State.NEEDS_PERSON)


def fresh(message: Message) -> Message:
    found: Message = Message.get_by_id(message.id)
    return found


def time_passes(by: timedelta) -> None:
    """As if every lease, pause and look at a list were `by` longer ago. What may still go keeps its time to go."""
    for message in list(Message.select()):
        changes = {}
        for column in ("lease_until", "not_before", "asked_at"):
            at = getattr(message, column)
            if at is not None:
                changes[column] = at - by
        if changes:
            Message.update(changes).where(Message.id == message.id).execute()
    for attempt in list(SendAttempt.select()):
        if attempt.first_absent_at:
            SendAttempt.update(first_absent_at=attempt.first_absent_at - by).where(
                SendAttempt.id == attempt.id
            ).execute()


def until_over(message: Message, valkey: Valkey) -> None:
    """Let the sweeper ring until the text is over."""
    until_swept(lambda: fresh(message).state in OVER, valkey, "the text is not over")


def until_swept(holds: Callable[[], bool], valkey: Valkey, why: str, *queues: str) -> None:
    """Let the sweeper ring again and again, a quarter of an hour apart, until `holds()`."""
    queues = queues or ("texts",)

    def holds_or_sweep() -> bool:
        if holds():
            return True
        if any(valkey.client().llen(f"rq:queue:{name}") for name in queues):
            return False
        time_passes(timedelta(minutes=16))
        valkey.forget_bells()
        queue.sweep(*queues)
        return False

    until(holds_or_sweep, 90, why, pause_s=0.1)


@contextmanager
def killed_at(point: Point, omni: Omni, victim: str, *words: str, goes_on_s: float = 0.0) -> Iterator[None]:
    """Do what makes a process come by the point, and start one; kill it there or shortly behind, or all around it."""
    yield
    worker = omni.start(*words, **point.environ)
    waiting = point.reached()
    if goes_on_s:
        point.release()
        # Not to wait for anything: it dies wherever this finds it.
        time.sleep(goes_on_s)
    if victim == "group":
        end(waiting)
        # A work-horse is in a group of its own.
        end(worker.pid)
    elif victim == "parent":
        end(worker.pid)
        point.release() if not goes_on_s else None
    else:
        end(waiting)
        end(worker.pid)
    worker.wait()


def end(pid: int) -> None:
    """Kill a process that may have come to its end by itself."""
    with suppress(ProcessLookupError):
        kill(pid)
