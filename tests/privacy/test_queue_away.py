"""Redis is away: an import waits and says so, everything else goes on, and what waited is done once it is back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from omni.boards.models import Card, Stage
from omni.contacts import queries
from omni.contacts.kinds import ImportState
from omni.contacts.models import ImportJob
from omni.core import clock, limits, queue
from omni.core.ids import encode
from omni.core.tenancy import entered
from omni.tasks.models import Task, TaskStatus
from tests import houses
from tests.servers import Valkey, short_folder
from tests.world import World

FILE = b"Record ID,First Name,Last Name,Email,Lead Status\n1,Kim,Stone,kim@example.com,NEW\n"


@pytest.fixture
def valkey(house: object) -> Iterator[Valkey]:
    """The house rings at a server that was there and is gone."""
    with short_folder() as folder:
        config = houses.settings(folder)
        server = Valkey(config)
        queue.bind(config.queue_url)
        limits.forget()
        assert queue.is_reachable()
        server.kill()
        yield server
        server.kill()
        limits.forget()


@pytest.fixture
def later() -> Iterator[None]:
    yield
    clock.freeze(None)


def test_an_import_waits_for_the_queue_and_nothing_else_does(
    valkey: Valkey, browse: Any, world: World, later: None
) -> None:
    with entered(world.juniper):
        at, hers = f"/contacts/{encode(world.lead.id)}", browse.as_(world.maya)
        job = sent(hers)
        assert not queue.is_reachable()
        waits(hers, job)
        boards_lists_and_tasks_go_on(hers, at)
        assert ImportJob.get().state is ImportState.RUNNING and queries.visible().count() == 1
        valkey.start()
        assert queue.sweep("work") >= 1
        assert valkey.client().llen("rq:queue:work") >= 1, "nobody rang for the import"
        queue.work_off("work")
        assert ImportJob.get().state is ImportState.DONE and queries.visible().count() == 2
        assert "will start when the worker is back" not in hers.get(job)


def sent(hers: Any) -> str:
    sending = {"file": (io.BytesIO(FILE), "people.csv")}
    job = str(hers.post("/contacts/import", sending, on="/contacts/import").location)
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    return job


def waits(hers: Any, job: str) -> None:
    clock.freeze(clock.now() + timedelta(seconds=30))
    assert "will start when the worker is back" in hers.get(job)


def boards_lists_and_tasks_go_on(hers: Any, at: str) -> None:
    card = Card.get()
    stage = Stage.select().where(Stage.board == card.board_id, Stage.name == "Contacted").get()
    hers.post(f"/cards/{encode(card.id)}/stage", {"stage": encode(stage.id)}, on=f"/cards/{encode(card.id)}/move")
    assert Card.get().stage_id == stage.id
    assert "Ana Nunez" in hers.get(f"/boards/{encode(card.board_id)}")
    assert "Ana Nunez" in hers.get("/contacts?f=life:is:lead")
    step = {"title": "Call about Tuesday", "due_on": (clock.now() + timedelta(days=1)).date().isoformat()}
    hers.post(f"{at}/tasks", step, on=f"/tasks/new?contact={at.rpartition('/')[2]}")
    task = Task.get(Task.title == "Call about Tuesday")
    assert "Call about Tuesday" in hers.get("/tasks")
    hers.post(f"/tasks/{encode(task.id)}/done", {}, on=f"/tasks/{encode(task.id)}")
    assert Task.get_by_id(task.id).status is TaskStatus.DONE
