"""Reads of the boards. The page, the pulse and a stage's cards are fixed SQL (a closed list, `HOT`), the rest Peewee.

`visible` cards are the open ones: not closed, of a contact that is neither deleted nor being erased.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from peewee import JOIN, SQL, Case, fn

from omni.boards.faces import CardRow, as_id
from omni.boards.models import LONGEST_KEY, Board, BoardEvent, Card, Outcome, Role, Stage, StageStat
from omni.boards.status import StatusLine as StatusLine
from omni.boards.status import status_line as status_line
from omni.contacts import queries as contacts
from omni.contacts.kinds import Processing
from omni.contacts.models import Activity, Contact
from omni.contacts.next_actions import NextAction
from omni.core import clock
from omni.core.database import database, is_postgres
from omni.core.faults import NotFound
from omni.core.fields import EPOCH, MICROSECOND
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.tenancy import current_workspace_id
from omni.core.together import Part

# Cards of a stage shown at first, and brought by each "more": who scrolls on waits four times less often.
PAGE, FURTHER = 25, 200
# A pulse brings at most this many cards one by one, else whole stages.
PULSE = 50
# A filtered board shows so many cards at most, and looks through so many for the first of each stage.
FITTING, SEARCHED = 160, 2_000
# Who rests in a stage is shown on one page, of so many.
RESTING = 200
EVENTS_KEPT = timedelta(days=1)
Row = TypeVar("Row")
NAME = re.compile(r":([a-z_0-9]+)")

_FACE = """
SELECT c.id, c.version, c.stage_id, c.position, c.entered_at, k.id, k.display_name, k.owner_id, k.processing, k.source,
       k.source_detail, k.snoozed_until, k.snooze_reason, n.step, n.title, n.due_at,
       (SELECT a.summary FROM activity a
         WHERE a.workspace_id = :ws AND a.contact_id = k.id
           AND a.direction = 'in' AND a.kind <> 'arrived' AND a.summary <> ''
         ORDER BY a.happened_at DESC, a.id DESC LIMIT 1),
       s.outcome, c.last_activity_at, c.limit_at, c.stale_at, c.reply_due_at"""

# Whoever rests is out of the open view: in an open stage their card is not shown until their day.
_AWAKE = "(s.outcome <> 'open' OR k.snoozed_until IS NULL OR k.snoozed_until <= :now)"

_PERSON = """
  JOIN contact k ON k.workspace_id = :ws AND k.id = c.contact_id AND k.deleted_at IS NULL AND k.processing <> 'erasing'
  LEFT JOIN next_action n ON n.workspace_id = :ws AND n.id = (
       SELECT m.id FROM next_action m WHERE m.workspace_id = :ws AND m.contact_id = k.id
        ORDER BY m.due_at, m.id LIMIT 1)"""

# The first cards of every stage in one statement. The bound is the position of a stage's 26th card, found by its index.
BOARD_CARDS = f"""{_FACE}
  FROM stage s
  JOIN card c ON c.workspace_id = :ws AND c.stage_id = s.id AND c.closed_at IS NULL AND c.position <= (
       SELECT max(e.position) FROM (
         SELECT x.position FROM card x
           JOIN contact y ON y.workspace_id = :ws AND y.id = x.contact_id
                AND (s.outcome <> 'open' OR y.snoozed_until IS NULL OR y.snoozed_until <= :now)
          WHERE x.workspace_id = :ws AND x.stage_id = s.id AND x.closed_at IS NULL
          ORDER BY x.position, x.id LIMIT {PAGE + 1}) e)
  {_PERSON}
 WHERE s.workspace_id = :ws AND s.board_id = :board AND s.archived_at IS NULL AND {_AWAKE}
 ORDER BY s.position, s.id, c.position, c.id"""  # noqa: S608

# The next cards of one stage, after a place given by its position and id.
STAGE_CARDS = f"""{_FACE}
  FROM card c
  JOIN stage s ON s.workspace_id = :ws AND s.id = c.stage_id
  {_PERSON}
 WHERE c.workspace_id = :ws AND c.stage_id = :stage AND c.closed_at IS NULL AND (c.position, c.id) > (:position, :card)
   AND {_AWAKE}
 ORDER BY c.position, c.id LIMIT {FURTHER + 1}"""

# Who rests in a stage, the first to return before the others.
RESTING_CARDS = f"""{_FACE}
  FROM card c
  JOIN stage s ON s.workspace_id = :ws AND s.id = c.stage_id
  {_PERSON}
 WHERE c.workspace_id = :ws AND c.stage_id = :stage AND c.closed_at IS NULL AND k.snoozed_until > :now
 ORDER BY k.snoozed_until, c.id LIMIT {RESTING}"""

STAGES = """
SELECT s.id, s.name, s.outcome, s.sets_lifecycle, s.stale_days, s.wip_limit, s.colour, s.gate, t.n, t.value_cents,
       (SELECT count(*) FROM card c WHERE c.workspace_id = :ws AND c.stage_id = s.id AND c.closed_at IS NULL
           AND c.stale_at <= :now)
  FROM stage s JOIN stage_stat t ON t.workspace_id = :ws AND t.stage_id = s.id
 WHERE s.workspace_id = :ws AND s.board_id = :board AND s.archived_at IS NULL
 ORDER BY s.position, s.id"""

# In each stage, for how many something is planned, and how many of those rest. It begins with the people for whom
# something is planned, who are fewer than the cards.
PLANNED = """
SELECT c.stage_id, count(*), sum(CASE WHEN k.snoozed_until > :now THEN 1 ELSE 0 END) FROM contact k
  JOIN card c ON c.workspace_id = :ws AND c.board_id = :board AND c.contact_id = k.id AND c.closed_at IS NULL
 WHERE k.workspace_id = :ws AND (k.next_action_at IS NOT NULL OR k.snoozed_until IS NOT NULL)
 GROUP BY c.stage_id"""

BOARD = "SELECT b.id, b.name, b.seq FROM board b WHERE b.workspace_id = :ws AND b.id = :board"

EVENTS = f"""
SELECT e.seq, e.card_id FROM board_event e
 WHERE e.workspace_id = :ws AND e.board_id = :board AND e.seq > :since ORDER BY e.seq LIMIT {PULSE * 4}"""  # noqa: S608

# Cards by their ids, each with the card before it, in the order of their places.
CHANGED_CARDS = f"""{_FACE},
       (SELECT p.id FROM card p
         WHERE p.workspace_id = :ws AND p.stage_id = c.stage_id AND p.closed_at IS NULL
           AND (p.position, p.id) < (c.position, c.id)
         ORDER BY p.position DESC, p.id DESC LIMIT 1)
  FROM card c
  JOIN stage s ON s.workspace_id = :ws AND s.id = c.stage_id AND s.archived_at IS NULL
  {_PERSON}
 WHERE c.workspace_id = :ws AND c.closed_at IS NULL AND c.id IN ({", ".join(f":card{n}" for n in range(PULSE))})
 ORDER BY s.position, s.id, c.position, c.id"""  # noqa: S608

# Cards by their ids, for a board of those who fit a filter.
FITTING_CARDS = f"""{_FACE}
  FROM card c
  JOIN stage s ON s.workspace_id = :ws AND s.id = c.stage_id
  {_PERSON}
 WHERE c.workspace_id = :ws AND c.closed_at IS NULL AND c.id IN ({", ".join(f":card{n}" for n in range(FITTING))})
 ORDER BY c.position, c.id"""

HOT = (FITTING_CARDS, BOARD_CARDS, STAGE_CARDS, RESTING_CARDS, STAGES, PLANNED, BOARD, EVENTS, CHANGED_CARDS)


class BoardRow(NamedTuple):
    id: Any
    name: str
    seq: int


class StageRow(NamedTuple):
    id: Any
    name: str
    outcome: str
    sets_lifecycle: str | None
    stale_days: int | None
    wip_limit: int | None
    colour: str | None
    gate: str
    n: int
    value_cents: int
    silent: int


# -- the hot reads -----------------------------------------------------------------------------------------------------


def read_board(board_id: Id) -> BoardRow:
    """A board's name and `seq`. Raises NotFound."""
    rows = _read(BOARD, board=board_id)
    if not rows:
        raise NotFound
    return BoardRow(*rows[0])


def read_stages(board_id: Id) -> list[StageRow]:
    """The live stages of a board with what stands in each of them, in order."""
    return [StageRow(*row) for row in _read(STAGES, board=board_id)]


def read_planned(board_id: Id) -> dict[Any, tuple[int, int]]:
    """By the raw id of a stage: how many of its cards have a next step or rest, and how many rest."""
    return {stage_id: (int(planned), int(resting)) for stage_id, planned, resting in _read(PLANNED, board=board_id)}


def read_cards(board_id: Id) -> dict[Any, list[CardRow]]:
    """The first cards of each stage by the stage's raw id; one more than a page where there are more."""
    stages: dict[Any, list[CardRow]] = {}
    for row in _read(BOARD_CARDS, board=board_id):
        cards = stages.setdefault(row[2], [])
        # Equal positions may bring a few too many.
        if len(cards) <= PAGE:
            cards.append(CardRow(*row))
    return stages


def read_stage_cards(stage_id: Id, after: tuple[str, Id]) -> list[CardRow]:
    """The cards of a stage after a place, one more than a page where there are more."""
    position, card_id = after
    return [CardRow(*row) for row in _read(STAGE_CARDS, stage=stage_id, position=position, card=card_id)]


def read_resting(stage_id: Id) -> list[CardRow]:
    """The cards of a stage whose people rest, who returns first before the others."""
    return [CardRow(*row) for row in _read(RESTING_CARDS, stage=stage_id)]


def read_events(board_id: Id, since: int) -> list[tuple[int, Id | None]]:
    """What happened on a board after `since`: (seq, card), or (seq, None) where its stages changed."""
    return [(seq, card and as_id(card)) for seq, card in _read(EVENTS, board=board_id, since=since)]


def read_fitting(card_ids: Sequence[Id]) -> list[CardRow]:
    """The first `FITTING` of these cards as the hot reads give them, in the order of their places."""
    filled = {f"card{n}": card_ids[min(n, len(card_ids) - 1)] for n in range(FITTING)} if card_ids else {}
    return [CardRow(*row) for row in _read(FITTING_CARDS, **filled)] if filled else []


def read_changed(card_ids: Sequence[Id]) -> list[tuple[CardRow, Id | None]]:
    """At most `PULSE` open cards, each with the id of the card before it (None: it is the first of its stage)."""
    # One text for any number: the last id fills the places that are left.
    filled = {f"card{n}": card_ids[min(n, len(card_ids) - 1)] for n in range(PULSE)}
    return [(CardRow(*row[:-1]), row[-1] and as_id(row[-1])) for row in _read(CHANGED_CARDS, **filled)]


def _read(text: str, **values: Any) -> Sequence[Any]:
    sql, names = _for_driver(text, is_postgres())
    ready = {"ws": current_workspace_id(), "now": _now(), **values}
    bound = [_bind(ready[name]) for name in names]
    rows: Sequence[Any] = database.execute_sql(sql, bound).fetchall()
    return rows


@lru_cache(maxsize=2 * len(HOT))
def _for_driver(text: str, postgres: bool) -> tuple[str, tuple[str, ...]]:
    """The text with the driver's own placeholders, and the names of its values in their order."""
    return NAME.sub("%s" if postgres else "?", text), tuple(NAME.findall(text))


def _now() -> int:
    return (clock.now() - EPOCH) // MICROSECOND


def _bind(value: Any) -> Any:
    return value.bytes if isinstance(value, UUID) and not is_postgres() else value


# -- everything else ---------------------------------------------------------------------------------------------------


def list_boards() -> list[Board]:
    """Every board, in order."""
    return _boards()


@prepared
def _boards() -> Any:
    return Board.select().order_by(Board.position, Board.id)


def get_board(board_id: Id) -> Board:
    """The board. Raises NotFound."""
    return _one(Board.select().where(Board.id == board_id), Board)


def list_stages(board_id: Id) -> list[Stage]:
    """The live stages of a board, in order."""
    return _stages(board=board_id)


@prepared
def _stages(board: Any) -> Any:
    return Stage.select().where(Stage.board == board, Stage.archived_at.is_null()).order_by(Stage.position, Stage.id)


def is_live(stage_id: Id) -> bool:
    """Whether a stage is there and not archived, as it is now."""
    return bool(_live(stage=stage_id))


@prepared
def _live(stage: Any) -> Any:
    return Stage.select(Stage.id).where(Stage.id == stage, Stage.archived_at.is_null()).tuples()


def get_stage(stage_id: Id) -> Stage:
    """The stage, with its board. Raises NotFound."""
    return _one(Stage.select(Stage, Board).join(Board, on=Stage.board).where(Stage.id == stage_id), Stage)


def stages_by_role() -> dict[Role, Stage]:
    """The live stage that bears each role, with its board, for the roles that one bears."""
    query = Stage.select(Stage, Board).join(Board, on=Stage.board)
    query = query.where(Stage.role.is_null(False), Stage.archived_at.is_null())
    return {stage.role: stage for stage in query}


def standing_in(stage_ids: Sequence[Id] | None) -> Any:
    """The contacts with an open card in one of these stages, or with None on any board: contacts' port of that name."""
    query = Card.select(Card.contact).where(Card.closed_at.is_null())
    return query if stage_ids is None else query.where(Card.stage.in_(list(stage_ids)))


def list_all_stages() -> list[Stage]:
    """The live stages of every board with their boards, in order."""
    query = Stage.select(Stage, Board).join(Board, on=Stage.board).where(Stage.archived_at.is_null())
    return list(query.order_by(Board.position, Board.id, Stage.position, Stage.id))


def places() -> Part[tuple[list[Board], list[Stage]]]:
    """Every board, and the live stages of them all, each in order."""

    def make(boards: list[Board], stages: list[Stage]) -> tuple[list[Board], list[Stage]]:
        boards = sorted(boards, key=lambda board: (board.position, board.id.int))
        place = {board.id: at for at, board in enumerate(boards)}
        return boards, sorted(stages, key=lambda stage: (place[stage.board_id], stage.position, stage.id.int))

    return Part((Board.select(), Stage.select().where(Stage.archived_at.is_null())), make)


def get_live_stage(stage_id: Id) -> Stage:
    """A stage that is not archived. Raises NotFound."""
    return _one(Stage.select().where(Stage.id == stage_id, Stage.archived_at.is_null()), Stage)


def find_live_stage(stage_id: Id) -> Stage | None:
    """A stage, unless it is archived or gone."""
    found: Stage | None = Stage.select().where(Stage.id == stage_id, Stage.archived_at.is_null()).first()
    return found


def find_open_card(board_id: Id, contact_id: Id) -> Card | None:
    """The contact's card on a board, unless it lies off it."""
    found: Card | None = (
        Card.select().where(Card.board == board_id, Card.contact == contact_id, Card.closed_at.is_null()).first()
    )
    return found


def get_card(card_id: Id) -> Card:
    """An open card with its board, stage and contact. Raises NotFound for one off the board or of one not visible."""
    found = _visible_card(card=card_id)
    if not found:
        raise NotFound
    card: Card = found[0]
    return card


@prepared
def _visible_card(card: Any) -> Any:
    return _cards().where(Card.id == card)


def find_card(card_id: Id) -> Card | None:
    """An open card, if it is there."""
    found: Card | None = Card.select().where(Card.id == card_id, Card.closed_at.is_null()).first()
    return found


def read_again(card_id: Id) -> Card | None:
    """The card as it is now, if it is still open."""
    found = _again(card=card_id)
    return found[0] if found else None


def read_for_move(card_id: Id, stage_id: Id) -> tuple[Card | None, bool]:
    """The card as it is now, if it is still open, and whether the stage is there and not archived."""
    found = _for_move(card=card_id, stage=stage_id)
    card = found[0] if found else read_again(card_id)
    return card, bool(found) or is_live(stage_id)


@prepared
def _for_move(card: Any, stage: Any) -> Any:
    live = Stage.select(SQL("1")).where(Stage.id == stage, Stage.archived_at.is_null())
    return Card.select().where(Card.id == card, Card.closed_at.is_null(), fn.EXISTS(live))


@prepared
def _again(card: Any) -> Any:
    return Card.select().where(Card.id == card, Card.closed_at.is_null())


def list_cards(contact_id: Id) -> list[Card]:
    """The open cards of a contact, with board and stage, in the order of the boards."""
    return _lying(contact=contact_id)


@prepared
def _lying(contact: Any) -> Any:
    return _cards().where(Card.contact == contact).order_by(Board.position, Board.id)


def cards_of(contact_id: Id) -> list[Card]:
    """Every card of a contact with its stage, those that lie off their boards too."""
    return _of_contact(contact=contact_id)


@prepared
def _of_contact(contact: Any) -> Any:
    query = Card.select(Card, Stage).join(Stage, on=Card.stage).where(Card.contact == contact)
    # One after the other, the same way for everybody.
    return query.order_by(Card.board, Card.id)


def cards_of_board(board_id: Id, card_ids: Sequence[Id]) -> list[Card]:
    """Those of the cards that may be seen and stand on the board, in the order of `card_ids`."""
    place = {card_id: at for at, card_id in enumerate(card_ids)}
    rows = _cards().where(Card.board == board_id, Card.id.in_(list(card_ids)))
    return sorted(rows, key=lambda card: place[card.id])


def list_standing(contact_ids: Sequence[Id]) -> list[tuple[Contact, NextAction | None, list[Card]]]:
    """These contacts, each with their next step where there is one, and their open cards in the order of the boards.

    Of each only what a standing tells (`_TOLD`): a list asks for fifty of them.
    """
    people: dict[Id, tuple[Contact, NextAction | None]] = {}
    cards: dict[Id, dict[Id, Card]] = {}
    for row in _standing(contacts=list(contact_ids)):
        people.setdefault(row.id, (row, _joined(row, "step_now")))
        if card := _joined(row, "card_now"):
            cards.setdefault(row.id, {}).setdefault(card.id, card)
    return [(contact, step, list(cards.get(contact.id, {}).values())) for contact, step in people.values()]


# To read every column of these five tables would be a tenth of what a list of people costs.
_TOLD = (
    *(Contact.id, Contact.given_name, Contact.display_name, Contact.processing, Contact.snoozed_until),
    *(NextAction.id, NextAction.step, NextAction.title, NextAction.due_at),
    *(Card.id, Card.board, Card.stage, Card.title, Card.value_cents, Card.lost_reason),
    *(Card.entered_at, Card.last_activity_at, Card.limit_at, Card.stale_at, Card.reply_due_at),
    *(Stage.id, Stage.board, Stage.name, Stage.outcome, Board.id, Board.name),
)


@prepared
def _standing(contacts: Any) -> Any:
    due = (NextAction.contact == Contact.id) & (NextAction.due_at == Contact.next_action_at)
    lies = (Card.contact == Contact.id) & Card.closed_at.is_null()
    query = Contact.select(*_TOLD).join(NextAction, JOIN.LEFT_OUTER, on=due, attr="step_now")
    query = query.switch(Contact).join(Card, JOIN.LEFT_OUTER, on=lies, attr="card_now")
    query = query.join(Stage, JOIN.LEFT_OUTER, on=(Stage.id == Card.stage), attr="stage")
    query = query.join(Board, JOIN.LEFT_OUTER, on=(Board.id == Stage.board), attr="board")
    rows = query.where(Contact.id.in_(contacts))
    return rows.order_by(Contact.id, NextAction.id, Board.position, Board.id)


def _joined(row: Any, name: str) -> Any:
    """What an outer join brought, if it brought anything."""
    found = getattr(row, name, None)
    return found if found is not None and found.id is not None else None


def fitting_cards(board_id: Id, people: Any) -> list[tuple[Id, Id]]:
    """The open cards of these people on a board as (stage, card), stage by stage, each in its order; the first
    `SEARCHED`."""
    query = _fitting(board_id, people).select(Card.stage, Card.id)
    return list(query.order_by(Stage.position, Stage.id, Card.position, Card.id).limit(SEARCHED).tuples())


def fitting_sums(board_id: Id, people: Any) -> dict[Id, tuple[int, int, int]]:
    """Of the same cards, by stage: how many, what they are worth, how many are silent."""
    silent = fn.SUM(Case(None, [(Card.stale_at <= clock.now(), 1)], 0))
    query = _fitting(board_id, people).select(Card.stage, fn.COUNT(Card.id), fn.SUM(Card.value_cents), silent)
    return {
        stage: (n, int(value or 0), int(late or 0)) for stage, n, value, late in query.group_by(Card.stage).tuples()
    }


def _fitting(board_id: Id, people: Any) -> Any:
    fits = Card.contact.in_(people.select(Contact.id))
    query = Card.select().join(Stage, on=Card.stage).switch(Card).join(Contact, on=Card.contact)
    awake = (Stage.outcome != Outcome.OPEN) | Contact.snoozed_until.is_null() | (Contact.snoozed_until <= clock.now())
    return query.where(Card.board == board_id, Card.closed_at.is_null(), Stage.archived_at.is_null(), fits, awake)


def cards_after(stage_id: Id, last: Id | None, count: int) -> list[tuple[Id, Id]]:
    """Some open cards of a stage behind `last`, each with its contact, by id."""
    query = Card.select(Card.id, Card.contact).where(Card.stage == stage_id, Card.closed_at.is_null())
    if last is not None:
        query = query.where(Card.id > last)
    return list(query.order_by(Card.id).limit(count).tuples())


def cards_among(card_ids: Sequence[Id]) -> list[Card]:
    """These cards with their stages, those that are open."""
    query = Card.select(Card, Stage).join(Stage, on=Card.stage)
    return list(query.where(Card.id.in_(list(card_ids)), Card.closed_at.is_null()).order_by(Card.id))


def cards_put_away(contact_id: Id, since: datetime) -> list[Card]:
    """Of each board the contact's card that was taken off last since then, in the order of the boards."""
    query = (
        Card.select().where(Card.contact == contact_id, Card.closed_at >= since).order_by(Card.board, Card.closed_at)
    )
    return list({card.board_id: card for card in query}.values())


def _landing(*shown: Any) -> Any:
    """Where a new contact lands unless told: the first open stage of the first board that has one."""
    query = Stage.select(*shown).join(Board, on=Stage.board)
    query = query.where(Stage.archived_at.is_null(), Stage.outcome == Outcome.OPEN)
    return query.order_by(Board.position, Board.id, Stage.position, Stage.id).limit(1)


def head_position(stage_id: Id) -> str | None:
    """The position of the first card of a stage."""
    found = _head(stage=stage_id)
    return found[0][0] if found else None


@prepared
def _head(stage: Any) -> Any:
    first = Card.select(Card.position).where(Card.stage == stage, Card.closed_at.is_null())
    return first.order_by(Card.position, Card.id).limit(1).tuples()


def find_behind(after: Card, *, but: Card) -> Card | None:
    """The card behind `after` in its stage, leaving out the one that is on its way."""
    found: Card | None = (
        Card.select()
        .where(
            Card.stage == after.stage_id,
            Card.closed_at.is_null(),
            Card.id != but.id,
            Card.position >= after.position,
            (Card.position > after.position) | (Card.id > after.id),
        )
        .order_by(Card.position, Card.id)
        .first()
    )
    return found


def last_people(stage_id: Id, count: int) -> list[tuple[Id, Id]]:
    """The last open cards of a stage by their ids, each with its contact."""
    query = Card.select(Card.id, Card.contact).where(Card.stage == stage_id, Card.closed_at.is_null())
    return list(query.order_by(Card.position.desc(), Card.id.desc()).limit(count).tuples())


def last_cards(stage_id: Id, count: int) -> list[Card]:
    """The last cards of a stage with their contacts, the last first."""
    return list(
        Card.select(Card, Contact)
        .join(Contact, on=Card.contact)
        .where(Card.stage == stage_id, Card.closed_at.is_null())
        .order_by(Card.position.desc(), Card.id.desc())
        .limit(count)
    )


def counts(board_id: Id) -> dict[Id, int]:
    """How many cards each stage of a board holds."""
    rows = StageStat.select(StageStat.stage, StageStat.n).join(Stage, on=StageStat.stage).where(Stage.board == board_id)
    return dict(rows.tuples())


def a_day_ago() -> datetime:
    """Before this, nobody's page asks any more what happened on a board."""
    return clock.now() - EVENTS_KEPT


def boards_to_tidy() -> Any:
    """Boards that remember more than a day (a finder's pairs)."""
    old = BoardEvent.select(SQL("1")).where(BoardEvent.board == Board.id, BoardEvent.created_at < a_day_ago())
    return Board.select(Board.workspace, Board.id).where(fn.EXISTS(old)).tuples()


def crowded_stages() -> Any:
    """Stages in which cards were dropped into one gap so often that their keys grew long (a finder's pairs)."""
    is_long = SQL(f"length(position) > {LONGEST_KEY}")
    crowded = Card.select(Card.stage).where(is_long, Card.closed_at.is_null())
    return Stage.select(Stage.workspace, Stage.id).where(Stage.id.in_(crowded)).tuples()


def silent_untold() -> Any:
    """Cards that have gone silent, and of which that was not told yet (a finder's pairs)."""
    return Card.select(Card.workspace, Card.id).where(_over(Card.stale_at, Card.stale_told_at)).tuples()


def late_untold() -> Any:
    """Cards of people who were not answered in time, and of whom that was not told yet (a finder's pairs)."""
    return Card.select(Card.workspace, Card.id).where(_over(Card.reply_due_at, Card.reply_told_at)).tuples()


def _over(due: Any, told: Any) -> Any:
    # In the words of the partial index that answers.
    return due.is_null(False) & told.is_null() & Card.closed_at.is_null() & (due <= clock.now())


def stages_to_recount() -> Any:
    """Stages whose cards' clocks are to be reckoned anew (a finder's pairs)."""
    return Stage.select(Stage.workspace, Stage.id).where(Stage.recount_at.is_null(False)).tuples()


def contacts_to_wake() -> Any:
    """Contacts whose rest is over (a finder's pairs)."""
    over = Contact.snoozed_until.is_null(False) & (Contact.snoozed_until <= clock.now())
    return Contact.select(Contact.workspace, Contact.id).where(over).tuples()


@prepared
def new_leads(teammate: Any, limit: Any) -> Any:
    """Open cards in the stage where contacts land whose contact nothing went out to yet and who do not rest.

    The contacts are this teammate's, or nobody's.
    """
    query = _with_words().where(Card.stage == _landing(Stage.id), Card.new_since.is_null(False), _of(teammate))
    return query.order_by(Card.new_since, Card.id).limit(limit)


@prepared
def silent_cards(teammate: Any, now: Any, limit: Any) -> Any:
    """Open cards of which nothing was heard for too long, the longest silence first; of a teammate, or of nobody."""
    query = _with_words().where(Card.stale_at.is_null(False), Card.stale_at <= now, _of(teammate))
    return query.order_by(Card.stale_at, Card.id).limit(limit)


def _with_words() -> Any:
    """Open cards that may be seen, with what Today tells of them: what the contact said last is `last_words`."""
    words = contacts.said().where(Activity.contact == Contact.id)
    words = words.order_by(Activity.happened_at.desc(), Activity.id.desc()).limit(1)
    clocks = (Card.entered_at, Card.last_activity_at, Card.limit_at, Card.stale_at)
    cards = Card.select(Card.id, Card.board, *clocks, Contact, words.alias("last_words")).join(Contact, on=Card.contact)
    return cards.where(_is_seen())


def _of(teammate: Any) -> Any:
    return (Contact.owner == teammate) | Contact.owner.is_null()


def _cards() -> Any:
    return (
        Card.select(Card, Board, Stage, Contact)
        .join(Board, on=Card.board)
        .switch(Card)
        .join(Stage, on=Card.stage)
        .switch(Card)
        .join(Contact, on=Card.contact)
        .where(_is_seen())
    )


def _is_seen() -> Any:
    return Card.closed_at.is_null() & Contact.deleted_at.is_null() & (Contact.processing != Processing.ERASING)


def _one(query: Any, _kind: type[Row]) -> Row:
    row: Row | None = query.first()
    if row is None:
        raise NotFound
    return row
