"""Where a file of a text stands, and the one line that says why one of theirs is not here."""

from datetime import timedelta
from enum import StrEnum

from omni.core.words import Lazy, lazy


class MediaState(StrEnum):
    """`HELD`: chosen, its text not sent yet. `KEPT`: with its text. `AWAITED`: to be fetched. `MISSING`: not got."""

    HELD = "held"
    KEPT = "kept"
    AWAITED = "awaited"
    MISSING = "missing"


class MediaFault(StrEnum):
    """Why a file of theirs is not here."""

    NO_ANSWER = "no_answer"
    NOT_THERE = "not_there"
    NOT_LET_IN = "not_let_in"
    ELSEWHERE = "elsewhere"
    TOO_LARGE = "too_large"
    NOT_KEPT = "not_kept"
    BROKEN = "broken"


LINES: dict[MediaFault, Lazy] = {
    MediaFault.NO_ANSWER: lazy("They sent a file. Twilio did not hand it over in time."),
    MediaFault.NOT_THERE: lazy("They sent a file. Twilio has it no more."),
    MediaFault.NOT_LET_IN: lazy("They sent a file. Twilio does not accept our sign-in. See Settings, Texting."),
    MediaFault.ELSEWHERE: lazy("They sent a file. It lies at a place Omni does not go to."),
    MediaFault.TOO_LARGE: lazy("They sent a file of more than 10 MB. Ask for a smaller one."),
    MediaFault.NOT_KEPT: lazy("They sent a file that is not what it says it is. It is not kept."),
    MediaFault.BROKEN: lazy("They sent a picture that stops in the middle. Ask for it again."),
}
AWAITED = lazy("A file is on its way.")
# So long a file waits for its text.
HELD_FOR = timedelta(hours=24)
# Asking again may help only where the file itself is not at fault.
MENDABLE = frozenset({MediaFault.NO_ANSWER, MediaFault.NOT_THERE, MediaFault.NOT_LET_IN})
