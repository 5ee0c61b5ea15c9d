"""Facts of this room in a reader's words: states, sources, classes, days, history."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from omni.accounts.models import Teammate
from omni.core import clock, ids
from omni.core.actors import ActorKind
from omni.core.changes import ChangeBatch
from omni.core.ids import Id
from omni.core.words import _, gettext, lazy, number
from omni.referrals import place, queries, spool
from omni.referrals.classes import HitClass
from omni.referrals.models import CardImage, Hit, LinkState, ReferralLink
from omni.referrals.pages import View
from omni.referrals.queries import Numbers, Part
from omni.referrals.sources import Device

# Counting runs every five seconds; a spool older than this is said on the page.
_LATE_S = 60
# What chats show of a title before they cut it (measured on phones of 360 points).
_TITLE_SHOWS = 60

STATES = {
    LinkState.OPEN: lazy("Open"),
    LinkState.PAUSED: lazy("Resting"),
    LinkState.ENDED: lazy("Ended"),
    LinkState.FULL: lazy("Full, waiting list"),
    LinkState.RETIRED: lazy("Gone"),
}
CLASSES = {
    HitClass.HUMAN: lazy("Taps"),
    HitClass.HUMAN_CONFIRMED: lazy("Taps that sent the form"),
    HitClass.PREVIEW: lazy("Chats drawing the card"),
    HitClass.BOT: lazy("Robots"),
    HitClass.SCANNER: lazy("Mail and security scanners"),
    HitClass.PREFETCH: lazy("Browsers looking ahead"),
    HitClass.PROBE: lazy("Tools checking the address"),
    HitClass.OWN: lazy("You and your team"),
}
SOURCES = {
    "direct": lazy("Opened directly"),
    "sms": lazy("Text"),
    "wa": lazy("WhatsApp"),
    "mail": lazy("Email"),
    "fb": lazy("Facebook"),
    "x": lazy("X"),
    "qr": lazy("QR code"),
    "copy": lazy("Copied link"),
    "sheet": lazy("Share button"),
}
DEVICES = {
    Device.PHONE: lazy("Phone"),
    Device.TABLET: lazy("Tablet"),
    Device.COMPUTER: lazy("Computer"),
    Device.UNKNOWN: lazy("Unknown"),
}


@dataclass(frozen=True)
class Line:
    """A line of a table of numbers, worded."""

    label: str
    n: int
    key: str


@dataclass(frozen=True)
class Bar:
    """One day of the chart: its place and height in a box of 100 by 40, and its words."""

    x: float
    width: float
    height: float
    day: date
    n: int


@dataclass(frozen=True)
class Told:
    """Numbers with words and bars."""

    numbers: Numbers
    bars: tuple[Bar, ...]
    sources: tuple[Line, ...]
    devices: tuple[Line, ...]
    classes: tuple[Line, ...]
    total: int


@dataclass(frozen=True)
class Past:
    """One line of a link's history."""

    at: datetime
    who: str
    words: str


@dataclass(frozen=True)
class Single:
    """One request, worded."""

    at: datetime
    what: str
    rule: str
    source: str
    device: str


def single(hit: Hit) -> Single:
    """A request with everything a page says about it."""
    source = str(SOURCES.get(hit.source, hit.source.capitalize()))
    return Single(hit.at, str(CLASSES[hit.hit_class]), hit.reason, source, str(DEVICES[hit.device]))


def told(numbers: Numbers) -> Told:
    """The numbers with everything a page says about them."""
    return Told(
        numbers=numbers,
        bars=_bars(numbers),
        sources=_lines(numbers.by_source, SOURCES),
        devices=_lines(numbers.by_device, DEVICES),
        classes=_lines(numbers.by_class, CLASSES),
        total=sum(part.n for part in numbers.by_class),
    )


def state_of(link: ReferralLink) -> str:
    """What a friend meets there now, in one or two words."""
    return str(STATES[link.state_at(clock.now())])


def history_of(link: ReferralLink) -> list[Past]:
    """Who made and changed the link, newest first."""
    batches = queries.list_changes(link)
    names = _names(batches)
    past = [Past(batch.created_at, names.get(batch.by_id, ""), _worded(batch)) for batch in batches]
    return [*past, Past(link.created_at, link.owner.name, _("Made this link"))]


def notes_on(view: View, card: CardImage) -> list[str]:
    """What a friend's chat would not show as meant."""
    notes = []
    if len(view.title) > _TITLE_SHOWS:
        count = number(len(view.title))
        notes.append(_("The title has %(count)s letters; most chats show about 60.", count=count))
    if not view.url.startswith("https://"):
        notes.append(_("Nobody outside this computer can fetch this card: the address is not a public https one."))
    return notes


def lag_words() -> str:
    """By how much counting is behind, or "" when it is not."""
    since = spool.waiting_since(place.spool_folder())
    late_s = (datetime.now(UTC).timestamp() - since) if since else 0.0
    if late_s <= _LATE_S:
        return ""
    return _("Counting is %(minutes)s minutes behind.", minutes=number(max(1, round(late_s / 60))))


def days_of(typed: str, choices: tuple[int, ...]) -> int:
    """One of the offered numbers of days; 30 for anything else."""
    return next((days for days in choices if str(days) == typed), 30)


def class_or_none(typed: str) -> HitClass | None:
    return HitClass(typed) if typed in set(HitClass) else None


def id_or_none(typed: str) -> Id | None:
    try:
        return ids.decode(typed)
    except ValueError:
        return None


def _lines(parts: tuple[Part, ...], words: Any) -> tuple[Line, ...]:
    return tuple(Line(str(words.get(part.key, part.key.capitalize())), part.n, part.key) for part in parts)


def _bars(numbers: Numbers) -> tuple[Bar, ...]:
    most = max((day.taps for day in numbers.by_day), default=0) or 1
    step = 100 / len(numbers.by_day)
    return tuple(
        Bar(round(place * step, 3), round(step * 0.72, 3), round(36 * day.taps / most, 2), day.day, day.taps)
        for place, day in enumerate(numbers.by_day)
    )


def _names(batches: list[ChangeBatch]) -> dict[Id | None, str]:
    wanted = {batch.by_id for batch in batches if batch.by_kind is ActorKind.TEAMMATE}
    found = Teammate.select().where(Teammate.id.in_(list(wanted))) if wanted else []
    return {teammate.id: teammate.name for teammate in found}


def _worded(batch: ChangeBatch) -> str:
    return gettext(batch.words, **batch.values)
