"""Snooze, repetition, expiry, handover, and the end of a promise; on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from omni.accounts.models import Notice, NoticeKind
from omni.contacts import actions as people
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Activity
from omni.contacts.next_actions import find_next_action
from omni.contacts.undo import get_batch, undo
from omni.core import clock, queue
from omni.core.events import EventRow
from omni.core.faults import Invalid, Stale
from omni.tasks import actions, queries
from omni.tasks.actions import Later
from omni.tasks.models import Anchor, Task, TaskStatus
from omni.tasks.on_today import list_due
from omni.tasks.recurrence import Repeat, Unit

FRIDAY = date(2026, 11, 27)
# Ten in the morning at the studio.
MORNING = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def friday(maya: Any) -> Iterator[None]:
    clock.freeze(MORNING)
    yield
    clock.freeze(None)


def again(task: Task) -> Task:
    return queries.get_task(task.id)


def series(task: Task) -> list[tuple[int, date, TaskStatus]]:
    rows = Task.select().where(Task.series_id == task.series_id).order_by(Task.occurrence_no)
    return [(row.occurrence_no, row.due_on, row.status) for row in rows]


def test_a_task_at_a_time_is_due_then_and_says_so(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, due_time=time(17), by=maya)
    assert task.due_at == datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
    assert find_next_action(lead.id).due_at == task.due_at
    clock.freeze(task.due_at + timedelta(minutes=1))
    assert again(task).is_late


def test_a_task_keeps_its_own_zone_when_the_studio_moves(lead: Any, maya: Any, juniper: Any) -> None:
    from omni.core.tenancy import Workspace

    task = actions.add_task(lead, title="Call", due_on=FRIDAY, due_time=time(17), by=maya)
    Workspace.update(timezone="Asia/Kolkata").where(Workspace.id == juniper.id).execute()
    assert (again(task).due_on, again(task).due_time, again(task).due_at) == (FRIDAY, time(17), task.due_at)


@pytest.mark.parametrize(
    ("later", "until"),
    [
        (Later.HOUR, datetime(2026, 11, 27, 17, 0, tzinfo=UTC)),
        (Later.EVENING, datetime(2026, 11, 28, 0, 0, tzinfo=UTC)),
        (Later.TOMORROW, datetime(2026, 11, 28, 20, 0, tzinfo=UTC)),
        (Later.THREE_DAYS, datetime(2026, 11, 30, 20, 0, tzinfo=UTC)),
        (Later.NEXT_WEEK, datetime(2026, 11, 30, 20, 0, tzinfo=UTC)),
        (Later.DAY, datetime(2026, 12, 24, 20, 0, tzinfo=UTC)),
    ],
)
def test_a_snooze_moves_when_it_asks_and_not_what_was_promised(
    lead: Any, maya: Any, later: Later, until: datetime
) -> None:
    task = actions.add_task(lead, title="Call", due_on=date(2026, 11, 26), due_time=time(14), by=maya)
    batch_id = actions.snooze_task(again(task), later, day=date(2026, 12, 24), by=maya)
    snoozed = again(task)
    assert snoozed.due_at == snoozed.snoozed_until == find_next_action(lead.id).due_at == until
    assert (snoozed.due_on, snoozed.due_time, snoozed.snooze_count) == (task.due_on, time(14), 1)
    assert not list_due(maya)
    undo(get_batch(batch_id), by=maya)
    assert (again(task).due_at, again(task).snoozed_until) == (task.due_at, None)
    assert find_next_action(lead.id).due_at == task.due_at


def test_a_snooze_over_a_day_is_back_that_day(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    actions.snooze_task(again(task), Later.TOMORROW, by=maya)
    assert not list_due(maya)
    clock.freeze(MORNING + timedelta(days=1))
    assert [item.words for item in list_due(maya)] == ["Call"]


def test_a_snooze_that_is_no_later_is_refused(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=date(2026, 12, 4), by=maya)
    with pytest.raises(Invalid):
        actions.snooze_task(again(task), Later.TOMORROW, by=maya)


def test_woken_it_asks_as_promised(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    actions.snooze_task(again(task), Later.NEXT_WEEK, by=maya)
    actions.wake_task(again(task), by=maya)
    assert again(task).due_at == task.due_at
    assert actions.wake_task(again(task), by=maya) is None


def test_another_day_ends_a_snooze_and_other_words_do_not(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    actions.snooze_task(again(task), Later.TOMORROW, by=maya)
    actions.change_task(again(task), title="Ring", due_on=FRIDAY, kind=task.kind, version=2, by=maya)
    assert again(task).snoozed_until is not None
    actions.change_task(again(task), title="Ring", due_on=date(2026, 12, 1), kind=task.kind, version=3, by=maya)
    assert again(task).snoozed_until is None


def test_done_promises_the_next_one_and_undo_takes_it_back(lead: Any, maya: Any) -> None:
    weekly = Repeat(Unit.WEEK, weekdays=(4,))
    task = actions.add_task(lead, title="Send the plan", due_on=FRIDAY, due_time=time(9), by=maya, repeat=weekly)
    batch_id = actions.finish_task(again(task), by=maya)
    assert series(task) == [(1, FRIDAY, TaskStatus.DONE), (2, date(2026, 12, 4), TaskStatus.OPEN)]
    nxt = queries.list_of(lead.id)[0]
    assert (nxt.title, nxt.due_time, nxt.assignee_id, nxt.rule) == ("Send the plan", time(9), maya.id, weekly)
    back = undo(get_batch(batch_id), by=maya)
    assert series(task) == [(1, FRIDAY, TaskStatus.OPEN)]
    assert find_next_action(lead.id).ref_id == task.id
    undo(back.batch, by=maya)
    assert [status for _no, _day, status in series(task)] == [TaskStatus.DONE, TaskStatus.OPEN]


def test_done_again_after_an_undo_that_left_the_next_one_makes_no_second(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya, repeat=Repeat(Unit.WEEK))
    batch_id = actions.finish_task(again(task), by=maya)
    nxt = next(one for one in queries.list_of(lead.id))
    actions.snooze_task(nxt, Later.DAY, day=date(2026, 12, 20), by=maya)
    assert undo(get_batch(batch_id), by=maya).left
    actions.finish_task(again(task), by=maya)
    assert [number for number, _day, _status in series(task)] == [1, 2]


def test_counted_from_completion_it_begins_when_it_is_done(lead: Any, maya: Any) -> None:
    task = actions.add_task(
        lead, title="Ask", due_on=date(2026, 11, 2), by=maya, repeat=Repeat(Unit.DAY, 10), anchor=Anchor.COMPLETION
    )
    actions.finish_task(again(task), by=maya)
    assert series(task)[1][1] == date(2026, 12, 7)


def test_a_word_moves_what_counts_from_the_last_contact(lead: Any, maya: Any) -> None:
    task = actions.add_task(
        lead, title="Ask", due_on=date(2026, 11, 30), by=maya, repeat=Repeat(Unit.WEEK, 2), anchor=Anchor.LAST_CONTACT
    )
    people.log_activity(lead, Kind.NOTE, by=maya)
    assert again(task).due_on == date(2026, 11, 30)
    people.log_activity(lead, Kind.TEXT, by=maya, direction=Direction.IN, summary="Hi")
    assert again(task).due_on == date(2026, 12, 11)
    assert find_next_action(lead.id).due_at == again(task).due_at
    people.log_activity(lead, Kind.TEXT, by=maya, direction=Direction.OUT, at=MORNING - timedelta(days=9))
    assert again(task).due_on == date(2026, 12, 11), "a word from the past moves nothing back"


def test_the_last_one_of_a_rule_is_the_last(lead: Any, maya: Any) -> None:
    rule = Repeat(Unit.DAY, until=FRIDAY)
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya, repeat=rule)
    actions.finish_task(again(task), by=maya)
    assert len(series(task)) == 1
    assert find_next_action(lead.id) is None


def test_what_is_not_needed_any_more_says_why_and_does_not_come_again(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya, repeat=Repeat(Unit.DAY))
    batch_id = actions.cancel_task(again(task), reason="She wants peace until May", by=maya)
    assert (again(task).status, again(task).outcome) == (TaskStatus.CANCELLED, "She wants peace until May")
    assert len(series(task)) == 1
    assert find_next_action(lead.id) is None
    assert actions.cancel_task(again(task), reason="x", by=maya) is None
    undo(get_batch(batch_id), by=maya)
    assert (again(task).status, again(task).outcome) == (TaskStatus.OPEN, "")


def test_a_closed_task_is_not_put_off_nor_changed(lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    actions.finish_task(again(task), by=maya)
    with pytest.raises(Stale):
        actions.snooze_task(again(task), Later.TOMORROW, by=maya)
    with pytest.raises(Stale):
        actions.hand_over([again(task)], maya, by=maya)


def test_what_nobody_needs_after_its_day_expires_and_comes_again(lead: Any, maya: Any) -> None:
    task = actions.add_task(
        lead, title="Invite", due_on=FRIDAY, by=maya, expires_on=date(2026, 11, 28), repeat=Repeat(Unit.WEEK)
    )
    queue.work_off("work")
    assert again(task).is_open
    clock.freeze(datetime(2026, 11, 29, 6, 0, tzinfo=UTC))
    queue.work_off("work")
    assert series(task) == [(1, FRIDAY, TaskStatus.EXPIRED), (2, date(2026, 12, 4), TaskStatus.OPEN)]
    assert queries.list_of(lead.id)[0].expires_on == date(2026, 12, 5)
    assert Activity.select().where(Activity.kind == Kind.TASK, Activity.outcome == "expired").count() == 1


def test_falling_overdue_is_told_once_and_again_after_a_snooze(lead: Any, maya: Any) -> None:
    def told() -> int:
        queue.work_off("work")
        return int(EventRow.select().where(EventRow.type == "TaskFellOverdue").count())

    task = actions.add_task(lead, title="Call", due_on=FRIDAY, by=maya)
    assert told() == 0
    clock.freeze(MORNING + timedelta(days=1))
    assert told() == told() == 1
    actions.snooze_task(again(task), Later.HOUR, by=maya)
    clock.freeze(MORNING + timedelta(days=1, hours=2))
    assert told() == 2


def test_several_are_given_to_a_teammate_who_is_told(lead: Any, maya: Any, world: Any) -> None:
    mine = [actions.add_task(lead, title=title, due_on=FRIDAY, by=maya) for title in ("One", "Two")]
    batch_id = actions.hand_over([again(task) for task in mine], world.theo, by=maya)
    assert {again(task).assignee_id for task in mine} == {world.theo.id}
    notice = Notice.get(Notice.teammate == world.theo)
    assert (notice.kind, notice.count) == (NoticeKind.TASK, 2)
    undo(get_batch(batch_id), by=maya)
    assert {again(task).assignee_id for task in mine} == {maya.id}


def test_a_task_given_away_at_once_is_told_and_ones_own_is_not(lead: Any, maya: Any, world: Any) -> None:
    actions.add_task(lead, title="Mine", due_on=FRIDAY, by=maya, assignee=maya)
    assert Notice.select().count() == 0
    task = actions.add_task(lead, title="His", due_on=FRIDAY, by=maya, assignee=world.theo)
    assert (again(task).assignee_id, Notice.select().count()) == (world.theo.id, 1)


def test_why_nothing_follows_stands_in_the_timeline(lead: Any, maya: Any) -> None:
    actions.decline_next(lead, reason="Moved away", by=maya)
    line = Activity.get(Activity.kind == Kind.TASK)
    assert (line.outcome, line.summary) == ("none", "Moved away")
