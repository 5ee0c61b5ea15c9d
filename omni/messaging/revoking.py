"""Texts by which a person asks to hear no more, in words of their own: told from those that only sound like it.

A whole text has to be such a sentence, courtesies aside, so that "stop by at five?" is none. The sentences stand in
`stop_phrases.csv`: words, `a/b` for either, `[a]` for what may be left out.
Source: 47 CFR 64.1200(a)(10), which takes any reasonable means of saying so.
"""

import re
from functools import cache

from omni.messaging.keywords import fold
from omni.messaging.tables import rows_of

# Courtesies, which say nothing of the matter; they stand around the sentence and not inside it.
_BEFORE = re.compile(
    r"^(?:please|pls|plz|hi|hello|hey|ok|okay|sorry|and|but|just|yo|thanks|thx|thank you|um|listen|dude|omg|"
    r"por favor|porfa|hola|disculpe|perdon|gracias|oye) "
)
_AFTER = re.compile(r" (?:please|pls|plz|thanks|thx|thank you|now|ok|okay|por favor|porfa|gracias|sir|maam|asap)$")
_ASKING = re.compile(
    r"^(?:(?:can|could|would|will) (?:you|u)(?: all| guys| people)?|you (?:can|should|need to|must)|"
    r"i (?:want|need) (?:you|u) to|i(?:d| would) like (?:you )?to|i (?:want|need|wish) to|"
    r"i (?:said|told you to|asked you to)|puede(?:n|s)?|podria(?:n|s)?|le pido que|les pido que) (?:please )?"
)
# Who says more than this says something else, too.
LONGEST = 100
_NO_WORD = re.compile(r"[^\w\s]")


def asks_to_stop(body: str) -> bool:
    """Whether a text says, in its own words, that its writer wants no more texts."""
    text = " ".join(_NO_WORD.sub(" ", fold(body).replace("'", "").replace("’", "")).split())
    if not text or len(text) > LONGEST:
        return False
    return any(pattern.fullmatch(f" {reading}") for reading in _readings(text) for pattern in phrases())


def _readings(text: str) -> set[str]:
    """The text as it stands, without courtesies at its ends, and without asking whether one may ask."""
    plain = text
    while (shorter := _AFTER.sub("", _BEFORE.sub("", plain))) != plain:
        plain = shorter
    return {text, plain, _ASKING.sub("", plain)}


@cache
def phrases() -> tuple[re.Pattern[str], ...]:
    """Every sentence of the table."""
    return tuple(_compiled(row["pattern"]) for row in rows_of("stop_phrases.csv"))


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = []
    for slot in pattern.split():
        either = "|".join(re.escape(word) for word in slot.strip("[]").split("/"))
        parts.append(f"(?: (?:{either}))" + ("?" if slot.startswith("[") else ""))
    return re.compile("".join(parts))
