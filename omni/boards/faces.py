"""A card's face: rows of the hot reads turned into what is drawn, and drawn once while nothing on it changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup

from omni.boards import wording
from omni.boards.status import Known, State, StatusLine, status_line
from omni.core.fields import EPOCH
from omni.core.ids import Id, encode
from omni.core.policies import Reach
from omni.core.words import _

# Drawings kept at once; when the shelf is full it is emptied, which costs one slow page.
KEPT = 10_000


class CardRow(NamedTuple):
    """A card with its contact and next step, as the driver gives it: ids as bytes or UUID, instants as microseconds."""

    id: Any
    version: int
    stage_id: Any
    position: str
    entered_at: int
    contact_id: Any
    name: str
    owner_id: Any
    processing: str
    source: str
    source_detail: str
    snoozed_until: int | None
    snooze_reason: str
    step: str | None
    step_title: str | None
    due_at: int | None
    last_words: str | None
    outcome: str
    last_activity_at: int | None
    limit_at: int | None
    stale_at: int | None
    reply_due_at: int | None

    def is_out_of_view(self, now: datetime) -> bool:
        """Whether the person rests, and the card with them."""
        return self.outcome == "open" and self.snoozed_until is not None and instant(self.snoozed_until) > now

    @property
    def quiet_since(self) -> int:
        """Since when no word was spoken, as far as the card can tell."""
        return max(self.entered_at, self.last_activity_at or 0)


class Ring(NamedTuple):
    """How far the time a card may stand in its stage has run; "9 days here" beside it says the same."""

    percent: int
    level: str
    words: str = ""


class Face(NamedTuple):
    """Everything a card shows; `id` as it stands in addresses."""

    id: str
    contact: Id
    version: int
    name: str
    here: str
    ring: Ring | None
    quote: str
    origin: str
    line: str
    icon: str
    tone: str
    is_resting: bool
    can_move: bool

    @property
    def is_past(self) -> bool:
        """Whether the card stood here longer than its stage means it to."""
        return self.ring is not None and self.ring.percent >= 100


@dataclass(frozen=True)
class Reader:
    """Who looks, and when: `teammate_id` and `reach` say which cards may be moved."""

    now: datetime
    zone: ZoneInfo
    today: date
    locale: str
    teammate_id: Id
    reach: Reach

    @property
    def minute(self) -> datetime:
        """The minute it is."""
        return self.now.replace(second=0, microsecond=0)

    @property
    def sight(self) -> tuple[Any, ...]:
        """Everything about this reader that a card's face depends on, but for the time."""
        return (self.zone.key, self.locale, self.teammate_id if self.reach is Reach.OWN else None, self.reach)

    def may_move(self, owner_id: Any) -> bool:
        """Whether this reader may move the card of a contact with this owner."""
        return self.reach.covers(owner_id and as_id(owner_id), self.teammate_id)


class Shelf:
    """Draws cards, and keeps each drawing under everything that stands on it.

    How long a card stands there and what is due are worded to the minute: within one, the same row is the same card.
    """

    def __init__(self) -> None:
        self._drawn: dict[tuple[Any, ...], Markup] = {}
        self._this_minute: tuple[datetime | None, dict[tuple[Any, ...], Markup]] = (None, {})

    def draw(self, rows: Sequence[CardRow], reader: Reader, render: Callable[[Face], str]) -> Markup:
        """The cards as HTML, one after the other."""
        minute, kept = self._this_minute
        if minute != reader.minute:
            kept = {}
            self._this_minute = (reader.minute, kept)
        sight = reader.sight
        drawn = []
        for row in rows:
            key = (sight, row)
            card = kept.get(key)
            if card is None:
                card = kept[key] = self._draw(row, reader, render)
            drawn.append(card)
        # Joined as plain text: what Jinja drew is escaped already, and Markup would look at each card again.
        return Markup("\n".join(drawn))  # noqa: S704

    def _draw(self, row: CardRow, reader: Reader, render: Callable[[Face], str]) -> Markup:
        line = line_of(row, reader)
        here = wording.here(instant(row.entered_at), reader.now, reader.locale)
        percent = ring_percent(row.quiet_since, row.limit_at, reader.now)
        can_move = reader.may_move(row.owner_id)
        words = line and wording.line_words(line, reader.zone.key, reader.today, reader.locale)
        facts = (row.id, row.version, row.name, row.last_words, row.source_detail, row.snooze_reason)
        key = (*facts, here, percent, words, can_move, reader.locale)
        drawn = self._drawn.get(key)
        if drawn is None:
            if len(self._drawn) >= KEPT:
                self._drawn.clear()
            face = face_of(row, reader)
            # What Jinja drew is escaped already; Markup says so to the page that holds it.
            drawn = self._drawn[key] = Markup(render(face))  # noqa: S704
        return drawn


def face_of(row: CardRow, reader: Reader) -> Face:
    """What the card of a row shows."""
    line = line_of(row, reader)
    here = wording.here(instant(row.entered_at), reader.now, reader.locale)
    return Face(
        id=encode(as_id(row.id)),
        contact=as_id(row.contact_id),
        version=row.version,
        name=row.name,
        here=here,
        ring=ring_of(ring_percent(row.quiet_since, row.limit_at, reader.now)),
        quote="" if row.snooze_reason else row.last_words or "",
        origin=_beside(row),
        line=wording.line_words(line, reader.zone.key, reader.today, reader.locale) if line else "",
        icon=wording.icon_of(line) if line else "",
        tone=wording.TONES[line.state] if line else "",
        is_resting=line is not None and line.state is State.RESTING,
        can_move=reader.may_move(row.owner_id),
    )


def line_of(row: CardRow, reader: Reader) -> StatusLine | None:
    """The status line of a row."""
    known = Known(
        is_open=row.outcome == "open",
        is_restricted=row.processing == "restricted",
        reply_due_at=maybe(row.reply_due_at),
        step=f"{row.step}:{row.step_title}" if row.step else None,
        due_at=maybe(row.due_at),
        snoozed_until=maybe(row.snoozed_until),
        stale_at=maybe(row.stale_at),
        quiet_since=instant(row.quiet_since),
    )
    return status_line(known, now=reader.now, zone=reader.zone)


def _beside(row: CardRow) -> str:
    """What stands in the place of last words: why somebody rests, or rested until now, else where they came from."""
    if row.snooze_reason:
        is_over = row.snoozed_until is None
        return _("Back: %(reason)s", reason=row.snooze_reason) if is_over else row.snooze_reason
    return "" if row.last_words else wording.origin(row.source, row.source_detail)


def ring_percent(since: int, limit_at: int | None, now: datetime) -> int:
    """How much of the silent limit has run since the last word, 1 to 100; 0 where there is none."""
    if limit_at is None or limit_at <= since:
        return 0
    passed = (now - EPOCH) // timedelta(microseconds=1) - since
    return min(max(passed * 100 // (limit_at - since), 1), 100)


def ring_of(percent: int) -> Ring | None:
    """The ring for a percentage: calm to 59, warm to 99, hot and closed at 100."""
    if not percent:
        return None
    return Ring(percent, "hot" if percent >= 100 else "warm" if percent >= 60 else "calm")


def as_id(raw: Any) -> Id:
    """An id as the driver gave it: bytes on SQLite, a UUID on PostgreSQL."""
    return raw if isinstance(raw, UUID) else UUID(bytes=bytes(raw))


def instant(microseconds: int) -> datetime:
    """An instant as it lies in the database."""
    return EPOCH + timedelta(microseconds=microseconds)


def maybe(microseconds: int | None) -> datetime | None:
    """An instant, where there is one."""
    return None if microseconds is None else instant(microseconds)
