"""No open card without a next step: the default that a move sets, replaces and takes back; on both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from omni.accounts.actions import add_holiday
from omni.boards import actions, queries
from omni.boards.models import Card
from omni.contacts.actions import Place, add_contact, put_away
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction, find_next_action
from omni.contacts.ports import landing
from omni.contacts.reading.people import Person
from omni.contacts.undo import get_batch, undo
from omni.core import clock, migrations
from omni.core.ids import encode
from omni.core.tenancy import entered
from omni.tasks import actions as tasks
from omni.tasks import queries as task_queries
from omni.tasks.models import Task, TaskStatus
from tests.browse import counted

New = Callable[..., Card]
# A Wednesday, 11 in the morning at the studio.
WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wednesday(maya: Any) -> Any:
    clock.freeze(WEDNESDAY)
    yield
    clock.freeze(None)


def steps(card: Card) -> list[tuple[str, date]]:
    """What is open for the card's contact, after seeing that their next steps say the same."""
    found = task_queries.list_of(card.contact_id)
    planned = {row.ref_id: row.due_at for row in NextAction.select().where(NextAction.contact == card.contact_id)}
    assert planned == {task.id: task.due_at for task in found}
    assert Contact.get_by_id(card.contact_id).next_action_at == min(planned.values(), default=None)
    return [(task.title, task.due_on) for task in found]


def move(card: Card, to: Any, by: Any) -> Any:
    return actions.move_card(queries.get_card(card.id), to, by=by)


def test_a_move_sets_the_default_step_and_undo_takes_it_back(
    hers: Any, newcomer: New, join: SimpleNamespace, maya: Any
) -> None:
    card = newcomer()
    board, url = f"/boards/{encode(join.board.id)}", f"/cards/{encode(card.id)}/stage"
    hers.get(board)
    part = hers.post_part(url, {"stage": encode(join.contacted.id), "version": str(card.version)}, on=board)
    assert "Moved Ana to Contacted" in part
    assert "Follow up in 2 days" in part
    task = task_queries.list_of(card.contact_id)[0]
    assert [link.get("href") for link in part.page.all("a")][-1] == f"/tasks/{encode(task.id)}"
    assert (task.title, task.due_on, task.assignee_id, task.is_default) == (
        "Follow up",
        date(2026, 11, 27),
        maya.id,
        True,
    )
    undo_url = next(form.get("action") for form in part.page.all("form") if "/undo" in form.get("action", ""))
    hers.post(undo_url, {}, on=board)
    assert steps(card) == []
    assert queries.get_card(card.id).stage_id == join.new.id


def test_the_line_stands_on_the_page_without_javascript(hers: Any, newcomer: New, join: SimpleNamespace) -> None:
    card = newcomer()
    answer = hers.post(
        f"/cards/{encode(card.id)}/stage", {"stage": encode(join.contacted.id)}, on=f"/cards/{encode(card.id)}/move"
    )
    page = hers.ask("GET", answer.location, status=200)
    assert "Follow up in 2 days" in page
    assert f"/tasks/{encode(task_queries.list_of(card.contact_id)[0].id)}" in page.text


def test_redo_brings_the_default_step_again(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    moved = move(card, join.contacted, maya)
    back = undo(get_batch(moved.batch_id), by=maya)
    undo(back.batch, by=maya)
    assert steps(card) == [("Follow up", date(2026, 11, 27))]


def test_days_on_which_the_studio_is_closed_do_not_count(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    add_holiday(date(2026, 11, 27), by=maya)
    card = newcomer()
    move(card, join.contacted, maya)
    assert steps(card) == [("Follow up", date(2026, 11, 28))]


def test_the_next_move_replaces_an_untouched_one(
    newcomer: New, join: SimpleNamespace, keep: SimpleNamespace, maya: Any
) -> None:
    card = newcomer()
    move(card, join.contacted, maya)
    clock.freeze(datetime(2026, 11, 26, 17, 0, tzinfo=UTC))
    batch_id = move(card, join.done, maya).batch_id
    assert steps(card) == [("Follow up", date(2026, 11, 28))]
    undo(get_batch(batch_id), by=maya)
    assert steps(card) == [("Follow up", date(2026, 11, 27))]


def test_a_stage_without_a_default_leaves_the_step_as_it_is(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    assert move(card, join.booked, maya).step is None
    assert steps(card) == []
    move(card, join.contacted, maya)
    move(card, join.booked, maya)
    assert steps(card) == [("Follow up", date(2026, 11, 27))]


def test_a_step_somebody_touched_stays_through_moves(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    first = move(card, join.contacted, maya)
    (task,) = task_queries.list_of(card.contact_id)
    tasks.change_task(task, title="Call her", due_on=date(2026, 12, 1), kind=task.kind, version=task.version, by=maya)
    assert move(card, join.done, maya).step is None
    move(card, join.joined, maya)
    assert steps(card) == [("Call her", date(2026, 12, 1))]
    assert "task.title" in undo(get_batch(first.batch_id), by=maya).left


def test_a_closed_card_cancels_the_default_and_undo_brings_it_back(
    newcomer: New, join: SimpleNamespace, maya: Any
) -> None:
    card = newcomer()
    move(card, join.contacted, maya)
    lost = actions.move_card(
        queries.get_card(card.id), join.lost, by=maya, answers=actions.Answers(lost_reason="Too far")
    )
    assert steps(card) == []
    assert Task.get(Task.contact == card.contact_id).status is TaskStatus.CANCELLED
    undo(get_batch(lost.batch_id), by=maya)
    assert steps(card) == [("Follow up", date(2026, 11, 27))]


def test_what_a_person_plans_takes_the_place_of_the_default(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    move(card, join.contacted, maya)
    tasks.add_task(card.contact, title="Call", due_on=date(2026, 12, 4), by=maya)
    assert steps(card) == [("Call", date(2026, 12, 4))]


def test_a_landing_sets_it_too_and_an_import_does_not(maya: Any, join: SimpleNamespace) -> None:
    by_hand = add_contact(Person(given_name="Ana"), by=maya, owner=maya)
    assert find_next_action(by_hand.id).title == "Follow up"
    by_file = add_contact(Person(given_name="Ben"), by=maya, place=Place.NOWHERE)
    landing.answer()().land(by_file, join.new.id, by=maya, via="import")
    assert find_next_action(by_file.id) is None


def test_a_new_member_is_asked_how_it_goes_after_a_week(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    move(card, join.contacted, maya)
    move(card, join.joined, maya)
    # Seven days on which the studio is open: not on Sunday.
    assert steps(card) == [("Follow up", date(2026, 12, 3))]


def test_setting_the_default_costs_little(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    with counted() as asked:
        actions.move_card(queries.get_card(card.id), join.contacted, by=maya)
    with counted() as again:
        actions.move_card(queries.get_card(card.id), join.done, by=maya)
    assert len(asked) <= 18 + 5
    assert len(again) <= 18 + 6


def test_a_stage_says_its_own_days_on_its_page(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any) -> None:
    url = f"/boards/{encode(join.board.id)}/stages/{encode(join.booked.id)}"
    hers.post(url, {"name": "Trial booked", "next_step_days": "0"}, on=f"{url}/edit", status=422)
    hers.post(url, {"name": "Trial booked", "next_step_days": "3"}, on=f"{url}/edit")
    assert "follow-up after 3 days" in hers.get(f"/boards/{encode(join.board.id)}/edit")
    card = newcomer()
    move(card, queries.get_stage(join.booked.id), maya)
    assert steps(card) == [("Follow up", date(2026, 11, 28))]


def test_whoever_is_put_away_keeps_no_default_step_until_it_is_taken_back(
    newcomer: New, join: SimpleNamespace, maya: Any
) -> None:
    card = newcomer()
    move(card, join.contacted, maya)
    batch_id = put_away(card.contact, by=maya)
    assert find_next_action(card.contact_id) is None
    undo(get_batch(batch_id), by=maya)
    assert steps(card) == [("Follow up", date(2026, 11, 27))]


@pytest.mark.own_database
def test_a_studio_of_before_gets_the_defaults_of_its_furniture(world: Any, config: Any, join: SimpleNamespace) -> None:
    clock.freeze(None)
    with entered(world.juniper):
        actions.change_stage(join.contacted, by=world.maya, name="Called")
        contact = add_contact(Person(given_name="Ana"), by=world.maya)
        task_id = tasks.add_task(contact, title="Call", due_on=date(2026, 11, 2), by=world.maya).id
    migrations.down(config.data_dir, config.database_roles, "0003_tasks_that_come_again")
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        stages = {stage.name: stage.next_step_days for stage in queries.list_all_stages()}
        assert {name: days for name, days in stages.items() if days} == {
            "New lead": 2, "Trial done": 2, "New member": 7, "At risk": 2, "Won back": 2,
        }  # fmt: skip
        task = task_queries.get_task(task_id)
        assert (task.timezone, task.due_on, task.status) == ("America/Chicago", date(2026, 11, 2), TaskStatus.OPEN)
        assert task.told_late_at is not None
