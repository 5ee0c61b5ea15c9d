"""A file on its way in: chosen, read, mapped, answered, rehearsed, run, and what came of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request

from omni.contacts import forms, normal, wording
from omni.contacts.exports.sheets import guarded
from omni.contacts.imports import counting, new_fields, opening, own_columns, places, rehearsing, running, whole
from omni.contacts.kinds import ImportState, Lifecycle, RowAction
from omni.contacts.models import ImportJob, ImportRow
from omni.contacts.ports import BoardPlace
from omni.contacts.reading.decoding import Misquoted, Unreadable
from omni.contacts.reading.people import Person
from omni.contacts.reading.roles import Role, fold_header
from omni.contacts.reading.table import MAX_BYTES
from omni.contacts.routes.blueprint import contacts
from omni.contacts.routes.import_parts import EDITABLE, get_editable, get_job, job_url, sender_name, worded
from omni.contacts.routes.import_wizard import read_badly, show_columns, show_read
from omni.core import changes, clock, ids
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _, marked
from omni.web.access import allow, can
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

SHOWN_REASONS = 5
MOST_CHOICES = 200
TAKEN_UP = timedelta(seconds=10)
# The five figures, what is most worth a look first.
GROUPS = ("update", "create", "choose", "refused", "same")
MAKES_MEMBERS = marked("Makes a member of those of whom the file says nothing.")


@contacts.get("/contacts/import")
@allow(Policy.IMPORT)
def choose_file() -> Response:
    """Where a file is dropped, chosen or pasted; and the imports there were."""
    return show_choose(forms.UploadForm.of(request))


@contacts.post("/contacts/import")
@allow(Policy.IMPORT, max_body=MAX_BYTES + 300_000, queries=2000)
def receive() -> Response:
    """Keep the file and go to its page; 422 with line and reason when it cannot be read.

    One that only a quote spoils is kept, and asked to be read otherwise.
    """
    form = forms.UploadForm.of(request)
    job: ImportJob | None = None
    if form.ok:
        raw, name = _sent(form)
        try:
            if can(Policy.EXPORT_WORKSPACE) and whole.moves_in(raw):
                job = whole.receive(raw, file_name=name, by=current_teammate())
            else:
                job = opening.receive(raw, file_name=name, by=current_teammate())
                counting.begin(job)
        except Misquoted:
            job = opening.receive_unread(raw, file_name=name, by=current_teammate())
            return respond(page=show_read, then=job_url(job), form=read_badly(job), job=job)
        except Unreadable as fault:
            form.blame("file", _(fault.words, **fault.values))
    return respond(
        page=show_choose,
        faulty="contacts/_upload.html",
        then=lambda: job_url(job) if job else "/contacts/import",
        form=form,
    )


def show_choose(form: forms.UploadForm) -> Response:
    jobs = ImportJob.select().order_by(ImportJob.id.desc()).limit(10)
    return render(
        "contacts/import.html", form=form, jobs=list(jobs), states=wording.STATES, when=wording.when, url=job_url
    )


@contacts.get("/contacts/import/<id:job_id>")
@allow(Policy.IMPORT)
def show_import(job_id: Id) -> Response:
    """The one screen of a known sender, the wizard's next step, or how the run stands."""
    job = get_job(job_id)
    if job.state in EDITABLE:
        return show_check(job) if job.state is not ImportState.READ else show_columns(job)
    if job.state is ImportState.RECEIVED:
        return show_whole(job) if whole.is_of_workspace(job) else show_read(job)
    return show_run(job)


def show_whole(job: ImportJob) -> Response:
    """What the ZIP of a workspace says of itself, before it moves in."""
    tables = job.options.get("tables", {})
    return render(
        "contacts/import_whole.html",
        job=job,
        url=job_url(job),
        as_of=datetime.fromisoformat(job.options["as_of"]),
        counts=[{"label": one, "count": tables.get(table, 0)} for table, one in wording.WHAT_MOVES_IN.items()],
    )


@contacts.post("/contacts/import/<id:job_id>/move-in")
@allow(Policy.EXPORT_WORKSPACE)
def move_in(job_id: Id) -> Response:
    """Let the whole workspace move in."""
    job = get_job(job_id)
    if not whole.is_of_workspace(job):
        raise NotFound
    whole.start(job, by=current_teammate())
    return respond(page=show_run, then=job_url(job), job=job)


def show_check(job: ImportJob, form: forms.AnswersForm | None = None) -> Response:
    """The rehearsal as far as it is, and the answers."""
    opened, there = opening.open_file(job), places.boards()
    return render(
        "contacts/import_check.html",
        fragment="contacts/_import_counted.html",
        looks_like=wording.looks_like(sender_name(job), job.options.get("rows", 0)) if job.sender else "",
        first=[_first(person) for person in opened.people(3)],
        form=form or _answers(job, opened, there),
        stages=_matched(job, places.stages_in(opened, there), there),
        new_fields=[one.label for one in new_fields.asked_in(job.mapping, job.options.get("new_fields", {})).values()],
        unanswered=sum(not one.to for one in own_columns.unknown_in(opened, job.options.get("values", {}))),
        board_hints={ids.encode(board.id): _(MAKES_MEMBERS) for board in there if Lifecycle.MEMBER in board.lives},
        **count_of(job),
    )


@contacts.get("/contacts/import/<id:job_id>/count")
@allow(Policy.IMPORT, is_poll=True)
def show_count(job_id: Id) -> Response:
    """How far the rehearsal is; the last answer asks no more."""
    return render(
        "contacts/import_count.html", fragment="contacts/_import_counted.html", **count_of(get_editable(job_id))
    )


@contacts.post("/contacts/import/<id:job_id>/count")
@allow(Policy.IMPORT, queries=2000)
def recount(job_id: Id) -> Response:
    """Rehearse anew: people may have come or gone since."""
    job = get_editable(job_id)
    opening.recount(job)
    counting.begin(job)
    return respond(page=show_check, then=job_url(job), job=job)


def count_of(job: ImportJob) -> dict[str, Any]:
    """What the rehearsal shows: how far it is, its five figures, and the rows of one of them."""
    done, said = counting.standing(job)
    counts = rehearsing.Counts(**said["counts"]) if said else None
    rows = said["shown"] if said else {}
    shown = request.args.get("show", "")
    if shown not in GROUPS:
        # The one screen of a known sender shows its rows when asked; the wizard, what is most worth a look.
        shown = "" if job.sender else next((group for group in GROUPS if rows.get(group)), "create")
    return {
        "job": job,
        "url": job_url(job),
        "done": done,
        "total": job.options.get("rows", 0),
        "counts": counts,
        "shown": shown,
        "rows": rows.get(shown, [])[: rehearsing.SHOWN],
        "of": _figure(counts, shown),
        "refused": rows.get("refused", [])[:SHOWN_REASONS],
        "people": counts.created + counts.updated if counts else None,
        "known": bool(job.sender),
        "field_name": wording.field_name,
        "birthday": wording.birthday_in,
        "show_phone": normal.show_phone,
        "worded": worded,
    }


@contacts.get("/contacts/import/<id:job_id>/choose")
@allow(Policy.IMPORT)
def show_choices(job_id: Id) -> Response:
    """Rows that fit two people, each with whom it might be."""
    return show_choose_between(get_editable(job_id))


def show_choose_between(job: ImportJob) -> Response:
    _done, said = counting.standing(job)
    rows = (said or {}).get("shown", {}).get("choose", [])[:MOST_CHOICES]
    return render(
        "contacts/import_choose.html",
        job=job,
        url=job_url(job),
        rows=rows,
        show_phone=normal.show_phone,
    )


@contacts.post("/contacts/import/<id:job_id>/choose")
@allow(Policy.IMPORT, queries=2000)
def save_choices(job_id: Id) -> Response:
    """Take whom each row is, and count anew."""
    job = get_editable(job_id)
    choices = {name.removeprefix("row-"): to for name, to in request.form.items() if name.startswith("row-")}
    opening.choose(job, {n: to for n, to in choices.items() if n.isdigit() and len(to) <= 40})
    counting.begin(job)
    return respond(page=show_choose_between, then=job_url(job), job=job)


@contacts.post("/contacts/import/<id:job_id>/run")
@allow(Policy.IMPORT, queries=2000)
def run(job_id: Id) -> Response:
    """Take the answers and let the run begin."""
    job = get_job(job_id)
    if job.state not in EDITABLE:
        # Pressed twice: the run that has begun.
        return respond(page=show_run, then=job_url(job), job=job)
    opened = opening.open_file(job)
    form = forms.AnswersForm.of(request, header=tuple(opened.table.header))
    there = places.boards()
    stages = _sent_stages(places.stages_in(opened, there), there)
    if form.ok:
        written = form.written_column.data
        opening.answer(
            job,
            basis=form.basis.data or "unsure",
            board=form.board.data or places.NOWHERE,
            written_column=int(written) if written and form.basis.data == "written" else None,
            stages={fold_header(one.name): one.to for one in stages},
            stage_names={fold_header(one.name): one.name for one in stages},
        )
        try:
            running.start(job, by=current_teammate())
        except Invalid as fault:
            # A new field could not be made: somebody filled the last place meanwhile.
            form.blame("", " ".join(_(words, **fault.values) for words in fault.faults.values()))
    return respond(page=show_check, then=job_url(job), form=form, job=job)


def show_run(job: ImportJob) -> Response:
    return render("contacts/import_run.html", **run_of(job))


@contacts.get("/contacts/import/<id:job_id>/progress")
@allow(Policy.IMPORT, is_poll=True)
def progress(job_id: Id) -> Response:
    """How far the run is; the last answer asks no more."""
    return render("contacts/import_run.html", fragment="contacts/_import_progress.html", **run_of(get_job(job_id)))


def run_of(job: ImportJob) -> dict[str, Any]:
    """What the page of a run shows."""
    counts = rehearsing.Counts(**job.counts) if job.counts else rehearsing.Counts()
    is_whole = whole.is_of_workspace(job)
    lost = ImportRow.select().where(ImportRow.job == job.id, ImportRow.action == RowAction.REFUSED)
    return {
        "job": job,
        "url": job_url(job),
        "counts": counts,
        "total": job.options.get("rows", 0),
        "is_running": job.state is ImportState.RUNNING,
        "state": str(wording.STATES[job.state]),
        "lost": [(row.n, worded(row.reasons)) for row in lost.order_by(ImportRow.n).limit(SHOWN_REASONS)],
        "is_whole": is_whole,
        "has_errors": not is_whole and counts.refused + counts.to_choose > 0,
        "can_go_on": job.state is ImportState.STOPPED and not is_whole and counts.rows < job.options.get("rows", 0),
        "waits": job.state is ImportState.RUNNING and not counts.rows and _is_late(job),
        "undo_url": f"/history/{ids.encode(job.batch_id)}/undo" if job.batch_id and _can_undo(job) else "",
    }


@contacts.post("/contacts/import/<id:job_id>/stop")
@allow(Policy.IMPORT)
def stop(job_id: Id) -> Response:
    """End the run behind the rows it is at."""
    job = get_job(job_id)
    running.stop(job)
    return respond(page=show_run, then=job_url(job), toast=Toast(_("Import stopped")), job=job)


@contacts.post("/contacts/import/<id:job_id>/go-on")
@allow(Policy.IMPORT)
def go_on(job_id: Id) -> Response:
    """Go on with what was stopped."""
    job = get_job(job_id)
    running.go_on(job)
    return respond(page=show_run, then=job_url(job), job=job)


@contacts.get("/contacts/import/<id:job_id>/left-out.csv")
@allow(Policy.IMPORT)
def errors(job_id: Id) -> Response:
    """The rows that were refused or fit two people, as they came, with the reason beside each."""
    job = get_job(job_id)
    if whole.is_of_workspace(job) or job.state is ImportState.RECEIVED:
        raise NotFound
    header = opening.open_file(job).table.header
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(guarded(name) for name in header), "Reason"])
    rows = ImportRow.select().where(ImportRow.job == job.id, ImportRow.raw.is_null(False)).order_by(ImportRow.n)
    for row in rows:
        writer.writerow([*(guarded(cell) for cell in row.raw), worded(row.reasons)])
    headers = {"Content-Disposition": 'attachment; filename="left-out.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _sent(form: forms.UploadForm) -> tuple[bytes, str]:
    if form.file.data:
        return form.file.data.read(), form.file.data.filename or _("file")
    return (form.paste.data or "").encode(), _("pasted rows")


def _answers(job: ImportJob, opened: opening.Opened, there: Sequence[BoardPlace]) -> forms.AnswersForm:
    has_life = Role.LIFE in opened.reading.roles
    by_life = places.BY_LIFE if has_life and there else places.NOWHERE
    chosen = job.options.get("board", places.NOWHERE)
    form = forms.AnswersForm(
        data={"basis": job.basis, "board": chosen if chosen != places.NOWHERE else by_life, "written_column": ""}
    )
    form.prepare(header=opened.table.header)
    return form


def _first(person: Person) -> dict[str, Any]:
    """One of the first people as they will be, in words."""
    said = [str(wording.LIVES[person.life])] if person.life else []
    said += [normal.show_phone(phone.norm) for phone in person.phones] + [mail.norm for mail in person.emails]
    said += [person.company] if person.company else []
    said += [wording.birthday_in(str(person.birthday))] if person.birthday else []
    return {"name": person.name, "facts": said, "tags": person.tags}


def _matched(job: ImportJob, stages: Sequence[places.Named], there: Sequence[BoardPlace]) -> list[dict[str, Any]]:
    """The file's stages with what each may become, and what was chosen."""
    said = job.options.get("stages") or {}
    choices = [
        (ids.encode(stage.id), _("%(board)s, %(stage)s", board=board.name, stage=stage.name))
        for board in there
        for stage in board.stages
    ]
    listed = []
    for n, one in enumerate(stages):
        new = [
            (places.new_stage_of(board), _("%(name)s: new stage in %(board)s", name=one.name, board=board.name))
            for board in there
        ]
        first = (places.FIRST, _("The board’s first stage"))
        to = request.form.get(f"stage-{n}") or said.get(fold_header(one.name)) or one.to
        listed.append({"n": n, "name": one.name, "count": one.count, "choices": [*choices, *new, first], "to": to})
    return listed


def _sent_stages(stages: Sequence[places.Named], there: Sequence[BoardPlace]) -> list[places.Named]:
    """The file's stages as they were answered; an answer that is none leaves what was offered."""
    possible = {ids.encode(stage.id) for board in there for stage in board.stages}
    possible |= {places.new_stage_of(board) for board in there} | {places.FIRST}
    given = [(one, request.form.get(f"stage-{n}", "")) for n, one in enumerate(stages)]
    return [replace(one, to=to) if to in possible else one for one, to in given]


def _figure(counts: rehearsing.Counts | None, shown: str) -> int:
    """How many rows stand under one of the five figures."""
    if counts is None:
        return 0
    return {
        "create": counts.created,
        "update": counts.updated,
        "same": counts.same,
        "choose": counts.to_choose,
        "refused": counts.refused,
    }.get(shown, 0)


def _is_late(job: ImportJob) -> bool:
    """Whether no worker has taken the run up in the time one takes."""
    return job.lease_until is None and job.started_at is not None and job.started_at + TAKEN_UP < clock.now()


def _can_undo(job: ImportJob) -> bool:
    is_over = job.state in (ImportState.DONE, ImportState.STOPPED, ImportState.FAILED)
    return is_over and job.started_at is not None and job.started_at + changes.KEPT > clock.now()
