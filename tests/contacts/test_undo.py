"""Taking one act back after others: what has its place still is restored, the rest is left and listed."""

from __future__ import annotations

from typing import Any

from omni.contacts import actions
from omni.contacts.kinds import Lifecycle
from omni.contacts.models import Contact, LifecycleSpan
from omni.contacts.undo import undo
from omni.core.changes import ChangeBatch


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
