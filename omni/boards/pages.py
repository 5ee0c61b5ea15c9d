"""What the pages of the boards show, put together from the hot reads. Knows no Flask."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from omni.boards import queries, wording
from omni.boards.faces import CardRow, Face, Reader, Shelf, as_id
from omni.boards.models import Asks, Card, Outcome, Stage
from omni.boards.queries import FURTHER, PAGE, PULSE, BoardRow, StageRow
from omni.contacts.kinds import Lifecycle
from omni.contacts.lists.asked import Asked
from omni.contacts.lists.pages import matching
from omni.core.ids import Id, decode, encode
from omni.core.tenancy import current_workspace
from omni.core.words import Lazy, _, lazy, money, ngettext, number

Render = Callable[[Face], str]
Planned = dict[Any, tuple[int, int]]

shelf = Shelf()
# What a gate asks for, inside a sentence.
ASKED: dict[Asks, Lazy] = {
    Asks.PHONE: lazy("a phone number"),
    Asks.EMAIL: lazy("an email"),
    Asks.OWNER: lazy("an owner"),
    Asks.VALUE: lazy("what it is worth"),
    Asks.EXPECTED_ON: lazy("a day"),
    Asks.LOST_REASON: lazy("the reason"),
}


@dataclass
class StageFace:
    """A stage as it is drawn: its cards so far, and the way to those behind them."""

    id: str
    name: str
    count: str
    sentence: str
    colour: str = ""
    value: str = ""
    is_over: bool = False
    cards: Markup = field(default_factory=Markup)
    more_href: str = ""
    more_words: str = ""
    list_href: str = ""
    resting_href: str = ""
    resting_words: str = ""


@dataclass
class BoardFace:
    """A board as it is drawn. `seq` says up to when it is true."""

    id: str
    key: Id
    name: str
    seq: int
    stages: list[StageFace] = field(default_factory=list)
    open_words: str = ""
    stepless_words: str = ""
    is_empty: bool = False
    query: str = ""


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
    stages, cards, planned = _read_all(board_id)
    face = _summed(_board(board), stages, planned)
    for stage in stages:
        drawn = stage_face(stage)
        _fill(drawn, face.id, cards.get(stage.id, []), planned, shown=0, stage=stage, reader=reader, render=render)
        face.stages.append(drawn)
    face.is_empty = not any(stage.n for stage in stages)
    return face


def _read_all(board_id: Id) -> tuple[list[StageRow], dict[Any, list[CardRow]], Planned]:
    return queries.read_stages(board_id), queries.read_cards(board_id), queries.read_planned(board_id)


def _summed(face: BoardFace, stages: list[StageRow], planned: Planned) -> BoardFace:
    """The board with how many are on their way on it, and how many of them without a next step."""
    on_their_way = [stage for stage in stages if stage.outcome == Outcome.OPEN]
    n = sum(stage.n for stage in on_their_way)
    stepless = n - sum(planned.get(stage.id, (0, 0))[0] for stage in on_their_way)
    face.open_words = ngettext("%(num)s open", "%(num)s open", n)
    if stepless > 0:
        face.stepless_words = ngettext("%(num)s without a next step", "%(num)s without a next step", stepless)
    return face


def draw_fitting(board_id: Id, asked: Asked, reader: Reader, render: Render) -> BoardFace:
    """The board with those alone who fit a filter, and each stage's "12 of 340". Raises NotFound."""
    face, stages, people = _board(queries.read_board(board_id)), queries.read_stages(board_id), matching(asked)
    sums, of = queries.fitting_sums(board_id, people), queries.fitting_cards(board_id, people)
    ids: dict[Id, list[Id]] = {}
    for stage_id, card_id in of:
        ids.setdefault(stage_id, []).append(card_id)
    wanted = [card_id for found in ids.values() for card_id in found[:PAGE]]
    rows: dict[Id, list[CardRow]] = {}
    for row in queries.read_fitting(wanted):
        rows.setdefault(as_id(row.stage_id), []).append(row)
    face.query = urlencode([("f", text) for text in (*(one.text for one in asked.filters), *asked.broken)])
    for stage in stages:
        n, value, silent = sums.get(as_id(stage.id), (0, 0, 0))
        drawn = stage_face(stage._replace(n=n, value_cents=value, silent=silent, wip_limit=None))
        drawn.count = _("%(shown)s of %(total)s", shown=number(n), total=number(stage.n))
        shown = rows.get(as_id(stage.id), [])
        drawn.cards = shelf.draw(shown, reader, render)
        if n > len(shown):
            drawn.more_words = ngettext("%(num)s more", "%(num)s more", n - len(shown))
            drawn.list_href = f"/contacts?{face.query}&{urlencode({'f': f'stage:is:{drawn.id}'})}"
        face.stages.append(drawn)
    total = sum(stage.n for stage in stages)
    face.open_words = _(
        "%(shown)s of %(total)s", shown=number(sum(n for n, _v, _s in sums.values())), total=number(total)
    )
    return face


def draw_stage(stage: Stage, after: str, reader: Reader, render: Render) -> tuple[BoardFace, StageFace]:
    """The cards of a stage behind the place `after` (as `more_href` writes it; "" is the head)."""
    board = queries.read_board(stage.board_id)
    row = next(one for one in queries.read_stages(stage.board_id) if as_id(one.id) == stage.id)
    drawn, face = stage_face(row), _board(board)
    shown, place = _read_place(after)
    cards, planned = queries.read_stage_cards(stage.id, place), queries.read_planned(stage.board_id)
    _fill(drawn, face.id, cards, planned, shown=shown, stage=row, reader=reader, render=render)
    return face, drawn


def draw_resting(stage: Stage, reader: Reader, render: Render) -> tuple[BoardFace, StageFace]:
    """Who rests in a stage, who returns first before the others."""
    board = queries.read_board(stage.board_id)
    row = next(one for one in queries.read_stages(stage.board_id) if as_id(one.id) == stage.id)
    drawn = stage_face(row)
    drawn.cards = shelf.draw(queries.read_resting(stage.id), reader, render)
    return _board(board), drawn


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
    stages = queries.read_stages(board_id)
    face = _summed(_board(board), stages, queries.read_planned(board_id))
    face.stages = [stage_face(stage) for stage in stages]
    found = queries.read_changed(changed) if changed else []
    rows = [(row, before) for row, before in found if not row.is_out_of_view(reader.now)]
    here = {as_id(row.id) for row, _before in rows}
    gone = [Arrival(encode(card_id), "", "", Markup()) for card_id in changed if card_id not in here]
    return face, gone + [_arrival(row, before, reader, render) for row, before in rows]


def draw_heads(board_id: Id, stage_ids: set[Id]) -> list[StageFace]:
    """The heads of some stages. The sums of the board follow with the next pulse."""
    return [stage_face(stage) for stage in queries.read_stages(board_id) if as_id(stage.id) in stage_ids]


def stage_face(stage: StageRow) -> StageFace:
    """A stage without its cards."""
    limit, count = stage.wip_limit, number(stage.n)
    is_over = limit is not None and stage.n > limit
    if limit is not None and is_over:
        count = _("%(count)s of %(limit)s", count=count, limit=number(limit))
    return StageFace(
        encode(as_id(stage.id)),
        stage.name,
        count,
        _sentence(stage),
        colour=stage.colour or "",
        value=money(stage.value_cents, current_workspace().currency) if stage.value_cents else "",
        is_over=is_over,
    )


def move_choices(card: Card) -> list[MoveChoice]:
    """The stages a card may go to."""
    stages = queries.read_stages(card.board_id)
    return [_choice(card, stage) for stage in stages]


def stage_choices(board_id: Id) -> list[MoveChoice]:
    """The stages of a board for several cards at once."""
    return [
        MoveChoice(encode(as_id(one.id)), one.name, one.n, asks_words(one.gate), is_here=False)
        for one in queries.read_stages(board_id)
    ]


def settings_words(stage: Stage) -> str:
    """What a stage is set to, in a line."""
    facts = [
        ngettext("silent after %(num)s day", "silent after %(num)s days", stage.stale_days) if stage.stale_days else "",
        ngettext("answers within %(num)s minute", "answers within %(num)s minutes", stage.reply_minutes)
        if stage.reply_minutes
        else "",
        ngettext("follow-up after %(num)s day", "follow-up after %(num)s days", stage.next_step_days)
        if stage.next_step_days
        else "",
        _("%(num)s cards at most", num=stage.wip_limit) if stage.wip_limit else "",
        asks_words(stage.gate),
        str(wording.ROLES[stage.role]) if stage.role else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def asks_words(gate: Sequence[str] | str) -> str:
    """What a stage asks before it lets a card in, in a sentence; empty where it asks nothing."""
    asks = [str(ASKED[key]) for key in Asks if key.value in gate]
    return _("Asks for %(what)s", what=", ".join(asks)) if asks else ""


def row_of(card: Card) -> CardRow:
    """One card as the hot reads give it."""
    (row, _before), *_rest = queries.read_changed([card.id])
    return row


def _board(board: BoardRow) -> BoardFace:
    return BoardFace(encode(as_id(board.id)), as_id(board.id), board.name, board.seq)


def _fill(
    face: StageFace,
    board: str,
    cards: list[CardRow],
    planned: Planned,
    *,
    shown: int,
    stage: StageRow,
    reader: Reader,
    render: Render,
) -> None:
    size = FURTHER if shown else PAGE
    page = cards[:size]
    face.cards = shelf.draw(page, reader, render)
    resting = planned.get(stage.id, (0, 0))[1] if stage.outcome == Outcome.OPEN else 0
    if resting and not shown:
        face.resting_href = f"/boards/{board}/stages/{face.id}?resting=1"
        face.resting_words = ngettext("%(num)s resting", "%(num)s resting", resting)
    if len(cards) > size:
        last = page[-1]
        shown += len(page)
        place = f"{shown}.{last.position}.{encode(as_id(last.id))}"
        face.more_href = f"/boards/{board}/stages/{face.id}?after={place}"
        # The counter may be behind by a move of this very moment, but there is at least one more.
        rest = max(stage.n - resting - shown, 1)
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
    """What is most worth knowing of a stage: how far over its limit it is, who is silent; else what it means."""
    over = stage.n - stage.wip_limit if stage.wip_limit is not None else 0
    parts = [_("%(num)s over.", num=over)] if over > 0 else []
    if stage.silent:
        days = stage.stale_days or 1
        parts.append(ngettext("%(count)s past %(num)s day", "%(count)s past %(num)s days", days, count=stage.silent))
    if parts or stage.value_cents:
        return " ".join(parts)
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
    effects = [_effect(card, stage.sets_lifecycle), asks_words(stage.gate)]
    words = _("Here now") if is_here else " · ".join(effect for effect in effects if effect)
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
