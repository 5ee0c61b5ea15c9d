"""Where the settings page leads into this room (accounts' port `settings`)."""

from typing import Any

from omni.accounts.ports import Group, SettingsRow
from omni.core.policies import Policy, allows
from omni.core.words import _


def rows(teammate: Any) -> list[SettingsRow]:
    """The privacy center and the promises, for everyone; who was deleted for good, for who may do it."""
    shown = [
        SettingsRow(Group.PRIVACY, _("Privacy center"), _("See, export, delete"), "/privacy/center"),
        SettingsRow(Group.PRIVACY, _("Our promises"), _("What keeps each of them"), "/privacy/promises"),
    ]
    if allows(teammate.role, Policy.DELETE_CONTACTS):
        words = _("Take back, receipts")
        shown.append(SettingsRow(Group.PRIVACY, _("Deleted for good"), words, "/settings/privacy/deleted"))
    return shown
