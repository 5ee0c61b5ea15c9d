"""Where a contact gets its first card: the answers to contacts' ports `landing` and `places`."""

from datetime import datetime
from functools import partial

from omni.boards import queries
from omni.boards.actions.moving import count, join_up, move_card, note_change, placed, set_step
from omni.boards.actions.stages import add_stage
from omni.boards.clocks import Clocks
from omni.boards.models import Board, Card, CardStay, Stage, Via
from omni.boards.positions import between
from omni.contacts.actions import set_lifecycle
from omni.contacts.doers import By, teammate_id_of
from omni.contacts.folding import fold
from omni.contacts.kinds import Entry, Lifecycle
from omni.contacts.models import Contact
from omni.contacts.ports import BoardPlace, Landing, StagePlace
from omni.core import changes, clock
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.together import Part

# Which people an import sends to a board by their stage of life: those of whom the board's first stage makes nothing
# yet (Join), and those who pay or paid (Keep).
COMERS = frozenset({Lifecycle.LEAD, Lifecycle.TRIAL})
STAYERS = frozenset({Lifecycle.MEMBER, Lifecycle.PAUSED})


def offer_places() -> Landing:
    """The boards and their live stages, and the stage a new contact gets unless told."""
    every, live = queries.places().read()
    first = next((stage for stage in live if stage.is_open), None)
    return Landing(
        _offered(every, live), first.id if first else None, partial(land, clocks=Clocks()), land_again, put, new_stage
    )


def places() -> Part[tuple[BoardPlace, ...]]:
    """The boards and their live stages."""
    found = queries.places()
    return Part(found.queries, lambda *rows: _offered(*found.make(*rows)))


def new_stage(board_id: Id, name: str, *, by: By) -> Id:
    """A stage of that name, made by what is recorded in the open batch; one that is there already is as good.

    Raises NotFound.
    """
    with transaction():
        board = queries.get_board(board_id)
        note_change(board.id, None)
        there = next((one for one in queries.list_stages(board.id) if fold(one.name) == fold(name)), None)
        if there is not None:
            known: Id = there.id
            return known
        made: Id = add_stage(board, name[: Stage.name.max_length], by=by).id
    return made


def land(contact: Contact, stage_id: Id, *, by: By, via: object = None, clocks: Clocks | None = None) -> bool:
    """Give the contact a card at the head of a stage, unless an open one is on that board already or they are put away.

    Answers whether a card was made. The change is recorded in the batch that is open. `via` is the contact's own entry:
    people from a file start no joins and get no default next step, for a file of eight hundred is no promise to call
    them all the day after tomorrow. Raises NotFound.
    """
    if contact.put_away_at is not None:
        return False
    with transaction():
        stage = queries.get_live_stage(stage_id)
        card = put_on(contact, stage, by=by, via=Via.LANDING, clocks=clocks, sets_step=via != Entry.IMPORT)
        if card is None:
            return False
        if via == Entry.IMPORT:
            _set_first_life(contact, stage, by=by)
        else:
            join_up(card, stage, by=by)
    return True


def land_again(contact: Contact, *, since: datetime, by: By) -> None:
    """Give who was put away since then a card in each stage where one was taken off, with what it said.

    A stage that is gone meanwhile is stood in for by the first of its board. No join hears of it: nobody moved.
    """
    for card in queries.cards_put_away(contact.id, since):
        stage = queries.find_live_stage(card.stage_id) or next(iter(queries.list_stages(card.board_id)), None)
        if stage:
            put_on(contact, stage, by=by, via=Via.AWAY, like=card)


def put(contact: Contact, stage_id: Id, *, by: By) -> bool:
    """Let the contact stand in a stage: by a move, where they have an open card on that board, else by a new card.

    Raises: NotFound; what a move and the stage's gate refuse.
    """
    with transaction():
        stage = queries.get_live_stage(stage_id)
        card = queries.find_open_card(stage.board_id, contact.id)
        if card is None:
            return land(contact, stage_id, by=by)
        if card.stage_id == stage.id:
            return False
        move_card(card, stage, by=by)
    return True


def put_on(
    contact: Contact,
    stage: Stage,
    *,
    by: By,
    via: Via,
    clocks: Clocks | None = None,
    like: Card | None = None,
    sets_step: bool = True,
) -> Card | None:
    """A new card at the head of a stage, and nothing that joins up with it; none where one is open on that board.

    It says what `like` said. Where it `sets_step`, the stage's default next step comes with it.
    """
    if queries.find_open_card(stage.board_id, contact.id) is not None:
        return None
    now, clocks = clock.now(), clocks or Clocks()
    if sets_step:
        set_step(contact, stage, clocks, by=by)
    place = between(None, queries.head_position(stage.id))
    card = Card(board=stage.board_id, stage=stage, contact=contact, position=place, entered_at=now)
    if like:
        card.title, card.value_cents, card.expected_on = like.title, like.value_cents, like.expected_on
    for name, value in clocks.of(card, stage, contact).items():
        setattr(card, name, value)
    card.save(force_insert=True)
    note_change(stage.board_id, card.id)
    CardStay.create(
        board=stage.board_id,
        card=card.id,
        stage=stage.id,
        entered_at=now,
        via=via,
        by=teammate_id_of(by),
    )
    count(None, stage.id, card)
    batch = changes.current_batch()
    if batch:
        batch.record(card, changes.Op.CREATED, before=None, after=placed(card), contact_id=contact.id)
    return card


def _set_first_life(contact: Contact, stage: Stage, *, by: By) -> None:
    """A stage speaks for a person from a file of whom the file says nothing; what it says of a life goes first."""
    life = stage.sets_lifecycle
    if contact.lifecycle is Lifecycle.LEAD and life not in (None, Lifecycle.LEAD, Lifecycle.FORMER):
        set_lifecycle(contact, life, via="stage", by=by)


def _offered(every: list[Board], live: list[Stage]) -> tuple[BoardPlace, ...]:
    stages: dict[Id, list[Stage]] = {}
    for stage in live:
        stages.setdefault(stage.board_id, []).append(stage)
    return tuple(_place(board, stages.get(board.id, [])) for board in every)


def _place(board: Board, stages: list[Stage]) -> BoardPlace:
    makes_members = bool(stages) and stages[0].sets_lifecycle is Lifecycle.MEMBER
    return BoardPlace(
        board.id,
        board.name,
        tuple(StagePlace(stage.id, stage.name) for stage in stages),
        STAYERS if makes_members else COMERS,
    )
