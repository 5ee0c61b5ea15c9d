"""What this room tells rooms above it."""

from dataclasses import dataclass

from omni.core.events import Event
from omni.core.ids import Id


@dataclass(frozen=True)
class ReferralArrived(Event):
    """A contact sent the form of a referral link."""

    not_yet = ("automations", "insights")

    link_id: Id
    touch_id: Id
    is_new_contact: bool
