"""Ids of elements: one spelling for the page, its fragments and the targets that name them."""

from typing import Any

from omni.core import ids


def dom_id(thing: Any, part: str = "") -> str:
    """`card-01m81m…-row` for a row and a part; the class's name where a class is given: `card-new`."""
    kind = thing if isinstance(thing, type) else type(thing)
    words = [_kebab(kind.__name__)]
    if not isinstance(thing, type):
        words.append(ids.encode(thing.id))
    return "-".join([*words, part] if part else words)


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
