"""What single cells mean: several values in one, the groups and stages of other tools, a yes in writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from omni.contacts.folding import fold
from omni.contacts.kinds import Lifecycle
from omni.contacts.reading.roles import fold_header

SEVERAL = " ::: "
_SEVERAL = SEVERAL.strip()
_GUARDED = re.compile(r"^'(?='*[=+\-@\t\r])")
_MARKS = re.compile(r"[,;]")
_SYSTEM_GROUPS = frozenset({"* mycontacts", "* starred", "mycontacts", "starred in android"})
_YES = frozenset(
    ("yes", "y", "true", "1", "x", "ok", "si", "s", "ja", "oui", "subscribed", "opted in", "opt in", "granted")
)
_LIVES = {
    Lifecycle.TRIAL: "trial|trialing|trial booked|trial done|in trial",
    Lifecycle.MEMBER: "member|customer|client|active|active member|joined|won|evangelist|miembro|cliente|"
    "kunde|mitglied",
    Lifecycle.PAUSED: "paused|on hold|hold|frozen|freeze|pausado|pausiert",
    Lifecycle.FORMER: "former|former member|churned|cancelled|canceled|left|expired|inactive|ex member|lapsed",
    Lifecycle.LEAD: "lead|new|open|prospect|subscriber|created|in progress|attempted to contact|connected|opportunity|"
    "marketing qualified lead|sales qualified lead|marketingqualifiedlead|salesqualifiedlead|open deal|unqualified",
}
_LIFE_WORDS = {word: state for state, words in _LIVES.items() for word in words.split("|")}


def bare(cell: str) -> str:
    """A cell without the quote that keeps a spreadsheet from reading it as a formula, and without NULs."""
    return _GUARDED.sub("", cell.replace("\x00", "").lstrip()).rstrip()


def life_of(word: str) -> Lifecycle | None:
    """The stage of life a word of another tool means, if it means one."""
    return _LIFE_WORDS.get(fold_header(word))


def says_yes(cell: str) -> bool:
    """Whether the cell is one of the ways to write yes."""
    return fold(cell) in _YES


def values_in(cell: str) -> list[str]:
    """The values of a cell, the way Google writes several into one."""
    # Nearly every cell holds one, and this is asked of every cell.
    if _SEVERAL not in cell:
        return [cell]
    return [part.strip() for part in cell.split(_SEVERAL) if part.strip()]


def phones_in(cell: str) -> Iterator[str]:
    """The numbers of a cell; a comma parts them only where each part is a number by itself, not an extension."""
    return _parted(cell, lambda parts: all(sum(letter.isdigit() for letter in part) >= 7 for part in parts))


def emails_in(cell: str) -> Iterator[str]:
    """The e-mails of a cell."""
    return _parted(cell, lambda parts: True)


def tags_in(cell: str, marks: str) -> list[str]:
    """The tags of a cell, which the sender parts by one of `marks`, or with none by the mark of several alone; a tool's
    own groups are none."""
    is_split = _SEVERAL in cell or not marks
    parts = cell.split(_SEVERAL) if is_split else re.split(f"[{re.escape(marks)}]", cell)
    names = (part.strip() for part in parts)
    return [name.removeprefix("* ").strip() for name in names if name and fold(name) not in _SYSTEM_GROUPS]


def _parted(cell: str, are_values: Callable[[Sequence[str]], bool]) -> Iterator[str]:
    for value in values_in(cell):
        parts = [part.strip() for part in _MARKS.split(value) if part.strip()] if _MARKS.search(value) else ()
        yield from parts if len(parts) > 1 and are_values(parts) else (value,)
