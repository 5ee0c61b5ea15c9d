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


def test_a_task_with_a_time_and_a_repetition_is_added_and_shown(hers: Any, lead: Any, world: Any) -> None:
    new = f"/tasks/new?contact={encode(lead.id)}"
    hers.get(new)
    fields = {
        "title": "Send the plan", "due_on": TOMORROW, "due_time": "17:30", "assignee": encode(world.theo.id),
        "repeat": "week", "every": "2", "weekdays": "4", "anchor": "completion", "expires_on": "2099-01-01",
    }  # fmt: skip
    hers.post(f"/contacts/{encode(lead.id)}/tasks", fields, on=new)
    task = Task.get()
    assert (task.due_time.isoformat("minutes"), task.assignee_id) == ("17:30", world.theo.id)
    page = hers.get(f"/tasks/{encode(task.id)}")
    assert "Comes again every 2 weeks, counted from the day it is done" in page
    assert "5:30" in page
    assert page.page.value("due_time") == "17:30"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_time": "25:00"}, "“25:00” is not a time."),
        ({"repeat": "day", "every": "100"}, "Give a whole number from 1 to 99."),
        ({"repeat": "month", "month_day": "32"}, "Give a whole number from 1 to 31."),
        ({"repeat": "day", "until": "2000-01-01"}, "This is before the day it is due."),
        ({"expires_on": "2000-01-01"}, "This is before the day it is due."),
        ({"repeat": "hour"}, "Choose one of the list."),
    ],
)
def test_what_cannot_be_promised_is_422_and_kept(hers: Any, lead: Any, fields: dict[str, str], words: str) -> None:
    new = f"/tasks/new?contact={encode(lead.id)}"
    sent = {"title": "Call", "due_on": TOMORROW, **fields}
    answer = hers.post(f"/contacts/{encode(lead.id)}/tasks", sent, on=new, status=422)
    assert words in answer
    assert answer.page.value("title") == "Call"
    assert Task.select().count() == 0


def test_done_asks_what_is_next_and_takes_the_answer(hers: Any, lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=date(2026, 11, 27), by=maya)
    url = f"/contacts/{encode(lead.id)}"
    hers.post(f"/tasks/{encode(task.id)}/done", {"back": url}, on=f"/tasks/{encode(task.id)}")
    page = hers.ask("GET", url, status=200)
    for words in ("Done: Call", "Next?", "Tomorrow", "In 3 days", "Choose a day…", "None, because…"):
        assert words in page
    today = clock.today_in("America/Chicago")
    sent = {"title": "Follow up", "due_on": (today + timedelta(days=3)).isoformat(), "back": url}
    assert hers.post(f"{url}/tasks", sent, on=url).location == url
    assert find_next_action(lead.id).title == "Follow up"


def test_done_by_htmx_asks_in_the_toast_and_not_where_a_step_is_left(hers: Any, lead: Any, maya: Any) -> None:
    tasks = [actions.add_task(lead, title=f"T{n}", due_on=date(2026, 11, 27), by=maya) for n in range(2)]
    hers.get("/tasks")
    first, last = (hers.post_part(f"/tasks/{encode(task.id)}/done", {}, on="/tasks") for task in tasks)
    assert "Next?" not in first
    assert "Next?" in last
    assert [form.get("action") for form in last.page.all("form")][-1] == f"/contacts/{encode(lead.id)}/tasks"


def test_why_nothing_is_next_is_asked_and_stands_in_the_timeline(hers: Any, lead: Any) -> None:
    url = f"/contacts/{encode(lead.id)}/tasks/none"
    hers.post(url, {"reason": ""}, on=url, status=422)
    hers.post(url, {"reason": "She moved to Lisbon"}, on=url)
    page = hers.get(f"/contacts/{encode(lead.id)}")
    assert "planned no next step" in page
    assert "She moved to Lisbon" in page


def test_a_task_is_put_off_and_brought_back(hers: Any, lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=clock.today_in("America/Chicago"), by=maya)
    url = f"/tasks/{encode(task.id)}"
    assert "In 3 days" in hers.get(f"{url}/snooze")
    hers.post(f"{url}/snooze", {"until": "day", "day": ""}, on=f"{url}/snooze", status=422)
    hers.post(f"{url}/snooze", {"until": ""}, on=f"{url}/snooze", status=422)
    answer = hers.post(f"{url}/snooze", {"until": "three_days"}, on=f"{url}/snooze")
    page = hers.ask("GET", answer.location, status=200)
    assert "Put off: Call" in page
    assert "Undo" in page
    assert queries.get_task(task.id).snooze_count == 1
    hers.post(f"{url}/snooze", {"until": "tomorrow"}, on=f"{url}/snooze", status=422)
    hers.delete(f"{url}/snooze", on=url, status=204)
    assert queries.get_task(task.id).snoozed_until is None
    hers.post(f"{url}/snooze", {"until": "next_week"}, on=f"{url}/snooze")
    hers.post(f"{url}/snooze/end", {}, on=url)
    assert queries.get_task(task.id).due_at == task.due_at


def test_a_task_is_closed_with_its_reason(hers: Any, lead: Any, maya: Any) -> None:
    task = actions.add_task(lead, title="Call", due_on=date(2026, 11, 27), by=maya)
    url = f"/tasks/{encode(task.id)}"
    hers.post(f"{url}/cancel", {"reason": " "}, on=f"{url}/cancel", status=422)
    answer = hers.post(f"{url}/cancel", {"reason": "She called us"}, on=f"{url}/cancel")
    assert "Undo" in hers.ask("GET", answer.location, status=200)
    assert "She called us" in hers.get(url)
    assert "Not needed" in hers.get("/tasks?show=done")
    assert hers.post(f"{url}/snooze", {"until": "tomorrow"}, on="/tasks", status=409)


def test_each_list_shows_its_tasks(hers: Any, lead: Any, maya: Any) -> None:
    today = clock.today_in("America/Chicago")
    for title, days in (("Yesterdays", -1), ("Todays", 0), ("Tomorrows", 1)):
        actions.add_task(lead, title=title, due_on=today + timedelta(days=days), by=maya)
    actions.finish_task(actions.add_task(lead, title="Finished", due_on=today, by=maya), by=maya)
    titles = ("Yesterdays", "Todays", "Tomorrows", "Finished")
    shown = {show: [title for title in titles if title in hers.get(f"/tasks?show={show}")] for show in
             ("open", "late", "today", "coming", "done", "nonsense")}  # fmt: skip
    assert shown == {
        "open": ["Yesterdays", "Todays", "Tomorrows"], "late": ["Yesterdays"], "today": ["Todays"],
        "coming": ["Tomorrows"], "done": ["Finished"], "nonsense": ["Yesterdays", "Todays", "Tomorrows"],
    }  # fmt: skip


def test_several_are_given_away_on_one_page(hers: Any, lead: Any, maya: Any, world: Any) -> None:
    tasks = [actions.add_task(lead, title=f"T{n}", due_on=date(2026, 11, 27), by=maya) for n in range(3)]
    url = "/tasks/hand-over"
    theo = encode(world.theo.id)
    hers.post(url, {"assignee": theo}, on=url, status=422)
    hers.post(url, {"task": encode(tasks[0].id)}, on=url, status=422)
    hers.post(url, {"task": [encode(tasks[0].id), encode(tasks[2].id)], "assignee": theo}, on=url)
    assert [queries.get_task(task.id).assignee_id for task in tasks] == [world.theo.id, maya.id, world.theo.id]


def test_a_rep_closes_and_gives_away_only_their_own(browse: Any, lead: Any, maya: Any, world: Any) -> None:
    task = actions.add_task(lead, title="Hers", due_on=date(2026, 11, 27), by=maya)
    his, url = browse.as_(world.theo), f"/tasks/{encode(task.id)}"
    for path in ("snooze", "cancel"):
        his.get(f"{url}/{path}", status=403)
        his.post(f"{url}/{path}", {"until": "tomorrow", "reason": "x"}, on=url, status=403)
    his.get(f"/contacts/{encode(lead.id)}/tasks/none", status=403)
    his.post("/tasks/hand-over?all=1", {"task": encode(task.id), "assignee": encode(maya.id)}, on="/tasks", status=422)
    assert queries.get_task(task.id).is_open
