"""The row is the job, Redis is the bell.

A room's `jobs.py` declares `@job(name, …, finder=…)`; its actions ring with `later(name, …)` inside the transaction
that wrote the row. A bell may be lost with Redis: the sweeper asks every finder again, so that costs at most 75 s
(60 s until a row counts as not rung, 15 s between sweeps). Names and ids cross the queue, nothing else.
"""

import inspect
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from peewee import PeeweeException
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from omni.core import database, heartbeats, log
from omni.core.ids import Id, decode, encode
from omni.core.points import point
from omni.core.tenancy import current_workspace_id, entered, outside, sweeping

# One worker process serves one queue: on two, RQ pops without an intermediate list and a crash loses the job.
QUEUES = ("texts", "hooks", "mail", "sync", "work")
PROCESSES = (*(f"worker_{name}" for name in QUEUES), "scheduler")
SWEEP_EVERY_S = 15
RUNG_FOR_S = 60
MOST_ROWS_A_SWEEP = 500
# A failed job's place in Redis is kept this long; RQ's default is a year.
FAILURE_TTL_S = 60

Finder = Callable[[], Iterable[Any]]


class UnknownJob(Exception):
    """No room declared a job of this name."""


@dataclass(frozen=True)
class Job:
    """What `@job` declared. `key` names the keyword that the finder's row ids are passed as."""

    name: str
    queue: str
    function: Callable[..., Any]
    finder: Finder
    timeout_s: int
    key: str
    is_global: bool
    takes_ids: Mapping[str, bool]


JOBS: dict[str, Job] = {}
_url = ""
_connection: Redis | None = None
_queues: dict[str, Queue] = {}
_owner = 0


def bind(url: str) -> None:
    """Ring at this address from here on. Nothing is opened before the first bell."""
    global _url, _connection
    _url = url
    _connection = None
    _queues.clear()


def job(
    name: str, *, queue: str, finder: Finder, timeout_s: int, key: str = "", is_global: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare that `function` does the job `name`, and which query finds its work again.

    A parameter annotated `Id` receives one, any other receives the 26 characters. `is_global`: the job runs in no
    workspace, and its finder yields row ids alone.
    Raises: TypeError for an unknown queue, no finder, or a key that is none of the parameters.
    """
    if queue not in QUEUES or not callable(finder):
        raise TypeError(f"job {name} needs a queue of {QUEUES} and a finder")

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        parameters = inspect.signature(function, eval_str=True).parameters
        row_key = key or next(iter(parameters), "")
        if row_key not in parameters:
            raise TypeError(f"job {name} has no parameter {row_key!r}")
        takes_ids = {each.name: each.annotation is UUID for each in parameters.values()}
        JOBS[name] = Job(name, queue, function, finder, timeout_s, row_key, is_global, takes_ids)
        return function

    return declare


def later(name: str, **row_ids: Id | str) -> None:
    """Ring for the job after the outermost commit. That Redis is away is noted and otherwise ignored.

    Raises: UnknownJob; TypeError when the ids are not those the job takes.
    """
    wanted = _named(name)
    if row_ids.keys() != wanted.takes_ids.keys():
        raise TypeError(f"job {name} takes {sorted(wanted.takes_ids)}")
    workspace_id = None if wanted.is_global else current_workspace_id()
    spelt = {each: _spelt(value) for each, value in row_ids.items()}
    database.after_commit(lambda: _ring_or_note(wanted, workspace_id, spelt))


def perform(name: str, workspace: str | None, row_ids: dict[str, str]) -> None:
    """Do one job in a worker: inside its workspace, its fault noted. What stays to be done, the row tells the finder.

    A time-out is an ordinary exception in RQ, so it ends here too.
    """
    try:
        _do(_named(name), decode(workspace) if workspace else None, row_ids)
    except Exception as fault:
        log.fault("job_failed", fault, job=name, workspace=workspace, row=next(iter(row_ids.values()), None))
    finally:
        database.close()


def sweep(*queues: str) -> int:
    """Ask the finders of these queues (all by default) and ring for each row not rung for a minute: how many."""
    rung = 0
    for wanted in _of(queues):
        try:
            for workspace_id, row_id in _found(wanted):
                if connection().set(_rung(wanted, encode(row_id)), 1, nx=True, ex=RUNG_FOR_S):
                    point("sweep.noted")
                    _ring(wanted, workspace_id, {wanted.key: encode(row_id)})
                    rung += 1
        except (RedisError, OSError) as fault:
            log.warn("sweep_without_redis", error=type(fault).__name__)
            return rung
        except Exception as fault:
            log.fault("finder_failed", fault, job=wanted.name)
    if rung:
        log.event("swept", count=rung)
    return rung


def work_off(*queues: str) -> int:
    """Do here and now whatever the finders of these queues (all by default) find, until they find no more: how many.

    For a house without workers (demo data, tests). A job's exception is raised; a row that stays due after its job
    is left alone.
    """
    done: Counter[tuple[str, UUID]] = Counter()
    while due := _due(queues, done):
        for wanted, (workspace_id, row_id) in due:
            done[wanted.name, row_id] += 1
            _do(wanted, workspace_id, {wanted.key: encode(row_id)})
    return done.total()


def connection() -> Redis:
    """This process's client, made at its first use; a forked child makes its own."""
    global _connection, _owner
    if _connection is None or _owner != os.getpid():
        retry = Retry(NoBackoff(), 1)
        _connection = Redis.from_url(_url, socket_connect_timeout=0.5, socket_timeout=1.0, retry=retry)
        _owner = os.getpid()
        _queues.clear()
    return _connection


def is_reachable() -> bool:
    """Whether Redis answers."""
    try:
        return bool(connection().ping())
    except (RedisError, OSError):
        return False


def health() -> dict[str, Any]:
    """`{"redis": bool, "processes": {name: seconds or None}, "is_well": bool}`, for /readyz, /status and `doctor`."""
    redis, processes = is_reachable(), _ages()
    beating = all(age is not None and age <= heartbeats.STALE_AFTER_S for age in processes.values())
    return {"redis": redis, "processes": processes, "is_well": redis and beating}


def _ages() -> dict[str, float | None]:
    try:
        return heartbeats.ages(PROCESSES)
    except PeeweeException:
        return dict.fromkeys(PROCESSES)


def _named(name: str) -> Job:
    try:
        return JOBS[name]
    except KeyError:
        raise UnknownJob(name) from None


def _of(queues: tuple[str, ...]) -> list[Job]:
    return [each for each in JOBS.values() if not queues or each.queue in queues]


def _due(queues: tuple[str, ...], done: Counter[tuple[str, UUID]]) -> list[tuple[Job, tuple[Id | None, Id]]]:
    """What is found and was not tried often already (a job may leave its row due for a next step)."""
    return [(each, pair) for each in _of(queues) for pair in _found(each) if done[each.name, pair[1]] < 3]


def _spelt(value: Id | str) -> str:
    return encode(value) if isinstance(value, UUID) else encode(decode(value))


def _found(wanted: Job) -> Iterator[tuple[Id | None, Id]]:
    """The finder's rows, as (workspace, row) pairs; the workspace is None for a global job."""
    with sweeping():
        rows = list(islice(wanted.finder(), MOST_ROWS_A_SWEEP))
    for row in rows:
        values = row if isinstance(row, tuple) else (row,)
        yield (None, values[-1]) if wanted.is_global else (values[0], values[1])


def _do(wanted: Job, workspace_id: Id | None, row_ids: Mapping[str, str]) -> None:
    values = {each: decode(text) if wanted.takes_ids[each] else text for each, text in row_ids.items()}
    if not wanted.is_global and workspace_id is None:
        raise TypeError(f"job {wanted.name} came without a workspace")
    with entered(workspace_id) if workspace_id and not wanted.is_global else outside():
        wanted.function(**values)


def _ring_or_note(wanted: Job, workspace_id: Id | None, row_ids: Mapping[str, str]) -> None:
    try:
        # Together or not at all: a row that counts as rung and is not would wait for a minute.
        with connection().pipeline() as both:
            _ring(wanted, workspace_id, row_ids, both)
            both.set(_rung(wanted, row_ids[wanted.key]), 1, ex=RUNG_FOR_S)
            both.execute()
    except (RedisError, OSError) as fault:
        log.warn("bell_lost", job=wanted.name, error=type(fault).__name__)


def _rung(wanted: Job, row: str) -> str:
    return f"omni:rung:{wanted.name}:{row}"


def _ring(wanted: Job, workspace_id: Id | None, row_ids: Mapping[str, str], pipeline: Any = None) -> None:
    redis = connection()
    if wanted.queue not in _queues:
        _queues[wanted.queue] = Queue(wanted.queue, connection=redis, serializer=JSONSerializer)
    # Each bell has an id of its own: a dead job that still counts as started must not hold the next one back.
    _queues[wanted.queue].enqueue_call(
        "omni.core.queue.perform",
        args=(wanted.name, encode(workspace_id) if workspace_id else None, dict(row_ids)),
        timeout=wanted.timeout_s,
        pipeline=pipeline,
        result_ttl=0,
        failure_ttl=FAILURE_TTL_S,
        description=wanted.name,
        job_id=f"{wanted.name.replace('.', '-')}-{row_ids[wanted.key]}-{secrets.token_hex(4)}",
    )
