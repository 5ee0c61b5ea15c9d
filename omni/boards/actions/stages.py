"""Changing the stages of a board."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peewee import fn

from omni.accounts import actions as accounts
from omni.accounts import queries as team
from omni.accounts.models import NoticeKind
from omni.boards import queries
from omni.boards.actions.founding import Plan, make_stage
from omni.boards.actions.moving import ARCHIVED, enter_stage, note_change, place, placed, set_step, written
from omni.boards.clocks import Clocks
from omni.boards.models import Board, BoardEvent, Card, Stage, Via
from omni.boards.positions import between, spread
from omni.contacts.doers import By, actor_of
from omni.contacts.holding import hold
from omni.core import changes, clock
from omni.core.changes import Change, ChangeBatch, Op
from omni.core.database import transaction
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id, encode
from omni.core.prepared import new, prepared
from omni.core.queue import later
from omni.core.tenancy import take_turns
from omni.core.words import lazy

# Cards of an archived stage move on in transactions of this many, so that nobody's own move waits long.
CHUNK = 100
NEEDS_TARGET = lazy("Cards stand in this stage. Choose where they go.")
# What the clocks of a stage's cards are reckoned from.
CLOCKED = frozenset({"stale_days", "reply_minutes", "outcome"})
RENAMED, ADDED = lazy("Board %(board)s renamed"), lazy("Stage %(stage)s added")
CHANGED, SHIFTED = lazy("Stage %(stage)s changed"), lazy("Stage %(stage)s moved")
PUT_AWAY = lazy("Stage %(stage)s taken off its board")
LAST_ONE = lazy("A board needs a stage. Add another one first.")


def rename_board(board: Board, name: str, *, by: By) -> None:
    """Call the board `name`."""
    if name == board.name:
        return
    with transaction(), changes.batch("board", RENAMED.key, by=actor_of(by), board=name) as batch:
        note_change(board.id, None)
        Board.update(name=name, version=Board.version + 1).where(Board.id == board.id).execute()
        batch.record(board, Op.UPDATED, before={"name": board.name}, after={"name": name}, contact_id=None)


def add_stage(board: Board, name: str, *, by: By, stale_days: int | None = None) -> Stage:
    """Add an open stage behind the last one that is open, so that won and lost stay at the end."""
    with transaction(), changes.batch("board", ADDED.key, by=actor_of(by), stage=name) as batch:
        note_change(board.id, None)
        stages = queries.list_stages(board.id)
        at = 1 + max((n for n, stage in enumerate(stages) if stage.is_open), default=-1)
        stage = make_stage(board, Plan(name, days=stale_days), position=at)
        _number([*stages[:at], stage, *stages[at:]])
        batch.record(stage, Op.CREATED, before=None, after={"archived_at": None}, contact_id=None)
    return stage


def change_stage(stage: Stage, *, by: By, **settings: Any) -> None:
    """Give the stage other settings, by the names of its columns; where a clock depends on them, its cards follow.

    Another stage that bore its new role bears it no more. Raises NotFound when a role is given to one put away.
    """
    after = {name: value for name, value in settings.items() if getattr(stage, name) != value}
    if not after:
        return
    with transaction(), changes.batch("board", CHANGED.key, by=actor_of(by), stage=stage.name) as batch:
        if role := after.get("role"):
            take_turns("give a role")
            if not queries.is_live(stage.id):
                raise NotFound
            if bearing := queries.stages_by_role().get(role):
                _set(bearing, {"role": None}, batch)
        _set(stage, after, batch)


def _set(stage: Stage, after: dict[str, Any], batch: changes.Batch) -> None:
    before = {name: getattr(stage, name) for name in after}
    recount_at = {"recount_at": clock.now()} if after.keys() & CLOCKED else {}
    note_change(stage.board_id, None)
    Stage.update({**after, **recount_at, "version": Stage.version + 1}).where(Stage.id == stage.id).execute()
    batch.record(stage, Op.UPDATED, before=before, after=after, contact_id=None)
    if recount_at:
        later("boards.recount", stage_id=stage.id)


def shift_stage(stage: Stage, step: int, *, by: By) -> None:
    """Move the stage `step` places along its board; at the end it stays. Raises NotFound when it was put away."""
    with transaction(), changes.batch("board", SHIFTED.key, by=actor_of(by), stage=stage.name) as batch:
        note_change(stage.board_id, None)
        stages = queries.list_stages(stage.board_id)
        here = next((place for place, one in enumerate(stages) if one.id == stage.id), None)
        if here is None:
            raise NotFound
        there = min(max(here + step, 0), len(stages) - 1)
        stages.insert(there, stages.pop(here))
        _number(stages)
        batch.record(stage, Op.UPDATED, before={"position": here}, after={"position": there}, contact_id=None)


def archive_stage(stage: Stage, *, target: Stage | None, by: By) -> None:
    """Take the stage off its board; its cards go to the head of `target`, in their order.

    Raises: Invalid when it is the last one, when cards stand in it and `target` is none, or is no live stage beside it.
    """
    act: Id | None = None
    is_done = False
    while not is_done:
        with transaction(), _going_on(act, stage, by) as batch:
            is_done, act = _archive_some(stage, target, batch, by=by), batch.id


@contextmanager
def _going_on(act: Id | None, stage: Stage, by: By) -> Iterator[changes.Batch]:
    """The act of which this transaction is a part, or a new one: the first, or after one that was taken back."""
    untaken = (ChangeBatch.id == act) & ChangeBatch.undone_by.is_null()
    # Written, so that who takes the act back at this moment waits for this part, or this part for them.
    if act and ChangeBatch.update(kind="board").where(untaken).execute():
        last = Change.select(fn.MAX(Change.n)).where(Change.batch == act).scalar()
        with changes.resume(ChangeBatch.get_by_id(act), at=0 if last is None else last + 1) as batch:
            yield batch
    else:
        with changes.batch("board", PUT_AWAY.key, by=actor_of(by), stage=stage.name) as batch:
            yield batch


def forget_events(board_id: Id) -> int:
    """Forget what happened on a board more than a day ago; how much that was."""
    is_old = BoardEvent.created_at < queries.a_day_ago()
    with transaction():
        forgotten: int = BoardEvent.delete().where(BoardEvent.board == board_id, is_old).execute()
    return forgotten


def part_cards(stage_id: Id) -> int:
    """Give the cards of a stage short keys in the same order; how many there are.

    Nothing is seen of it: neither a version nor what the board tells changes. Moves wait, as they wait for each other.
    """
    with transaction():
        stage = Stage.select().where(Stage.id == stage_id).first()
        if stage is None:
            return 0
        Board.update(seq=Board.seq).where(Board.id == stage.board_id).execute()
        cards = Card.select(Card.id).where(Card.stage == stage_id, Card.closed_at.is_null())
        ids = [card_id for (card_id,) in cards.order_by(Card.position, Card.id).tuples()]
        for card_id, key in zip(ids, spread(None, None, len(ids)), strict=True):
            _put(card=card_id, key=key)
    return len(ids)


@prepared
def _put(card: Any, key: Any) -> Any:
    return Card.update(position=new(Card.position, key)).where(Card.id == card).returning(Card.id).tuples()


def _number(stages: list[Stage]) -> None:
    for at, stage in enumerate(stages):
        if stage.position != at:
            Stage.update(position=at, version=Stage.version + 1).where(Stage.id == stage.id).execute()


def _archive_some(stage: Stage, target: Stage | None, batch: changes.Batch, *, by: By) -> bool:
    """Hand on some cards, from the foot of the stage to its head; with the last of them the stage goes as well.

    Everything is asked anew each time: between two of these others move cards and put stages away.
    """
    held = hold(contact_id for _card_id, contact_id in queries.last_people(stage.id, CHUNK))
    note_change(stage.board_id, None)
    live = {one.id for one in queries.list_stages(stage.board_id)}
    if stage.id not in live:
        return True
    if len(live) < 2:
        raise Invalid(LAST_ONE.key)
    if target and (target.id not in live or target.id == stage.id):
        raise Invalid(faults={"target": ARCHIVED.key})
    cards, clocks = queries.last_cards(stage.id, CHUNK), Clocks()
    # Who came between the hold and the board waits for the next turn.
    mine = [card for card in cards if card.contact_id in held]
    for card in mine:
        if target is None:
            raise Invalid(faults={"target": NEEDS_TARGET.key})
        card.contact = held[card.contact_id]
        _carry(card, stage, target, clocks, batch, by=by)
    is_last = len(mine) == len(cards) < CHUNK
    if is_last:
        at = clock.now()
        Stage.update(archived_at=at, version=Stage.version + 1).where(Stage.id == stage.id).execute()
        batch.record(stage, Op.UPDATED, before={"archived_at": None}, after={"archived_at": at}, contact_id=None)
        _tell_of_role(stage)
    return is_last


def _tell_of_role(stage: Stage) -> None:
    """A join went by this stage: the owners choose which one takes its role."""
    if stage.role is None:
        return
    for owner in team.list_owners():
        link = f"/boards/{encode(stage.board_id)}/edit"
        accounts.notify(owner, NoticeKind.ROLE_LOST, link=link, group_key=f"role:{stage.role.value}")


def _carry(card: Card, left: Stage, target: Stage, clocks: Clocks, batch: changes.Batch, *, by: By) -> None:
    before = placed(card)
    set_step(card.contact, target, clocks, by=by, but=card.id)
    place(card, target, between(None, queries.head_position(target.id)), entered_at=clock.now(), clocks=clocks)
    Card.update(written(card)).where(Card.id == card.id).execute()
    batch.record(card, Op.UPDATED, before=before, after=placed(card), contact_id=card.contact_id)
    enter_stage(card, left, target, by=by, via=Via.STAGE)
