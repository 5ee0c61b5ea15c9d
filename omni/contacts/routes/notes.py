"""Notes of a contact."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from flask import Response, request

from omni.contacts import actions, forms, queries
from omni.contacts.models import Contact, Note
from omni.contacts.routes.blueprint import contact_url, contacts, done, get_own
from omni.contacts.routes.people import show_contact, show_timeline, timeline_of
from omni.core import changes
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _
from omni.web import htmx
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.marks import Headers
from omni.web.respond import Toast, render, respond

# Two of the largest files, or many small ones, at a time.
MOST_BODY = 22_000_000


@contacts.get("/contacts/<id:contact_id>/notes")
@allow(Policy.EDIT_CONTACTS, queries=40)
def new_note(contact_id: Id) -> Response:
    """The form for a note."""
    return show_timeline(get_own(contact_id), forms.NoteForm.of(request))


@contacts.post("/contacts/<id:contact_id>/notes")
@allow(Policy.EDIT_CONTACTS, queries=100, max_body=MOST_BODY)
def add_note(contact_id: Id) -> Response:
    """Write a note down; htmx gets the fresh timeline with an empty form."""
    contact = get_own(contact_id)
    form = forms.NoteForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            try:
                actions.add_note(contact, form.body.data or "", by=current_teammate(), files=form.sent)
                form.body.data, form.body.raw_data = "", []
            except Invalid as fault:
                form.blame(fault)
    context = timeline_of(contact, None if form.ok else form)
    return respond(
        page=show_timeline,
        fragment="contacts/_timeline.html",
        then=contact_url(contact),
        toast=done(_("Note saved"), acts),
        form=form,
        **{name: value for name, value in context.items() if name != "form"},
    )


@contacts.get("/contacts/<id:contact_id>/notes/<id:note_id>")
@allow(Policy.EDIT_CONTACTS)
def edit_note(contact_id: Id, note_id: Id) -> Response:
    """The form to change a note."""
    contact = get_own(contact_id)
    note = queries.get_note(note_id, contact)
    data = {"body": note.body, "version": str(note.version)}
    return show_note(contact, note, forms.NoteForm.of(request, data=data))


@contacts.post("/contacts/<id:contact_id>/notes/<id:note_id>")
@allow(Policy.EDIT_CONTACTS, queries=100, max_body=MOST_BODY)
def save_note(contact_id: Id, note_id: Id) -> Response:
    """Change what the note says; 409 with the fresh words when somebody was faster."""
    contact = get_own(contact_id)
    note = queries.get_note(note_id, contact)
    form = forms.NoteForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            try:
                version = forms.version_in(form)
                actions.edit_note(note, form.body.data or "", version=version, by=current_teammate(), files=form.sent)
            except Stale as fault:
                return _stale_note(contact, fault.fresh, form)
            except Invalid as fault:
                form.blame(fault)
    return respond(
        page=show_note,
        faulty="contacts/_note_edit.html",
        then=contact_url(contact),
        toast=done(_("Note saved"), acts),
        contact=contact,
        note=note,
        form=form,
        fresh="",
        files=queries.list_files([note.id]).get(note.id, []),
        mates=_mates(),
    )


def show_note(contact: Contact, note: Note, form: forms.NoteForm, fresh: str = "") -> Response:
    return render(
        "contacts/note_edit.html",
        fragment="contacts/_note_edit.html",
        contact=contact,
        note=note,
        form=form,
        fresh=fresh,
        files=queries.list_files([note.id]).get(note.id, []),
        mates=_mates(),
    )


@contacts.post("/contacts/<id:contact_id>/notes/<id:note_id>/delete")
@allow(Policy.EDIT_CONTACTS, queries=60)
def delete_note(contact_id: Id, note_id: Id) -> Response:
    """Take the note away."""
    contact = get_own(contact_id)
    note = queries.get_note(note_id, contact)
    with changes.watch() as acts:
        actions.delete_note(note, by=current_teammate())
    return respond(page=show_contact, then=contact_url(contact), toast=done(_("Note deleted"), acts), contact=contact)


@contacts.get("/contacts/<id:contact_id>/files/<id:file_id>")
@allow(Policy.VIEW_CONTACTS, headers=Headers.UPLOAD)
def download_file(contact_id: Id, file_id: Id) -> Response:
    """A file as it came, to be saved: never shown in the browser, whatever it holds."""
    file = queries.get_file(file_id, queries.get_contact(contact_id))
    answer = Response(file.content, content_type=file.mime)
    answer.headers.set("Content-Disposition", "attachment", filename=_ascii(file.name))
    answer.headers["Content-Disposition"] += f"; filename*=UTF-8''{quote(file.name, safe='')}"
    return answer


@contacts.post("/contacts/<id:contact_id>/files/<id:file_id>/remove")
@allow(Policy.EDIT_CONTACTS, queries=60)
def remove_file(contact_id: Id, file_id: Id) -> Response:
    """Take a file off its note."""
    contact = get_own(contact_id)
    file = queries.get_file(file_id, contact)
    with changes.watch() as acts:
        actions.remove_file(file, by=current_teammate())
    words = _("%(file)s removed", file=file.name)
    return respond(page=show_contact, then=contact_url(contact), toast=done(words, acts), contact=contact)


@contacts.post("/contacts/<id:contact_id>/notes/<id:note_id>/pin")
@allow(Policy.EDIT_CONTACTS, queries=60)
def pin(contact_id: Id, note_id: Id) -> Response:
    """Keep the note on top, or let it go back."""
    contact = get_own(contact_id)
    note = queries.get_note(note_id, contact)
    if request.form.get("pinned") == "n":
        actions.unpin_note(note, by=current_teammate())
    else:
        actions.pin_note(note, by=current_teammate())
    return respond(page=show_contact, then=contact_url(contact), toast=Toast(_("Note saved")), contact=contact)


def _mates() -> str:
    """The names a note may call, for the list that opens behind an @."""
    return json.dumps(sorted(queries.team_names().read()[1].values()), ensure_ascii=False)


def _ascii(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._ -]", "_", name)


def _stale_note(contact: Contact, fresh: Note, form: forms.NoteForm) -> Response:
    form.version.data = str(fresh.version)
    fragment = "contacts/_note_edit.html" if htmx.is_partial() else None
    return render(
        "contacts/note_edit.html",
        fragment=fragment,
        status=409,
        contact=contact,
        note=fresh,
        form=form,
        fresh=fresh.body,
        files=queries.list_files([fresh.id]).get(fresh.id, []),
        mates=_mates(),
    )
