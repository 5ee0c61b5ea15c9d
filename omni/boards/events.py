"""What boards tell upward."""

from dataclasses import dataclass
from typing import ClassVar

from omni.core.events import Event
from omni.core.ids import Id


@dataclass(frozen=True)
class StageChanged(Event):
    """A card went from the stage `left` into `stage`."""

    not_yet: ClassVar[tuple[str, ...]] = ("automations", "insights")

    card_id: Id
    board_id: Id
    stage_id: Id
    left_id: Id


@dataclass(frozen=True)
class CardWentStale(Event):
    """A card stood in an open stage for its silent limit without a word and without a next step."""

    not_yet: ClassVar[tuple[str, ...]] = ("automations", "insights")

    card_id: Id
    board_id: Id
    stage_id: Id


@dataclass(frozen=True)
class ReplyLate(Event):
    """Somebody was not answered within the reply time of their card's stage."""

    not_yet: ClassVar[tuple[str, ...]] = ("automations", "insights")

    card_id: Id
    board_id: Id
    stage_id: Id
