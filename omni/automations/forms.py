"""What may be sent to this room."""

from typing import Any

from omni.automations.models import Join
from omni.boards.models import Role, Stage
from omni.core.ids import encode
from omni.core.words import _, lazy
from omni.web.forms import Form, Hidden, IdChoice

NO_SUCH = lazy("There is no such switch. Load the page again.")
CHOOSE = lazy("Choose a stage.")


class SwitchForm(Form):
    """A join, and whether it acts from now on."""

    join = Hidden()
    is_on = Hidden()

    def check(self) -> None:
        if self.join.data not in list(Join):
            self.blame("", NO_SUCH)


class RoleForm(Form):
    """The stage that takes a role."""

    role = Hidden()
    stage = IdChoice(lazy("Stage"), needed=CHOOSE)

    stages: list[Stage]

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.stage.choices = [("", _("Choose a stage")), *((encode(one.id), _place(one)) for one in self.stages)]

    def check(self) -> None:
        if self.role.data not in list(Role):
            self.blame("", NO_SUCH)

    @property
    def chosen(self) -> Stage:
        return next(one for one in self.stages if one.id == self.stage.data)


def _place(stage: Stage) -> str:
    return _("%(board)s, %(stage)s", board=stage.board.name, stage=stage.name)
