"""The short name of a workspace in addresses and commands."""

import re
import unicodedata
from collections.abc import Callable
from itertools import count

LONGEST = 48


def slug_of(name: str) -> str:
    """`name` in lower-case letters, digits and hyphens; "studio" when nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or "studio"


def free_slug(name: str, *, taken: Callable[[str], bool]) -> str:
    """The slug of `name`, with the first number behind it that makes it free."""
    slug = slug_of(name)
    if not taken(slug):
        return slug
    return next(text for text in (f"{slug}-{number}" for number in count(2)) if not taken(text))


def is_slug(text: str) -> bool:
    """Whether `text` can be a slug."""
    return re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?", text) is not None
