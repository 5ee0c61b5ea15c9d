"""Where the settings page leads into this room (accounts' port `settings`)."""

from omni.accounts.models import Teammate
from omni.accounts.ports import Group, SettingsRow
from omni.automations import queries
from omni.core.policies import Policy, allows
from omni.core.words import _, ngettext


def rows(teammate: Teammate) -> list[SettingsRow]:
    """How much happens by itself, for who may change it."""
    if not allows(teammate.role, Policy.EDIT_AUTOMATIONS):
        return []
    count = sum(state.is_on and not state.missing for state in queries.list_joins())
    value = ngettext("%(num)s thing happens by itself", "%(num)s things happen by themselves", count)
    return [SettingsRow(Group.STUDIO, _("Automations"), value, "/settings/automations")]
