"""Outside judges of the furnished house: each looks at every page, and says what it found beside its goal."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What one judge says of one thing."""

    judge: str
    about: str
    goal: str
    found: str
    passed: bool
    # Why it is so: a line each.
    notes: Sequence[str] = ()
