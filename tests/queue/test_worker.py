"""What a worker does when it is told to stop at an awkward moment."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from omni import worker
from omni.config import Config
from omni.core import database, heartbeats, queue, statements
from omni.core.database import transaction
from omni.core.ids import new_id
from omni.core.tenancy import entered
from tests.servers import Valkey
from tests.world import World


@contextmanager
def kept_signals() -> Iterator[None]:
    """RQ takes over the process's signals and does not give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_stop_during_a_heartbeat_is_not_taken_for_a_fault(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """RQ raises StopRequested from its signal handler, an ordinary Exception, wherever the process is."""

    def stopped(_process: str) -> None:
        raise StopRequested

    monkeypatch.setattr(heartbeats, "beat", stopped)
    with pytest.raises(StopRequested):
        worker._beat("mail")


def test_a_heartbeat_that_fails_does_not_end_the_worker(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_process: str) -> None:
        raise OSError

    monkeypatch.setattr(heartbeats, "beat", broken)
    worker._beat("mail")


def test_the_worker_learns_which_statements_its_work_horse_asked(
    session_valkey: tuple[Config, Valkey], valkey: Valkey, house: object, world: World
) -> None:
    with entered(world.juniper), transaction():
        queue.later("contacts.drop_import_file", file_id=new_id())
    statements.verdict_on.cache_clear()
    asked_here = statements.note_news()
    redis = Redis.from_url(session_valkey[0].queue_url)
    database.close()
    with kept_signals():
        worker._Worker(["work"], connection=redis, serializer=JSONSerializer).work(burst=True, logging_level="WARNING")
    assert any('"import_file"' in text for text, _dialect in asked_here)


@pytest.mark.parametrize("state", [WorkerStatus.BUSY, WorkerStatus.IDLE])
def test_a_stop_between_a_job_and_the_wait_for_the_next_is_heard_before_the_wait(
    session_valkey: tuple[Config, Valkey],
    valkey: Valkey,
    house: object,
    monkeypatch: pytest.MonkeyPatch,
    state: WorkerStatus,
) -> None:
    """RQ calls itself busy still and has just looked; or it is idle, and somebody's `except` took the request."""
    waits = []

    class Interrupted(worker._Worker):
        def dequeue_job_and_maintain_ttl(self, *args: Any, **kwargs: Any) -> Any:
            self.set_state(state)
            with suppress(StopRequested):
                os.kill(os.getpid(), signal.SIGTERM)
            return super().dequeue_job_and_maintain_ttl(*args, **kwargs)

    def wait(*_args: Any, **_kwargs: Any) -> None:
        waits.append(True)
        raise StopRequested

    monkeypatch.setattr(Queue, "dequeue_any", wait)
    database.close()
    redis = Redis.from_url(session_valkey[0].queue_url)
    with kept_signals():
        stopped = Interrupted(["work"], connection=redis, serializer=JSONSerializer)
        stopped.work(logging_level="WARNING")
    assert stopped.was_told_to_stop
    assert not waits
