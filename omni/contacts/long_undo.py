"""A long act taken back by a job, a piece at a time: nobody waits for the whole of it, and killed anywhere it goes on
where it was.

Its row is one of the acts on many people: `value` names the batch, `position` counts the changes seen to from the last
one on. What each piece takes back is recorded in the one batch of the taking back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import takewhile

from peewee import fn

from omni.accounts.models import Teammate
from omni.contacts import undo
from omni.contacts.imports import undoing
from omni.contacts.kinds import BulkAct
from omni.contacts.many import BulkJob, Counts
from omni.core import ids
from omni.core.changes import Change, ChangeBatch
from omni.core.database import transaction
from omni.core.queue import later

# With so many changes the others in the house would wait for it.
LONG = 1_000
CHUNK = 100


def is_long(batch: ChangeBatch) -> bool:
    """Whether a job takes the act back. Two people who are taken apart are, whatever they had, taken apart at once."""
    return undo.kind_of(batch) != "merge" and _length(batch) > LONG


def begin(batch: ChangeBatch, *, by: Teammate) -> BulkJob:
    """Make the job; from here on the act counts as taken back. Raises: Gone when it was, or is too old."""
    with transaction(), undo.begun(batch, by=by) as back:
        job: BulkJob = BulkJob.create(
            act=BulkAct.UNDO,
            value=ids.encode(batch.id),
            contact_ids=b"",
            total=_length(batch),
            counts=asdict(Counts()),
            batch_id=back.id,
            back="/history",
            by=by.id,
        )
        later("contacts.bulk", job_id=job.id)
    return job


def pieces(job: BulkJob, by: Teammate) -> Iterator[Callable[[Counts], int]]:
    """What is left of the job, a piece at a time, each to be done before the next one is asked for."""
    batch = undo.get_batch(ids.decode(job.value))
    while job.position < job.total:
        yield partial(_piece, batch, job.total - job.position, by)


def _piece(batch: ChangeBatch, before: int, by: Teammate, counts: Counts) -> int:
    """Take back the last changes before number `before`; how many have been seen to."""
    result, rows = undo.Undone(), _next(batch, before)
    undo.walk(batch, rows, result, by=by)
    undoing.take_back_bases(batch, by=by, of={row.contact_id for row in rows if row.contact_id})
    first = rows[-1].n if rows else 0
    if first == 0:
        # And of those whom the import gave nothing but its word.
        undoing.take_back_bases(batch, by=by)
    counts.changed += result.restored
    counts.refused += len(result.left)
    return before - first


def _next(batch: ChangeBatch, before: int) -> list[Change]:
    """The next changes; what was done to a person in a row stays together, so that nobody is left half restored."""
    rows = undo.changes_of(batch, before=before, limit=CHUNK)
    whose = rows[-1].contact_id if rows else None
    while rows:
        further = undo.changes_of(batch, before=rows[-1].n, limit=CHUNK)
        theirs = list(takewhile(lambda one: one.contact_id == whose, further))
        if not theirs:
            break
        rows += theirs
    return rows


def _length(batch: ChangeBatch) -> int:
    last: int | None = Change.select(fn.MAX(Change.n)).where(Change.batch == batch.id).scalar()
    return 0 if last is None else last + 1
