"""Putting a contact away, and bringing them back."""

from __future__ import annotations

from flask import Response

from omni.contacts import actions
from omni.contacts.routes.blueprint import contact_url, contacts, get_own
from omni.contacts.routes.people import show_contact
from omni.contacts.wording import given
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, respond


@contacts.post("/contacts/<id:contact_id>/away")
@allow(Policy.EDIT_CONTACTS, queries=100)
def put_away(contact_id: Id) -> Response:
    """Take the contact off boards and lists until they come back."""
    contact = get_own(contact_id)
    batch_id = actions.put_away(contact, by=current_teammate())
    undo = f"/history/{encode(batch_id)}/undo" if batch_id else None
    toast = Toast(_("%(name)s was put away", name=given(contact)), undo)
    return respond(page=show_contact, then=contact_url(contact), toast=toast, contact=contact)


@contacts.delete("/contacts/<id:contact_id>/away")
@allow(Policy.EDIT_CONTACTS, queries=100)
def bring_back(contact_id: Id) -> Response:
    """Show the contact in boards and lists again."""
    contact = get_own(contact_id)
    actions.bring_back(contact, by=current_teammate())
    toast = Toast(_("%(name)s is back", name=given(contact)))
    return respond(page=show_contact, then=contact_url(contact), toast=toast, contact=contact)


@contacts.post("/contacts/<id:contact_id>/away/end")
@allow(Policy.EDIT_CONTACTS, queries=100)
def bring_back_plainly(contact_id: Id) -> Response:
    """The same for a browser without script, which can only POST."""
    return bring_back(contact_id)
