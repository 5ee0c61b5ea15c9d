"""Fields in a text: `{{first_name|there}}` stands for a name, and for "there" where none is known.

A closed list of names, one fallback, no logic. What a field is filled with is plain words on one line and is never read
again, whatever it holds.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.core.tenancy import current_workspace
from omni.core.words import Lazy, lazy

FIELDS: dict[str, Lazy] = {
    "first_name": lazy("their first name"),
    "full_name": lazy("their whole name"),
    "studio": lazy("your studio’s name"),
    "my_first_name": lazy("your first name"),
    "my_name": lazy("your whole name"),
}
# A name that is longer is cut: a text has an end.
LONGEST_VALUE = 60
_FIELD = re.compile(r"(?<!\{)\{\{([^{}]*)\}\}(?!\})")
# How alike two words are, of a hundred, for one to be offered for the other.
ALIKE = 60


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field as it was typed, as a sentence with named values."""

    words: Lazy
    values: Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """A text with its fields filled; `blank` are those that nothing is known for and that have no fallback."""

    body: str
    blank: tuple[str, ...] = ()


UNKNOWN = lazy("There is no field {{%(typed)s}}. Did you mean {{%(meant)s}}?")
NO_SUCH = lazy("There is no field {{%(typed)s}}. There are: %(known)s.")
BRACES = lazy("A field is written {{first_name}} or {{first_name|there}}, with two braces on each side.")


def find_fault(text: str) -> Fault | None:
    """The first thing that is wrong with the fields of a text."""
    for found in _FIELD.finditer(text):
        name, _bar, fallback = found[1].partition("|")
        if name.strip() not in FIELDS:
            return _unknown(name.strip())
        if "|" in fallback:
            return Fault(BRACES, {})
    if "{{" in (rest := _FIELD.sub("", text)) or "}}" in rest:
        return Fault(BRACES, {})
    return None


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """The text with each field in place of its value, else of its fallback; one without either leaves nothing."""
    blank = dict[str, None]()

    def value_of(found: re.Match[str]) -> str:
        name, _bar, fallback = found[1].partition("|")
        said = harmless(values.get(name.strip(), "")) or harmless(fallback)
        if not said:
            blank[name.strip()] = None
        return said

    body = _FIELD.sub(value_of, text)
    # Beside a field, braces of the text and of a value might make another.
    return Filled(_without_braces(body) if body != text else body, tuple(blank))


def values_of(contact: Contact | None, teammate: Teammate | None, *, my_name: str = "") -> dict[str, str]:
    """What the fields stand for; asks the database for nothing but the teammate's name, where it is not given."""
    mine = my_name or (teammate.name if teammate is not None else "")
    theirs = contact.display_name if contact is not None and (contact.given_name or contact.family_name) else ""
    return {
        "first_name": contact.given_name if contact is not None else "",
        "full_name": theirs,
        "studio": current_workspace().name,
        "my_first_name": mine.partition(" ")[0],
        "my_name": mine,
    }


def harmless(value: str) -> str:
    """A value as plain words on one line: no braces, no control or direction marks, and an end."""
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in value)
    kept = "".join(sign for sign in kept if unicodedata.category(sign) != "Cf" and sign not in "{}")
    return " ".join(kept.split())[:LONGEST_VALUE].strip()


def _unknown(typed: str) -> Fault:
    typed = harmless(typed)
    found = process.extractOne(typed, FIELDS.keys(), score_cutoff=ALIKE)
    if found is not None:
        return Fault(UNKNOWN, {"typed": typed, "meant": found[0]})
    return Fault(NO_SUCH, {"typed": typed, "known": ", ".join(FIELDS)})


def _without_braces(body: str) -> str:
    while "{{" in body or "}}" in body:
        body = body.replace("{{", "{").replace("}}", "}")
    return body
