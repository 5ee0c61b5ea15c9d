"""What must be fast, each beside a limit measured in the same run: a ratio, never a time (specs/performance.md).

A file here that has `measure() -> list[Row]` is a row of the bench; `python app.py bench ROW=click` runs one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median


class Goal(StrEnum):
    """On which side of its bound a ratio must lie."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True)
class Row:
    """One line of the table: the median of the rounds' ratios, and how far they lay apart."""

    name: str
    goal: str
    ratio: float
    spread: float
    passed: bool
    note: str = ""


def judge(name: str, ratios: Sequence[float], side: Goal, bound: float, note: str = "") -> Row:
    """The row of some rounds' ratios against a bound."""
    middle = median(ratios)
    passed = middle >= bound if side is Goal.AT_LEAST else middle <= bound
    return Row(name, f"{side} {bound:g}", round(middle, 3), round(max(ratios) - min(ratios), 3), passed, note)
