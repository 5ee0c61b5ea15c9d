"""Tables of the boards, and the facts a row can tell by itself."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL

from omni.accounts.models import Teammate
from omni.contacts.kinds import Lifecycle
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.fields import (
    BigIntegerField,
    CharField,
    DateField,
    EnumField,
    InstantField,
    IntegerField,
    JsonField,
    OrderKeyField,
)
from omni.core.ids import Id
from omni.core.personal_data import Field
from omni.core.tenancy import TenantKey, TenantModel

PLAIN = Field("operational")
TYPED = Field("user_content", source="use")


class Outcome(StrEnum):
    """What it means for a card to stand in a stage."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    PARKED = "parked"


class Colour(StrEnum):
    """A dot beside a stage's name, in a tint that faces wear too; none unless chosen."""

    SAGE = "sage"
    SKY = "sky"
    PLUM = "plum"
    CLAY = "clay"
    STRAW = "straw"
    STONE = "stone"


class Asks(StrEnum):
    """What a stage may ask for before it lets a card in: the keys of a gate."""

    PHONE = "phone"
    EMAIL = "email"
    OWNER = "owner"
    VALUE = "value"
    EXPECTED_ON = "expected_on"
    LOST_REASON = "lost_reason"


class Role(StrEnum):
    """What a stage is to the joins, whatever the studio calls it."""

    TRIAL_BOOKED = "trial_booked"
    TRIAL_DONE = "trial_done"
    JOINED = "joined"
    NEW_MEMBER = "new_member"


class Via(StrEnum):
    """The hand by which a card came into a stage."""

    DRAG = "drag"
    KEY = "key"
    MENU = "menu"
    LANDING = "landing"
    STAGE = "stage"
    JOIN = "join"
    AWAY = "away"
    UNDO = "undo"


class Board(TenantModel):
    """A row of stages. `seq` counts what happened on it, so that a page can ask whether it is still true."""

    name = CharField(max_length=60, personal=TYPED)
    position = IntegerField(default=0)
    seq = BigIntegerField(default=0)
    version = IntegerField(default=1)

    class Meta:
        table_name = "board"
        personal = PLAIN
        indexes = ((("workspace", "position"), False),)


class Stage(TenantModel):
    """One place on a board.

    `stale_days` are the business days after which a card without a word is silent, `reply_minutes` the business minutes
    within which a person is to be answered, `gate` what has to be known of a card before it comes in (`Asks`), and
    `wip_limit` how many cards are meant to stand here at most, `next_step_days` in how many business days somebody
    follows up whom a move brought here without a next step. `recount_at` is set while the clocks of its cards are to
    be reckoned anew. By its `role` the joins know it; at most one live stage of a workspace bears each.
    """

    board_id: Id
    board = TenantKey(Board, on_delete="CASCADE", index=False, backref="stages")
    name = CharField(max_length=60, personal=TYPED)
    position = IntegerField(default=0)
    outcome = EnumField(Outcome, default=Outcome.OPEN)
    role = EnumField(Role, null=True)
    sets_lifecycle = EnumField(Lifecycle, null=True)
    colour = EnumField(Colour, null=True)
    wip_limit = IntegerField(null=True)
    reply_minutes = IntegerField(null=True)
    stale_days = IntegerField(null=True)
    next_step_days = IntegerField(null=True)
    gate = JsonField(default=list)
    recount_at = InstantField(null=True)
    archived_at = InstantField(null=True)
    version = IntegerField(default=1)

    class Meta:
        table_name = "stage"
        personal = PLAIN
        indexes = ((("workspace", "board", "position"), False),)
        constraints = (
            SQL("CHECK (stale_days IS NULL OR stale_days BETWEEN 1 AND 365)"),
            SQL("CHECK (next_step_days IS NULL OR next_step_days BETWEEN 1 AND 365)"),
        )

    @property
    def is_open(self) -> bool:
        """Whether a card here still waits for a next step."""
        return self.outcome is Outcome.OPEN


Stage.add_index(Stage.index(Stage.recount_at, where=SQL("recount_at IS NOT NULL"), name="stage_to_recount"))


Stage.add_index(
    Stage.index(Stage.workspace, Stage.role, unique=True, where=SQL("archived_at IS NULL"), name="stage_role")
)


# A key grows with each card that is dropped into the same gap; a stage with a longer one gets new keys.
LONGEST_KEY = 40


class Card(TenantModel):
    """One contact on one board, in one stage. A closed card lies off the board.

    `last_activity_at` is the last word with the person since the card was made; `limit_at` when the stage's silent
    limit is over, counted from it or from `entered_at`; `stale_at` when the card is silent, none where a next step is
    planned or the stage is not open; `reply_due_at` by when they are to be answered, while they wait; `new_since` is
    `entered_at` while nothing went out to the person and they do not rest. Each `…_told_at` says that the event for the
    instant beside it was published.
    """

    version = IntegerField(default=1)
    board_id: Id
    board = TenantKey(Board, on_delete="CASCADE", index=False, backref="cards")
    stage_id: Id
    stage = TenantKey(Stage, on_delete="CASCADE", index=False, backref="cards")
    contact_id: Id
    contact = TenantKey(Contact, on_delete="CASCADE", index=False, backref="cards")
    position = OrderKeyField()
    title = CharField(max_length=120, default="", personal=TYPED)
    value_cents = BigIntegerField(null=True, personal=TYPED)
    expected_on = DateField(null=True, personal=TYPED)
    lost_reason = CharField(max_length=200, default="", personal=TYPED)
    entered_at = InstantField(default=clock.now)
    last_activity_at = InstantField(null=True)
    limit_at = InstantField(null=True)
    stale_at = InstantField(null=True)
    stale_told_at = InstantField(null=True)
    reply_due_at = InstantField(null=True)
    reply_told_at = InstantField(null=True)
    new_since = InstantField(null=True)
    closed_at = InstantField(null=True)

    class Meta:
        table_name = "card"
        personal = PLAIN
        indexes = ((("workspace", "contact"), False),)


Card.add_index(
    Card.index(Card.workspace, Card.board, Card.contact, unique=True, where=SQL("closed_at IS NULL"), name="card_open")
)
Card.add_index(
    Card.index(Card.workspace, Card.stage, Card.position, Card.id, where=SQL("closed_at IS NULL"), name="card_place")
)
Card.add_index(
    Card.index(Card.workspace, Card.stage, Card.stale_at, where=SQL("closed_at IS NULL"), name="card_silence")
)
# Where cards stand too close (boards.part_cards).
Card.add_index(
    Card.index(
        Card.workspace,
        Card.stage,
        where=SQL(f"length(position) > {LONGEST_KEY} AND closed_at IS NULL"),
        name="card_crowded",
    )
)
# Whom Today shows: who came first, and whose silence is the longest.
Card.add_index(
    Card.index(
        Card.workspace,
        Card.stage,
        Card.new_since,
        Card.id,
        where=SQL("new_since IS NOT NULL AND closed_at IS NULL"),
        name="card_new",
    )
)
Card.add_index(
    Card.index(
        Card.workspace,
        Card.stale_at,
        Card.id,
        where=SQL("stale_at IS NOT NULL AND closed_at IS NULL"),
        name="card_silent",
    )
)
Card.add_index(
    Card.index(
        Card.stale_at,
        where=SQL("stale_at IS NOT NULL AND stale_told_at IS NULL AND closed_at IS NULL"),
        name="card_to_go_stale",
    )
)
Card.add_index(
    Card.index(
        Card.reply_due_at,
        where=SQL("reply_due_at IS NOT NULL AND reply_told_at IS NULL AND closed_at IS NULL"),
        name="card_to_be_late",
    )
)


class CardStay(TenantModel):
    """The time a card spent in a stage. The stays of a card neither overlap nor leave a gap."""

    board_id: Id
    board = TenantKey(Board, on_delete="CASCADE", index=False, backref="stays")
    card_id: Id
    card = TenantKey(Card, on_delete="CASCADE", index=False, backref="stays")
    stage_id: Id
    stage = TenantKey(Stage, on_delete="CASCADE", index=False, backref="stays")
    entered_at = InstantField()
    left_at = InstantField(null=True)
    via = EnumField(Via)
    by = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="card_stays")

    class Meta:
        table_name = "card_stay"
        personal = PLAIN
        indexes = (
            (("workspace", "board", "stage", "left_at", "entered_at", "card"), False),
            (("workspace", "card", "entered_at"), False),
        )


CardStay.add_index(
    CardStay.index(CardStay.workspace, CardStay.card, unique=True, where=SQL("left_at IS NULL"), name="card_stay_open")
)


class StageStat(TenantModel):
    """How many cards a stage holds and what they are worth, kept in the transaction that changes it."""

    stage_id: Id
    stage = TenantKey(Stage, on_delete="CASCADE", index=False, backref="stats")
    n = IntegerField(default=0)
    value_cents = BigIntegerField(default=0)

    class Meta:
        table_name = "stage_stat"
        personal = PLAIN
        indexes = ((("workspace", "stage"), True),)
        constraints = (SQL("CHECK (n >= 0)"),)


class BoardEvent(TenantModel):
    """That a card changed at a `seq` of its board; no card: the stages did. Kept one day."""

    board_id: Id
    board = TenantKey(Board, on_delete="CASCADE", index=False, backref="events")
    seq = BigIntegerField()
    card = TenantKey(Card, null=True, on_delete="CASCADE", backref="events")

    class Meta:
        table_name = "board_event"
        personal = PLAIN
        indexes = ((("workspace", "board", "seq"), True), (("created_at",), False))


MODELS = [Board, Stage, Card, CardStay, StageStat, BoardEvent]
