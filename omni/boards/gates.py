"""Gates: what has to be known of a card before a stage lets it in."""

from dataclasses import dataclass
from datetime import date

from omni.accounts.models import Teammate
from omni.boards.models import Asks, Card, Stage, Via
from omni.contacts import queries as contacts
from omni.contacts.kinds import PointKind
from omni.core.faults import Invalid
from omni.core.words import Lazy, lazy

# A gate asks people; what a machine, an undo or an archived stage brings along goes through.
HANDS = frozenset({Via.DRAG, Via.KEY, Via.MENU})
NEEDED: dict[Asks, Lazy] = {
    Asks.PHONE: lazy("Write a phone number."),
    Asks.EMAIL: lazy("Write an email."),
    Asks.OWNER: lazy("Choose who looks after them."),
    Asks.VALUE: lazy("Write what it is worth."),
    Asks.EXPECTED_ON: lazy("Choose the day."),
    Asks.LOST_REASON: lazy("Write the reason, so that you can look back on it."),
}


@dataclass(frozen=True)
class Answers:
    """What somebody said at a gate; whatever is given is saved with the move."""

    phone: str = ""
    email: str = ""
    owner: Teammate | None = None
    value_cents: int | None = None
    expected_on: date | None = None
    lost_reason: str = ""

    def gives(self, key: Asks) -> bool:
        """Whether an answer to `key` is among them."""
        name = "value_cents" if key is Asks.VALUE else key.value
        return getattr(self, name) not in (None, "")


NOTHING = Answers()


class GateShut(Invalid):
    """The stage asks for what nobody has said: `asks`."""

    def __init__(self, asks: list[Asks]) -> None:
        super().__init__(faults={key.value: NEEDED[key].key for key in asks})
        self.asks = asks


def missing(card: Card, to: Stage, via: Via, answers: Answers = NOTHING) -> list[Asks]:
    """What the gate of `to` still asks of this card, in the gate's order."""
    if via not in HANDS or card.stage_id == to.id:
        return []
    return [key for key in Asks if key in to.gate and not answers.gives(key) and not _has(card, key)]


def _has(card: Card, key: Asks) -> bool:
    if key in (Asks.PHONE, Asks.EMAIL):
        return contacts.primary_point(card.contact, PointKind(key.value)) is not None
    if key is Asks.OWNER:
        return card.contact.owner_id is not None
    if key is Asks.VALUE:
        return card.value_cents is not None
    return bool(getattr(card, key.value))
