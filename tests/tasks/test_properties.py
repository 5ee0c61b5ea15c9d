"""Whatever is done to tasks and cards, the next step is what the open tasks say (invariants 8, 10 and 20)."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from omni.boards import actions as boards
from omni.boards import queries as board_queries
from omni.boards.models import Card
from omni.contacts import actions as people
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction
from omni.contacts.reading.people import Person
from omni.contacts.undo import undo
from omni.core import clock, queue
from omni.core.changes import ChangeBatch
from omni.core.faults import Gone, Invalid, NotFound, Stale
from omni.tasks import actions, queries
from omni.tasks.actions import Later
from omni.tasks.due import due_instant
from omni.tasks.models import Anchor, Task, TaskStatus
from omni.tasks.recurrence import Repeat, Unit

MORNING = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


@pytest.fixture
def friday(maya: Any) -> Iterator[None]:
    clock.freeze(MORNING)
    yield
    clock.freeze(None)


class Desk:
    """A studio in which a random hand plans, moves, ends and takes back."""

    def __init__(self, maya: Any, theo: Any, random: Random) -> None:
        self.maya, self.theo, self.random = maya, theo, random
        self.people = [people.add_contact(Person(given_name=f"P{n}"), by=maya, owner=maya) for n in range(3)]

    def act(self) -> None:
        acts = [
            self.add, self.add, self.change, self.finish, self.finish, self.cancel, self.snooze, self.wake, self.give,
            self.move, self.move, self.take_back, self.take_back, self.say, self.pass_time,
        ]  # fmt: skip
        with contextlib.suppress(Invalid, Stale, Gone, NotFound):
            self.random.choice(acts)()

    def add(self) -> None:
        actions.add_task(self._person(), title="T", by=self.maya, **self._promise())

    def change(self) -> None:
        if task := self._task():
            actions.change_task(task, title="C", kind=task.kind, version=task.version, by=self.maya, **self._promise())

    def finish(self) -> None:
        if task := self._task():
            actions.finish_task(task, by=self.maya)
            actions.finish_task(task, by=self.theo)

    def cancel(self) -> None:
        if task := self._task():
            actions.cancel_task(task, reason="no", by=self.maya)

    def snooze(self) -> None:
        if task := self._task():
            actions.snooze_task(task, self.random.choice(list(Later)), day=self._day(), by=self.maya)

    def wake(self) -> None:
        if task := self._task():
            actions.wake_task(task, by=self.maya)

    def give(self) -> None:
        if task := self._task():
            actions.hand_over([task], self.theo, by=self.maya)

    def move(self) -> None:
        card = self.random.choice(list(Card.select().where(Card.closed_at.is_null())))
        stage = self.random.choice(board_queries.list_stages(card.board_id))
        answers = boards.Answers(lost_reason="no")
        moved = boards.move_card(board_queries.get_card(card.id), stage, by=self.maya, answers=answers)
        if moved.left.id != stage.id and stage.is_open and stage.next_step_days:
            assert Contact.get_by_id(card.contact_id).next_action_at is not None, "invariant 20"

    def take_back(self) -> None:
        batches = list(ChangeBatch.select().where(ChangeBatch.kind != "contact").order_by(ChangeBatch.id))
        if batches:
            undo(self.random.choice(batches[-6:]), by=self.maya)

    def say(self) -> None:
        people.log_activity(self._person(), Kind.TEXT, by=self.maya, direction=Direction.IN, summary="Hi")

    def pass_time(self) -> None:
        clock.freeze(clock.now() + timedelta(hours=self.random.randrange(1, 90)))
        queue.work_off("work")

    def holds(self) -> None:
        for contact in Contact.select():
            found = list(Task.select().where(Task.contact == contact, Task.status == TaskStatus.OPEN))
            planned = {row.ref_id: row.due_at for row in NextAction.select().where(NextAction.contact == contact)}
            if contact.deleted_at is None:
                assert planned == {task.id: task.due_at for task in found}
            assert contact.next_action_at == min(planned.values(), default=None)
            for task in found:
                promise = due_instant(task.due_on, task.due_time, task.timezone)
                assert task.due_at == max(promise, task.snoozed_until or promise)
            assert sum(task.is_default for task in found) <= 1
        numbers = list(Task.select(Task.series_id, Task.occurrence_no).where(Task.series_id.is_null(False)).tuples())
        assert len(numbers) == len(set(numbers)), "invariant 10"

    def _person(self) -> Contact:
        return Contact.get_by_id(self.random.choice(self.people).id)

    def _task(self) -> Task | None:
        found = list(Task.select().order_by(Task.id))
        return queries.get_task(self.random.choice(found).id) if found else None

    def _day(self) -> date:
        return clock.now().date() + timedelta(days=self.random.randrange(-3, 30))

    def _promise(self) -> dict[str, Any]:
        random, day = self.random, self._day()
        repeat = Repeat(random.choice(list(Unit)), random.randrange(1, 4)) if random.random() < 0.4 else None
        return {
            "due_on": day,
            "due_time": time(random.randrange(24)) if random.random() < 0.5 else None,
            "repeat": repeat,
            "anchor": random.choice(list(Anchor)),
            "expires_on": day + timedelta(days=2) if random.random() < 0.2 else None,
        }


@pytest.mark.parametrize("seed", range(6))
def test_the_next_step_is_what_the_tasks_say_after_any_history(friday: Any, maya: Any, world: Any, seed: int) -> None:
    # Told by seeds: what an act picks depends on rows with ids of their own time, which no shrinker can tell again.
    desk = Desk(maya, world.theo, Random(seed))
    for _step in range(30):
        desk.act()
        desk.holds()
