"""Notices in words, made when they are read: the row keeps what happened, not a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from omni.accounts.models import Notice, NoticeKind
from omni.core.words import ngettext


@dataclass(frozen=True)
class Line:
    """One notice as a person reads it."""

    sentence: str
    link: str
    at: datetime
    is_new: bool


def told(notices: Iterable[Notice]) -> list[Line]:
    """The notices in the reader's language."""
    return [Line(sentence_of(one.kind, one.count), one.link, one.at, one.read_at is None) for one in notices]


def sentence_of(kind: NoticeKind, count: int) -> str:
    """What a notice says."""
    match kind:
        case NoticeKind.NEW_TEXT:
            return ngettext("A new text is waiting", "%(num)d new texts are waiting", count)
        case NoticeKind.NEEDS_YOU:
            return ngettext("A text needs your decision", "%(num)d texts need your decision", count)
        case NoticeKind.LEAD_ARRIVED:
            return ngettext("A lead arrived", "%(num)d leads arrived", count)
        case NoticeKind.ROLE_LOST:
            return ngettext(
                "A stage that others go by was taken off its board: choose another for it",
                "%(num)d stages that others go by were taken off their boards: choose others for them",
                count,
            )
        case NoticeKind.MENTIONED:
            return ngettext("A note names you", "A note names you, changed %(num)d times", count)
        case NoticeKind.TASK:
            return ngettext("A task was given to you", "%(num)d tasks were given to you", count)
        case NoticeKind.TEXTED_AFTER_STOP:
            return ngettext(
                "Somebody was texted after they said stop",
                "People were texted after they said stop, on %(num)d nights",
                count,
            )
