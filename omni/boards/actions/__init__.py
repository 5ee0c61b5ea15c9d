"""Everything this room can do, by what it concerns. Callers say `actions.move_card(…)`."""

from omni.boards.actions.founding import found_boards
from omni.boards.actions.landing import land, offer_places
from omni.boards.actions.moving import Moved, StageGone, StageOnOtherBoard, move_card
from omni.boards.actions.stages import add_stage, archive_stage, change_stage, forget_events, rename_board, shift_stage

__all__ = [
    "Moved",
    "StageGone",
    "StageOnOtherBoard",
    "add_stage",
    "archive_stage",
    "change_stage",
    "forget_events",
    "found_boards",
    "land",
    "move_card",
    "offer_places",
    "rename_board",
    "shift_stage",
]
