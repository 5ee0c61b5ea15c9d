"""What this room tells upward: ids and enums only."""

from dataclasses import dataclass
from typing import ClassVar

from omni.core.events import Event
from omni.core.ids import Id


@dataclass(frozen=True)
class TextReceived(Event):
    """Somebody texted one of our numbers. Without a contact it came from a new number."""

    not_yet: ClassVar[tuple[str, ...]] = ("automations", "insights")

    message_id: Id
    conversation_id: Id


@dataclass(frozen=True)
class TextHandedOver(Event):
    """A carrier took one of our texts."""

    not_yet: ClassVar[tuple[str, ...]] = ("automations", "insights")

    message_id: Id
    conversation_id: Id


@dataclass(frozen=True)
class TextFailed(Event):
    """One of our texts did not reach its person; `reason` is a `states.Reason`."""

    not_yet: ClassVar[tuple[str, ...]] = ("automations", "insights")

    message_id: Id
    conversation_id: Id
    reason: str


@dataclass(frozen=True)
class CampaignFinished(Event):
    """Every text of a campaign is over, or a person stopped it."""

    log_only: ClassVar[bool] = True

    campaign_id: Id


@dataclass(frozen=True)
class PrivacyWordReceived(Event):
    """Somebody asked by a text of one word about the data kept of them; `word` is a `keywords.PrivacyWord`."""

    log_only: ClassVar[bool] = True

    message_id: Id
    conversation_id: Id
    word: str
