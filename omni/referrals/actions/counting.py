"""Hits out of the spool into the tables, so that counting the same ones twice changes nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.points import point
from omni.core.tenancy import current_workspace_id
from omni.referrals.classes import HitClass
from omni.referrals.models import Hit, HitDaily, ReferralLink, SpoolCursor
from omni.referrals.sources import Device

# An INSERT's text differs by its number of rows, and the guard reads each text once: so few numbers are used.
_CHUNKS = (128, 32, 8, 1)
CONFIRMED = "form sent"


@dataclass(frozen=True)
class CountedHit:
    """One hit with all that was found out about it; `columns` are those of the table `hit`."""

    id: Id
    link_id: Id
    local_day: date
    columns: dict[str, Any]


@dataclass(frozen=True)
class Confirmation:
    """The visitor of this hit has sent the form."""

    hit_id: Id
    local_day: date


@dataclass(frozen=True)
class Cursor:
    """How far the drain has come in a segment, and how many lines there could not be read."""

    segment: str
    offset: int
    damaged: int = 0


@dataclass
class Batch:
    """What one transaction counts, in one workspace."""

    hits: list[CountedHit] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)


def count_hits(batch: Batch, *, then: Cursor | None) -> int:
    """Count the hits that are not counted yet, and move the cursor with them; how many were new."""
    with transaction():
        known = _links_among(batch)
        hits = [hit for hit in batch.hits if hit.link_id in known]
        new = _insert(hits)
        _add_up([hit for hit in hits if hit.id in new])
        for confirmation in batch.confirmations:
            _confirm(confirmation)
        if then:
            _move(then)
        point("referrals.before_commit")
    return len(new)


def note_damage(cursor: Cursor) -> None:
    """Move the cursor over lines of which none could be read."""
    with transaction():
        _move(cursor)


def forget_segment(segment: str) -> None:
    """Drop the cursor of a segment that is gone."""
    with transaction():
        SpoolCursor.delete().where(SpoolCursor.segment == segment).execute()


def forget_hits(link_id: Id, *, before: datetime) -> int:
    """Delete single hits of a link that are old enough; their days keep their counts."""
    with transaction():
        return int(Hit.delete().where((Hit.link == link_id) & (Hit.at < before)).execute())


def _links_among(batch: Batch) -> set[Id]:
    """The links that are still there: one may have gone with its workspace since the hit."""
    wanted = list({hit.link_id for hit in batch.hits})
    found: set[Id] = set()
    for some in _chunks(wanted):
        found |= {row.id for row in ReferralLink.select(ReferralLink.id).where(ReferralLink.id.in_(some))}
    return found


def _insert(hits: Sequence[CountedHit]) -> set[Id]:
    """The ids of those that were not there."""
    new: set[Id] = set()
    for some in _chunks(hits):
        rows = [{"id": hit.id, "link": hit.link_id, "workspace": current_workspace_id(), **hit.columns} for hit in some]
        new |= {row.id for row in Hit.insert_many(rows).on_conflict_ignore().returning(Hit.id).execute()}
    return new


def _add_up(hits: Sequence[CountedHit]) -> None:
    n: Counter[tuple[Any, ...]] = Counter()
    n_first: Counter[tuple[Any, ...]] = Counter()
    for hit in hits:
        kind = (hit.link_id, hit.local_day, hit.columns["hit_class"], hit.columns["source"], hit.columns["device"])
        n[kind] += 1
        n_first[kind] += bool(hit.columns["is_first_today"])
    # In one order everywhere, so that two that add to the same days do not wait for each other crosswise.
    for kind in sorted(n):
        _add(*kind, n=n[kind], n_first=n_first[kind])


def _add(link_id: Id, day: date, hit_class: HitClass, source: str, device: Device, *, n: int, n_first: int) -> None:
    HitDaily.insert(
        workspace=current_workspace_id(),
        link=link_id,
        local_day=day,
        hit_class=hit_class,
        source=source,
        device=device,
        n=n,
        n_first=n_first,
    ).on_conflict(
        conflict_target=[
            HitDaily.workspace,
            HitDaily.link,
            HitDaily.local_day,
            HitDaily.hit_class,
            HitDaily.source,
            HitDaily.device,
        ],
        update={HitDaily.n: HitDaily.n + n, HitDaily.n_first: HitDaily.n_first + n_first},
    ).execute()


def _confirm(confirmation: Confirmation) -> None:
    """Move the hit, and its day's count with it, from human to confirmed; once."""
    still_human = (Hit.id == confirmation.hit_id) & (Hit.hit_class == HitClass.HUMAN)
    hit = Hit.select().where(still_human).first()
    if hit is None:
        return
    Hit.update(hit_class=HitClass.HUMAN_CONFIRMED, reason=CONFIRMED).where(Hit.id == hit.id).execute()
    first = int(bool(hit.is_first_today))
    for hit_class, sign in ((HitClass.HUMAN, -1), (HitClass.HUMAN_CONFIRMED, 1)):
        _add(hit.link_id, confirmation.local_day, hit_class, hit.source, hit.device, n=sign, n_first=sign * first)


def _move(cursor: Cursor) -> None:
    SpoolCursor.insert(segment=cursor.segment, offset=cursor.offset, damaged=cursor.damaged).on_conflict(
        conflict_target=[SpoolCursor.segment],
        update={SpoolCursor.offset: cursor.offset, SpoolCursor.damaged: SpoolCursor.damaged + cursor.damaged},
    ).execute()


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    start = 0
    for size in _CHUNKS:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size
