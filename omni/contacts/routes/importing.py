"""A file on its way in: chosen, read, mapped, answered, rehearsed, run, and what came of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from flask import Response, request

from omni.contacts import forms, normal, wording
from omni.contacts.exporting import guarded
from omni.contacts.imports import opening, places, rehearsing, running
from omni.contacts.kinds import ImportState, RowAction
from omni.contacts.models import ImportJob, ImportRow
from omni.contacts.reading.decoding import Unreadable
from omni.contacts.reading.headers import sender_of
from omni.contacts.reading.roles import Role
from omni.contacts.reading.table import MAX_BYTES
from omni.contacts.routes.blueprint import contacts
from omni.core import changes, clock, ids
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

EDITABLE = (ImportState.READ, ImportState.MAPPED, ImportState.CHECKED)
SHOWN_REASONS = 5


@contacts.get("/contacts/import")
@allow(Policy.IMPORT)
def choose_file() -> Response:
    """Where a file is dropped, chosen or pasted; and the imports there were."""
    return show_choose(forms.UploadForm.of(request))


@contacts.post("/contacts/import")
@allow(Policy.IMPORT, max_body=MAX_BYTES + 300_000, queries=60)
def receive() -> Response:
    """Keep the file and go to its page; 422 with line and reason when it cannot be read."""
    form = forms.UploadForm.of(request)
    job: ImportJob | None = None
    if form.ok:
        raw, name = _sent(form)
        try:
            job = opening.receive(raw, file_name=name, by=current_teammate())
        except Unreadable as fault:
            form.blame("file", _(fault.words, **fault.values))
    return respond(
        page=show_choose,
        faulty="contacts/_upload.html",
        then=lambda: _url(job) if job else "/contacts/import",
        form=form,
    )


def show_choose(form: forms.UploadForm) -> Response:
    jobs = ImportJob.select().order_by(ImportJob.id.desc()).limit(10)
    return render(
        "contacts/import.html", form=form, jobs=list(jobs), states=wording.STATES, when=wording.when, url=_url
    )


@contacts.get("/contacts/import/<id:job_id>")
@allow(Policy.IMPORT, queries=2000)
def show_import(job_id: Id) -> Response:
    """The one screen of a known sender, the wizard's next step, or how the run stands."""
    job = _get(job_id)
    if job.state in EDITABLE:
        return show_check(job) if job.state is not ImportState.READ else show_columns(job)
    return show_run(job)


@contacts.get("/contacts/import/<id:job_id>/reading")
@allow(Policy.IMPORT)
def show_reading(job_id: Id) -> Response:
    """Encoding, delimiter, country and order of dates, with five rows as they are then read."""
    return show_read(_editable(job_id))


def show_read(job: ImportJob, form: forms.ReadForm | None = None) -> Response:
    options = job.options
    marks = {mark: name for name, mark in forms.DELIMITERS.items()}
    data = {
        "encoding": job.encoding,
        "delimiter": marks.get(job.delimiter, "comma"),
        "numbers_from": options.get("country"),
        "order": options.get("order") or "",
    }
    opened = opening.open_file(job)
    return render(
        "contacts/import_reading.html",
        job=job,
        url=_url(job),
        form=form or forms.ReadForm(data=data),
        header=opened.table.header,
        rows=[row.cells for row in opened.sample()],
        sender=_sender_name(job),
    )


@contacts.post("/contacts/import/<id:job_id>/reading")
@allow(Policy.IMPORT)
def save_reading(job_id: Id) -> Response:
    """Read the file anew."""
    job = _editable(job_id)
    form = forms.ReadForm.of(request)
    if form.ok:
        try:
            opening.reread(
                job,
                encoding=form.encoding.data or "",
                delimiter=forms.DELIMITERS[form.delimiter.data],
                country=(form.numbers_from.data or "US").upper(),
                order=form.order.data or None,
            )
        except Unreadable as fault:
            form.blame("encoding", _(fault.words, **fault.values))
    then = _url(job, "columns") if request.form.get("next") else _url(job, "reading")
    return respond(page=show_read, then=then, form=form, job=job)


@contacts.get("/contacts/import/<id:job_id>/columns")
@allow(Policy.IMPORT)
def show_mapping(job_id: Id) -> Response:
    """What each column holds, with the first values in it."""
    return show_columns(_editable(job_id))


def show_columns(job: ImportJob) -> Response:
    opened = opening.open_file(job)
    sample = opened.sample(30)
    columns = [
        {"n": n, "name": name, "role": role.value, "values": _first_values(sample, n)}
        for n, (name, role) in enumerate(zip(opened.table.header, opened.reading.roles, strict=True))
    ]
    return render(
        "contacts/import_columns.html",
        job=job,
        url=_url(job),
        columns=columns,
        roles=forms.roles(),
        sender=_sender_name(job),
    )


@contacts.post("/contacts/import/<id:job_id>/columns")
@allow(Policy.IMPORT)
def save_mapping(job_id: Id) -> Response:
    """Take what each column holds."""
    job = _editable(job_id)
    width = len(job.mapping)
    roles = [_role(request.form.get(f"column-{n}"), job.mapping[n]) for n in range(width)]
    opening.remap(job, roles)
    return respond(page=show_columns, then=_url(job), job=job)


def show_check(job: ImportJob, form: forms.AnswersForm | None = None) -> Response:
    """The rehearsal: what every row would become, and the answers."""
    opened = opening.open_file(job)
    rehearsal = rehearsing.rehearse(opened)
    shown = request.args.get("show", "")
    if shown not in ("create", "update", "same", "choose", "refused"):
        groups = ("update", "create", "choose", "refused", "same")
        shown = next((group for group in groups if rehearsal.shown.get(group)), "create")
    return render(
        "contacts/import_check.html",
        job=job,
        url=_url(job),
        sender=_sender_name(job),
        known=bool(job.sender),
        counts=rehearsal.counts,
        shown=shown,
        rows=rehearsal.shown.get(shown, []),
        refused=rehearsal.shown.get("refused", [])[:SHOWN_REASONS],
        people=rehearsal.counts.created + rehearsal.counts.updated,
        form=form or _answers(job, opened),
        field_name=wording.field_name,
        birthday=_day,
        show_phone=normal.show_phone,
        worded=_worded,
    )


@contacts.post("/contacts/import/<id:job_id>/run")
@allow(Policy.IMPORT, queries=2000)
def run(job_id: Id) -> Response:
    """Take the answers and let the run begin."""
    job = _get(job_id)
    form = forms.AnswersForm.of(request, header=tuple(opening.open_file(job).table.header))
    if form.ok and job.state in EDITABLE:
        written = form.written_column.data
        opening.answer(
            job,
            basis=form.basis.data or "unsure",
            board=form.board.data or places.NOWHERE,
            written_column=int(written) if written and form.basis.data == "written" else None,
        )
        running.start(job, by=current_teammate())
    return respond(page=show_check, then=_url(job), form=form, job=job)


def show_run(job: ImportJob) -> Response:
    return render("contacts/import_run.html", **run_of(job))


@contacts.get("/contacts/import/<id:job_id>/progress")
@allow(Policy.IMPORT, is_poll=True)
def progress(job_id: Id) -> Response:
    """How far the run is; the last answer asks no more."""
    return render("contacts/import_run.html", fragment="contacts/_import_progress.html", **run_of(_get(job_id)))


def run_of(job: ImportJob) -> dict[str, Any]:
    """What the page of a run shows."""
    counts = rehearsing.Counts(**job.counts) if job.counts else rehearsing.Counts()
    lost = ImportRow.select().where(ImportRow.job == job.id, ImportRow.action == RowAction.REFUSED)
    return {
        "job": job,
        "url": _url(job),
        "counts": counts,
        "total": job.options.get("rows", 0),
        "is_running": job.state is ImportState.RUNNING,
        "state": str(wording.STATES[job.state]),
        "lost": [(row.n, _worded(row.reasons)) for row in lost.order_by(ImportRow.n).limit(SHOWN_REASONS)],
        "has_errors": counts.refused + counts.to_choose > 0,
        "undo_url": f"/history/{ids.encode(job.batch_id)}/undo" if _can_undo(job) else "",
    }


@contacts.post("/contacts/import/<id:job_id>/stop")
@allow(Policy.IMPORT)
def stop(job_id: Id) -> Response:
    """End the run behind the rows it is at."""
    job = _get(job_id)
    running.stop(job)
    return respond(page=show_run, then=_url(job), toast=Toast(_("Import stopped")), job=job)


@contacts.get("/contacts/import/<id:job_id>/left-out.csv")
@allow(Policy.IMPORT)
def errors(job_id: Id) -> Response:
    """The rows that were refused or fit two people, as they came, with the reason beside each."""
    job = _get(job_id)
    header = opening.open_file(job).table.header
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(guarded(name) for name in header), "Reason"])
    rows = ImportRow.select().where(ImportRow.job == job.id, ImportRow.raw.is_null(False)).order_by(ImportRow.n)
    for row in rows:
        writer.writerow([*(guarded(cell) for cell in row.raw), _worded(row.reasons)])
    headers = {"Content-Disposition": 'attachment; filename="left-out.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _get(job_id: Id) -> ImportJob:
    job: ImportJob | None = ImportJob.select().where(ImportJob.id == job_id).first()
    if job is None:
        raise NotFound
    return job


def _editable(job_id: Id) -> ImportJob:
    job = _get(job_id)
    if job.state not in EDITABLE:
        raise NotFound
    return job


def _url(job: ImportJob, part: str = "") -> str:
    return f"/contacts/import/{ids.encode(job.id)}" + (f"/{part}" if part else "")


def _sent(form: forms.UploadForm) -> tuple[bytes, str]:
    if form.file.data:
        return form.file.data.read(), form.file.data.filename or _("file")
    return (form.paste.data or "").encode(), _("pasted rows")


def _sender_name(job: ImportJob) -> str:
    sender = sender_of(job.sender)
    return sender.name if sender else ""


def _answers(job: ImportJob, opened: opening.Opened) -> forms.AnswersForm:
    has_life = Role.LIFE in opened.reading.roles
    by_life = places.BY_LIFE if has_life and places.boards() else places.NOWHERE
    chosen = job.options.get("board", places.NOWHERE)
    form = forms.AnswersForm(
        data={"basis": job.basis, "board": chosen if chosen != places.NOWHERE else by_life, "written_column": ""}
    )
    form.prepare(header=opened.table.header)
    return form


def _first_values(rows: Sequence[Any], n: int) -> list[str]:
    found = [row.cells[n] for row in rows if n < len(row.cells) and row.cells[n].strip()]
    return [value[:60] for value in found[:3]]


def _role(given: str | None, before: str) -> Role:
    try:
        return Role(given or before)
    except ValueError:
        return Role(before)


def _worded(reasons: Sequence[Any]) -> str:
    """Reasons of a row, stored or planned, in the reader's language."""
    said = []
    for reason in reasons:
        words = reason["words"] if isinstance(reason, dict) else reason.words
        values = reason["values"] if isinstance(reason, dict) else reason.values
        said.append(_(words, **values))
    return " · ".join(said)


def _day(text: str) -> str:
    return text.removeprefix("--")


def _can_undo(job: ImportJob) -> bool:
    is_over = job.state in (ImportState.DONE, ImportState.STOPPED, ImportState.FAILED)
    return is_over and job.started_at is not None and job.started_at + changes.KEPT > clock.now()
