"""The words this room makes itself: the form of a first text, the live line under the composer, a wait, a stamp."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from omni.core import clock
from omni.core.words import Lazy, _, lazy, local_day, local_time, ngettext, number
from omni.messaging.models import Message
from omni.messaging.segments import Measure, Offer, Swap, find_offer, measure
from omni.messaging.states import LABELS, Reason, State, Word, line_of

# How soon a text is answered, until stages carry a goal of their own.
REPLY_GOAL = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TICKS = {Word.SENT: "check", Word.DELIVERED: "check-check", Word.WAITING: "alarm-clock"}
# The word for a text in the middle of a line: "Maya texted ✓✓ delivered".
RECEIPTS: dict[Word, Lazy] = {
    Word.WAITING: lazy("waiting"),
    Word.SENT: lazy("sent"),
    Word.DELIVERED: lazy("delivered"),
    Word.NOT_DELIVERED: lazy("not delivered"),
    Word.NEEDS_YOU: lazy("needs you"),
}


@dataclass(frozen=True)
class Wait:
    """How long somebody has waited for us, as the ring and the words tell it."""

    percent: int
    words: str

    @property
    def level(self) -> str:
        return "hot" if self.percent >= 100 else "warm" if self.percent >= 60 else "calm"

    @property
    def tone(self) -> str:
        return {"hot": "hot", "warm": "warm"}.get(self.level, "")


def first_text(studio: str, typed: str) -> str:
    """`typed` with who writes before it and how to stop after it; what the writer already said is not said twice."""
    if not typed.strip():
        return _("%(studio)s: Reply STOP to stop", studio=studio)
    names_studio = studio.casefold() in typed.casefold()
    says_stop = "stop" in typed.casefold().split() or "STOP" in typed
    if names_studio and says_stop:
        return typed
    if names_studio:
        return _("%(text)s Reply STOP to stop", text=typed)
    if says_stop:
        return _("%(studio)s: %(text)s", studio=studio, text=typed)
    return _("%(studio)s: %(text)s Reply STOP to stop", studio=studio, text=typed)


def ask_again(typed: str) -> str:
    """`typed` with the answer that says yes to offers; what the writer already said is not said twice."""
    if re.search(r"\bYES\b", typed):
        return typed
    return _("%(text)s Reply YES to hear about offers", text=typed)


def count_line(text: str, *, cost: str = "") -> str:
    """ "1 segment · 15 left · about $0.008 · a straight quote gives 105"."""
    found: Measure = measure(text)
    parts = [
        ngettext("%(num)s segment", "%(num)s segments", found.segments),
        _("%(count)s left", count=number(found.left)),
    ]
    if cost:
        parts.append(cost)
    if offer := find_offer(text):
        parts.append(_offered(found, offer))
    return " · ".join(parts)


def line(reason: Reason | None) -> str:
    """The sentence for a reason."""
    said = line_of(State.BLOCKED, reason)
    return str(said) if said else ""


def wait_since(since: datetime | None) -> Wait | None:
    """The wait that began at `since`, against the goal of an hour; none within its first minute."""
    if since is None:
        return None
    waited = clock.now() - since
    if waited < MINUTE:
        return None
    return Wait(min(100, max(1, round(waited / REPLY_GOAL * 100))), how_long(waited))


def how_long(waited: timedelta) -> str:
    """ "48 min", "2 h 10 min", "1 day 3 h"."""
    minutes = int(waited.total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)s min", minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return (
            _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if minutes else _("%(hours)s h", hours=hours)
        )
    days, hours = divmod(hours, 24)
    said = ngettext("%(num)s day", "%(num)s days", days)
    return _("%(days)s %(hours)s h", days=said, hours=hours) if hours and days < 4 else said


def when(at: datetime, zone: str) -> str:
    """A time of today, "Yesterday", a weekday of the last six days, else the day."""
    today = clock.today_in(zone)
    days = (today - at.astimezone(ZoneInfo(zone)).date()).days
    if days <= 0:
        return local_time(at)
    if days == 1:
        return _("Yesterday")
    return local_day(at, "name")[:3] if days < 7 else local_day(at, "day")


def stamp(message: Message, name: str = "") -> str:
    """What stands under a bubble: the word, the time, who wrote it."""
    time = local_time(message.created_at)
    if not message.is_ours or message.word is None:
        return time
    said = str(LABELS[message.word])
    if name:
        return _("%(word)s %(time)s · %(name)s", word=said, time=time, name=name)
    return _("%(word)s %(time)s", word=said, time=time)


def _offered(now: Measure, offer: Offer) -> str:
    then = offer.measure
    if then.segments < now.segments:
        gain = ngettext("%(num)s segment", "%(num)s segments", then.segments)
    else:
        gain = number(then.left)
    sentences = {
        Swap.QUOTE: _("a straight quote gives %(gain)s", gain=gain),
        Swap.DASH: _("a plain hyphen gives %(gain)s", gain=gain),
        Swap.DOTS: _("three dots give %(gain)s", gain=gain),
        Swap.SPACE: _("a plain space gives %(gain)s", gain=gain),
        Swap.SEVERAL: _("plain characters give %(gain)s", gain=gain),
    }
    return sentences[offer.swap]
