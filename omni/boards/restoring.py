"""Putting cards back where they were: the answer to contacts' port `restorers` (specs/contacts.md, 5.8).

What happened stays written: a move that is taken back leaves its stay, and the way back is a stay of its own.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from omni.boards import queries
from omni.boards.actions.moving import (
    add_to,
    change_stay,
    count,
    details,
    follow,
    note_change,
    place,
    placed,
    written,
)
from omni.boards.actions.stages import change_stage, rename_board, shift_stage
from omni.boards.models import Board, Card, CardStay, Stage, Via
from omni.contacts.doers import By
from omni.contacts.models import Contact
from omni.contacts.ports import Restorer, Stop, StopReason
from omni.core import clock
from omni.core.changes import Batch, Change, Op, current_batch, plain
from omni.core.fields import EnumField
from omni.core.ids import decode


def restorers() -> Mapping[str, Restorer]:
    """The tables this room puts back."""
    return {"card": put_back_card, "stage": put_back_stage, "board": put_back_board}


def clear_boards(stop: Stop) -> None:
    """Whoever is taken back or put away stands on no board (contacts' port `stopping`)."""
    back = current_batch()
    if stop.reason not in (StopReason.TAKEN_BACK, StopReason.PUT_AWAY) or back is None:
        return
    cards = Card.select(Card, Stage, Contact).join(Stage).switch(Card).join(Contact)
    theirs = cards.where(Card.contact.in_(list(stop.contact_ids)), Card.closed_at.is_null())
    for card in theirs.order_by(Card.board, Card.id):
        note_change(card.board_id, card.id)
        before = placed(card)
        take_off(card)
        back.record(card, Op.UPDATED, before=before, after=placed(card), contact_id=card.contact_id)


def put_back_card(change: Change, back: Batch, *, by: By) -> list[str]:
    """Undo one change of a card; the names of what was left, since somebody moved or changed the card on."""
    board_id = Card.select(Card.board).where(Card.id == change.row_id).scalar()
    if board_id is None:
        return []
    _hold_boards(change)
    # The board is held before the card is read, as a move does: neither waits for the other, neither is overwritten.
    note_change(board_id, change.row_id)
    card = (
        Card.select(Card, Stage, Contact).join(Stage).switch(Card).join(Contact).where(Card.id == change.row_id).get()
    )
    before = placed(card)
    left = take_off(card) if change.op is Op.CREATED else _return(card, change, by=by)
    if before != (after := placed(card)):
        back.record(card, Op.UPDATED, before=before, after=after, contact_id=card.contact_id)
    return left


def put_back_stage(change: Change, back: Batch, *, by: By) -> list[str]:
    """Undo one change of a stage; one that was made goes once nobody stands in it."""
    stage = Stage.select().where(Stage.id == change.row_id).first()
    if stage is None:
        return []
    note_change(stage.board_id, None)
    was, then = change.before or {}, change.after or {}
    if change.op is Op.UPDATED and "position" in was:
        return _shift_back(stage, was["position"], then["position"], by=by)
    if change.op is Op.UPDATED and "archived_at" not in was:
        return _set_back(stage, was, then, by=by)
    return _go_or_come(stage, change, back)


def put_back_board(change: Change, back: Batch, *, by: By) -> list[str]:
    """A board takes its name back, unless it has a third one by now."""
    board = Board.select().where(Board.id == change.row_id).first()
    was, then = change.before or {}, change.after or {}
    if board is None or board.name != then["name"]:
        return ["board.name"] if board else []
    rename_board(board, was["name"], by=by)
    return []


def _set_back(stage: Stage, was: dict[str, Any], then: dict[str, Any], *, by: By) -> list[str]:
    now = plain({name: getattr(stage, name) for name in was})
    kept = {name: _typed(name, value) for name, value in was.items() if now[name] == then[name]}
    if kept.get("role") and (stage.archived_at or kept["role"] in queries.stages_by_role()):
        del kept["role"]
    change_stage(stage, by=by, **kept)
    return [f"stage.{name}" for name in was if name not in kept]


def _typed(name: str, value: Any) -> Any:
    field = Stage._meta.fields[name]
    return field.python_value(value) if isinstance(field, EnumField) else value


def _shift_back(stage: Stage, was: int, then: int, *, by: By) -> list[str]:
    places = [one.id for one in queries.list_stages(stage.board_id)]
    if stage.id not in places or places.index(stage.id) != then:
        return ["stage.position"]
    shift_stage(stage, was - then, by=by)
    return []


def _go_or_come(stage: Stage, change: Change, back: Batch) -> list[str]:
    is_there = stage.archived_at is None
    goes = change.op is Op.CREATED or (change.before or {}).get("archived_at") is not None
    stands = Card.select().where(Card.stage == stage.id, Card.closed_at.is_null()).exists()
    if goes and (stands or len(queries.list_stages(stage.board_id)) < 2):
        return ["stage.archived_at"] if is_there else []
    if is_there != goes:
        return []
    before, after = {"archived_at": stage.archived_at}, {"archived_at": clock.now() if goes else None}
    # Whatever stood for this stage meanwhile goes on doing so.
    is_taken = not goes and stage.role in queries.stages_by_role()
    role = {"role": None} if is_taken else {}
    Stage.update({**after, **role, "version": Stage.version + 1}).where(Stage.id == stage.id).execute()
    back.record(stage, Op.UPDATED, before=before, after=after, contact_id=None)
    return ["stage.role"] if is_taken else []


def _hold_boards(change: Change) -> None:
    """Hold every board of the act before its last card is put back, the oldest board first: so does a move that joins
    a second board in, and neither waits for the other in a circle."""
    cards = (Change.batch == change.batch_id) & (Change.row_table == "card")
    if Change.select().where(cards, Change.n > change.n).exists():
        return
    boards = Card.select(Card.board).where(Card.id.in_(Change.select(Change.row_id).where(cards))).distinct()
    for (board_id,) in boards.order_by(Card.board).tuples():
        Board.update(seq=Board.seq).where(Board.id == board_id).execute()


def take_off(card: Card) -> list[str]:
    """A card that was made by mistake goes off the board, wherever it stands by now."""
    if card.closed_at is None:
        card.closed_at = clock.now()
        _write(card)
        CardStay.update(left_at=card.closed_at).where(CardStay.card == card.id, CardStay.left_at.is_null()).execute()
        count(card.stage_id, None, card)
    return []


def _return(card: Card, change: Change, *, by: By) -> list[str]:
    """Put back what the card says, then where it stands; each only while nobody changed it since."""
    was, then = change.before or {}, change.after or {}
    left = _say_again(card, was, then)
    if "stage" not in was:
        return left
    now = plain(placed(card))
    moved_on = [name for name in ("stage", "entered_at", "closed_at") if now[name] != then.get(name)]
    if moved_on:
        return left + [f"card.{name}" for name in moved_on]
    to = queries.find_live_stage(decode(was["stage"]))
    if to is None:
        return [*left, "card.stage"]
    if was["closed_at"]:
        return left + take_off(card)
    if card.closed_at is not None and queries.find_open_card(card.board_id, card.contact_id):
        return [*left, "card.closed_at"]
    _place(card, to, was, by=by)
    return left


def _say_again(card: Card, was: dict[str, Any], then: dict[str, Any]) -> list[str]:
    now, value = plain(details(card)), card.value_cents or 0
    changed = [name for name in now if name in was and was[name] != then.get(name)]
    kept = [name for name in changed if now[name] == then.get(name)]
    for name in kept:
        setattr(card, name, date.fromisoformat(was[name]) if name == "expected_on" and was[name] else was[name])
    if kept:
        _write(card)
        if card.closed_at is None:
            add_to(card.stage_id, n=0, value_cents=(card.value_cents or 0) - value)
    return [f"card.{name}" for name in changed if name not in kept]


def _place(card: Card, to: Stage, was: dict[str, Any], *, by: By) -> None:
    left, was_closed, reason = card.stage, card.closed_at is not None, card.lost_reason
    # The card's own clock goes on from where it was: a slip of the hand makes nobody look new.
    place(card, to, was["position"], entered_at=datetime.fromisoformat(was["entered_at"]))
    card.lost_reason, card.closed_at = reason, None
    _write(card)
    if was_closed:
        change_stay(card, via=Via.UNDO, by=by, at=clock.now())
        count(None, to.id, card)
    elif left.id != to.id:
        follow(card, left, to, by=by, via=Via.UNDO, at=clock.now())


def _write(card: Card) -> None:
    Card.update(written(card)).where(Card.id == card.id).execute()
    card.version += 1
