"""Tasks, the contact's next step, and taking both back; on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from omni.contacts.kinds import Kind
from omni.contacts.models import Activity
from omni.contacts.next_actions import NextAction, Step, find_next_action
from omni.contacts.ports import AgendaKind
from omni.contacts.undo import get_batch, undo
from omni.core import clock
from omni.core.changes import ChangeBatch
from omni.core.events import EventRow
from omni.core.faults import Stale
from omni.tasks import actions, queries
from omni.tasks.models import Task, TaskStatus
from omni.tasks.on_today import list_due

FRIDAY = date(2026, 11, 27)


def test_a_task_is_due_at_the_end_of_the_studios_day(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call about the family plan", due_on=FRIDAY, by=maya, kind=Step.CALL)
    assert task.due_at == datetime(2026, 11, 28, 5, 59, 59, 999_999, tzinfo=UTC)
    assert queries.get_task(task.id).due_on == FRIDAY


def test_a_day_that_is_an_hour_shorter_ends_when_the_studio_says(lead: Any, maya: Any) -> None:
    spring = actions.add_task(lead, title="x", due_on=date(2027, 3, 14), by=maya)
    assert spring.due_at == datetime(2027, 3, 15, 4, 59, 59, 999_999, tzinfo=UTC)


def test_the_earliest_open_task_is_the_next_step(lead: Any, maya: Any) -> None:
    later = actions.add_task(lead, title="Later", due_on=FRIDAY + timedelta(days=3), by=maya)
    sooner = actions.add_task(lead, title="Sooner", due_on=FRIDAY, by=maya)
    assert find_next_action(lead.id).ref_id == sooner.id
    actions.finish_task(sooner, by=maya)
    assert find_next_action(lead.id).ref_id == later.id


def test_done_is_done_once(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    assert actions.finish_task(queries.get_task(task.id), by=maya)
    assert actions.finish_task(task, by=maya) is None
    assert Activity.select().where(Activity.kind == Kind.TASK).count() == 1
    assert EventRow.select().where(EventRow.type == "TaskCompleted").count() == 1
    assert queries.get_task(task.id).done_by_id == maya.id


def test_undo_of_done_opens_the_task_and_its_next_step(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    batch_id = actions.finish_task(task, by=maya)
    back = undo(get_batch(batch_id), by=maya)
    again = queries.get_task(task.id)
    assert (again.status, again.done_at, again.done_by_id) == (TaskStatus.OPEN, None, None)
    assert find_next_action(lead.id).ref_id == task.id
    undo(back.batch, by=maya)
    assert queries.get_task(task.id).status is TaskStatus.DONE
    assert find_next_action(lead.id) is None


def test_undo_of_an_added_task_takes_it_away_and_redo_brings_it_again(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    back = undo(ChangeBatch.get(ChangeBatch.kind == "task"), by=maya)
    assert Task.select().count() == NextAction.select().count() == 0
    undo(back.batch, by=maya)
    again = queries.get_task(task.id)
    assert (again.title, again.due_on, again.assignee_id) == ("Call", FRIDAY, maya.id)
    assert find_next_action(lead.id).ref_id == task.id


def test_a_change_moves_the_next_step_and_undo_moves_it_back(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    batch_id = actions.change_task(
        task, title="Call her back", due_on=FRIDAY + timedelta(days=1), kind=Step.CALL, version=1, by=maya
    )
    assert find_next_action(lead.id).title == "Call her back"
    undo(get_batch(batch_id), by=maya)
    assert find_next_action(lead.id).title == "Call"
    assert queries.get_task(task.id).due_on == FRIDAY


def test_a_stale_change_is_refused(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    actions.change_task(task, title="Text", due_on=FRIDAY, kind=Step.TEXT, version=1, by=maya)
    with pytest.raises(Stale):
        actions.change_task(queries.get_task(task.id), title="x", due_on=FRIDAY, kind=Step.TODO, version=1, by=maya)


def test_today_shows_what_is_late_and_what_is_due(lead: Any, maya: Any, world: Any) -> None:
    clock.freeze(datetime(2026, 11, 27, 16, 0, tzinfo=UTC))
    try:
        for title, days in (("Late", -1), ("Due", 0), ("Later", 1)):
            actions.add_task(lead, title=title, due_on=FRIDAY + timedelta(days=days), by=maya)
        items = [(item.kind, item.words, item.wait) for item in list_due(maya)]
        assert items == [(AgendaKind.OVERDUE, "Late", "1 day late"), (AgendaKind.DUE, "Due", "")]
        assert list_due(world.theo) == []
    finally:
        clock.freeze(None)
