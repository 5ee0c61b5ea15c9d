"""Who did it: a teammate, a contact, or the house itself."""

from dataclasses import dataclass
from enum import StrEnum

from omni.core.ids import Id


class ActorKind(StrEnum):
    """The kinds of doers a timeline, an event and a change may name."""

    TEAMMATE = "teammate"
    CONTACT = "contact"
    JOIN = "join"
    RULE = "rule"
    ZERO = "zero"
    API = "api"
    IMPORT = "import"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """A doer: its kind and, where it has one, its id."""

    kind: ActorKind
    id: Id | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
JOIN = Actor(ActorKind.JOIN)


def teammate(teammate_id: Id) -> Actor:
    """The teammate with this id as a doer."""
    return Actor(ActorKind.TEAMMATE, teammate_id)


def contact(contact_id: Id) -> Actor:
    """The contact with this id as a doer."""
    return Actor(ActorKind.CONTACT, contact_id)
