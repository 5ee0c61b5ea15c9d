"""Moving a card (specs/contacts.md, 5.1). One transaction; nothing is renumbered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Case

from omni.boards import ports, queries
from omni.boards.clocks import Clocks
from omni.boards.events import StageChanged
from omni.boards.gates import NOTHING, Answers, GateShut, missing
from omni.boards.models import Asks, Board, BoardEvent, Card, CardStay, Outcome, Stage, StageStat, Via
from omni.boards.ports import StepSet
from omni.boards.positions import between, spread
from omni.contacts.actions import add_email, add_phone, log_activity, set_owner
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.holding import hold
from omni.contacts.kinds import Kind
from omni.contacts.models import Contact
from omni.core import changes, clock
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.prepared import new, prepared
from omni.core.words import Lazy, lazy

MOVED = lazy("Moved %(name)s to %(stage)s")
MOVED_MANY = lazy("Moved %(num)s people to %(stage)s")
CHANGED = lazy("%(name)s was moved by somebody else a moment ago. Here is where the card stands now.")
ELSEWHERE = lazy("This stage is on another board. Choose one of this board's stages.")
ARCHIVED = lazy("This stage was put away. Choose one of the stages below.")


PLACED = (
    "position", "entered_at", "closed_at", "lost_reason", "title", "value_cents", "expected_on",
    "limit_at", "stale_at", "stale_told_at", "reply_due_at", "reply_told_at",
    "new_since",
)  # fmt: skip
DETAILS = ("title", "value_cents", "expected_on", "lost_reason")


class StageOnOtherBoard(Invalid):
    """The stage belongs to a different board."""


class StageGone(Invalid):
    """The stage was archived."""


@dataclass(frozen=True)
class Moved:
    """What a move came to. No `batch_id`: the card stood there already. `step` is the default next step it
    set, `said` what its joins have to say.
    """

    card: Card
    left: Stage
    batch_id: Id | None
    step: StepSet | None = None
    said: Sequence[Lazy] = ()


def move_card(
    card: Card,
    to: Stage,
    *,
    by: By,
    version: int | None = None,
    after: Card | None = None,
    via: Via = Via.MENU,
    answers: Answers = NOTHING,
) -> Moved:
    """Put a card behind `after`, or at the head of `to`, and record the move with what was said at the stage's gate.

    Raises: StageOnOtherBoard, StageGone; GateShut when the stage asks for more; Stale when the card is no longer at
    `version`.
    """
    if to.board_id != card.board_id:
        raise StageOnOtherBoard(faults={"stage": ELSEWHERE.key})
    left = card.stage
    # Pressing twice is one move.
    if left.id == to.id and after is None and queries.head_position(to.id) == card.position:
        return Moved(card, left, None)
    step: StepSet | None = None
    said: Sequence[Lazy] = ()
    clocks = Clocks()
    with transaction():
        card.contact = hold([card.contact_id])[card.contact_id]
        # Every hand on this board waits here for the one before it.
        note_change(card.board_id, card.id)
        _see_again(card, to, version)
        if asks := missing(card, to, via, answers):
            raise GateShut(asks)
        with changes.batch("move", MOVED.key, by=actor_of(by), name=card.contact.display_name, stage=to.name) as batch:
            before = placed(card)
            _save(card, answers, by=by)
            if left.id != to.id:
                step = set_step(card.contact, to, clocks, by=by, but=card.id)
            _claim(card, to, _position(card, to, after), clocks)
            batch.record(card, changes.Op.UPDATED, before=before, after=placed(card), contact_id=card.contact_id)
            if left.id != to.id:
                said = enter_stage(card, left, to, by=by, via=via)
    return Moved(card, left, batch.id, step, said)


def move_cards(cards: Sequence[Card], to: Stage, *, by: By, via: Via = Via.MENU, answers: Answers = NOTHING) -> Id:
    """Put these cards, in their order, at the head of `to`, as one act with one Undo.

    Raises: as `move_card` does; GateShut names what is asked of any of them.
    """
    with transaction():
        hold(card.contact_id for card in cards)
        wanted = {key for card in cards for key in missing(card, to, via, answers)}
        if wanted:
            raise GateShut([key for key in Asks if key in wanted])
        words = {"num": len(cards), "stage": to.name}
        with changes.batch("move", MOVED_MANY.key, by=actor_of(by), **words) as batch:
            for card in reversed(cards):
                move_card(card, to, by=by, via=via, answers=answers)
    return batch.id


def placed(card: Card) -> dict[str, object]:
    """Where a card stands, as its change remembers it."""
    return {
        "stage": card.stage_id,
        "position": card.position,
        "entered_at": card.entered_at,
        "closed_at": card.closed_at,
        **details(card),
    }


def details(card: Card) -> dict[str, object]:
    """What a card says beside where it stands."""
    return {name: getattr(card, name) for name in DETAILS}


def enter_stage(card: Card, left: Stage, to: Stage, *, by: By, via: Via) -> Sequence[Lazy]:
    """Tell everything that hangs on a card's stage: stays, counters, the timeline, the event, the joins."""
    follow(card, left, to, by=by, via=via, at=card.entered_at)
    return join_up(card, to, by=by)


def set_step(contact: Contact, stage: Stage, clocks: Clocks, *, by: By, but: Id | None = None) -> StepSet | None:
    """Let the stage set its default next step where the contact has none, before a card comes in (`but`: this one).

    Whatever else the contact's cards say of it is reckoned anew. Their boards are not held for that: whoever moves a
    card holds the contact and this one board, so that no two movers wait for each other.
    """
    answer, before = ports.next_step.answer(), contact.next_action_at
    due_on = clocks.in_days(stage.next_step_days)
    step = answer(contact, due_on=due_on, is_open=stage.is_open, by=by) if answer else None
    if contact.next_action_at != before:
        for card in queries.cards_of(contact.id):
            if card.id != but and card.stage.is_open:
                Card.update(clocks.of(card, card.stage, contact)).where(Card.id == card.id).execute()
    return step


def join_up(card: Card, to: Stage, *, by: By) -> Sequence[Lazy]:
    """Do what joins up with a card's entering this stage; what there is to say of it."""
    join = ports.joining.answer()
    return join(card, to, by=by) if join else ()


def follow(card: Card, left: Stage, to: Stage, *, by: By, via: Via, at: datetime) -> None:
    """Let stays, counters and the timeline follow a card into another stage, and publish it."""
    change_stay(card, via=via, by=by, at=at)
    count(left.id, to.id, card)
    log_activity(card.contact, Kind.STAGE, by=by, summary=to.name, at=at)
    publish(
        StageChanged(
            contact_id=card.contact_id, card_id=card.id, board_id=card.board_id, stage_id=to.id, left_id=left.id
        ),
        by=actor_of(by),
    )


def change_stay(card: Card, *, via: Via, by: By, at: datetime) -> CardStay:
    """Close the card's open stay and open one in its present stage, at the same instant.

    A stay never ends before it began: where the clock was set back since, it ends as it begins.
    """
    if not _end_stay(card=card.id, at=at):
        last = CardStay.select().where(CardStay.card == card.id, CardStay.left_at.is_null()).first()
        at = last.entered_at if last else at
        _end_stay(card=card.id, at=at)
    who = teammate_id_of(by)
    return CardStay.create(board=card.board_id, card=card.id, stage=card.stage_id, entered_at=at, via=via, by=who)


@prepared
def _end_stay(card: Any, at: Any) -> Any:
    is_open = (CardStay.card == card) & CardStay.left_at.is_null() & (CardStay.entered_at <= at)
    return CardStay.update(left_at=new(CardStay.left_at, at)).where(is_open).returning(CardStay.id).tuples()


def count(left: Id | None, to: Id | None, card: Card) -> None:
    """Take a card with its value from a stage's counter and give it to another's. Whoever counts holds the board."""
    value_cents = card.value_cents or 0
    if left and to:
        _hand(left=left, to=to, value=value_cents)
    else:
        step = 1 if to else -1
        add_to(to or left, n=step, value_cents=step * value_cents)


def add_to(stage_id: Id | None, *, n: int, value_cents: int) -> None:
    """Let a stage hold `n` cards and `value_cents` more, or less."""
    _add(stage=stage_id, n=n, value=value_cents)


@prepared
def _add(stage: Any, n: Any, value: Any) -> Any:
    more = {"n": StageStat.n + n, "value_cents": StageStat.value_cents + value}
    return StageStat.update(more).where(StageStat.stage == stage).returning(StageStat.n).tuples()


@prepared
def _hand(left: Any, to: Any, value: Any) -> Any:
    step = Case(None, ((StageStat.stage == left, -1),), 1)
    more = {"n": StageStat.n + step, "value_cents": StageStat.value_cents + step * value}
    return (
        StageStat.update(more)
        .where((StageStat.stage == left) | (StageStat.stage == to))
        .returning(StageStat.n)
        .tuples()
    )


def note_change(board_id: Id, card_id: Id | None) -> None:
    """Raise the board's `seq` and say which card changed; None: its stages did.

    The board's row stays held until the transaction ends, so what is read after this is still true when it commits.
    """
    ((seq,),) = _raise_seq(board=board_id)
    BoardEvent.create(board=board_id, seq=seq, card=card_id)


@prepared
def _raise_seq(board: Any) -> Any:
    return Board.update(seq=Board.seq + 1).where(Board.id == board).returning(Board.seq).tuples()


def _see_again(card: Card, to: Stage, version: int | None) -> None:
    """Read card and stage as they are now that the board is held: a stage may be archived while a card is on its way.

    Raises: StageGone; Stale when the card is no longer the one that was looked at.
    """
    fresh, is_live = queries.read_for_move(card.id, to.id)
    if not is_live:
        raise StageGone(faults={"stage": ARCHIVED.key})
    if fresh is None or fresh.version != (version or card.version):
        raise Stale(card.id, CHANGED.key, name=card.contact.display_name)
    for name in (*PLACED, "last_activity_at"):
        setattr(card, name, getattr(fresh, name))


def _save(card: Card, answers: Answers, *, by: By) -> None:
    """Write down what was said at a gate: of the person at once, of the card with its place."""
    if answers.phone:
        add_phone(card.contact, answers.phone, by=by)
    if answers.email:
        add_email(card.contact, answers.email, by=by)
    if answers.owner:
        set_owner(card.contact, answers.owner, by=by)
    if answers.value_cents is not None:
        add_to(card.stage_id, n=0, value_cents=answers.value_cents - (card.value_cents or 0))
        card.value_cents = answers.value_cents
    card.expected_on = answers.expected_on or card.expected_on
    card.lost_reason = answers.lost_reason or card.lost_reason


def _claim(card: Card, to: Stage, position: str, clocks: Clocks) -> None:
    """Write the card's new place and clocks."""
    place(card, to, position, entered_at=card.entered_at if card.stage_id == to.id else clock.now(), clocks=clocks)
    # The board is held and the card was read since, so its version is still the one that counts.
    card.version += 1
    Card.set_by_id(card.id, {**written(card), "version": card.version})


def place(card: Card, to: Stage, position: str, *, entered_at: datetime, clocks: Clocks | None = None) -> None:
    """Let the card stand in `to` since `entered_at`, its clocks as they are there; written by the caller."""
    if card.stage_id != to.id and to.outcome is not Outcome.LOST:
        card.lost_reason = ""
    card.stage, card.position, card.entered_at = to, position, entered_at
    for name, value in (clocks or Clocks()).of(card, to, card.contact).items():
        setattr(card, name, value)


def written(card: Card) -> dict[str, Any]:
    """The columns of a card that a place changes, one version on."""
    return {**{name: getattr(card, name) for name in PLACED}, "stage": card.stage_id, "version": Card.version + 1}


def _position(card: Card, to: Stage, after: Card | None) -> str:
    """A key behind `after`, where that card still stands in the stage; else at the head."""
    if after is None or after.id == card.id or after.stage_id != to.id or after.closed_at is not None:
        return between(None, queries.head_position(to.id))
    behind = queries.find_behind(after, but=card)
    if behind is None or behind.position > after.position:
        return between(after.position, behind.position if behind else None)
    return _part_equals(after)


def _part_equals(after: Card) -> str:
    """Give the cards that share `after`'s key and stand behind it keys of their own, and answer one between.

    Moves wait for each other, so none makes such a key; a card that Undo puts back, or one that lands while another is
    moved to the head, may. They sort by id until somebody drops between them.
    """
    equal = list(
        Card.select()
        .where(Card.stage == after.stage_id, Card.position == after.position, Card.id > after.id)
        .where(Card.closed_at.is_null())
        .order_by(Card.id)
    )
    beyond = (
        Card.select(Card.position)
        .where(Card.stage == after.stage_id, Card.position > after.position, Card.closed_at.is_null())
        .order_by(Card.position)
        .limit(1)
        .scalar()
    )
    mine, *theirs = spread(after.position, beyond, len(equal) + 1)
    for card, key in zip(equal, theirs, strict=True):
        Card.update(position=key).where(Card.id == card.id).execute()
    return mine
