"""What this room adds to a contact's page (contacts' port `panels`)."""

from typing import Any

from omni.contacts.ports import Panel
from omni.core.policies import Policy, allows


def panels(contact: Any, teammate: Any) -> list[Panel]:
    """A copy of what is known, on the privacy card, and the last of the goodbyes."""
    values = {"contact": contact}
    shown = []
    if allows(teammate.role, Policy.EXPORT_CONTACTS):
        shown.append(Panel("privacy", "privacy/_copy_of_contact.html", values, order=20))
    if allows(teammate.role, Policy.DELETE_CONTACTS):
        shown.append(Panel("goodbye", "privacy/_goodbye_of_contact.html", values))
    return shown
