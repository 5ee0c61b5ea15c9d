"""The joins in the reader's words."""

from omni.automations.models import Join
from omni.automations.queries import JoinState
from omni.boards.models import Role
from omni.boards.wording import ROLES
from omni.core.words import Lazy, _, lazy

NAMES: dict[Join, Lazy] = {
    Join.LIFE_FOLLOWS: lazy("The stage of life follows the card"),
    Join.KEEP_FOLLOWS: lazy("Who joins gets a card among the new members"),
}


def question(role: Role) -> str:
    """What is asked where no live stage bears a role."""
    return _("Which stage means %(role)s?", role=ROLES[role])


def sentence(state: JoinState) -> str:
    """What the join does, with the names of the studio's own stages."""
    if state.join is Join.LIFE_FOLLOWS:
        return _("A card in a stage for members makes a member, in one for pauses it pauses them, and so on.")
    if state.missing:
        return _("It needs a stage that means somebody joined, and one for new members.")
    joined, new = state.stages[Role.JOINED], state.stages[Role.NEW_MEMBER]
    values = {"joined": joined.name, "board": new.board.name, "stage": new.name}
    return _("A card that comes to %(joined)s brings one in %(board)s, %(stage)s, unless one is there.", **values)
