"""Putting cards back where they were: the answer to contacts' port `restorers` (specs/contacts.md, 5.8).

What happened stays written: a move that is taken back leaves its stay, and the way back is a stay of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from omni.boards import queries
from omni.boards.actions.moving import change_stay, count, follow, note_change, placed
from omni.boards.models import Card, CardStay, Stage, Via
from omni.contacts.doers import By
from omni.contacts.models import Contact
from omni.contacts.ports import Restorer, Stop, StopReason
from omni.core import clock
from omni.core.changes import Batch, Change, Op, current_batch, plain
from omni.core.ids import decode


def restorers() -> Mapping[str, Restorer]:
    """The tables this room puts back."""
    return {"card": put_back_card}


def clear_boards(stop: Stop) -> None:
    """Whoever is taken back stands on no board, also where a later act had put them (contacts' port `stopping`)."""
    back = current_batch()
    if stop.reason is not StopReason.TAKEN_BACK or back is None:
        return
    cards = Card.select(Card, Stage, Contact).join(Stage).switch(Card).join(Contact)
    for card in cards.where(Card.contact.in_(list(stop.contact_ids)), Card.closed_at.is_null()):
        note_change(card.board_id, card.id)
        before = placed(card)
        _take_off(card)
        back.record(card, Op.UPDATED, before=before, after=placed(card), contact_id=card.contact_id)


def put_back_card(change: Change, back: Batch, *, by: By) -> list[str]:
    """Undo one change of a card; the names of what was left, since somebody moved the card on."""
    board_id = Card.select(Card.board).where(Card.id == change.row_id).scalar()
    if board_id is None:
        return []
    # The board is held before the card is read, as a move does: neither waits for the other, neither is overwritten.
    note_change(board_id, change.row_id)
    card = (
        Card.select(Card, Stage, Contact).join(Stage).switch(Card).join(Contact).where(Card.id == change.row_id).get()
    )
    before = placed(card)
    left = _take_off(card) if change.op is Op.CREATED else _return(card, change, by=by)
    if not left:
        back.record(card, Op.UPDATED, before=before, after=placed(card), contact_id=card.contact_id)
    return left


def _take_off(card: Card) -> list[str]:
    """A card that was made by mistake goes off the board, wherever it stands by now."""
    if card.closed_at is None:
        now = clock.now()
        _write(card, closed_at=now)
        CardStay.update(left_at=now).where(CardStay.card == card.id, CardStay.left_at.is_null()).execute()
        count(card.stage_id, None)
    return []


def _return(card: Card, change: Change, *, by: By) -> list[str]:
    was, then = change.before or {}, change.after or {}
    now = plain(placed(card))
    moved_on = [name for name in ("stage", "entered_at", "closed_at") if now[name] != then.get(name)]
    if moved_on:
        return [f"card.{name}" for name in moved_on]
    to = queries.find_live_stage(decode(was["stage"]))
    if to is None:
        return ["card.stage"]
    if was["closed_at"]:
        return _take_off(card)
    if card.closed_at is not None and queries.find_open_card(card.board_id, card.contact_id):
        return ["card.closed_at"]
    _place(card, to, was, by=by)
    return []


def _place(card: Card, to: Stage, was: dict[str, Any], *, by: By) -> None:
    left, was_closed = card.stage, card.closed_at is not None
    # The card's own clock goes on from where it was: a slip of the hand makes nobody look new.
    _write(
        card, stage=to, position=was["position"], entered_at=datetime.fromisoformat(was["entered_at"]), closed_at=None
    )
    if was_closed:
        change_stay(card, via=Via.UNDO, by=by, at=clock.now())
        count(None, to.id)
    elif left.id != to.id:
        follow(card, left, to, by=by, via=Via.UNDO, at=clock.now())


def _write(card: Card, **columns: Any) -> None:
    Card.update({**columns, "version": Card.version + 1}).where(Card.id == card.id).execute()
    for name, value in columns.items():
        setattr(card, name, value)
    card.version += 1
