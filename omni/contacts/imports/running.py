"""The run: chunks of rows, each one transaction that also writes their results, the counts and the lease.

Killed anywhere, a chunk is there whole or not at all; the next claim goes on behind the last row that has a result.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta

from peewee import DataError, IntegrityError, fn

from omni.contacts.doers import By
from omni.contacts.events import ImportFinished
from omni.contacts.imports import knowing, new_fields, own_columns, places, whole
from omni.contacts.imports.ahead import read_ahead
from omni.contacts.imports.opening import only_known_owner, open_file, rules_of
from omni.contacts.imports.rehearsing import Counts, plan
from omni.contacts.imports.writing import Writer, refused
from omni.contacts.kinds import ImportState, RowAction
from omni.contacts.models import ImportFile, ImportJob, ImportRow
from omni.contacts.particulars import FieldDef
from omni.contacts.reading.decoding import Unreadable
from omni.contacts.reading.planning import Outcome, Register, Rules, apply
from omni.contacts.reading.rows import RowRead
from omni.core import actors, changes, clock
from omni.core.actors import Actor, ActorKind
from omni.core.changes import Change, ChangeBatch
from omni.core.database import database, thrifty, transaction
from omni.core.events import publish
from omni.core.ids import Id, new_id
from omni.core.points import point
from omni.core.queue import later

LEASE = timedelta(seconds=120)
# One turn of a worker; what is left goes on with the next bell, so that a long file starves nobody.
TURN_S = 240


class LeaseLost(Exception):
    """Another worker has the job, or a person stopped it."""


def start(job: ImportJob, *, by: By) -> bool:
    """Let the run begin; False when it has begun already, so that a double click is one run. Raises: Invalid where a
    new field cannot be made; nothing has begun then."""
    actor = by if isinstance(by, Actor) else actors.teammate(by.id)
    with transaction():
        batch = ChangeBatch.create(
            kind="import",
            words="Import of %(file)s",
            values={"file": job.file_name},
            by_kind=actor.kind,
            by_id=actor.id,
        )
        changed = (
            ImportJob.update(
                state=ImportState.RUNNING,
                batch_id=batch.id,
                counts=Counts().as_json(),
                started_at=clock.now(),
                lease_until=None,
            )
            .where(ImportJob.id == job.id, ImportJob.state.in_((ImportState.MAPPED, ImportState.CHECKED)))
            .execute()
        )
        if not changed:
            ChangeBatch.delete().where(ChangeBatch.id == batch.id).execute()
            return False
        _make_new(job, batch, actor)
        later("contacts.import", job_id=job.id)
    return True


def _make_new(job: ImportJob, batch: ChangeBatch, by: Actor) -> None:
    """The fields, choices and stages of the file that are to be new ones are made now, once, as the first changes of
    the import's batch."""
    new = new_fields.asked_in(job.mapping, job.options.get("new_fields", {}))
    asked = {"stages": job.options.get("stages") or {}, "values": job.options.get("values") or {}}
    with changes.resume(batch, at=0):
        for n, field in new_fields.make_fields(new, by=by).items():
            job.mapping[n] = own_columns.OWN + field.key
        stages = places.make_stages(job.options["board"], asked["stages"], job.options.get("stage_names", {}), by=by)
        values = own_columns.make_choices(asked["values"], by=by)
    made = {"stages": stages, "values": values}
    if new or made != asked:
        job.options = {**job.options, **made}
        ImportJob.update(options=job.options, mapping=job.mapping).where(ImportJob.id == job.id).execute()


def stop(job: ImportJob) -> bool:
    """End the run behind the chunk it is in."""
    with transaction():
        return bool(
            ImportJob.update(state=ImportState.STOPPED, finished_at=clock.now(), lease_until=None)
            .where(ImportJob.id == job.id, ImportJob.state == ImportState.RUNNING)
            .execute()
        )


def go_on(job: ImportJob) -> bool:
    """Go on behind the rows a stopped run came to, as long as its file is there; False when it runs already."""
    with transaction():
        if not ImportFile.select(ImportFile.id).where(ImportFile.job == job.id).exists():
            return False
        again = (
            ImportJob.update(state=ImportState.RUNNING, finished_at=None, lease_until=None)
            .where(ImportJob.id == job.id, ImportJob.state == ImportState.STOPPED)
            .execute()
        )
        if again:
            later("contacts.import", job_id=job.id)
    return bool(again)


def run(job_id: Id) -> None:
    """Claim the job and work on it, until it is done, stopped, or this turn is over."""
    if not _claim(job_id):
        return
    point("import.claimed")
    job: ImportJob = ImportJob.select().where(ImportJob.id == job_id).get()
    if whole.is_of_workspace(job):
        _move_in(job)
        return
    try:
        with thrifty():
            is_over = _work(job)
    except Unreadable as fault:
        _end(job, ImportState.FAILED, fault=str(fault))
        return
    except LeaseLost:
        return
    if is_over:
        _finish(job)
    else:
        _hand_on(job)


def _move_in(job: ImportJob) -> None:
    try:
        whole.bring(job)
    except ValueError as fault:
        _end(job, ImportState.FAILED, fault=str(fault))


def _claim(job_id: Id) -> bool:
    now = clock.now()
    with transaction():
        return bool(
            ImportJob.update(lease_until=now + LEASE)
            .where(
                ImportJob.id == job_id,
                ImportJob.state == ImportState.RUNNING,
                ImportJob.lease_until.is_null() | (ImportJob.lease_until < now),
            )
            .execute()
        )


def _work(job: ImportJob) -> bool:
    """Chunk after chunk; whether the file is at its end."""
    until = time.monotonic() + TURN_S
    last = ImportRow.select(fn.MAX(ImportRow.n)).where(ImportRow.job == job.id).scalar() or 0
    owners, batch = knowing.load_owners(), ChangeBatch.select().where(ChangeBatch.id == job.batch_id).get()
    options = job.options
    where = places.places_for(options.get("board", "none"), options.get("stage"), options.get("stages"))
    rules = rules_of(job)
    opened = open_file(job)
    fields = own_columns.defs_of(opened.reading.own_keys)
    ahead = read_ahead(opened, after=last)
    # The text is the reader's alone from here on.
    del opened
    for rows in ahead:
        rows = [only_known_owner(row, owners) for row in rows]
        _chunk(job, rows, batch, owners, where, rules, fields)
        point("import.chunk_committed")
        if time.monotonic() > until:
            return False
    return True


def _chunk(
    job: ImportJob,
    rows: list[RowRead],
    batch: ChangeBatch,
    owners: dict[str, Id],
    where: places.Places,
    rules: Rules,
    fields: Mapping[str, FieldDef],
) -> None:
    with transaction():
        counts = Counts(**job.counts)
        _renew(job)
        numbers = Change.select(fn.MAX(Change.n)).where(Change.batch == batch.id).scalar()
        with changes.resume(batch, at=0 if numbers is None else numbers + 1) as open_batch:
            by = Actor(batch.by_kind, batch.by_id) if batch.by_id else Actor(ActorKind.IMPORT)
            writer = Writer(job, open_batch, owners, where, by, rules, fields)
            _store(job, rows, writer, counts)
        point("import.chunk_written")
        ImportJob.update(counts=counts.as_json()).where(ImportJob.id == job.id).execute()
    job.counts = counts.as_json()


def _renew(job: ImportJob) -> None:
    """Hold the job for another two minutes. Raises: LeaseLost when it is another's, or stopped."""
    until = clock.now() + LEASE
    held = (
        ImportJob.update(lease_until=until)
        .where(ImportJob.id == job.id, ImportJob.state == ImportState.RUNNING, ImportJob.lease_until == job.lease_until)
        .execute()
    )
    if not held:
        raise LeaseLost
    job.lease_until = until


def _store(job: ImportJob, rows: list[RowRead], writer: Writer, counts: Counts) -> None:
    """Store the rows together; when the database refuses one of them, each in its own savepoint."""
    try:
        with database.atomic():
            outcomes = list(_planned(job, rows, writer))
            writer.flush()
    except (IntegrityError, DataError):
        writer.forget()
        if len(rows) > 1:
            for row in rows:
                _store(job, [row], writer, counts)
            return
        outcomes = [_refuse(job, rows[0], writer)]
    for outcome in outcomes:
        counts.count(outcome)


def _planned(job: ImportJob, rows: list[RowRead], writer: Writer) -> Iterator[Outcome]:
    register = Register(job.sender, writer.fields)
    knowing.load_known(register, rows, job_id=job.id)
    writer.learn(row.person for row in rows if row.person is not None)
    for outcome in plan(rows, register, knowing.load_suppressed(), writer.rules):
        contact_id = new_id()
        apply(outcome, register, new_id=contact_id)
        writer.write(outcome, contact_id)
        yield outcome


def _refuse(job: ImportJob, row: RowRead, writer: Writer) -> Outcome:
    outcome = refused(Outcome(row, RowAction.REFUSED))
    writer.write(outcome, new_id())
    writer.flush()
    return outcome


def _finish(job: ImportJob) -> None:
    with transaction():
        if _end(job, ImportState.DONE):
            publish(ImportFinished(None, job.id), by=Actor(ActorKind.IMPORT))


def _end(job: ImportJob, state: ImportState, *, fault: str = "") -> bool:
    with transaction():
        return bool(
            ImportJob.update(state=state, fault=fault, finished_at=clock.now(), lease_until=None)
            .where(
                ImportJob.id == job.id, ImportJob.state == ImportState.RUNNING, ImportJob.lease_until == job.lease_until
            )
            .execute()
        )


def _hand_on(job: ImportJob) -> None:
    with transaction():
        ImportJob.update(lease_until=None).where(
            ImportJob.id == job.id, ImportJob.lease_until == job.lease_until
        ).execute()
        later("contacts.import", job_id=job.id)
