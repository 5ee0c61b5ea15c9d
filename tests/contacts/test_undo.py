"""Taking one act back after others: what has its place still is restored, the rest is left and listed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from omni.contacts import actions
from omni.contacts.kinds import Lifecycle
from omni.contacts.models import Contact, LifecycleSpan
from omni.contacts.undo import get_batch, list_batches, undo
from omni.core import clock, queue
from omni.core.changes import Change, ChangeBatch
from omni.core.faults import NotFound


def test_undo_rows_go_after_30_days(juniper: Any, world: Any) -> None:
    contact = world.lead
    actions.add_note(contact, "Runs a bakery", by=world.maya)
    undone = undo(ChangeBatch.select().where(ChangeBatch.kind == "note").get(), by=world.maya)
    kept = clock.now()
    try:
        for days, is_there in ((29, True), (31, False)):
            clock.freeze(kept + timedelta(days=days))
            queue.work_off("work")
            assert Change.select().where(Change.contact_id == contact.id).exists() is is_there
        assert not list_batches()
        with pytest.raises(NotFound):
            get_batch(undone.batch.id)
    finally:
        clock.freeze(None)


def test_a_stage_of_life_is_not_opened_again_beside_a_later_one(juniper: Any, world: Any) -> None:
    contact, before = world.lead, {batch.id for batch in ChangeBatch.select()}
    actions.set_lifecycle(contact, Lifecycle.TRIAL, via="hand", by=world.maya)
    first = ChangeBatch.select().where(ChangeBatch.id.not_in(list(before))).get()
    actions.set_lifecycle(Contact.get_by_id(contact.id), Lifecycle.MEMBER, via="hand", by=world.maya)
    undone = undo(first, by=world.maya)
    assert "lifecycle_span.to_at" in undone.left
    assert Contact.get_by_id(contact.id).lifecycle is Lifecycle.MEMBER
    spans = LifecycleSpan.select().where(LifecycleSpan.contact == contact.id, LifecycleSpan.to_at.is_null())
    assert [span.state for span in spans] == [Lifecycle.MEMBER]
