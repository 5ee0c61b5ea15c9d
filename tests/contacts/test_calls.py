"""Calls by hand: one row and one line, what they end, and what nobody ever said of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from omni.contacts import actions, queries
from omni.contacts.calls import Call
from omni.contacts.gate import why_not_call
from omni.contacts.kinds import CallOutcome, Channel, Direction, Kind
from omni.contacts.models import Activity, Contact, ContactPoint
from omni.contacts.next_actions import Step
from omni.contacts.undo import get_batch, undo
from omni.core import clock, migrations, queue
from omni.core.actors import Actor, ActorKind
from omni.core.database import database
from omni.core.events import EventRow
from omni.core.faults import Invalid
from omni.core.ids import encode
from omni.core.tenancy import Reason, cross_tenant, entered
from omni.start import all_models, sql_by_hand
from omni.tasks.models import Task
from tests.parallel import in_parallel

MIGRATION = "0009_calls"


def lines(contact: Contact) -> list[tuple[str, Direction | None]]:
    """What the timeline says of calls with this contact, the oldest first."""
    found = Activity.select().where(Activity.contact == contact.id, Activity.kind == Kind.CALL)
    return [(line.outcome, line.direction) for line in found.order_by(Activity.created_at, Activity.id)]


def write_in(contact: Contact) -> None:
    by = Actor(ActorKind.CONTACT, contact.id)
    actions.log_activity(contact, Kind.TEXT, by=by, direction=Direction.IN, summary="Is the class on?")


def waits(contact: Contact) -> bool:
    return queries.waiting_since(queries.get_contact(contact.id)) is not None


def test_the_same_call_posted_twice_is_one_row_and_one_line(hers: Any, world: Any, juniper: Any) -> None:
    at = f"/contacts/{encode(world.lead.id)}"
    hers.get(at)
    for outcome in ("", "reached", "reached", "no_answer"):
        hers.post(f"{at}/calls", {"client_key": "one", **({"outcome": outcome} if outcome else {})}, on=at)
    assert [(call.outcome, call.client_key) for call in Call.select()] == [(CallOutcome.REACHED, "one")]
    assert lines(world.lead) == [("reached", Direction.OUT)]
    assert EventRow.select().where(EventRow.type == "CallLogged").count() == 1
    assert "Maya talked to Ana on the phone" in hers.get(at)


def test_two_posts_at_once_are_one_call(juniper: Any, world: Any) -> None:
    contact = world.lead
    acts = [lambda: actions.log_call(contact, CallOutcome.REACHED, client_key="one", by=world.maya)] * 4
    said = in_parallel(juniper, acts)
    assert not [one for one in said if isinstance(one, Exception)], said
    assert Call.select().count() == 1
    assert lines(contact) == [("reached", Direction.OUT)]


def test_an_outcome_ends_the_wait_and_undo_brings_it_back(juniper: Any, world: Any) -> None:
    contact = world.lead
    write_in(contact)
    logged = actions.log_call(contact, CallOutcome.LEFT_MESSAGE, client_key="one", by=world.maya)
    assert not waits(contact)
    result = undo(get_batch(logged.batch_id), by=world.maya)
    assert waits(contact)
    assert result.left == []
    assert lines(contact) == [("left_message", Direction.OUT), ("taken_back", None)]
    undo(result.batch, by=world.maya)
    assert not waits(contact)
    assert Call.get().outcome is CallOutcome.LEFT_MESSAGE


def test_at_a_wrong_number_nobody_was_called(hers: Any, world: Any, juniper: Any) -> None:
    contact = world.lead
    write_in(contact)
    actions.add_phone(contact, "+13125550199", by=world.maya)
    logged = actions.log_call(contact, CallOutcome.WRONG_NUMBER, client_key="one", by=world.maya)
    assert waits(contact)
    points = queries.points_of(contact)
    assert [point.norm for point in points if point.bounced_at] == ["+13125550142"]
    assert "tel:+13125550199" in hers.get(f"/contacts/{encode(contact.id)}").text
    undo(get_batch(logged.batch_id), by=world.maya)
    assert ContactPoint.select().where(ContactPoint.bounced_at.is_null(False)).count() == 0


def test_a_call_nobody_spoke_of_for_an_hour_was_tried_and_stops_no_clock(juniper: Any, world: Any) -> None:
    contact = world.lead
    write_in(contact)
    call = actions.start_call(contact, client_key="one", by=world.maya)
    queue.work_off("work")
    assert lines(contact) == []
    Call.update(started_at=clock.now() - timedelta(minutes=61)).execute()
    queue.work_off("work")
    queue.work_off("work")
    assert lines(contact) == [("tried", None)]
    assert waits(contact)
    actions.log_call(contact, CallOutcome.REACHED, client_key=call.client_key, by=world.maya)
    assert lines(contact) == [("tried", None), ("reached", Direction.OUT)]
    assert not waits(contact)


def test_an_open_call_task_is_done_with_the_call_and_the_next_is_offered(hers: Any, world: Any, juniper: Any) -> None:
    contact, at = world.lead, f"/contacts/{encode(world.lead.id)}"
    hers.get(at)
    for title, kind in (("Send the timetable", "todo"), ("Call about the family plan", "call")):
        hers.post(f"{at}/tasks", {"title": title, "kind": kind, "due_on": "2030-01-04"}, on=at)
    answer = hers.post_part(f"{at}/calls", {"client_key": "one", "outcome": "no_answer"}, on=at)
    assert "No answer from Ana “Call about the family plan” is done with it. Next: Call Ana again" in answer
    assert "Send the timetable" in hers.get(at)
    offered = {name: value for name, value in answer.page.hidden_fields(f"{at}/tasks").items() if name != "csrf_token"}
    hers.post(f"{at}/tasks", {**offered, "due_on": "2030-02-01"}, on=at)
    (task,) = [task for task in Task.select() if task.title == "Call Ana again"]
    assert (task.kind, task.due_on.isoformat(), task.contact_id) == (Step.CALL, "2030-02-01", contact.id)


def test_undoing_a_call_opens_its_task_again(hers: Any, world: Any, juniper: Any) -> None:
    at = f"/contacts/{encode(world.lead.id)}"
    hers.get(at)
    hers.post(f"{at}/tasks", {"title": "Call Ana", "kind": "call", "due_on": "2030-01-04"}, on=at)
    logged = actions.log_call(world.lead, CallOutcome.REACHED, client_key="one", by=world.maya)
    assert logged.done == ["Call Ana"]
    undo(get_batch(logged.batch_id), by=world.maya)
    assert actions.log_call(world.lead, CallOutcome.REACHED, client_key="two", by=world.maya).done == ["Call Ana"]


def test_where_the_gate_refuses_calls_the_reason_stands_in_its_place(hers: Any, world: Any, juniper: Any) -> None:
    contact, at = world.lead, f"/contacts/{encode(world.lead.id)}"
    assert why_not_call(contact, "+13125550142") == ""
    assert "tel:+13125550142" in hers.get(at).text
    actions.set_do_not_contact(contact, by=world.maya)
    page = hers.get(at)
    assert "tel:" not in page.text
    assert "Ana cannot be called. This person is marked “do not contact”." in hers.get(f"{at}/calls")
    hers.post(f"{at}/calls", {"client_key": "one", "outcome": "reached"}, on=at, status=422)
    with pytest.raises(Invalid):
        actions.start_call(contact, client_key="two", by=world.maya)
    assert Call.select().count() == 0


def test_a_stop_to_texts_stops_no_call(juniper: Any, world: Any) -> None:
    actions.opt_out(world.lead, Channel.SMS, by=world.maya)
    assert why_not_call(world.lead, "+13125550142") == ""
    actions.opt_out(world.lead, Channel.CALL, by=world.maya)
    assert why_not_call(world.lead, "+13125550142") != ""


def test_the_number_and_the_same_buttons_without_a_dialler(hers: Any, world: Any, juniper: Any) -> None:
    at = f"/contacts/{encode(world.lead.id)}/calls"
    page = hers.get(at)
    assert "How did it go with Ana? Reached No answer Left a message Wrong number" in page
    assert all(box.get("hidden") is None for box in page.page.all("section") if "call" in (box.get("class") or ""))
    answer = hers.post(at, {"outcome": "left_message"}, on=at)
    assert "Left Ana a message" in hers.follow(answer)
    world.person("Tom Reyes")
    hers.post(at, {"outcome": "well"}, on=at, status=422)


def test_a_call_begun_is_asked_for_when_the_page_is_opened_again(hers: Any, world: Any, juniper: Any) -> None:
    at = f"/contacts/{encode(world.lead.id)}"
    answer = hers.post(f"{at}/calls", {"client_key": "one"}, on=at)
    assert answer.location == f"{at}/calls"
    (form,) = [one for one in hers.get(at).page.all("form") if one.get("action") == f"{at}/calls"]
    assert form.get("hidden") is None
    assert "Log a call" in hers.get(at)


@pytest.mark.own_database
def test_calls_come_to_people_who_are_there(world: Any, config: Any, house: Any) -> None:
    who = world.lead.id
    with entered(world.juniper):
        actions.log_call(world.lead, CallOutcome.WRONG_NUMBER, client_key="one", by=world.maya)
    migrations.down(config.data_dir, config.database_roles, MIGRATION)
    with cross_tenant(Reason.MIGRATION):
        assert "call" not in database.obj.get_tables()
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert [point.bounced_at for point in queries.points_of(queries.get_contact(who))] == [None, None]
        assert lines(world.lead) == []
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
