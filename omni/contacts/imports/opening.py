"""A file received and understood: its bytes, its sender, and how its cells are to be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import Any

from omni.contacts.doers import By, teammate_id_of
from omni.contacts.imports import new_fields, own_columns
from omni.contacts.imports.own_columns import recognised
from omni.contacts.kinds import ImportState
from omni.contacts.models import ImportFile, ImportJob
from omni.contacts.reading.dates import Order
from omni.contacts.reading.decoding import Unreadable
from omni.contacts.reading.formats import CSV, Brought, as_csv
from omni.contacts.reading.headers import find_sender, map_columns, other_export, sender_of
from omni.contacts.reading.people import Person
from omni.contacts.reading.planning import EVERYTHING, Rule, Rules
from omni.contacts.reading.roles import Role
from omni.contacts.reading.rows import Reading, RowRead, plan_reading, read_row
from omni.contacts.reading.table import MAX_BYTES, Table, read_table
from omni.core import clock
from omni.core.database import transaction
from omni.core.faults import NotFound, TooLarge
from omni.core.ids import Id
from omni.core.tenancy import current_workspace

FILE_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Opened:
    """A job's file, ready to be read row by row."""

    table: Table
    reading: Reading
    rules: Rules = EVERYTHING

    def rows(self, *, after: int = 0) -> Iterator[RowRead]:
        """Each row as a person, beginning behind row number `after`."""
        for n, cells in self.table.rows():
            if n > after:
                yield read_row(n, cells, self.reading)

    def people(self, count: int) -> list[Person]:
        """The first people of the file as they will be."""
        return list(islice((row.person for row in self.rows() if row.person is not None), count))

    def sample(self, count: int = 5) -> list[RowRead]:
        return list(islice(self.rows(), count))


def look_at(raw: bytes, *, file_name: str) -> tuple[ImportJob, Table]:
    """A job for the file as far as it explains itself, not stored, and its table.

    Raises: Unreadable with line and reason, TooLarge above 20 MB.
    """
    job, _brought, table = _look(raw, file_name)
    return job, table


def _look(raw: bytes, file_name: str) -> tuple[ImportJob, Brought, Table]:
    if len(raw) > MAX_BYTES:
        raise TooLarge
    brought = as_csv(raw)
    ours = brought.format != CSV
    table = read_table(brought.content, encoding="utf-8" if ours else None, delimiter="," if ours else None)
    if words := other_export(table.header):
        raise Unreadable(words)
    sender = find_sender(table.header)
    job = ImportJob(
        file_name=file_name[:255],
        file_sha256=hashlib.sha256(raw).digest(),
        sender=sender.key if sender else "",
        encoding=table.encoding,
        delimiter=table.delimiter,
        mapping=recognised(table.header, map_columns(table.header, sender)),
        options={
            "country": current_workspace().country,
            "board": "none",
            "rows": table.row_count,
            "format": brought.format,
            "sheet": brought.sheet,
            "left_out": brought.left_out,
        },
        state=ImportState.MAPPED if sender else ImportState.READ,
    )
    return job, brought, table


def receive(raw: bytes, *, file_name: str, by: By) -> ImportJob:
    """Keep a file and say what it is. Raises: Unreadable, TooLarge."""
    job, brought, _table = _look(raw, file_name)
    return _keep(job, brought, by)


def receive_unread(raw: bytes, *, file_name: str, by: By) -> ImportJob:
    """Keep a file in which a quote stands wrong, so that it can be read otherwise. Raises: Unreadable."""
    brought = as_csv(raw)
    table = read_table(brought.content, quotes_are_words=True)
    job = ImportJob(
        file_name=file_name[:255],
        file_sha256=hashlib.sha256(raw).digest(),
        encoding=table.encoding,
        delimiter=table.delimiter,
        mapping=[],
        options={
            "country": current_workspace().country,
            "board": "none",
            "format": brought.format,
            "sheet": brought.sheet,
            "left_out": brought.left_out,
        },
        state=ImportState.RECEIVED,
    )
    return _keep(job, brought, by)


def _keep(job: ImportJob, brought: Brought, by: By) -> ImportJob:
    job.by = teammate_id_of(by)
    with transaction():
        job.save(force_insert=True)
        ImportFile.create(job=job.id, content=brought.content, expires_at=clock.now() + FILE_KEPT)
    return job


def open_file(job: ImportJob) -> Opened:
    """The job's file, read as the job says.

    Raises: NotFound once the file is gone, Misquoted while it is only received.
    """
    file = ImportFile.select().where(ImportFile.job == job.id).first()
    if file is None:
        raise NotFound
    quotes_are_words = bool(job.options.get("quotes_are_words"))
    table = read_table(file.content, encoding=job.encoding, delimiter=job.delimiter, quotes_are_words=quotes_are_words)
    return Opened(table, reading_of(job, table), rules_of(job))


def reading_of(job: ImportJob, table: Table) -> Reading:
    """How the cells of the table are meant, by what the job says of it."""
    sender = sender_of(job.sender)
    words = job.mapping
    if len(words) != len(table.header):
        words = recognised(table.header, map_columns(table.header, sender))
    new = new_fields.asked_in(words, job.options.get("new_fields", {}))
    own = own_columns.columns_of(words, job.options.get("values", {}), new)
    # Of a field that is gone, what the file says is kept in a note.
    roles = [
        Role.QUESTION if role is Role.OWN and n not in own else role
        for n, role in enumerate(own_columns.roles_of(words))
    ]
    options: dict[str, Any] = job.options
    order = options.get("order")
    return plan_reading(
        table,
        roles,
        country=options.get("country") or current_workspace().country,
        zone=current_workspace().timezone,
        sender=job.sender,
        tag_marks=sender.tag_marks if sender else ",;",
        order=Order(order) if order else None,
        written_column=options.get("written_column"),
        tags=options.get("tags", ()),
        owner_email=options.get("owner", ""),
        own=own,
    )


def rules_of(job: ImportJob) -> Rules:
    """What a person said of the whole file."""
    options = job.options
    return Rules(Rule(options.get("rule", Rule.BOTH)), bool(options.get("keeps_mine")), options.get("choices", {}))


def reread(
    job: ImportJob,
    *,
    encoding: str,
    delimiter: str,
    country: str,
    order: str | None,
    quotes_are_words: bool = False,
) -> ImportJob:
    """Read the file anew in this encoding, by this delimiter, and with quotes meant so. Raises: Unreadable."""
    file = ImportFile.select().where(ImportFile.job == job.id).first()
    if file is None:
        raise NotFound
    table = read_table(bytes(file.content), encoding=encoding, delimiter=delimiter, quotes_are_words=quotes_are_words)
    sender = find_sender(table.header)
    is_same_header = len(job.mapping) == len(table.header) and encoding == job.encoding and delimiter == job.delimiter
    mapping = job.mapping if is_same_header else recognised(table.header, map_columns(table.header, sender))
    options = {**job.options, "country": country, "order": order, "rows": table.row_count, "choices": {}}
    options["quotes_are_words"] = quotes_are_words
    return _save(
        job,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sender=sender.key if sender else "",
        mapping=mapping,
        options=options,
        state=ImportState.READ,
    )


def remap(job: ImportJob, words: Sequence[str], **said: Any) -> ImportJob:
    """Say what each column holds (see own_columns), and what holds for everyone in the file: `tags`, `owner` (an
    e-mail), `rule` and `keeps_mine` (see planning.Rules)."""
    options = {**job.options, **said, "choices": {}}
    return _save(job, mapping=list(words), options=options, state=ImportState.MAPPED)


def recount(job: ImportJob) -> ImportJob:
    """Forget what the rehearsal said."""
    return _save(job)


def choose(job: ImportJob, choices: dict[str, str]) -> ImportJob:
    """Say whom rows that fit two people are, by row number (see planning.Rules)."""
    return _save(job, options={**job.options, "choices": {**job.options.get("choices", {}), **choices}})


def answer(
    job: ImportJob,
    *,
    basis: str,
    board: str,
    written_column: int | None = None,
    stage: str | None = None,
    stages: dict[str, str] | None = None,
    stage_names: dict[str, str] | None = None,
) -> ImportJob:
    """Take the three answers: how the numbers were given (and which column says yes), where the people go, and what
    becomes of the stages the file names (see places.Places)."""
    options = {**job.options, "board": board, "written_column": written_column, "stage": stage}
    options |= {"stages": stages or {}, "stage_names": stage_names or {}}
    return _save(job, is_counted=True, basis=basis, options=options, state=ImportState.CHECKED)


def only_known_owner(row: RowRead, owners: dict[str, Id]) -> RowRead:
    """The row without an owner nobody here is."""
    if row.person is None or not row.person.owner_email or row.person.owner_email in owners:
        return row
    return replace(row, person=replace(row.person, owner_email=""))


def _save(job: ImportJob, *, is_counted: bool = False, **columns: Any) -> ImportJob:
    """Write the columns; what a rehearsal said before is forgotten, unless nothing of this counts in it."""
    with transaction():
        if not is_counted:
            ImportFile.update(rehearsal=None, counted=None).where(ImportFile.job == job.id).execute()
            columns["lease_until"] = None
        changed = (
            ImportJob.update({**columns, "version": ImportJob.version + 1})
            .where(ImportJob.id == job.id, ImportJob.state.in_(EDITABLE))
            .execute()
        )
    if changed:
        for name, value in columns.items():
            setattr(job, name, value)
        job.version += 1
    return job


EDITABLE = (ImportState.RECEIVED, ImportState.READ, ImportState.MAPPED, ImportState.CHECKED)
