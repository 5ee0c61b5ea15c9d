"""What the pages of an import share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from omni.contacts.imports import whole
from omni.contacts.kinds import ImportState
from omni.contacts.models import ImportJob
from omni.contacts.reading.headers import sender_of
from omni.core import ids
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.words import _

EDITABLE = (ImportState.READ, ImportState.MAPPED, ImportState.CHECKED)


def get_job(job_id: Id) -> ImportJob:
    """The import. Raises: NotFound."""
    job: ImportJob | None = ImportJob.select().where(ImportJob.id == job_id).first()
    if job is None:
        raise NotFound
    return job


def get_editable(job_id: Id) -> ImportJob:
    """The import, as long as it has not begun. Raises: NotFound."""
    job = get_job(job_id)
    if job.state not in EDITABLE:
        raise NotFound
    return job


def get_unbegun(job_id: Id) -> ImportJob:
    """The import, as long as it has not begun, also one that nobody could read yet. Raises: NotFound."""
    job = get_job(job_id)
    is_unread = job.state is ImportState.RECEIVED and not whole.is_of_workspace(job)
    return job if is_unread else get_editable(job_id)


def job_url(job: ImportJob, part: str = "") -> str:
    return f"/contacts/import/{ids.encode(job.id)}" + (f"/{part}" if part else "")


def sender_name(job: ImportJob) -> str:
    sender = sender_of(job.sender)
    return sender.name if sender else ""


def worded(reasons: Sequence[dict[str, Any]]) -> str:
    """Reasons of a row in the reader's language."""
    return " · ".join(_(reason["words"], **reason["values"]) for reason in reasons)
