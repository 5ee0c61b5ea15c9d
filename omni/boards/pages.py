"""What the pages of the boards show, put together from the hot reads. Knows no Flask."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from omni.boards import queries
from omni.boards.faces import CardRow, Face, Reader, Shelf, as_id
from omni.boards.models import Card, Outcome, Stage
from omni.boards.queries import PAGE, PULSE, BoardRow, StageRow
from omni.contacts.kinds import Lifecycle
from omni.core.ids import Id, decode, encode
from omni.core.words import _, ngettext, number

Render = Callable[[Face], str]

shelf = Shelf()


@dataclass
class StageFace:
    """A stage as it is drawn: its cards so far, and the way to those behind them."""

    id: str
    name: str
    count: str
    sentence: str
    cards: Markup = field(default_factory=Markup)
    more_href: str = ""
    more_words: str = ""


@dataclass
class BoardFace:
    """A board as it is drawn. `seq` says up to when it is true."""

    id: str
    key: Id
    name: str
    seq: int
    stages: list[StageFace] = field(default_factory=list)
    open_count: int = 0
    is_empty: bool = False


@dataclass(frozen=True)
class Arrival:
    """A card for a page that is open: behind which other one, in which list. No card: it left the board."""

    id: str
    list_id: str
    after_id: str
    card: Markup


@dataclass(frozen=True)
class MoveChoice:
    """A stage in the sheet "Move to…", and what choosing it brings about."""

    id: str
    name: str
    count: int
    words: str
    is_here: bool


def draw_board(board_id: Id, reader: Reader, render: Render) -> BoardFace:
    """The board with the first cards of each stage. Raises NotFound."""
    board = queries.read_board(board_id)
    stages, cards = queries.read_stages(board_id), queries.read_cards(board_id)
    face = _board(board)
    for stage in stages:
        drawn = stage_face(stage)
        _fill(drawn, face.id, cards.get(stage.id, []), shown=0, stage=stage, reader=reader, render=render)
        face.stages.append(drawn)
    face.open_count = sum(stage.n for stage in stages if stage.outcome == Outcome.OPEN)
    face.is_empty = not any(stage.n for stage in stages)
    return face


def draw_stage(stage: Stage, after: str, reader: Reader, render: Render) -> tuple[BoardFace, StageFace]:
    """The cards of a stage behind the place `after` (as `more_href` writes it; "" is the head)."""
    board = queries.read_board(stage.board_id)
    row = next(one for one in queries.read_stages(stage.board_id) if as_id(one.id) == stage.id)
    drawn, face = stage_face(row), _board(board)
    shown, place = _read_place(after)
    cards = queries.read_stage_cards(stage.id, place)
    _fill(drawn, face.id, cards, shown=shown, stage=row, reader=reader, render=render)
    return face, drawn


def draw_changes(board_id: Id, since: int, reader: Reader, render: Render) -> tuple[BoardFace, list[Arrival]] | None:
    """What changed on the board since a `seq`, card by card; None where the whole board is to be drawn anew."""
    board = queries.read_board(board_id)
    if not 0 <= since <= board.seq:
        return None
    events = queries.read_events(board_id, since)
    changed = list(dict.fromkeys(card_id for _seq, card_id in events if card_id))
    is_whole = len(events) == board.seq - since and all(card_id for _seq, card_id in events)
    if not is_whole or len(changed) > PULSE:
        return None
    face = _board(board)
    face.stages = [stage_face(stage) for stage in queries.read_stages(board_id)]
    rows = queries.read_changed(changed) if changed else []
    here = {as_id(row.id) for row, _before in rows}
    gone = [Arrival(encode(card_id), "", "", Markup()) for card_id in changed if card_id not in here]
    return face, gone + [_arrival(row, before, reader, render) for row, before in rows]


def draw_heads(board_id: Id, stage_ids: set[Id]) -> list[StageFace]:
    """The names and counts of some stages."""
    return [stage_face(stage) for stage in queries.read_stages(board_id) if as_id(stage.id) in stage_ids]


def stage_face(stage: StageRow) -> StageFace:
    """A stage without its cards."""
    return StageFace(encode(as_id(stage.id)), stage.name, number(stage.n), _sentence(stage))


def move_choices(card: Card) -> list[MoveChoice]:
    """The stages a card may go to."""
    stages = queries.read_stages(card.board_id)
    return [_choice(card, stage) for stage in stages]


def row_of(card: Card) -> CardRow:
    """One card as the hot reads give it."""
    (row, _before), *_rest = queries.read_changed([card.id])
    return row


def _board(board: BoardRow) -> BoardFace:
    return BoardFace(encode(as_id(board.id)), as_id(board.id), board.name, board.seq)


def _fill(
    face: StageFace, board: str, cards: list[CardRow], *, shown: int, stage: StageRow, reader: Reader, render: Render
) -> None:
    page = cards[:PAGE]
    face.cards = shelf.draw(page, reader, render)
    if len(cards) > PAGE:
        last = page[-1]
        shown += len(page)
        place = f"{shown}.{last.position}.{encode(as_id(last.id))}"
        face.more_href = f"/boards/{board}/stages/{face.id}?after={place}"
        # The counter may be behind by a move of this very moment, but there is at least one more.
        rest = max(stage.n - shown, 1)
        face.more_words = ngettext("%(num)s more", "%(num)s more", rest)


def _read_place(after: str) -> tuple[int, tuple[str, Id]]:
    """How many cards stand before a place, and the place. Anything else than we wrote is the head of the stage."""
    shown, _dot, rest = after.partition(".")
    position, _dot, card = rest.rpartition(".")
    try:
        if not (position.isascii() and position.isalnum()):
            raise ValueError
        return max(int(shown), 0), (position, decode(card))
    except ValueError:
        return 0, ("", Id(int=0))


def _arrival(row: CardRow, before: Id | None, reader: Reader, render: Render) -> Arrival:
    return Arrival(
        encode(as_id(row.id)),
        f"stage-{encode(as_id(row.stage_id))}-cards",
        f"card-{encode(before)}-row" if before else "",
        shelf.draw([row], reader, render),
    )


def _sentence(stage: StageRow) -> str:
    if stage.stale_days:
        return ngettext("Within a day", "Within %(num)s days", stage.stale_days)
    return _life_words(stage.sets_lifecycle) or {Outcome.LOST: _("Did not join")}.get(Outcome(stage.outcome), "")


def _life_words(life: Any) -> str:
    words = {
        Lifecycle.TRIAL: _("A trial is agreed"),
        Lifecycle.MEMBER: _("Members"),
        Lifecycle.PAUSED: _("Members at rest"),
        Lifecycle.FORMER: _("Former members"),
    }
    return words.get(Lifecycle(life), "") if life else ""


def _choice(card: Card, stage: StageRow) -> MoveChoice:
    stage_id = as_id(stage.id)
    is_here = stage_id == card.stage_id
    words = _("Here now") if is_here else _effect(card, stage.sets_lifecycle)
    return MoveChoice(encode(stage_id), stage.name, stage.n, words, is_here)


def _effect(card: Card, sets: str | None) -> str:
    """What choosing the stage makes of the person, where it makes anything of them."""
    name, life = card.contact.given_name or card.contact.display_name, card.contact.lifecycle
    if not sets or sets == life or (sets == Lifecycle.TRIAL and life is not Lifecycle.LEAD):
        return ""
    words = {
        Lifecycle.TRIAL: _("Makes %(name)s a trial", name=name),
        Lifecycle.MEMBER: _("Makes %(name)s a member", name=name),
        Lifecycle.PAUSED: _("Pauses %(name)s’s membership", name=name),
        Lifecycle.FORMER: _("Ends %(name)s’s membership", name=name),
    }
    return words.get(Lifecycle(sets), "")
