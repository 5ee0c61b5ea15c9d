"""Where the people of a file go: nowhere, by their stage of life, or onto one board."""

from __future__ import annotations

from dataclasses import dataclass

from omni.contacts import ports
from omni.contacts.doers import By
from omni.contacts.folding import fold
from omni.contacts.kinds import Lifecycle
from omni.contacts.models import Contact
from omni.contacts.reading.people import Person
from omni.core import ids
from omni.core.ids import Id

NOWHERE = "none"
BY_LIFE = "life"


@dataclass(frozen=True)
class Places:
    """The answer to "Where do they go?" with the boards there are."""

    board: str
    stage: str | None
    landing: ports.Landing | None

    def of(self, person: Person) -> tuple[Lifecycle, Id | None]:
        """The stage of life this person begins in, and the stage of a board they land on."""
        life = person.life or Lifecycle.LEAD
        board = self._board(life)
        if board is None:
            return life, None
        if person.life is None and self.board != BY_LIFE and board.lives and life not in board.lives:
            # A board for members makes one of somebody of whom the file says nothing.
            life = Lifecycle.MEMBER if Lifecycle.MEMBER in board.lives else life
        return life, self._stage(board, person)

    def land(self, contact: Contact, stage_id: Id, *, by: By) -> None:
        """Put the contact there."""
        if self.landing is not None:
            self.landing.land(contact, stage_id, by=by, via="import")

    def _board(self, life: Lifecycle) -> ports.BoardPlace | None:
        if self.landing is None or self.board == NOWHERE:
            return None
        if self.board == BY_LIFE:
            return next((board for board in self.landing.boards if life in board.lives), None)
        return next((board for board in self.landing.boards if ids.encode(board.id) == self.board), None)

    def _stage(self, board: ports.BoardPlace, person: Person) -> Id | None:
        for wanted in (person.stage, self.stage or ""):
            for stage in board.stages:
                if wanted and fold(stage.name) == fold(wanted):
                    return stage.id
        return board.stages[0].id if board.stages else None


def places_for(board: str, stage: str | None) -> Places:
    """The answer, with the boards of this workspace."""
    desk = ports.landing.answer()
    return Places(board or NOWHERE, stage, desk() if desk else None)


def boards() -> tuple[ports.BoardPlace, ...]:
    """The boards people may be put on."""
    desk = ports.landing.answer()
    return desk().boards if desk else ()
