"""The drain: whole lines out of the spool, judged, counted, and only then taken away.

Each transaction counts one workspace's share of a thousand lines; the last of them moves the cursor, so that a drain
killed at any point starts again where the tables say it stopped. Counting a hit twice changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from omni.core import log
from omni.core.ids import Id, decode, encode
from omni.core.points import point
from omni.core.tenancy import Workspace, entered, outside
from omni.referrals import actions, spool
from omni.referrals.actions import Batch, Confirmation, CountedHit, Cursor
from omni.referrals.classes import RULES_VERSION, VISITS, Request, judge
from omni.referrals.models import SpoolCursor
from omni.referrals.records import DayKeys, Record, Unreadable, unseal
from omni.referrals.sources import CHANNELS, device_of, source_of

LINES_AT_ONCE = 1_000
FIRST_KEPT_S = 72 * 3600


class Redis(Protocol):
    """What we ask of the client."""

    def set(self, name: str, value: str, *, nx: bool, ex: int) -> object: ...
    def get(self, name: str) -> object: ...


@dataclass(frozen=True)
class Drained:
    """What one run did."""

    hits: int = 0
    damaged: int = 0

    def __add__(self, other: "Drained") -> "Drained":
        return Drained(self.hits + other.hits, self.damaged + other.damaged)


def drain(folder: Path, *, keys: DayKeys, redis: Redis) -> Drained:
    """Count everything that lies whole in the spool. A second run at the same time does nothing."""
    done = Drained()
    with outside(), spool.sole_drain(folder) as is_mine:
        if not is_mine:
            return done
        with spool.segments(folder) as segments:
            for segment in segments:
                done += _Taking(segment, keys, redis).take()
            _forget_old_cursors({segment.name for segment in segments})
    if done.damaged:
        log.warn("hits_damaged", count=done.damaged)
    return done


class _Taking:
    """One segment being worked through."""

    def __init__(self, segment: spool.Segment, keys: DayKeys, redis: Redis) -> None:
        self._segment = segment
        self._keys = keys
        self._redis = redis
        self._zones: dict[Id, ZoneInfo | None] = {}

    def take(self) -> Drained:
        """Count from the cursor to the last whole line, then remove a finished segment."""
        known = SpoolCursor.get_or_none(SpoolCursor.segment == self._segment.name)
        offset = known.offset if known else 0
        lines, _end, is_torn = self._segment.lines(offset)
        done = Drained()
        waiting = iter(lines)
        while some := list(islice(waiting, LINES_AT_ONCE)):
            offset += sum(len(line) + 1 for line in some)
            done += self._count(some, offset)
        if is_torn:
            actions.note_damage(Cursor(self._segment.name, self._segment.size, damaged=1))
            done += Drained(damaged=1)
        if self._segment.is_finished:
            point("referrals.before_unlink")
            self._segment.remove()
            actions.forget_segment(self._segment.name)
        return done

    def _count(self, lines: list[bytes], offset: int) -> Drained:
        records = list(self._read(lines))
        damaged = len(lines) - len(records)
        cursor = Cursor(self._segment.name, offset, damaged)
        batches = self._by_workspace(records)
        if not batches:
            actions.note_damage(cursor)
        hits = 0
        for number, (workspace_id, batch) in enumerate(batches.items(), start=1):
            with entered(workspace_id):
                hits += actions.count_hits(batch, then=cursor if number == len(batches) else None)
            point("referrals.counted")
        return Drained(hits, damaged)

    def _read(self, lines: list[bytes]) -> Iterator[Record]:
        for line in lines:
            try:
                yield unseal(line, self._keys)
            except Unreadable:
                continue

    def _by_workspace(self, records: list[Record]) -> dict[Id, Batch]:
        batches: dict[Id, Batch] = defaultdict(Batch)
        for record in records:
            zone = self._zone(record.workspace_id)
            if zone is None:
                continue
            day = record.at.astimezone(zone).date()
            batch = batches[record.workspace_id]
            if not record.is_confirmation:
                batch.hits.append(self._judged(record, day))
            elif hit_id := self._first_hit(record, day):
                batch.confirmations.append(Confirmation(hit_id, day))
        return {each: batch for each, batch in batches.items() if batch.hits or batch.confirmations}

    def _zone(self, workspace_id: Id) -> ZoneInfo | None:
        """The workspace's zone, or None when the workspace is gone."""
        if workspace_id not in self._zones:
            row = Workspace.get_or_none(Workspace.id == workspace_id)
            self._zones[workspace_id] = ZoneInfo(row.timezone) if row else None
        return self._zones[workspace_id]

    def _judged(self, record: Record, day: date) -> CountedHit:
        verdict = judge(
            Request(
                agent=record.agent,
                is_head=record.is_head,
                is_prefetch=record.is_prefetch,
                accepts_html=record.accepts_html,
                has_session=record.has_session,
            )
        )
        is_first = None
        if record.visitor_key and verdict.hit_class in VISITS:
            is_first = self._is_first(record, day)
        return CountedHit(
            record.id,
            record.link_id,
            day,
            {
                "at": record.at,
                "hit_class": verdict.hit_class,
                "reason": verdict.reason,
                "source": source_of(CHANNELS[record.channel - 1] if record.channel else "", record.referrer_host),
                "device": device_of(record.agent),
                "is_first_today": is_first,
                "rules_version": RULES_VERSION,
            },
        )

    def _is_first(self, record: Record, day: date) -> bool:
        """Whether this is the visitor's first hit of the day; asked again of the same hit, the answer is the same."""
        name, mine = _first_name(record, day), encode(record.id)
        if self._redis.set(name, mine, nx=True, ex=FIRST_KEPT_S):
            return True
        return _text(self._redis.get(name)) == mine

    def _first_hit(self, record: Record, day: date) -> Id | None:
        known = _text(self._redis.get(_first_name(record, day)))
        return decode(known) if known else None


def _first_name(record: Record, day: date) -> str:
    return f"omni:referrals:u:{day.isoformat()}:{encode(record.link_id)}:{record.visitor_key.hex()}"


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")


def _forget_old_cursors(names: set[str]) -> None:
    """Drop cursors of segments that were removed by a drain that died right after it."""
    for cursor in SpoolCursor.select():
        if cursor.segment not in names:
            actions.forget_segment(cursor.segment)
