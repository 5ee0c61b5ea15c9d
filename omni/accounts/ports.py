"""What accounts asks of higher rooms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from omni.accounts.models import Teammate
from omni.core.ports import Port

# A workspace was just founded, by this owner, in this transaction: each room puts its own furniture in
# (boards the two boards of CONTRACT, messaging the practice number).
founding: Port[Callable[[Teammate], None]] = Port("founding")

# When the studio is open changed, or the zone of its days, in this transaction.
hours_changed: Port[Callable[[], None]] = Port("hours_changed")

# The versions a person accepts by signing up: {"terms": "1", "policy": "1"}.
documents: Port[Callable[[], Mapping[str, str]]] = Port("documents")


class Group(StrEnum):
    """The groups of the settings page, in its order."""

    ME = "me"
    STUDIO = "studio"
    CONNECTIONS = "connections"
    PRIVACY = "privacy"


@dataclass(frozen=True)
class SettingsRow:
    """One row of the settings page: where it leads, and what stands there now."""

    group: Group
    label: str
    value: str
    href: str


# The rows of /settings that belong to a higher room, for this teammate's rights (texting, privacy center).
settings: Port[Callable[[Teammate], list[SettingsRow]]] = Port("settings")
