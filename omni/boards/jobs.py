"""What boards do in the background."""

from omni.boards import actions, queries
from omni.core.ids import Id
from omni.core.queue import job


@job("boards.forget_events", queue="work", finder=queries.boards_to_tidy, timeout_s=60, key="board_id")
def forget_events(board_id: Id) -> None:
    """Keep a board's memory one day long."""
    actions.forget_events(board_id)
