"""The policy: 53 clauses and eight additions of ours, in our own words.

One registry, from which the policy's page, its text, `/privacy.json` and the promise board are all rendered. The words
are versioned (`versions.py`): changing one without a new version fails a test.
"""

from collections.abc import Sequence
from enum import StrEnum

from omni.privacy.clause import Clause, State
from omni.privacy.wording import CLAUSES


class Part(StrEnum):
    """The headings under which the policy groups its clauses."""

    ABOUT = "About this policy"
    HOLD = "What we hold"
    USE = "What we use it for"
    SHARE = "Whom we share it with"
    KEEP = "How we guard and keep it"
    CHOICE = "Your choices"
    CHANGE = "Children, changes and how to reach us"
    ZERO = "The assistant"
    OURS = "What we add"


PARTS: dict[Part, tuple[str, ...]] = {
    Part.ABOUT: tuple(f"C{n}" for n in range(1, 5)),
    Part.HOLD: tuple(f"C{n}" for n in range(5, 13)),
    Part.USE: tuple(f"C{n}" for n in range(13, 23)),
    Part.SHARE: tuple(f"C{n}" for n in range(23, 33)),
    Part.KEEP: tuple(f"C{n}" for n in range(33, 38)),
    Part.CHOICE: tuple(f"C{n}" for n in range(38, 45)),
    Part.CHANGE: tuple(f"C{n}" for n in range(45, 51)),
    Part.ZERO: tuple(f"C{n}" for n in range(51, 54)),
    Part.OURS: tuple(f"A{n}" for n in range(1, 9)),
}


def all_clauses() -> Sequence[Clause]:
    """Every clause, in the order of the policy."""
    return CLAUSES


def counted() -> dict[State, int]:
    """How many promises stand in each state."""
    states = [clause.state for clause in all_clauses()]
    return {state: states.count(state) for state in State}
