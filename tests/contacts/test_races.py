"""Two hands at once: what both have read before is decided by the database, once."""

from __future__ import annotations

from typing import Any

from omni.contacts import actions, queries
from omni.contacts.actions.tags import get_or_make_tag
from omni.contacts.kinds import Channel, Entry, Lifecycle
from omni.contacts.models import Activity, Contact, Restriction, Suppression, Tag
from omni.contacts.undo import undo
from omni.core import actors
from omni.core.changes import ChangeBatch
from omni.core.events import EventRow
from omni.core.faults import Gone
from tests.parallel import in_parallel


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
