"""A worker: one process, one queue. It sweeps at its start, forks a work-horse for each job, and says that it lives.

A work-horse ends with its job, and with it what it had to work out. So the worker imports beforehand what its jobs
import late, and each horse tells which statements it was the first to ask: the guard's verdict on one takes 2 to 10 ms,
and a text has 22 of them (measured).
"""

import importlib
import json
import logging
import os
import secrets
import signal
import socket
import time
from contextlib import suppress
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from omni.config import Config
from omni.core import database, heartbeats, log, queue, statements

# RQ waits 15 s less than this for a bell before it says again that it is well.
WORKER_TTL_S = heartbeats.EVERY_S + 15
# Twilio's client imports its 100 modules at the first message: half a second of each text (measured).
LATE = {"texts": ("twilio.rest.api",)}
PIPE_HOLDS = 65_536


def work(config: Config, name: str) -> int:
    """Serve the queue `name` until told to stop. The house is open; Redis may come and go."""
    log.name_process(f"worker_{name}")
    # RQ would set a level of its own; what it says below a warning is told by our own lines.
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    for module in LATE.get(name, ()):
        importlib.import_module(module)
    while True:
        worker = None
        try:
            _beat(name)
            worker = _Worker(
                [name],
                name=f"{name}-{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}",
                connection=Redis.from_url(config.queue_url, socket_connect_timeout=2),
                serializer=JSONSerializer,
                worker_ttl=WORKER_TTL_S,
                job_monitoring_interval=heartbeats.EVERY_S,
                log_job_description=False,
            )
            queue.sweep(name)
            database.close()
            worker.work(logging_level="WARNING")
        except StopRequested:
            return 0
        except (RedisError, OSError) as fault:
            log.warn("worker_without_redis", queue=name, error=type(fault).__name__)
        # Asked after a fault too: when Redis ends together with us, RQ's farewell to it hides that we shall stop.
        if worker and worker.was_told_to_stop:
            return 0
        # Until the next worker installs its own, a signal simply ends this process.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        time.sleep(1)


class _Worker(Worker):
    """RQ's forking worker, which also writes our heartbeat."""

    _beaten_at = 0.0

    @property
    def was_told_to_stop(self) -> bool:
        return self._shutdown_requested_date is not None

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        # Each wait for a bell begins here. A request to stop may have come since RQ last looked for one, or have been
        # raised in the middle of something that takes any exception for its own: it would wait for the next bell.
        if self.was_told_to_stop and self.get_state() == WorkerStatus.IDLE:
            raise StopRequested
        if time.monotonic() - self._beaten_at >= heartbeats.EVERY_S - 1:
            self._beaten_at = time.monotonic()
            _beat(self.queues[0].name)
        super().heartbeat(timeout, pipeline)

    def subscribe(self) -> None:
        """Nothing: we send RQ's workers no commands, and a thread must not live in a process that forks."""

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        log.name_process(f"horse_{self.queues[0].name}")
        self._news = statements.note_news()

    def execute_job(self, job: Any, queue: Any) -> None:
        """Let a work-horse do the job, and know its statements for the next one."""
        heard, self._told = os.pipe()
        # Neither may wait for the other: what does not fit into the pipe is told by a later horse.
        os.set_blocking(heard, False)
        os.set_blocking(self._told, False)
        try:
            super().execute_job(job, queue)
            with suppress(BlockingIOError):
                whole, _end, _cut_off = os.read(heard, PIPE_HOLDS).rpartition(b"\n")
                for line in whole.splitlines():
                    statements.verdict_on(*json.loads(line))
        finally:
            os.close(heard)
            os.close(self._told)

    def perform_job(self, job: Any, queue: Any, execution: Any) -> bool:
        is_done = super().perform_job(job, queue, execution)
        with suppress(BlockingIOError):
            for text in self._news:
                os.write(self._told, f"{json.dumps(text)}\n".encode())
        return is_done


def _beat(name: str) -> None:
    """Say that this worker is well, and leave no connection open for a horse to inherit."""
    try:
        heartbeats.beat(f"worker_{name}")
    except StopRequested:
        # RQ's signal handler raises it wherever the process happens to be, here too.
        raise
    except Exception as fault:
        log.fault("heartbeat_failed", fault, queue=name)
    finally:
        database.close()
