"""Stages of life: spans that follow each other day by day, whatever is done; on both databases."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omni.contacts import actions, queries, wording
from omni.contacts.actions import NeverAMember
from omni.contacts.kinds import Kind, Lifecycle
from omni.contacts.models import Activity, Contact, LifecycleSpan
from omni.contacts.undo import undo
from omni.core import clock
from omni.core.changes import ChangeBatch
from omni.core.database import transaction
from omni.core.faults import Gone
from omni.core.ids import encode

TURNS = st.lists(st.tuples(st.sampled_from([*Lifecycle, None]), st.integers(-3, 30)), min_size=1, max_size=8)
BEFORE_MEMBER = (Lifecycle.LEAD, Lifecycle.TRIAL)


class Forgotten(Exception):
    """Ends a history and takes all of it back."""


def tell(contact: Contact, turns: list[tuple[Lifecycle | None, int]], by: Any) -> None:
    """Put the contact into each stage after so many days; None takes the last act back."""
    at = clock.now()
    for state, days in turns:
        at += timedelta(days=days)
        contact = Contact.get_by_id(contact.id)
        before = contact.lifecycle
        if state is None:
            take_back(by)
        elif state is Lifecycle.FORMER and before in BEFORE_MEMBER:
            with pytest.raises(NeverAMember):
                actions.set_lifecycle(contact, state, via="hand", by=by, at=at)
        else:
            actions.set_lifecycle(contact, state, via="hand", by=by, at=at)
        spans_follow_each_other(contact)


def take_back(by: Any) -> None:
    batch = ChangeBatch.select().where(ChangeBatch.kind == "life").order_by(ChangeBatch.id.desc()).first()
    if batch is not None and batch.undone_by is None:
        try:
            undo(batch, by=by)
        except Gone:
            return


def spans_follow_each_other(contact: Contact) -> None:
    spans = queries.list_spans(contact)
    assert [span for span in spans if span.to_at is None] == spans[-1:]
    assert spans[-1].state is Contact.get_by_id(contact.id).lifecycle
    for before, after in pairwise(spans):
        assert before.from_at <= before.to_at == after.from_at
        assert before.state is not after.state


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=TURNS)
def test_spans_neither_overlap_nor_gap_in_any_history(world: Any, maya: Any, turns: list[Any]) -> None:
    contact = world.person("Ana Nunez")
    try:
        with transaction():
            tell(contact, turns, maya)
            raise Forgotten
    except Forgotten:
        pass


def test_one_record_tells_a_whole_life(world: Any, maya: Any, hers: Any) -> None:
    contact = world.person("Ana Nunez")
    begun = LifecycleSpan.get(LifecycleSpan.contact == contact.id).from_at
    turns = [(Lifecycle.TRIAL, 2), (Lifecycle.MEMBER, 9), (Lifecycle.FORMER, 99), (Lifecycle.MEMBER, 150)]
    for state, days in turns:
        actions.set_lifecycle(contact, state, via="hand", by=maya, at=begun + timedelta(days=days))
    told = wording.lives(queries.list_spans(contact))
    assert [line.split(" on ")[0].split(",")[0] for line in told] == [
        "Won back",
        "Former member",
        "Member",
        "Trial",
        "Lead",
    ]
    page = hers.get(f"/contacts/{encode(contact.id)}")
    for line in told:
        assert line in page
    assert Activity.select().where(Activity.contact == contact.id, Activity.kind == Kind.LIFECYCLE).count() == 4


@pytest.mark.parametrize("before", BEFORE_MEMBER)
def test_who_was_never_a_member_is_no_former_one(world: Any, maya: Any, before: Lifecycle) -> None:
    contact = world.person("Ana Nunez")
    actions.set_lifecycle(contact, before, via="hand", by=maya)
    with pytest.raises(NeverAMember):
        actions.set_lifecycle(contact, Lifecycle.FORMER, via="hand", by=maya)
    assert Contact.get_by_id(contact.id).lifecycle is before
