"""What may be sent to the boards."""

from typing import Any

from omni.accounts import queries as accounts
from omni.accounts.models import Teammate
from omni.boards import queries
from omni.boards.gates import Answers
from omni.boards.models import Asks, Card, Colour, Outcome, Role, Stage, Via
from omni.boards.wording import ROLES
from omni.contacts.kinds import Lifecycle
from omni.contacts.wording import LIVES
from omni.core.ids import Id, decode, encode
from omni.core.tenancy import current_workspace
from omni.core.words import Lazy, _, lazy
from omni.web.forms import Choice, Email, Form, Hidden, IdChoice, LocalDate, Money, Number, Phone, Text, Ticks

GONE = lazy("This stage was put away, or it is on another board. Choose one of the stages below.")
ASKS: dict[Asks, Lazy] = {
    Asks.PHONE: lazy("Phone"),
    Asks.EMAIL: lazy("Email"),
    Asks.OWNER: lazy("Owner"),
    Asks.VALUE: lazy("What it is worth"),
    Asks.EXPECTED_ON: lazy("Expected day"),
    Asks.LOST_REASON: lazy("The reason"),
}
OUTCOMES: dict[Outcome, Lazy] = {
    Outcome.OPEN: lazy("On the way"),
    Outcome.WON: lazy("Won"),
    Outcome.LOST: lazy("Lost"),
    Outcome.PARKED: lazy("At a standstill"),
}
COLOURS: dict[Colour, Lazy] = {
    Colour.SAGE: lazy("Sage"),
    Colour.SKY: lazy("Sky"),
    Colour.PLUM: lazy("Plum"),
    Colour.CLAY: lazy("Clay"),
    Colour.STRAW: lazy("Straw"),
    Colour.STONE: lazy("Stone"),
}


class GateForm(Form):
    """What a gate may ask. Every answer that is given is saved, whether it was asked for or not."""

    phone = Phone(ASKS[Asks.PHONE])
    email = Email(ASKS[Asks.EMAIL])
    owner = IdChoice(ASKS[Asks.OWNER])
    value = Money(ASKS[Asks.VALUE])
    expected_on = LocalDate(ASKS[Asks.EXPECTED_ON])
    lost_reason = Text(ASKS[Asks.LOST_REASON])

    teammates: list[Teammate]

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.country, self.currency = current_workspace().country, current_workspace().currency
        self.teammates = accounts.list_teammates() if self.owner.data or not self.was_sent else []
        people = [(encode(one.id), one.name) for one in self.teammates]
        self.owner.choices = [("", _("Choose a teammate")), *people]

    @property
    def answers(self) -> Answers:
        """What was said."""
        return Answers(
            phone=self.phone.data or "",
            email=self.email.data or "",
            owner=next((one for one in self.teammates if one.id == self.owner.data), None),
            value_cents=self.value.data,
            expected_on=self.expected_on.data,
            lost_reason=self.lost_reason.data or "",
        )

    def fields_for(self, asks: list[Asks]) -> list[Any]:
        """The fields of what is asked, and of what was answered wrongly; the teammates to choose from with them."""
        if Asks.OWNER in asks and not self.teammates:
            self.teammates = accounts.list_teammates()
            self.owner.choices = [("", _("Choose a teammate")), *((encode(t.id), t.name) for t in self.teammates)]
        fields = [self[key.value] for key in Asks if key in asks or self[key.value].errors]
        for field in fields:
            # Who has not seen the question yet is asked, not blamed.
            field.errors = field.errors if field.raw_data else []
        return fields


class MoveForm(GateForm):
    """Where a card goes: `stage`, behind `after_id` or at the head; `version` is the one that was looked at."""

    stage = Hidden(needed=lazy("Choose a stage."))
    after_id = Hidden()
    version = Number(most=2**31 - 1)
    via = Hidden()
    back = Hidden()

    board_id: Id
    chosen: Stage | None = None
    after: Card | None = None

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        stages = {stage.id: stage for stage in queries.list_stages(self.board_id)}
        self.chosen = stages.get(read_id(self.stage.data) or self.board_id)

    def check(self) -> None:
        if self.chosen is None:
            self.blame("stage", GONE)
        after_id = read_id(self.after_id.data)
        self.after = queries.find_card(after_id) if after_id else None

    @property
    def hand(self) -> Via:
        """The hand that moved it: a plain form is the menu."""
        return Via(self.via.data) if self.via.data in (Via.DRAG, Via.KEY) else Via.MENU

    @property
    def how(self) -> dict[str, Any]:
        """The version looked at, the card before it, the hand, and what was said at the gate."""
        return {"version": self.version.data, "after": self.after, "via": self.hand, "answers": self.answers}


class CardForm(Form):
    """What a card is about."""

    title = Text(lazy("Title"), longest=120)
    value = Money(ASKS[Asks.VALUE])
    expected_on = LocalDate(ASKS[Asks.EXPECTED_ON])
    lost_reason = Text(ASKS[Asks.LOST_REASON])
    version = Number(most=2**31 - 1)

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.currency = current_workspace().currency

    @property
    def said(self) -> dict[str, Any]:
        """What the card is about, by the names of its columns, and the version that was looked at."""
        words = {name: self[name].data or "" for name in ("title", "lost_reason")}
        rest = {"expected_on": self.expected_on.data, "version": self.version.data}
        return {**words, **rest, "value_cents": self.value.data}


class BoardForm(Form):
    """A board's name."""

    name = Text(lazy("Name of the board"), needed=lazy("Give the board a name."), longest=60)


class NewStageForm(Form):
    """A new stage's name, and when a card in it is silent."""

    name = Text(lazy("Stage"), needed=lazy("Give the stage a name."), longest=60)
    stale_days = Number(lazy("Days"), least=1, most=365)


class StageForm(NewStageForm):
    """Everything a stage is set to."""

    outcome = Choice(lazy("What it means to stand here"), choices=lambda: _choices(OUTCOMES))
    sets_lifecycle = Choice(lazy("Stage of life it sets"), choices=lambda: [("", _("None")), *_choices(LIVES)])
    next_step_days = Number(lazy("Days until a follow-up"), least=1, most=365)
    wip_limit = Number(lazy("Cards at most"), least=1, most=9_999)
    reply_minutes = Number(lazy("Minutes to answer"), least=1, most=60_000)
    colour = Choice(lazy("Colour"), choices=lambda: [("", _("None")), *_choices(COLOURS)])
    gate = Ticks(lazy("Asks before a card comes in"), choices=[(key.value, words) for key, words in ASKS.items()])
    role = Choice(
        lazy("This stage means…"),
        choices=[("", lazy("Nothing special")), *((role.value, words) for role, words in ROLES.items())],
    )

    @property
    def settings(self) -> dict[str, Any]:
        """What was sent, by the names of a stage's columns; what the form does not say stays as it is."""
        readers: dict[str, Any] = {"outcome": Outcome, "sets_lifecycle": Lifecycle, "colour": Colour, "role": Role}
        plain = ("name", "stale_days", "next_step_days", "wip_limit", "reply_minutes")
        said = {name: self[name].data for name in plain if self[name].raw_data}
        for name, read in readers.items():
            if self[name].raw_data:
                said[name] = read(self[name].data) if self[name].data else None
        # No box that is ticked is sent as nothing at all, beside a choice that always is.
        if self.outcome.raw_data:
            said["gate"] = [key.value for key in Asks if key in (self.gate.data or [])]
        return said


class PlaceForm(Form):
    """One place along the board: -1 or 1."""

    step = Number(least=-1, most=1, needed=lazy("Choose a direction."))


class ArchiveForm(Form):
    """Where the cards of a stage go that is put away."""

    target = IdChoice(lazy("Its cards go to"))

    others: list[Stage]

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.target.choices = [("", _("Choose a stage")), *((encode(stage.id), stage.name) for stage in self.others)]

    @property
    def chosen(self) -> Stage | None:
        """The stage that was chosen."""
        return next((stage for stage in self.others if stage.id == self.target.data), None)


def _choices(words: dict[Any, Lazy]) -> list[tuple[str, str]]:
    return [(key.value, str(label)) for key, label in words.items()]


def read_id(text: str | None) -> Id | None:
    """An id as it stands in addresses; anything else is none."""
    try:
        return decode(text or "")
    except ValueError:
        return None
