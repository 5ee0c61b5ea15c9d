"""The words by which a person stops texts, starts them again or asks for help.

A keyword is the whole text, never a part of one: "can't stop smiling" is not a stop.
Source: Twilio, "Advanced Opt-Out" (default keywords); 47 CFR 64.1200(a)(10).
"""

import unicodedata
from enum import StrEnum


class Keyword(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


STOP = frozenset(
    [
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "end",
        "quit",
        "cancel",
        "revoke",
        "optout",
        "opt out",
        "opt-out",
        "arret",
        "arrete",
        "arrett",
    ]
)


class PrivacyWord(StrEnum):
    """What a person asks of the data kept about them, by a text of that word alone."""

    PRIVACY = "privacy"
    MYDATA = "mydata"
    PAUSE = "pause"
    DELETE = "delete"
    YES_DELETE = "yes delete"


# The answer to the question whether offers are welcome, and to nothing else.
YES = "yes"
START = frozenset(["start", "unstop"])
HELP = frozenset(["help", "info"])


def find_keyword(body: str, opt_out_type: str = "") -> Keyword | None:
    """The keyword a text consists of, or None. What Twilio read (`OptOutType`) beats our own reading."""
    if opt_out_type.strip().casefold() in set(Keyword):
        return Keyword(opt_out_type.strip().casefold())
    words = fold(body)
    if words in STOP:
        return Keyword.STOP
    if words in START:
        return Keyword.START
    return Keyword.HELP if words in HELP else None


def find_privacy_word(body: str) -> PrivacyWord | None:
    """The privacy word a text consists of, or None."""
    words = fold(body)
    return PrivacyWord(words) if words in set(PrivacyWord) else None


def is_yes(body: str) -> bool:
    """Whether a text is a yes and no more."""
    return fold(body) == YES


def fold(body: str) -> str:
    """Accents, emoji and edge punctuation off, casefolded, spaces collapsed."""
    decomposed = unicodedata.normalize("NFKD", body)
    kept = "".join(character for character in decomposed if not _is_dropped(character))
    words = " ".join(kept.casefold().split())
    while words and not words[0].isalnum():
        words = words[1:].lstrip()
    while words and not words[-1].isalnum():
        words = words[:-1].rstrip()
    return words


def _is_dropped(character: str) -> bool:
    # Mn: accents and variation selectors; So, Sk: emoji and skin tones; Cf: joiners and marks of direction.
    return unicodedata.category(character) in {"Mn", "Me", "So", "Sk", "Cf", "Cs"}
