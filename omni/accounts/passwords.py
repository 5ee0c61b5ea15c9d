"""Passwords: which are too easy, and how they are kept."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from omni.core.words import _

SHORTEST, LONGEST = 12, 256
BLOCKLIST = Path(__file__).with_name("blocklist.txt")

# Argon2id as security §5 sets it: 77 ms on a 2-core machine. OWASP asks for no less than m=19456, t=2, p=1.
_hasher = PasswordHasher(memory_cost=47104, time_cost=1, parallelism=1)

# The same cost for somebody we do not know: the hash of nothing anyone can type.
_NOBODY = "$argon2id$v=19$m=47104,t=1,p=1$b21uaS1ub2JvZHktaGVyZQ$Zm9yLW5vYm9keS1hdC1hbGwtbm90LWEtaGFzaC0hISE"


def hash_of(password: str) -> str:
    """What is stored instead of `password`."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one that was stored. Without one it takes the same time and is False."""
    try:
        _hasher.verify(stored or _NOBODY, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Whether the stored hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(stored)


def fault_of(password: str, *, context: Iterable[str] = ()) -> str | None:
    """Which rule `password` breaks, as a sentence, or None. `context` is what anyone knows about its owner."""
    if len(password) < SHORTEST:
        return _(
            "This has %(count)s characters. A password has 12 or more; a short sentence is good.", count=len(password)
        )
    if len(password) > LONGEST:
        return _("This has %(count)s characters. A password has 256 at most.", count=len(password))
    folded = password.casefold()
    if folded in _blocklist() or len(set(folded)) < 5:
        return _("This is among the passwords that are tried first. Choose one nobody would guess.")
    if _leans_on(folded, context):
        return _("This is little more than your name, address or company. Add something only you know.")
    return None


def _leans_on(folded: str, context: Iterable[str]) -> bool:
    known = {"omni"} | {part for text in context for part in re.split(r"[\W_]+", text.casefold()) if len(part) > 3}
    rest = folded
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != folded and len(re.sub(r"[\W_]+", "", rest)) < 6


@cache
def _blocklist() -> frozenset[str]:
    lines = BLOCKLIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if not line.startswith("#"))
