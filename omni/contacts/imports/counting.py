"""The rehearsal of a file that waits on its page: at once where it is short, else by the worker while the page watches.

Nothing is locked meanwhile. Whoever reads the file anew or maps it otherwise forgets what was counted, and the next
count begins.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from omni.contacts.imports.opening import open_file
from omni.contacts.imports.rehearsing import rehearse
from omni.contacts.imports.running import LEASE
from omni.contacts.kinds import ImportState
from omni.contacts.models import ImportFile, ImportJob
from omni.contacts.reading.decoding import Unreadable
from omni.core import clock
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.queue import later

AT_ONCE = 1000
COUNTED_STATES = (ImportState.MAPPED, ImportState.CHECKED)
_TELL_EVERY_S = 1.0


class Overtaken(Exception):
    """The job was changed, begun or taken over meanwhile."""


def begin(job: ImportJob) -> None:
    """Have the file counted: now where it is short, else by the worker."""
    if job.state not in COUNTED_STATES:
        return
    if job.options.get("rows", 0) <= AT_ONCE:
        count(job.id)
        return
    with transaction():
        later("contacts.rehearse", job_id=job.id)


def count(job_id: Id) -> None:
    """Rehearse the file, unless somebody does already, and keep what that said."""
    job = _claim(job_id)
    if job is None:
        return
    try:
        said = rehearse(open_file(job), tell=_teller(job)).as_json()
        with transaction():
            _hold(job, until=None)
            ImportFile.update(rehearsal=said, counted=said["counts"]["rows"]).where(ImportFile.job == job.id).execute()
    except (Overtaken, Unreadable):
        return


def _claim(job_id: Id) -> ImportJob | None:
    until = clock.now() + LEASE
    is_free = ImportJob.lease_until.is_null() | (ImportJob.lease_until < clock.now())
    with transaction():
        claimed = (
            ImportJob.update(lease_until=until)
            .where(ImportJob.id == job_id, ImportJob.state.in_(COUNTED_STATES), is_free)
            .execute()
        )
    return ImportJob.select().where(ImportJob.id == job_id).first() if claimed else None


def _teller(job: ImportJob) -> Callable[[int], None]:
    """Writes how far the count is, once a second: the page shows it. Raises: Overtaken."""
    last = time.monotonic()

    def tell(rows: int) -> None:
        nonlocal last
        if time.monotonic() - last < _TELL_EVERY_S:
            return
        last = time.monotonic()
        with transaction():
            _hold(job, until=clock.now() + LEASE)
            ImportFile.update(counted=rows).where(ImportFile.job == job.id).execute()

    return tell


def _hold(job: ImportJob, *, until: Any) -> None:
    mine = (ImportJob.id == job.id) & (ImportJob.version == job.version) & (ImportJob.lease_until == job.lease_until)
    if not ImportJob.update(lease_until=until).where(mine, ImportJob.state.in_(COUNTED_STATES)).execute():
        raise Overtaken
    job.lease_until = until


def standing(job: ImportJob) -> tuple[int, dict[str, Any] | None]:
    """How many rows are counted, and what was said once all are."""
    file = ImportFile.select(ImportFile.counted, ImportFile.rehearsal).where(ImportFile.job == job.id).first()
    return (file.counted or 0, file.rehearsal) if file else (0, None)


def uncounted() -> Any:
    """(workspace, import) of files that wait to be counted. Runs in sweeping()."""
    is_free = ImportJob.lease_until.is_null() | (ImportJob.lease_until < clock.now())
    query = ImportJob.select(ImportJob.workspace, ImportJob.id).join(ImportFile, on=(ImportFile.job == ImportJob.id))
    return query.where(ImportJob.state.in_(COUNTED_STATES), ImportFile.rehearsal.is_null(), is_free).tuples()
