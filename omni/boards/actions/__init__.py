"""Everything this room can do, by what it concerns. Callers say `actions.move_card(…)`."""

from omni.boards.actions.ageing import hear, plan, recount, recount_all, tell_late_reply, tell_silence, wake
from omni.boards.actions.editing import change_card
from omni.boards.actions.founding import found_boards
from omni.boards.actions.landing import land, offer_places, places, put_on
from omni.boards.actions.moving import Moved, StageGone, StageOnOtherBoard, move_card, move_cards
from omni.boards.actions.moving_in import count_again
from omni.boards.actions.stages import (
    add_stage,
    archive_stage,
    change_stage,
    forget_events,
    part_cards,
    rename_board,
    shift_stage,
)
from omni.boards.gates import Answers, GateShut

__all__ = [
    "Answers",
    "GateShut",
    "Moved",
    "StageGone",
    "StageOnOtherBoard",
    "add_stage",
    "archive_stage",
    "change_card",
    "change_stage",
    "count_again",
    "forget_events",
    "found_boards",
    "hear",
    "land",
    "move_card",
    "move_cards",
    "offer_places",
    "part_cards",
    "places",
    "plan",
    "put_on",
    "recount",
    "recount_all",
    "rename_board",
    "shift_stage",
    "tell_late_reply",
    "tell_silence",
    "wake",
]
