"""A whole workspace out of its ZIP, as a job: all of it in one transaction, or nothing.

A ZIP waits as `received` until somebody says go; whoever is killed meanwhile leaves nothing, and the next one begins
anew. Where people stand already, the same ZIP is an import of its sheet of people like any other.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any

from omni.contacts import ports
from omni.contacts.doers import By, teammate_id_of
from omni.contacts.events import ImportFinished
from omni.contacts.imports.opening import FILE_KEPT
from omni.contacts.imports.rehearsing import Counts
from omni.contacts.kinds import ImportState
from omni.contacts.models import ImportFile, ImportJob
from omni.contacts.reading.archives import read_front
from omni.contacts.reading.foreign import is_whole
from omni.contacts.reading.table import MAX_BYTES
from omni.core import actors, clock
from omni.core.actors import Actor, ActorKind
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import TooLarge
from omni.core.points import point
from omni.core.queue import later
from omni.core.words import marked

WHOLE = "whole"
GONE = marked("The file is not here any more. Choose it again")


def moves_in(raw: bytes) -> bool:
    """Whether this is the ZIP of a workspace, and this workspace still has room for one."""
    is_vacant = ports.vacancy.answer()
    return is_whole(raw) and is_vacant is not None and is_vacant()


def receive(raw: bytes, *, file_name: str, by: By) -> ImportJob:
    """Keep the ZIP and what it says of itself. Raises: Unreadable, TooLarge."""
    if len(raw) > MAX_BYTES:
        raise TooLarge
    saved = read_front(raw)
    options = {"format": WHOLE, "name": saved.name, "as_of": saved.as_of.isoformat(), "tables": dict(saved.rows)}
    with transaction():
        job: ImportJob = ImportJob.create(
            file_name=file_name[:255],
            file_sha256=hashlib.sha256(raw).digest(),
            sender="omni",
            mapping=[],
            options={**options, "rows": saved.rows.get("contact", 0)},
            state=ImportState.RECEIVED,
            by=teammate_id_of(by),
        )
        ImportFile.create(job=job.id, content=raw, expires_at=clock.now() + FILE_KEPT)
    return job


def is_of_workspace(job: ImportJob) -> bool:
    return bool(job.options.get("format") == WHOLE)


def start(job: ImportJob, *, by: By) -> bool:
    """Let it move in; False when it does already."""
    with transaction():
        said = {"state": ImportState.RUNNING, "counts": Counts().as_json(), "started_at": clock.now()}
        is_ours = (ImportJob.id == job.id) & (ImportJob.state == ImportState.RECEIVED)
        if not ImportJob.update(said).where(is_ours).execute():
            return False
        later("contacts.import", job_id=job.id)
    return True


def bring(job: ImportJob) -> None:
    """Bring it in and say so in one transaction, unless the job is another's by now.

    Raises: ValueError, whose text says why it cannot be used.
    """
    with transaction():
        held = (ImportJob.id == job.id) & (ImportJob.lease_until == job.lease_until)
        is_mine = held & (ImportJob.state == ImportState.RUNNING)
        if not ImportJob.update(lease_until=job.lease_until).where(is_mine).execute():
            return
        file = ImportFile.select().where(ImportFile.job == job.id).first()
        move_in = ports.moving_in.answer()
        if file is None or move_in is None:
            raise ValueError(GONE)
        by = actors.teammate(author) if (author := job.__data__["by"]) else actors.SYSTEM
        told: Any = move_in(io.BytesIO(bytes(file.content)), False, by)
        point("import.moved_in")
        counts = Counts(**{name: told[name] for name in Counts().as_json()})
        done = {"state": ImportState.DONE, "counts": counts.as_json(), "finished_at": clock.now(), "lease_until": None}
        ImportJob.update(done).where(ImportJob.id == job.id).execute()
        publish(ImportFinished(None, job.id), by=Actor(ActorKind.IMPORT))
