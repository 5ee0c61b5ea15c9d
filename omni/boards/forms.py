"""What may be sent to the boards."""

from typing import Any

from omni.boards import queries
from omni.boards.models import Card, Role, Stage, Via
from omni.boards.wording import ROLES
from omni.core.ids import Id, decode, encode
from omni.core.words import _, lazy
from omni.web.forms import Choice, Form, Hidden, IdChoice, Number, Text

GONE = lazy("This stage was put away, or it is on another board. Choose one of the stages below.")


class MoveForm(Form):
    """Where a card goes: `stage`, behind `after_id` or at the head; `version` is the one that was looked at."""

    stage = Hidden(needed=lazy("Choose a stage."))
    after_id = Hidden()
    version = Number(most=2**31 - 1)
    via = Hidden()
    back = Hidden()

    card: Card
    chosen: Stage | None = None
    after: Card | None = None

    def check(self) -> None:
        stages = {stage.id: stage for stage in queries.list_stages(self.card.board_id)}
        self.chosen = stages.get(_id(self.stage.data) or self.card.id)
        if self.chosen is None:
            self.blame("stage", GONE)
        after_id = _id(self.after_id.data)
        self.after = queries.find_card(after_id) if after_id else None

    @property
    def how(self) -> dict[str, Any]:
        """The version looked at, the card before it, and the hand that moved it: a plain form is the menu."""
        via = Via(self.via.data) if self.via.data in (Via.DRAG, Via.KEY) else Via.MENU
        return {"version": self.version.data, "after": self.after, "via": via}


class BoardForm(Form):
    """A board's name."""

    name = Text(lazy("Name of the board"), needed=lazy("Give the board a name."), longest=60)


class StageForm(Form):
    """A stage's name, how long a card may stand in it, and what it means to the joins."""

    name = Text(lazy("Stage"), needed=lazy("Give the stage a name."), longest=60)
    stale_days = Number(lazy("Days"), least=1, most=365)
    role = Choice(
        lazy("This stage means…"),
        choices=[("", lazy("Nothing special")), *((role.value, words) for role, words in ROLES.items())],
    )

    @property
    def chosen_role(self) -> Role | None:
        """The role that was chosen; none for nothing special."""
        return Role(self.role.data) if self.role.data else None


class PlaceForm(Form):
    """One place along the board: -1 or 1."""

    step = Number(least=-1, most=1, needed=lazy("Choose a direction."))


class ArchiveForm(Form):
    """Where the cards of a stage go that is put away."""

    target = IdChoice(lazy("Its cards go to"))

    others: list[Stage]

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.target.choices = [("", _("Choose a stage")), *((encode(stage.id), stage.name) for stage in self.others)]

    @property
    def chosen(self) -> Stage | None:
        """The stage that was chosen."""
        return next((stage for stage in self.others if stage.id == self.target.data), None)


def _id(text: str | None) -> Id | None:
    try:
        return decode(text or "")
    except ValueError:
        return None
