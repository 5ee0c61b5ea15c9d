"""Who might be one person twice: found by a job, asked of a person, one pair at a time.

People meet in blocks: the same phone or e-mail, the same name, or names alike with the same last seven digits, town or
birthday. A block of more than 200 is a front desk or a common word, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Any

from rapidfuzz.distance import JaroWinkler

from omni.contacts.folding import NAMES_ALIKE, fold, fold_name, same_person
from omni.contacts.kinds import PairState, PointKind, Reason
from omni.contacts.models import TYPED, Contact
from omni.core.fields import EnumField, Field, IntegerField, JsonField
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel

LARGEST_BLOCK = 200
WEIGHTS = {
    Reason.EMAIL: 50,
    Reason.PHONE: 45,
    Reason.NAME: 40,
    Reason.ALIKE: 30,
    Reason.BIRTHDAY: 20,
    Reason.DIGITS: 15,
    Reason.CITY: 10,
}
# Of names alike, one of these has to be the same too.
_BESIDE = frozenset({Reason.DIGITS, Reason.CITY, Reason.BIRTHDAY})
_AT = {PointKind.PHONE: Reason.PHONE, PointKind.EMAIL: Reason.EMAIL}


class DuplicatePair(TenantModel):
    """Two contacts who might be one person, the older id first, and what somebody made of it."""

    a_id: Id
    b_id: Id

    a = TenantKey(Contact, on_delete="CASCADE", backref="pairs", index=False)
    b = TenantKey(Contact, on_delete="CASCADE", backref="pairs_of", index=False)
    score = IntegerField()
    reasons = JsonField(default=list, personal=TYPED)
    state = EnumField(PairState, default=PairState.OPEN)

    class Meta:
        table_name = "duplicate_pair"
        personal = Field("operational")
        indexes = (
            (("workspace", "a", "b"), True),
            (("workspace", "b"), False),
            (("workspace", "state", "score", "id"), False),
        )


MODELS = [DuplicatePair]


@dataclass(eq=False)
class Somebody:
    """What pairing reads of a contact; `shared` are the addresses known to be shared."""

    id: Id
    given_name: str
    family_name: str
    display_name: str
    city: str = ""
    born: tuple[int, int] | None = None
    points: set[tuple[PointKind, str]] = field(default_factory=set)
    shared: set[tuple[PointKind, str]] = field(default_factory=set)
    name: str = ""

    def __post_init__(self) -> None:
        self.name = fold_name(self.display_name) if self.given_name or self.family_name else ""


@dataclass(frozen=True)
class Found:
    """Why two might be one, how likely, and addresses too many people have."""

    pairs: dict[tuple[Id, Id], tuple[int, list[Reason]]]
    crowded: set[tuple[PointKind, str]]


def find_pairs(people: Iterable[Somebody], fresh: set[Id]) -> Found:
    """Every pair of these people of whom at least one is `fresh`."""
    reasons: dict[tuple[Somebody, Somebody], set[Reason]] = {}
    crowded = set()
    for (why, *what), block in _blocks(people).items():
        if len(block) > LARGEST_BLOCK:
            crowded |= {(what[0], what[1])} if why in _AT.values() else set()
            continue
        if fresh.isdisjoint(one.id for one in block):
            continue
        for one, other in combinations(sorted(block, key=lambda each: each.id), 2):
            if (one.id in fresh or other.id in fresh) and (why not in _BESIDE or _alike(one, other)):
                reasons.setdefault((one, other), set()).add(why)
    pairs = {}
    for (one, other), why in reasons.items():
        if judged := _judged(one, other, why):
            pairs[one.id, other.id] = judged
    return Found(pairs, crowded)


def is_gate_open(one: Any, other: Any) -> bool:
    """Whether the two names may be one person's: the gate of imports and forms too."""
    return same_person(one.given_name, one.family_name, other.given_name, other.family_name)


def _blocks(people: Iterable[Somebody]) -> dict[tuple[Any, ...], list[Somebody]]:
    blocks: dict[tuple[Any, ...], list[Somebody]] = {}
    for one in people:
        for key in _keys(one):
            blocks.setdefault(key, []).append(one)
    return {key: block for key, block in blocks.items() if len(block) > 1}


def _keys(one: Somebody) -> set[tuple[Any, ...]]:
    keys: set[tuple[Any, ...]] = {(_AT[kind], kind, norm) for kind, norm in one.points}
    if not one.name:
        return keys
    keys.add((Reason.NAME, one.name))
    keys |= {(Reason.DIGITS, norm[-7:]) for kind, norm in one.points if kind is PointKind.PHONE}
    # Names alike begin alike, nearly always; so a town full of people is not one block.
    keys |= {(Reason.CITY, _town(one.city), one.name[0])} if one.city else set()
    keys |= {(Reason.BIRTHDAY, one.born)} if one.born else set()
    return keys


# Many people, few towns.
_town = lru_cache(maxsize=4096)(fold)


def _alike(one: Somebody, other: Somebody) -> bool:
    return JaroWinkler.similarity(one.name, other.name, score_cutoff=NAMES_ALIKE) > 0


def _judged(one: Somebody, other: Somebody, why: set[Reason]) -> tuple[int, list[Reason]] | None:
    """How likely they are one, 0 to 100, and why; none where nothing is to be asked."""
    is_open = is_gate_open(one, other)
    if not is_open:
        # A family's phone that is known to be theirs asks nothing more.
        at = (one.points & other.points) - one.shared - other.shared
        why = {_AT[kind] for kind, _norm in at}
    elif why & _BESIDE and Reason.NAME not in why:
        why = why | {Reason.ALIKE}
    if not why:
        return None
    score = min(100, sum(WEIGHTS[each] for each in why))
    return (score if is_open else min(score, 40)), sorted(why, key=lambda each: -WEIGHTS[each])
