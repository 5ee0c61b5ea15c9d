"""Where the settings page leads into this room (accounts' port `settings`)."""

from __future__ import annotations

from omni.accounts.models import Teammate
from omni.accounts.ports import Group, SettingsRow
from omni.contacts import custom_fields
from omni.core.policies import Policy, allows
from omni.core.words import _, ngettext


def rows(teammate: Teammate) -> list[SettingsRow]:
    """The studio's own fields, for who may make some."""
    if not allows(teammate.role, Policy.EDIT_BOARDS):
        return []
    count = len(custom_fields.list_defs())
    said = ngettext("%(num)d field", "%(num)d fields", count) if count else _("None yet")
    return [SettingsRow(Group.STUDIO, _("Your own fields"), said, "/settings/fields")]
