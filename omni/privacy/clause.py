"""What one promise is: its words, what keeps it and proves it, and how far it is kept."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far a promise is kept in this release."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Clause:
    """One promise. `text` may hold `{contact}`; `reason` says what is missing while it is not kept whole."""

    id: str
    heading: str
    text: str
    features: tuple[str, ...]
    proofs: tuple[str, ...]
    keeps: str
    outside: str = "Nothing beyond this installation is checked."
    state: State = State.KEPT
    reason: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether it closes a gap that the policy's outline leaves open."""
        return self.id.startswith("A")
