"""The boards a new workspace begins with (CONTRACT, "A new workspace")."""

from typing import NamedTuple

from omni.accounts.models import Teammate
from omni.boards.models import Asks, Board, Outcome, Role, Stage, StageStat
from omni.contacts.kinds import Lifecycle


class Plan(NamedTuple):
    """One stage as it is made.

    `days` are the business days until a card is silent there; source: our choice, LOOK's board picture. `step` are
    those until a default next step is due; source: specs/contacts.md, 5.1. `asks` is its gate.
    """

    name: str
    outcome: Outcome = Outcome.OPEN
    sets: Lifecycle | None = None
    days: int | None = None
    step: int | None = None
    asks: tuple[Asks, ...] = ()
    role: Role | None = None


# A new studio means to answer within an hour of its own time (LOOK §7).
REPLY_GOAL = 60
# Names are data from here on: a studio renames them, so they are not translated.
FURNITURE = {
    "Join": (
        Plan("New lead", days=1, step=2),
        Plan("Contacted", days=3, step=2),
        Plan("Trial booked", sets=Lifecycle.TRIAL, days=7, role=Role.TRIAL_BOOKED),
        Plan("Trial done", days=2, step=2, role=Role.TRIAL_DONE),
        Plan("Joined", Outcome.WON, Lifecycle.MEMBER, role=Role.JOINED),
        Plan("Lost", Outcome.LOST, asks=(Asks.LOST_REASON,)),
    ),
    "Keep": (
        Plan("New member", sets=Lifecycle.MEMBER, days=7, step=7, role=Role.NEW_MEMBER),
        Plan("Active", sets=Lifecycle.MEMBER),
        Plan("At risk", sets=Lifecycle.MEMBER, days=3, step=2),
        Plan("Paused", Outcome.PARKED, Lifecycle.PAUSED),
        Plan("Won back", sets=Lifecycle.MEMBER, days=3, step=2),
        Plan("Left", Outcome.LOST, Lifecycle.FORMER, asks=(Asks.LOST_REASON,)),
    ),
}


def found_boards(_owner: Teammate) -> None:
    """Put Join and Keep into the workspace that is being founded, in its transaction."""
    for place, (name, plans) in enumerate(FURNITURE.items()):
        board = Board.create(name=name, position=place)
        for order, plan in enumerate(plans):
            make_stage(board, plan, position=order)


def make_stage(board: Board, plan: Plan, *, position: int) -> Stage:
    """Add a stage and its counter."""
    stage = Stage.create(
        board=board,
        name=plan.name,
        position=position,
        outcome=plan.outcome,
        role=plan.role,
        sets_lifecycle=plan.sets,
        stale_days=plan.days,
        next_step_days=plan.step,
        reply_minutes=REPLY_GOAL if plan.outcome is Outcome.OPEN else None,
        gate=list(plan.asks),
    )
    StageStat.create(stage=stage)
    return stage
