"""The row is the job, Redis is the bell."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from omni.core import queue
from omni.core.database import transaction
from omni.core.ids import Id, encode, new_id
from omni.core.tenancy import NoWorkspace, current_workspace_id, entered
from tests.servers import Valkey
from tests.world import World


class Rows:
    """Rows that wait, as a room's finder would read them."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Id, Id]] = []
        self.done: list[tuple[Id, Any]] = []


@pytest.fixture
def rows() -> Iterator[Rows]:
    """A job of the tests' own, taken away again."""
    rows = Rows()

    @queue.job("tests.greet", queue="work", finder=lambda: list(rows.waiting), timeout_s=30)
    def greet(row_id: Id) -> None:
        rows.done.append((current_workspace_id(), row_id))
        rows.waiting = [pair for pair in rows.waiting if pair[1] != row_id]

    yield rows
    del queue.JOBS["tests.greet"]


def bells(valkey: Valkey, name: str = "work") -> list[str]:
    """The ids of the jobs that lie in the queue."""
    return list(valkey.client().lrange(f"rq:queue:{name}", 0, -1))


def test_a_bell_rings_after_the_outermost_commit(valkey: Valkey, rows: Rows, world: World) -> None:
    with entered(world.juniper):
        with transaction():
            with transaction():
                queue.later("tests.greet", row_id=new_id())
            assert bells(valkey) == []
        assert len(bells(valkey)) == 1


def test_a_rolled_back_row_rings_no_bell(valkey: Valkey, rows: Rows, world: World) -> None:
    with entered(world.juniper), pytest.raises(RuntimeError), transaction():
        queue.later("tests.greet", row_id=new_id())
        raise RuntimeError
    assert bells(valkey) == []


def test_a_bell_carries_a_name_and_ids_as_json_and_is_soon_forgotten(valkey: Valkey, rows: Rows, world: World) -> None:
    row_id = new_id()
    with entered(world.juniper):
        queue.later("tests.greet", row_id=row_id)
    (job_id,) = bells(valkey)
    told = valkey.client().hmget(f"rq:job:{job_id}", "description", "result_ttl", "failure_ttl", "timeout")
    assert told == ["tests.greet", "0", "60", "30"]
    function, _, args, _ = json.loads(zlib.decompress(queue.connection().hget(f"rq:job:{job_id}", "data")))
    assert function == "omni.core.queue.perform"
    assert args == ["tests.greet", encode(world.juniper.id), {"row_id": encode(row_id)}]


def test_each_bell_has_an_id_of_its_own(valkey: Valkey, rows: Rows, world: World) -> None:
    row_id = new_id()
    with entered(world.juniper):
        queue.later("tests.greet", row_id=row_id)
        queue.later("tests.greet", row_id=row_id)
    assert len(set(bells(valkey))) == 2


def test_redis_away_loses_a_bell_and_nothing_else(house: object, rows: Rows, world: World) -> None:
    queue.bind("unix:///nowhere/redis.sock")
    with entered(world.juniper):
        queue.later("tests.greet", row_id=new_id())
    assert not queue.is_reachable()
    assert queue.sweep() == 0


def test_the_sweeper_rings_for_what_no_bell_rang_for(valkey: Valkey, rows: Rows, world: World) -> None:
    rows.waiting = [(world.juniper.id, new_id()), (world.iron.id, new_id())]
    assert queue.sweep("work") == 2
    assert len(bells(valkey)) == 2


def test_the_sweeper_leaves_a_row_alone_that_was_rung_for_a_moment_ago(
    valkey: Valkey, rows: Rows, world: World
) -> None:
    row_id = new_id()
    rows.waiting = [(world.juniper.id, row_id)]
    with entered(world.juniper):
        queue.later("tests.greet", row_id=row_id)
    assert queue.sweep("work") == 0
    valkey.client().delete(f"omni:rung:tests.greet:{encode(row_id)}")
    assert queue.sweep("work") == 1
    assert queue.sweep("work") == 0


def test_a_broken_finder_does_not_stop_the_others(valkey: Valkey, rows: Rows, world: World) -> None:
    def broken() -> list[Any]:
        raise ZeroDivisionError

    queue.JOBS["tests.broken"] = queue.Job("tests.broken", "work", print, broken, 30, "row_id", False, {"row_id": True})
    rows.waiting = [(world.juniper.id, new_id())]
    try:
        assert queue.sweep("work") == 1
    finally:
        del queue.JOBS["tests.broken"]


def test_a_job_runs_in_the_workspace_of_its_bell(house: object, rows: Rows, world: World) -> None:
    row_id = new_id()
    queue.perform("tests.greet", encode(world.iron.id), {"row_id": encode(row_id)})
    assert rows.done == [(world.iron.id, row_id)]


def test_a_job_without_a_workspace_is_not_done(house: object, rows: Rows) -> None:
    queue.perform("tests.greet", None, {"row_id": encode(new_id())})
    assert rows.done == []


def test_a_bell_outside_a_workspace_is_refused(house: object, rows: Rows) -> None:
    with pytest.raises(NoWorkspace):
        queue.later("tests.greet", row_id=new_id())


def test_a_job_that_breaks_ends_without_a_word_about_a_person(
    house: object, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    @queue.job("tests.breaks", queue="work", finder=list, timeout_s=30)
    def breaks(row_id: str) -> None:
        raise ValueError("Ana Lopez, +1 415 555 0134")

    try:
        queue.perform("tests.breaks", encode(world.juniper.id), {"row_id": encode(new_id())})
    finally:
        del queue.JOBS["tests.breaks"]
    assert "Ana" not in caplog.text
    assert [record.msg for record in caplog.records] == ["job_failed"]


def test_working_off_does_all_that_is_due_in_this_process(house: object, rows: Rows, world: World) -> None:
    rows.waiting = [(world.juniper.id, new_id()) for _ in range(3)]
    assert queue.work_off("work") == 3
    assert rows.waiting == []


def test_no_finder_no_job() -> None:
    with pytest.raises(TypeError, match="finder"):
        queue.job("tests.lost", queue="work", finder=None, timeout_s=30)  # type: ignore[arg-type]


def test_an_unknown_queue_is_refused() -> None:
    with pytest.raises(TypeError, match="queue"):
        queue.job("tests.lost", queue="urgent", finder=list, timeout_s=30)


def test_an_unknown_job_or_a_wrong_id_is_refused(house: object, rows: Rows, world: World) -> None:
    with entered(world.juniper):
        with pytest.raises(queue.UnknownJob):
            queue.later("tests.nobody", row_id=new_id())
        with pytest.raises(TypeError):
            queue.later("tests.greet", person_id=new_id())
        with pytest.raises(ValueError, match="not an id"):
            queue.later("tests.greet", row_id="ana@example.com")


def test_a_parameter_gets_the_kind_of_id_it_asks_for(house: object, world: World) -> None:
    got: list[object] = []

    @queue.job("tests.kinds", queue="work", finder=list, timeout_s=30)
    def kinds(row_id: Id, other_id: str) -> None:
        got.extend([row_id, other_id])

    one, two = new_id(), new_id()
    try:
        queue.perform("tests.kinds", encode(world.juniper.id), {"row_id": encode(one), "other_id": encode(two)})
    finally:
        del queue.JOBS["tests.kinds"]
    assert got == [one, encode(two)]


def test_health_tells_what_is_up(valkey: Valkey) -> None:
    from omni.core import heartbeats

    assert queue.health()["is_well"] is False
    for process in queue.PROCESSES:
        heartbeats.beat(process)
        heartbeats.beat(process)
    health = queue.health()
    assert health["redis"] is True
    assert health["is_well"] is True
    heartbeats.silence()
    assert queue.health()["processes"]["scheduler"] is None
