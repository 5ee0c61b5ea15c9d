"""The pages of the tasks, asked both ways."""

from datetime import date, timedelta
from typing import Any

import pytest

from omni.contacts.next_actions import find_next_action
from omni.core import clock
from omni.core.ids import encode
from omni.tasks import actions, queries
from omni.tasks.models import Task

TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011 - any day does


def test_a_task_is_added_from_a_contact(hers: Any, lead: Any) -> None:
    new = f"/tasks/new?contact={encode(lead.id)}"
    assert hers.get(new).page.h1 == "Next step for Ana Nunez"
    url = f"/contacts/{encode(lead.id)}/tasks"
    answer = hers.post(url, {"title": "Call about the family plan", "due_on": TOMORROW, "kind": "call"}, on=new)
    assert answer.location == f"/contacts/{encode(lead.id)}"
    assert find_next_action(lead.id).title == "Call about the family plan"


def test_the_two_fields_of_the_contract_are_enough(hers: Any, lead: Any) -> None:
    url = f"/contacts/{encode(lead.id)}/tasks"
    hers.post(url, {"title": "Send the timetable", "due_on": TOMORROW}, on=f"/tasks/new?contact={encode(lead.id)}")
    assert Task.get().kind == "todo"


def test_a_task_without_words_or_day_is_422_and_keeps_what_was_typed(hers: Any, lead: Any) -> None:
    url, new = f"/contacts/{encode(lead.id)}/tasks", f"/tasks/new?contact={encode(lead.id)}"
    answer = hers.post(url, {"title": "", "due_on": "someday"}, on=new, status=422)
    assert "Write what is to be done." in answer
    assert "“someday” is not a day." in answer
    assert answer.page.value("due_on") == "someday"
    assert Task.select().count() == 0


def test_without_a_contact_it_asks_who(hers: Any, lead: Any) -> None:
    assert hers.get("/tasks/new").page.h1 == "Who is it for?"
    page = hers.get("/tasks/new?q=nunez")
    assert "Ana Nunez" in page
    assert f"/tasks/new?contact={encode(lead.id)}" in page.page.text


def test_the_list_shows_mine_and_everybodys(hers: Any, lead: Any, world: Any, maya: Any) -> None:
    today = clock.today_in("America/Chicago")
    actions.add_task(lead, title="Mine", due_on=today, by=maya)
    actions.add_task(lead, title="His", due_on=today, by=world.theo)
    mine, everybodys = hers.get("/tasks"), hers.get("/tasks?all=1")
    assert "Mine" in mine
    assert "His" not in mine
    assert "His" in everybodys


def test_an_empty_list_says_what_a_task_is(hers: Any) -> None:
    assert "A task is a promise to one person by one day." in hers.get("/tasks")


def test_a_long_list_leads_on(hers: Any, lead: Any, maya: Any) -> None:
    for number in range(53):
        actions.add_task(lead, title=f"Task {number:02}", due_on=date(2026, 11, 27), by=maya)
    page = hers.get("/tasks")
    more = next(one.get("href") for one in page.page.all("a") if "after=" in (one.get("href") or ""))
    rest = hers.get(more)
    titles = [f"Task {number:02}" for number in range(53)]
    assert [title for title in titles if title in page] == titles[:50]
    assert [title for title in titles if title in rest] == titles[50:]


def test_done_answers_both_ways(hers: Any, lead: Any, maya: Any) -> None:
    first = actions.add_task(lead, title="First", due_on=date(2026, 11, 27), by=maya)
    second = actions.add_task(lead, title="Second", due_on=date(2026, 11, 27), by=maya)
    hers.get("/tasks")
    part = hers.post_part(f"/tasks/{encode(first.id)}/done", {}, on="/tasks")
    assert "Done: First" in part
    assert "Undo" in part
    answer = hers.post(f"/tasks/{encode(second.id)}/done", {"back": f"/contacts/{encode(lead.id)}"}, on="/tasks")
    assert answer.location == f"/contacts/{encode(lead.id)}"
    assert not queries.list_of(lead.id)


def test_a_task_can_be_changed_and_a_stale_change_is_409(hers: Any, lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=date(2026, 11, 27), by=maya)
    url = f"/tasks/{encode(task.id)}"
    assert hers.get(url).page.h1 == "Call"
    fields = {"title": "Call her back", "due_on": "2026-11-28", "kind": "call"}
    hers.post(url, fields, on=url)
    assert queries.get_task(task.id).title == "Call her back"
    answer = hers.post(url, {**fields, "title": "Typed", "version": "1"}, on=url, status=409)
    assert "changed after you opened it" in answer
    assert answer.page.value("title") == "Typed"


def test_a_rep_does_only_their_own(browse: Any, lead: Any, maya: Any, world: Any) -> None:
    task = actions.add_task(lead, title="Hers", due_on=date(2026, 11, 27), by=maya)
    his = browse.as_(world.theo)
    for path in (f"/tasks/{encode(task.id)}", "/tasks?all=1"):
        page = his.get(path)
        assert "Hers" in page
        assert not [form for form in page.page.all("form") if form.get("action", "").startswith("/tasks/")]
    his.post(f"/tasks/{encode(task.id)}/done", {}, on=f"/tasks/{encode(task.id)}", status=403)
    assert queries.get_task(task.id).is_open


def test_a_stranger_gets_404(browse: Any, lead: Any, maya: Any, world: Any) -> None:
    task = actions.add_task(lead, title="Hers", due_on=date(2026, 11, 27), by=maya)
    strangers = browse.as_(world.iris)
    for url in (f"/tasks/{encode(task.id)}", f"/tasks/new?contact={encode(lead.id)}"):
        strangers.get(url, status=404)


def test_done_is_done_whatever_page_it_is_to_come_back_to(hers: Any, lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=date(2026, 11, 27), by=maya)
    url = f"/tasks/{encode(task.id)}"
    for back in ("/contacts?q=" + "a" * 300, "//elsewhere.example"):
        hers.post(f"{url}/done", {"back": back}, on=url)
        assert not queries.get_task(task.id).is_open


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "0026-11-27"])
def test_a_day_that_nobody_means_is_422(hers: Any, lead: Any, day: str) -> None:
    url, new = f"/contacts/{encode(lead.id)}/tasks", f"/tasks/new?contact={encode(lead.id)}"
    answer = hers.post(url, {"title": "Call", "due_on": day}, on=new, status=422)
    assert f"“{day}” is not a day." in answer
