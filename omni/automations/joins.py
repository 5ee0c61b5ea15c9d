"""The joins that act inside a move: the answer to boards' port `joining` (specs/insights.md, 5.7)."""

from omni.automations import queries
from omni.automations.models import Join
from omni.boards import actions as boards
from omni.boards import queries as board_queries
from omni.boards.models import Card, Role, Stage, Via
from omni.contacts import actions as contacts
from omni.contacts.doers import By
from omni.contacts.kinds import NEVER_A_MEMBER, Kind, Lifecycle
from omni.contacts.wording import given
from omni.core import actors
from omni.core.words import Lazy, lazy

STAYS = lazy("%(name)s was never a member, so their stage of life stays.")
IN_KEEP = lazy("%(name)s is in %(board)s now too, in %(stage)s.")


def enter_stage(card: Card, stage: Stage, *, by: By) -> list[Lazy]:
    """Let life and Keep follow a card into its stage, at the instant it entered; what the mover is to be told of it."""
    life, has_joined = stage.sets_lifecycle, stage.role is Role.JOINED
    if life is None and not has_joined:
        return []
    off, said = queries.turned_off(), []
    if life is not None and Join.LIFE_FOLLOWS not in off:
        said += _let_life_follow(card, stage, life)
    if has_joined and Join.KEEP_FOLLOWS not in off:
        said += _let_keep_follow(card, stage)
    return said


def _let_life_follow(card: Card, stage: Stage, life: Lifecycle) -> list[Lazy]:
    """Give the person the life that the stage sets. A trial is set for a lead alone; who was never a member ends none,
    so the move stands and the timeline says why."""
    contact, at = card.contact, card.entered_at
    if life is Lifecycle.TRIAL and contact.lifecycle is not Lifecycle.LEAD:
        return []
    try:
        contacts.set_lifecycle(contact, life, via="stage", by=actors.JOIN, because=stage.name, at=at)
    except contacts.NeverAMember:
        contacts.log_activity(
            contact, Kind.LIFECYCLE, by=actors.JOIN, outcome=NEVER_A_MEMBER, summary=stage.name, at=at
        )
        return [lazy(STAYS.key, name=given(contact))]
    return []


def _let_keep_follow(card: Card, joined: Stage) -> list[Lazy]:
    """Put a card of who joined among the new members, unless one is open on that board. It starts no join itself."""
    contact, stage = card.contact, board_queries.stages_by_role().get(Role.NEW_MEMBER)
    if stage is None or not boards.put_on(contact, stage, by=actors.JOIN, via=Via.JOIN):
        return []
    contacts.log_activity(
        contact, Kind.JOINED, by=actors.JOIN, outcome=joined.name, summary=stage.name, at=card.entered_at
    )
    return [lazy(IN_KEEP.key, name=given(contact), board=stage.board.name, stage=stage.name)]
