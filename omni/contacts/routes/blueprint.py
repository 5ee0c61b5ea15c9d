"""The blueprint every page of this room stands on, and what its views share."""

from __future__ import annotations

from flask import Blueprint, render_template
from markupsafe import Markup

from omni.contacts import queries
from omni.contacts.models import Contact
from omni.contacts.ports import Panel
from omni.core.ids import Id, encode
from omni.core.policies import Policy, Reach
from omni.web.access import can, require_own
from omni.web.login import current_teammate
from omni.web.respond import Toast

contacts = Blueprint("contacts", __name__)


def contact_url(contact: Contact, part: str = "") -> str:
    """The contact's page, or one of its parts."""
    return f"/contacts/{encode(contact.id)}" + (f"/{part}" if part else "")


def drawn(panels: list[Panel]) -> dict[str, list[Markup]]:
    """The other rooms' fragments, drawn, by the slot they go to."""
    found: dict[str, list[Markup]] = {}
    for panel in sorted(panels, key=lambda one: one.order):
        slot = found.setdefault(panel.slot, [])
        html = render_template(panel.template, is_first=not slot, **panel.values)
        slot.append(Markup(html))  # noqa: S704 - Jinja escapes
    return found


def get_own(contact_id: Id) -> Contact:
    """The contact, when the right of this request covers it. Raises: NotFound, NotAllowed."""
    contact = queries.get_contact(contact_id)
    require_own(contact.owner_id)
    return contact


def may_edit(contact: Contact) -> bool:
    """Whether this teammate may change this contact."""
    return can(Policy.EDIT_CONTACTS).covers(contact.owner_id, current_teammate().id)


def is_masked() -> bool:
    """Whether phones and e-mails are hidden from this teammate."""
    return can(Policy.VIEW_CONTACTS) is Reach.MASKED


def done(words: str, acts: list[Id]) -> Toast | None:
    """What was done in a sentence, with its Undo; nothing where nothing changed."""
    return Toast(words, f"/history/{encode(acts[0])}/undo") if acts else None
