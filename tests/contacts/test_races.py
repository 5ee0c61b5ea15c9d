"""Two hands at once: what both have read before is decided by the database, once."""

from __future__ import annotations

from typing import Any

import pytest

from omni.accounts.models import Teammate
from omni.config import Config
from omni.contacts import actions, queries
from omni.contacts.actions.tags import get_or_make_tag
from omni.contacts.calls import Call
from omni.contacts.claims import claim, pass_by
from omni.contacts.kinds import CallOutcome, Channel, Entry, Kind, Lifecycle
from omni.contacts.models import Activity, Contact, Restriction, Suppression, Tag
from omni.contacts.next_actions import Step
from omni.contacts.one_by_one import open_queue
from omni.contacts.undo import undo
from omni.core import actors, clock
from omni.core.changes import ChangeBatch
from omni.core.events import EventRow
from omni.core.faults import Gone
from omni.core.ids import Id, new_id
from omni.core.policies import Reach
from omni.core.tenancy import entered
from omni.tasks.actions import add_task
from omni.tasks.models import Task, TaskStatus
from tests.parallel import in_parallel, together

WAITING = 20


def test_a_stage_of_life_turned_twice_at_once_is_turned_once(juniper: Any, world: Any) -> None:
    both = [queries.get_contact(world.lead.id) for _ in range(2)]
    turned = in_parallel(
        juniper,
        [
            lambda one=one: actions.set_lifecycle(one, Lifecycle.MEMBER, via="hand", by=world.maya)  # type: ignore[misc]
            for one in both
        ],
    )
    assert sorted(turned) == [False, True]
    assert [one.lifecycle for one in both] == [Lifecycle.MEMBER] * 2
    assert [span.state for span in queries.list_spans(both[0])] == [Lifecycle.LEAD, Lifecycle.MEMBER]
    assert EventRow.select().where(EventRow.type == "BecameMember").count() == 1


def test_another_stage_follows_on_the_one_somebody_else_has_set(juniper: Any, world: Any) -> None:
    stale = queries.get_contact(world.lead.id)
    actions.set_lifecycle(queries.get_contact(stale.id), Lifecycle.MEMBER, via="hand", by=world.maya)
    assert actions.set_lifecycle(stale, Lifecycle.PAUSED, via="hand", by=world.max)
    states = [span.state for span in queries.list_spans(stale)]
    assert states == [Lifecycle.LEAD, Lifecycle.MEMBER, Lifecycle.PAUSED]


def test_a_contact_put_at_rest_twice_at_once_rests_once(juniper: Any, world: Any) -> None:
    both = [queries.get_contact(world.lead.id) for _ in range(2)]
    acts = [lambda one=one: actions.restrict(one, reason="asked", by=world.maya) for one in both]  # type: ignore[misc]
    assert sorted(in_parallel(juniper, acts)) == [False, True]
    assert all(one.is_restricted for one in both)
    assert Restriction.select().count() == 1
    acts = [lambda one=one: actions.lift_restriction(one, by=world.maya) for one in both]  # type: ignore[misc]
    assert sorted(in_parallel(juniper, acts)) == [False, True]
    assert Activity.select().where(Activity.kind == "lifted").count() == 1


def test_a_stop_that_arrives_four_times_at_once_is_a_stop(juniper: Any, world: Any) -> None:
    contact = world.lead
    said = in_parallel(juniper, [lambda: actions.opt_out(contact, Channel.SMS, by=world.maya)] * 4)
    assert not [one for one in said if isinstance(one, Exception)]
    assert Suppression.select().count() == 1


def test_a_new_tag_made_four_times_at_once_is_one(juniper: Any) -> None:
    made = in_parallel(juniper, [lambda: get_or_make_tag("Mornings")] * 4)
    assert len({tag.id for tag in made}) == Tag.select().count() == 1


def test_an_act_taken_back_twice_at_once_is_taken_back_once(juniper: Any, world: Any) -> None:
    contact, before = world.lead, {batch.id for batch in ChangeBatch.select()}
    actions.set_lifecycle(contact, Lifecycle.MEMBER, via="hand", by=world.maya)
    batch = ChangeBatch.select().where(ChangeBatch.id.not_in(list(before))).get()
    said = in_parallel(juniper, [lambda: undo(batch, by=world.maya)] * 2)
    assert sum(isinstance(one, Gone) for one in said) == 1
    assert Contact.get_by_id(contact.id).lifecycle is Lifecycle.LEAD
    assert ChangeBatch.select().where(ChangeBatch.kind == "undo").count() == 1


def test_somebody_who_comes_in_by_two_doors_at_once_is_one_contact(juniper: Any, world: Any) -> None:
    def come() -> tuple[Contact, bool]:
        return actions.find_or_create("Rosa Kim", "312 555 0123", "", Entry.REFERRAL, by=actors.SYSTEM)

    for _ in range(5):
        Contact.delete().where(Contact.display_name == "Rosa Kim").execute()
        came = in_parallel(juniper, [come] * 3)
        assert len({contact.id for contact, _is_new in came}) == 1
        assert sorted(is_new for _contact, is_new in came) == [False, False, True]


@pytest.fixture
def waiting(world: Any, juniper: Any) -> list[Contact]:
    """Leads of nobody, whom the queue of every teammate may show, each with a call to make."""
    people = [world.person(f"Ana Kim{number}", f"+1 312 555 02{number:02}") for number in range(WAITING)]
    Contact.update(owner=None).execute()
    for each in people:
        add_task(each, title="Call", kind=Step.CALL, due_on=clock.today_in("America/Chicago"), by=world.maya)
    return [queries.get_contact(each.id) for each in people]


def go_through(workspace: Id, by_id: Id) -> list[Id]:
    """Answer whoever the queue shows first, until it shows nobody: who that was."""
    answered = []
    with entered(workspace):
        by = Teammate.get_by_id(by_id)
        while people := open_queue(by, Reach.FULL).people:
            contact = people[0].contact
            assert contact is not None
            actions.log_call(contact, CallOutcome.NO_ANSWER, client_key=new_id().hex, by=by)
            pass_by(contact.id, by)
            answered.append(contact.id)
    return answered


def test_two_processes_go_through_the_queue_and_answer_each_person_once(
    juniper: Any, world: Any, config: Config, waiting: list[Contact]
) -> None:
    hers, his = together(*((go_through, config, juniper.id, one.id) for one in (world.maya, world.max)))
    assert hers and his
    assert sorted(hers + his) == sorted(one.id for one in waiting)
    assert_called_once(waiting)


def answer_all(workspace: Id, people: list[Id], by_id: Id) -> tuple[int, int, int]:
    """Claim and answer each of the same people: whom this process had, whose call it told, whose task it ended."""
    had, told, done = 0, 0, 0
    with entered(workspace):
        by = Teammate.get_by_id(by_id)
        for contact_id in people:
            had += claim(contact_id, by)
            contact = queries.get_contact(contact_id)
            logged = actions.log_call(contact, CallOutcome.NO_ANSWER, client_key=f"{contact_id}", by=by)
            told += logged.batch_id is not None
            done += len(logged.done)
            pass_by(contact_id, by)
    return had, told, done


def test_two_processes_answer_the_same_person_and_one_is_told(
    juniper: Any, world: Any, config: Config, waiting: list[Contact]
) -> None:
    ids = [one.id for one in waiting]
    answers = together(*((answer_all, config, juniper.id, ids, one.id) for one in (world.maya, world.max)))
    assert [sum(each) for each in zip(*answers, strict=True)] == [WAITING] * 3, answers
    assert_called_once(waiting)


def assert_called_once(people: list[Contact]) -> None:
    """One call, one line, one task that is done and one Undo for each, however many hands there were."""
    each = sorted(one.id for one in people)
    assert sorted(call.contact_id for call in Call.select().where(Call.outcome.is_null(False))) == each
    assert sorted(line.contact_id for line in Activity.select().where(Activity.kind == Kind.CALL)) == each
    assert sorted(task.contact_id for task in Task.select().where(Task.status == TaskStatus.DONE)) == each
    assert ChangeBatch.select().where(ChangeBatch.kind == "call").count() == len(each)
