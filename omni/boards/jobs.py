"""What boards do in the background."""

from omni.boards import actions, queries
from omni.core.ids import Id
from omni.core.queue import job


@job("boards.forget_events", queue="work", finder=queries.boards_to_tidy, timeout_s=60, key="board_id")
def forget_events(board_id: Id) -> None:
    """Keep a board's memory one day long."""
    actions.forget_events(board_id)


@job("boards.part_cards", queue="work", finder=queries.crowded_stages, timeout_s=60, key="stage_id")
def part_cards(stage_id: Id) -> None:
    """Cards were dropped into the same gap again and again: give all of the stage short keys."""
    actions.part_cards(stage_id)


@job("boards.recount", queue="work", finder=queries.stages_to_recount, timeout_s=300, key="stage_id")
def recount(stage_id: Id) -> None:
    """The studio's hours or a stage's limits changed: reckon the clocks of its cards anew."""
    actions.recount(stage_id)


@job("boards.tell_silence", queue="work", finder=queries.silent_untold, timeout_s=60, key="card_id")
def tell_silence(card_id: Id) -> None:
    """Say of a card that has just gone silent that it has."""
    actions.tell_silence(card_id)


@job("boards.tell_late_reply", queue="work", finder=queries.late_untold, timeout_s=60, key="card_id")
def tell_late_reply(card_id: Id) -> None:
    """Say of somebody who was just not answered in time that they were not."""
    actions.tell_late_reply(card_id)


@job("boards.wake", queue="work", finder=queries.contacts_to_wake, timeout_s=60, key="contact_id")
def wake(contact_id: Id) -> None:
    """Bring whoever rested until today back on top."""
    actions.wake(contact_id)
