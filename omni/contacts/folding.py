"""How names, words and digits are compared: without case, accents and spelling of letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import JaroWinkler

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_SPACES = re.compile(r"\s+")
_NAME_MARKS = re.compile(r"[^\w\s]|_")
NAMES_ALIKE = 0.92

# Short forms a studio meets daily; each line is one given name.
_NICKNAMES = (
    "alexander alex sasha",
    "alexandra alex sandra",
    "andrew andy drew",
    "anthony tony",
    "benjamin ben",
    "catherine kate katie cathy",
    "katherine kate katie kathy",
    "christopher chris",
    "christina chris tina",
    "daniel dan danny",
    "david dave",
    "edward ed eddie",
    "elizabeth liz beth lizzy betty eliza",
    "francisco paco pancho",
    "guadalupe lupe",
    "ignacio nacho",
    "james jim jimmy jamie",
    "jennifer jen jenny",
    "jessica jess jessie",
    "john johnny jack",
    "jonathan jon",
    "jose pepe",
    "joseph joe joey",
    "joshua josh",
    "margaret maggie meg peggy",
    "matthew matt",
    "michael mike mick",
    "nicholas nick",
    "patricia pat patty trish",
    "rebecca becca becky",
    "richard rick rich dick",
    "robert rob bob bobby",
    "samuel sam",
    "samantha sam",
    "stephanie steph",
    "steven stephen steve",
    "susan sue susie",
    "theodore theo ted",
    "thomas tom tommy",
    "timothy tim",
    "victoria vicky tori",
    "william will bill billy liam",
    "zachary zach zack",
)
_SAME_NAME: dict[str, frozenset[str]] = {}
for _line in _NICKNAMES:
    for _name in _line.split():
        _SAME_NAME[_name] = _SAME_NAME.get(_name, frozenset()) | frozenset(_line.split())


def fold(text: str) -> str:
    """`text` as search compares it: compatibility forms, no marks, no case, plain letters, single spaces."""
    if text.isascii():
        return " ".join(text.casefold().split())
    lowered = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(letter))
    return _SPACES.sub(" ", bare).strip()


def fold_name(text: str) -> str:
    """A name without punctuation too: "O'Neil-Ruiz" and "oneil ruiz" are one."""
    return _SPACES.sub(" ", _NAME_MARKS.sub(" ", fold(text.replace("'", "").replace("’", "")))).strip()


def digits_of(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())


def search_words(
    name: str, nickname: str, company: str, emails: Iterable[str], phones: Iterable[str]
) -> tuple[str, str]:
    """What search keeps of a person: folded words, the name first, and digits."""
    words = (fold(name), fold(nickname), fold(company), *map(fold, emails))
    return "\n".join(filter(None, words)), " ".join(map(digits_of, phones))


def same_person(given: str, family: str, other_given: str, other_family: str) -> bool:
    """The name gate: whether two names may be one person, so that a shared phone or e-mail proves it.

    Given names equal, one an initial of the other, a known short form, or alike; family names equal or one of them
    empty; or both swapped. A name nobody knows (both parts empty) stands in nobody's way.
    """
    a, b, c, d = (fold_name(part) for part in (given, family, other_given, other_family))
    if not (a or b) or not (c or d):
        return True
    if a == d and b == c:
        return True
    if {a, b} - {""} and (f"{a} {b}".strip() == f"{c} {d}".strip()):
        return True
    return _given_alike(a, c) and (not b or not d or b == d)


def _given_alike(one: str, other: str) -> bool:
    if not one or not other:
        return one == other
    first, second = one.split()[0], other.split()[0]
    if one == other or first == second:
        return True
    if (len(first) == 1 or len(second) == 1) and first[0] == second[0]:
        return True
    if second in _SAME_NAME.get(first, ()):
        return True
    return JaroWinkler.similarity(one, other) >= NAMES_ALIKE
