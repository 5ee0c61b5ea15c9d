"""Whom somebody meant who slipped on a key: shown under "Did you mean" where search itself finds few.

Whoever shares some three letters with what was typed is a candidate, the 200 that share most; these are put in order by
how few letters would have to change.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from omni.contacts import search
from omni.contacts.folding import fold
from omni.contacts.models import Contact
from omni.core.database import is_postgres
from omni.core.ids import Id

# Search answers by itself from so many hits on.
ENOUGH = 5
# Of the letters of what was typed and a name, the share that has to agree (measured: a slip in a name of four letters).
ALIKE = 0.65
_LONGEST = 60


def guess(text: str, *, but: Iterable[Id] = (), limit: int = 10) -> list[Contact]:
    """The people whose names are most like `text`, best first, without those found already."""
    typed = fold(text.replace("\x00", ""))[:_LONGEST].strip()
    pieces = sorted({word[at : at + 3] for word in typed.split() for at in range(len(word) - 2)})
    if not pieces or not any(letter.isalpha() for letter in typed):
        return []
    known = set(but)
    scored = [(_likeness(typed, hit), hit) for hit in _candidates(typed, pieces) if hit.contact_id not in known]
    scored = sorted((one for one in scored if one[0] >= ALIKE), key=lambda one: (-one[0], -one[1].touched_at))
    return search.load([hit.contact_id for _score, hit in scored[:limit]], limit)


def _candidates(typed: str, pieces: list[str]) -> list[search.Hit]:
    if is_postgres():
        return search.sharing_by_likeness(typed, pieces)
    return search.sharing_by_rank(pieces)


def _likeness(typed: str, hit: search.Hit) -> float:
    """How alike they are from 0 to 1: as a whole, or word by word where the words stand otherwise or only some."""
    name = hit.words.split("\n", 1)[0]
    words, theirs = typed.split(), name.split()
    if not theirs:
        return 0.0
    by_word = [max(OSA.normalized_similarity(word, their) for their in theirs) for word in words]
    return max(OSA.normalized_similarity(typed, name), sum(by_word) / len(by_word) - 0.01)
