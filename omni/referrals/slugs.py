"""What a slug may be, and which ones to offer instead of one that is taken."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

SHORTEST, LONGEST = 3, 40
_SHAPE = re.compile(r"[a-z0-9-]{3,40}")

# Words that would mislead a friend ("/r/login") or that we may want for ourselves one day.
RESERVED = frozenset(
    """about account admin api app card contact help invite join login logout new null omni password pay payment privacy
    qr root security settings signin signup static status support terms test thanks undefined unsubscribe verify
    www""".split()  # noqa: SIM905 - a list of words is read as words
)


def is_well_formed(slug: str) -> bool:
    """True for 3 to 40 of a-z, 0-9 and the hyphen, with a letter or digit at both ends."""
    return bool(_SHAPE.fullmatch(slug)) and slug[0] != "-" and slug[-1] != "-"


def is_reserved(slug: str) -> bool:
    return slug in RESERVED


def tidy(typed: str) -> str:
    """The slug as it would be kept: no spaces around it, no capitals."""
    return typed.strip().lower()


def slug_of(title: str) -> str:
    """A well-formed slug made from a title, or "" when the title holds no letter a slug can have."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower().replace("'", "")
    words = re.findall(r"[a-z0-9]+", plain)
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        slug = longer
    return slug if is_well_formed(slug) else ""


def free_ones(wanted: str, *, taken: Callable[[list[str]], set[str]], count: int = 3) -> list[str]:
    """The first `count` slugs near `wanted` that nobody has or ever had. `taken` says which of some are not free."""
    base = slug_of(wanted.replace("-", " ")) or "friend"
    found: list[str] = []
    candidates = _candidates(base)
    while len(found) < count:
        some = [next(candidates) for _ in range(count * 2)]
        refused = taken(some)
        found += [slug for slug in some if slug not in refused and slug not in found]
    return found[:count]


def first_free(title: str, *, taken: Callable[[list[str]], set[str]]) -> str:
    """The title's own slug where it is free, else the nearest free one."""
    own = slug_of(title)
    if own and not is_reserved(own) and own not in taken([own]):
        return own
    return free_ones(own or title, taken=taken, count=1)[0]


def _candidates(base: str) -> Iterator[str]:
    for ending in _endings():
        slug = f"{base[: LONGEST - len(ending) - 1].rstrip('-')}-{ending}"
        if is_well_formed(slug) and not is_reserved(slug):
            yield slug


def _endings() -> Iterator[str]:
    first: Iterable[str] = ("2", "friends", "invite", "3", "welcome", "now")
    yield from first
    number = 4
    while True:
        yield str(number)
        number += 1
