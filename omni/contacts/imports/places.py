"""Where the people of a file go: nowhere, by their stage of life, or onto one board; and the stages a file names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from omni.contacts import ports
from omni.contacts.doers import By
from omni.contacts.imports.opening import Opened
from omni.contacts.kinds import Entry, Lifecycle
from omni.contacts.models import Contact
from omni.contacts.reading.cells import bare, life_of
from omni.contacts.reading.people import Person
from omni.contacts.reading.roles import Role, fold_header
from omni.core import ids
from omni.core.ids import Id

NOWHERE = "none"
BY_LIFE = "life"
FIRST = "first"
_NEW = "new:"
MOST_STAGES = 30
LONGEST_STAGE = 60


@dataclass(frozen=True)
class Named:
    """A stage the file names, how many rows do, and what becomes of it: a stage's id, a new one, or the first."""

    name: str
    count: int
    to: str


@dataclass(frozen=True)
class Places:
    """The answer to "Where do they go?" with the boards there are.

    `stages` says by the folded name of a stage in the file where its people go: a stage's id, or `first`.
    """

    board: str
    stage: str | None
    landing: ports.Landing | None
    stages: Mapping[str, str] = field(default_factory=dict)

    def of(self, person: Person) -> tuple[Lifecycle, Id | None]:
        """The stage of life this person begins in, and the stage of a board they land on."""
        life = person.life or Lifecycle.LEAD
        said = self._said(person)
        board = said[0] if said else self._board(life)
        if board is None:
            return life, None
        if person.life is None and self.board != BY_LIFE and board.lives and life not in board.lives:
            # A board for members makes one of somebody of whom the file says nothing.
            life = Lifecycle.MEMBER if Lifecycle.MEMBER in board.lives else life
        return life, said[1] if said else self._stage(board, person)

    def land(self, contact: Contact, stage_id: Id, *, by: By) -> None:
        """Put the contact there."""
        if self.landing is not None:
            self.landing.land(contact, stage_id, by=by, via=Entry.IMPORT)

    def _said(self, person: Person) -> tuple[ports.BoardPlace, Id] | None:
        """The stage somebody chose for the one this person's row names, where the board's answer leaves room for it."""
        chosen = self.stages.get(fold_header(person.stage or person.life_word))
        if self.landing is None or self.board == NOWHERE or not chosen:
            return None
        for board in self.landing.boards:
            if self.board in (BY_LIFE, ids.encode(board.id)):
                for stage in board.stages:
                    if ids.encode(stage.id) == chosen:
                        return board, stage.id
        return None

    def _board(self, life: Lifecycle) -> ports.BoardPlace | None:
        if self.landing is None or self.board == NOWHERE:
            return None
        if self.board == BY_LIFE:
            return next((board for board in self.landing.boards if life in board.lives), None)
        return next((board for board in self.landing.boards if ids.encode(board.id) == self.board), None)

    def _stage(self, board: ports.BoardPlace, person: Person) -> Id | None:
        named = fold_header(person.stage or person.life_word)
        wanted = ["" if self.stages.get(named) == FIRST else named, fold_header(self.stage or "")]
        for name in filter(None, wanted):
            for stage in board.stages:
                if fold_header(stage.name) == name:
                    return stage.id
        return board.stages[0].id if board.stages else None


def places_for(board: str, stage: str | None, stages: Mapping[str, str] | None = None) -> Places:
    """The answer, with the boards of this workspace."""
    desk = ports.landing.answer()
    return Places(board or NOWHERE, stage, desk() if desk else None, stages or {})


def boards() -> tuple[ports.BoardPlace, ...]:
    """The boards people may be put on."""
    found = ports.places.answer()
    return found().read() if found else ()


# -- stages the file names ---------------------------------------------------------------------------------------------


def stages_in(opened: Opened, there: tuple[ports.BoardPlace, ...]) -> list[Named]:
    """The stages the file names, the most frequent first, each with what it is matched to; else offered as a new one.

    A word for a stage of life counts only where a stage bears that name.
    """
    by_name = {fold_header(stage.name): ids.encode(stage.id) for board in reversed(there) for stage in board.stages}
    columns = [(n, role) for n, role in enumerate(opened.reading.roles) if role in (Role.STAGE, Role.LIFE)]
    if not columns or not there:
        return []
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for _n, cells in opened.table.rows():
        name = _named(cells, columns)
        folded = fold_header(name)
        if folded and len(name) <= LONGEST_STAGE:
            counts[folded] += 1
            names.setdefault(folded, name)
    is_said = any(role is Role.STAGE for _n, role in columns)
    listed = [(key, count) for key, count in counts.most_common() if key in by_name or (is_said and not life_of(key))]
    new = f"{_NEW}{ids.encode(there[0].id)}"
    return [Named(names[key], count, by_name.get(key, new)) for key, count in listed[:MOST_STAGES]]


def new_stage_of(board: ports.BoardPlace) -> str:
    """The choice "a new stage on this board"."""
    return f"{_NEW}{ids.encode(board.id)}"


def make_stages(board: str, stages: Mapping[str, str], names: Mapping[str, str], *, by: By) -> dict[str, str]:
    """Make the new stages that were chosen, and answer the choices with their ids in place; the batch that is open
    takes them back."""
    desk = ports.landing.answer()
    if desk is None or board == NOWHERE:
        return dict(stages)
    there = {ids.encode(one.id): one for one in desk().boards}
    made: dict[str, str] = {}
    for folded, to in stages.items():
        # On one board, new stages are made there.
        key = board if board in there else to.removeprefix(_NEW)
        if to.startswith(_NEW) and key in there:
            to = ids.encode(desk().add_stage(there[key].id, names[folded], by=by))
        made[folded] = to
    return made


def _named(cells: Sequence[str], columns: Sequence[tuple[int, Role]]) -> str:
    """The stage a row names; its own column goes before a stage of life."""
    said = [(role is Role.LIFE, bare(cells[n])) for n, role in columns if bare(cells[n])]
    return min(said)[1] if said else ""
