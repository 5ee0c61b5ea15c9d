"""Where the settings page leads into this room (accounts' port `settings`)."""

from omni.accounts.ports import Group, SettingsRow
from omni.core.words import _


def rows(_teammate: object) -> list[SettingsRow]:
    """The privacy center and the promises, for everyone."""
    return [
        SettingsRow(Group.PRIVACY, _("Privacy center"), _("See, export, delete"), "/privacy/center"),
        SettingsRow(Group.PRIVACY, _("Our promises"), _("What keeps each of them"), "/privacy/promises"),
    ]
