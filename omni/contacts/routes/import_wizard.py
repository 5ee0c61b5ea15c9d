"""The wizard behind "Change", and for files of nobody we know: how the file is read, and what its columns hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import Response, request

from omni.contacts import custom_fields, forms, wording
from omni.contacts.imports import counting, new_fields, opening, own_columns
from omni.contacts.imports.new_fields import NEW_FIELD, Offer
from omni.contacts.imports.own_columns import OWN
from omni.contacts.kinds import ImportState
from omni.contacts.models import ImportJob
from omni.contacts.reading.decoding import Misquoted, Unreadable
from omni.contacts.reading.formats import CSV
from omni.contacts.reading.roles import Role
from omni.contacts.reading.rows import Reading
from omni.contacts.routes.blueprint import contacts
from omni.contacts.routes.import_parts import get_editable, get_unbegun, job_url, sender_name
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow, can
from omni.web.respond import render, respond


@contacts.get("/contacts/import/<id:job_id>/reading")
@allow(Policy.IMPORT)
def show_reading(job_id: Id) -> Response:
    """Encoding, delimiter, country and order of dates, with five rows as they are then read."""
    return show_read(get_unbegun(job_id))


def show_read(job: ImportJob, form: forms.ReadForm | None = None) -> Response:
    form = form or (read_badly(job) if job.state is ImportState.RECEIVED else _reading_of(job))
    opened = None if job.state is ImportState.RECEIVED else opening.open_file(job)
    return render(
        "contacts/import_reading.html",
        job=job,
        url=job_url(job),
        form=form,
        is_text=job.options.get("format", CSV) == CSV,
        header=opened.table.header if opened else (),
        rows=[row.cells for row in opened.sample()] if opened else [],
        sender=sender_name(job),
    )


@contacts.post("/contacts/import/<id:job_id>/reading")
@allow(Policy.IMPORT, queries=60)
def save_reading(job_id: Id) -> Response:
    """Read the file anew."""
    job = get_unbegun(job_id)
    form = forms.ReadForm.of(request)
    if form.ok:
        try:
            opening.reread(
                job,
                encoding=form.encoding.data or "",
                delimiter=forms.DELIMITERS.get(form.delimiter.data or "", ""),
                country=(form.numbers_from.data or "US").upper(),
                order=form.order.data or None,
                quotes_are_words=form.quotes.data == "words",
            )
        except Misquoted as fault:
            form.blame("quotes", _(fault.words, **fault.values))
        except Unreadable as fault:
            form.blame("encoding", _(fault.words, **fault.values))
    then = job_url(job, "columns") if request.form.get("next") else job_url(job, "reading")
    return respond(page=show_read, then=then, form=form, job=job)


@contacts.get("/contacts/import/<id:job_id>/columns")
@allow(Policy.IMPORT)
def show_mapping(job_id: Id) -> Response:
    """What each column holds, with the first values in it, and what holds for everyone in the file."""
    return show_columns(get_editable(job_id))


def show_columns(job: ImportJob, form: forms.EveryoneForm | None = None) -> Response:
    opened = opening.open_file(job)
    sample = opened.sample(30)
    own = [(OWN + one.key, one.label) for one in custom_fields.list_defs()]
    offers = new_fields.offers_in(opened) if can(Policy.EDIT_BOARDS) else {}
    columns = [
        {
            "n": n,
            "name": name,
            "role": request.form.get(f"column-{n}") or _word(job, opened.reading, n, offers),
            "choices": [*forms.roles(role), *own, *_new(offers.get(n))],
            "values": _first_values(sample, n),
        }
        for n, (name, role) in enumerate(zip(opened.table.header, opened.reading.roles, strict=True))
        if role is not Role.BROKEN
    ]
    return render(
        "contacts/import_columns.html",
        job=job,
        url=job_url(job),
        columns=columns,
        form=form or forms.EveryoneForm.said_of(job.options),
        unknown=[_offered(n, one) for n, one in enumerate(_unknown(job, opened))],
    )


@contacts.post("/contacts/import/<id:job_id>/columns")
@allow(Policy.IMPORT, queries=2000)
def save_mapping(job_id: Id) -> Response:
    """Take what each column holds, and have the rows counted."""
    job = get_editable(job_id)
    form = forms.EveryoneForm.of(request)
    new = _asked_new(job, form)
    if form.ok:
        known = {OWN + one.key for one in custom_fields.list_defs()}
        words = [
            NEW_FIELD if n in new else _chosen(request.form.get(f"column-{n}"), before, known)
            for n, before in enumerate(job.mapping)
        ]
        kept = {str(n): one.as_json() for n, one in new.items()}
        opening.remap(job, words, values=_answered(job), new_fields=kept, **form.said())
        counting.begin(job)
    is_asked = any(not one.to for one in _unknown(job, opening.open_file(job)))
    then = job_url(job, "columns") + "#import-values" if is_asked else job_url(job)
    return respond(page=show_columns, then=then, form=form, job=job)


def read_badly(job: ImportJob) -> forms.ReadForm:
    """The form of a file in which a quote stands wrong, blamed for it."""
    form = _reading_of(job)
    try:
        opening.open_file(job)
    except Misquoted as fault:
        form.blame("quotes", _(fault.words, **fault.values))
    return form


def _reading_of(job: ImportJob) -> forms.ReadForm:
    marks = {mark: name for name, mark in forms.DELIMITERS.items()}
    return forms.ReadForm(
        data={
            "encoding": job.encoding,
            "delimiter": marks.get(job.delimiter, "comma"),
            "numbers_from": job.options.get("country"),
            "order": job.options.get("order") or "",
            "quotes": "words" if job.options.get("quotes_are_words") else "",
        }
    )


def _first_values(rows: Sequence[Any], n: int) -> list[str]:
    found = [row.cells[n] for row in rows if n < len(row.cells) and row.cells[n].strip()]
    return [value[:60] for value in found[:3]]


def _unknown(job: ImportJob, opened: opening.Opened) -> list[own_columns.Unknown]:
    return own_columns.unknown_in(opened, job.options.get("values", {}))


def _offered(n: int, one: own_columns.Unknown) -> dict[str, Any]:
    """A choice nobody has yet, and what may become of it."""
    there = [(option["id"], option["label"]) for option in one.field.options]
    more = [(own_columns.NEW, _("Make it a choice")), (own_columns.LEFT_OUT, _("Leave it out"))]
    return {
        "n": n,
        "field": one.field.label,
        "text": one.text,
        "count": one.count,
        "choices": [*more[:1], *there, *more[1:]],
        "to": one.to or own_columns.NEW,
    }


def _answered(job: ImportJob) -> dict[str, dict[str, str]]:
    """What was answered so far, with what is answered now of the choices the page asked about."""
    answers = {key: dict(given) for key, given in job.options.get("values", {}).items()}
    for n, one in enumerate(_unknown(job, opening.open_file(job))):
        to = request.form.get(f"value-{n}", "")
        if to in {own_columns.NEW, own_columns.LEFT_OUT, *(option["id"] for option in one.field.options)}:
            answers.setdefault(one.field.key, {})[one.text] = to
    return answers


def _new(offer: Offer | None) -> list[tuple[str, str]]:
    """The choice that makes a field of the column."""
    if offer is None:
        return []
    kind = wording.FIELD_KINDS[offer.kind]
    words = _("The field put away · %(kind)s", kind=kind) if offer.is_back else _("A new field · %(kind)s", kind=kind)
    return [(NEW_FIELD, words)]


def _asked_new(job: ImportJob, form: forms.EveryoneForm) -> dict[int, Offer]:
    """The columns that are to become fields; the form is blamed for what cannot be one."""
    asked = [n for n in range(len(job.mapping)) if request.form.get(f"column-{n}") == NEW_FIELD]
    if not asked:
        return {}
    if not can(Policy.EDIT_BOARDS):
        form.blame("", _("Only those who may change fields can make one. Choose one there is."))
        return {}
    offers = new_fields.offers_in(opening.open_file(job))
    new = {n: offers[n] for n in asked if n in offers}
    if len(new) < len(asked):
        form.blame("", _("One of these columns cannot become a field. Choose a field there is."))
    try:
        new_fields.refuse_too_many(list(new.values()))
    except Invalid as fault:
        form.blame(fault)
    return new


def _word(job: ImportJob, reading: Reading, n: int, offers: Collection[int]) -> str:
    """What a column holds, as its choice says it."""
    if n in offers and job.mapping[n : n + 1] == [NEW_FIELD]:
        return NEW_FIELD
    return OWN + reading.own[n].key if n in reading.own else reading.roles[n].value


def _chosen(given: str | None, before: str, own: Collection[str]) -> str:
    known = {*own, *(role.value for role in Role if role is not Role.OWN)}
    return given if given is not None and given in known else before
