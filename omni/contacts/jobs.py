"""What this room does behind the request: running imports, and letting go of their files and of old undo rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import fn

from omni.contacts import actions, bulk, long_undo, queries, undo
from omni.contacts.calls import ASKED_FOR, UNTOLD, Call
from omni.contacts.imports import counting, running
from omni.contacts.kinds import ImportState
from omni.contacts.models import Contact, ContactSearch, ImportFile, ImportJob, ImportRow
from omni.core import clock
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.queue import job


def runnable_imports() -> Iterable[Any]:
    """Imports that run and that no worker holds."""
    return (  # type: ignore[no-any-return]
        ImportJob.select(ImportJob.workspace, ImportJob.id)
        .where(
            ImportJob.state == ImportState.RUNNING,
            ImportJob.lease_until.is_null() | (ImportJob.lease_until < clock.now()),
        )
        .tuples()
    )


@job("contacts.import", queue="work", finder=runnable_imports, timeout_s=600)
def run_import(job_id: Id) -> None:
    """Work on the import until it is done, stopped, or this turn is over."""
    running.run(job_id)


def untold_calls() -> Iterable[Any]:
    """Calls begun an hour ago of which nobody said how they went."""
    return (  # type: ignore[no-any-return]
        Call.select(Call.workspace, Call.id).where(Call.started_at < clock.now() - ASKED_FOR, UNTOLD).tuples()
    )


@job("contacts.give_up_call", queue="work", finder=untold_calls, timeout_s=60)
def give_up_call(call_id: Id) -> None:
    """Let the timeline say that the call was tried."""
    actions.give_up_call(call_id)


@job("contacts.rehearse", queue="work", finder=counting.uncounted, timeout_s=600)
def rehearse_import(job_id: Id) -> None:
    """Count what would become of each row of a file that waits on its page."""
    counting.count(job_id)


def expired_files() -> Iterable[Any]:
    """Files that have lain here for seven days."""
    return (  # type: ignore[no-any-return]
        ImportFile.select(ImportFile.workspace, ImportFile.id).where(ImportFile.expires_at < clock.now()).tuples()
    )


def unpaired() -> Iterable[Any]:
    """Of each workspace where people were added or changed since somebody looked for duplicates, one of them."""
    first = ContactSearch.select(fn.MIN(ContactSearch.id)).where(ContactSearch.unpaired > 0)
    query = Contact.select(Contact.workspace, Contact.id).join(ContactSearch, on=ContactSearch.contact == Contact.id)
    return query.where(ContactSearch.id.in_(first.group_by(ContactSearch.workspace))).tuples()  # type: ignore[no-any-return]


@job("contacts.pair_up", queue="work", finder=unpaired, timeout_s=600)
def pair_up(contact_id: Id) -> None:
    """Look for duplicates of this contact and of all others who are new or changed in the workspace."""
    actions.pair_up()


@job("contacts.drop_import_file", queue="work", finder=expired_files, timeout_s=120)
def drop_import_file(file_id: Id) -> None:
    """Let the file and the raw cells of its rows go; the counts and the Undo stay."""
    with transaction():
        file = ImportFile.select(ImportFile.id, ImportFile.job).where(ImportFile.id == file_id).first()
        if file is None:
            return
        ImportRow.update(raw=None).where(ImportRow.job == file.job_id).execute()
        ImportFile.delete().where(ImportFile.id == file_id).execute()


@job("contacts.forget_changes", queue="work", finder=undo.expired_batches, timeout_s=120)
def forget_changes(batch_id: Id) -> None:
    """What stood behind an Undo of more than 30 days ago is gone."""
    undo.forget_batch(batch_id)


@job("contacts.drop_file", queue="work", finder=queries.removed_files, timeout_s=60)
def drop_file(file_id: Id) -> None:
    """A file taken off a note more than 30 days ago is gone."""
    actions.drop_file(file_id)


@job("contacts.bulk", queue="work", finder=bulk.runnable, timeout_s=600)
def act_on_many(job_id: Id) -> None:
    """Work on an act on many people until it is done, stopped, or this turn is over."""
    bulk.run(job_id, long_undo.pieces)
