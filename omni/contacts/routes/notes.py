"""Notes of a contact."""

from __future__ import annotations

from flask import Response, request

from omni.contacts import actions, forms, queries
from omni.contacts.models import Contact, Note
from omni.contacts.routes.blueprint import contact_url, contacts, get_own
from omni.contacts.routes.people import show_contact, show_timeline, timeline_of
from omni.core.faults import Stale
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _
from omni.web import htmx
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@contacts.get("/contacts/<id:contact_id>/notes")
@allow(Policy.EDIT_CONTACTS, queries=40)
def new_note(contact_id: Id) -> Response:
    """The form for a note."""
    return show_timeline(get_own(contact_id), forms.NoteForm.of(request))


@contacts.post("/contacts/<id:contact_id>/notes")
@allow(Policy.EDIT_CONTACTS, queries=60)
def add_note(contact_id: Id) -> Response:
    """Write a note down; htmx gets the fresh timeline with an empty form."""
    contact = get_own(contact_id)
    form = forms.NoteForm.of(request)
    if form.ok:
        actions.add_note(contact, form.body.data or "", by=current_teammate())
        form.body.data, form.body.raw_data = "", []
    context = timeline_of(contact, None if form.ok else form)
    return respond(
        page=show_timeline,
        fragment="contacts/_timeline.html",
        then=contact_url(contact),
        toast=Toast(_("Note saved")),
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
@allow(Policy.EDIT_CONTACTS, queries=60)
def save_note(contact_id: Id, note_id: Id) -> Response:
    """Change what the note says; 409 with the fresh words when somebody was faster."""
    contact = get_own(contact_id)
    note = queries.get_note(note_id, contact)
    form = forms.NoteForm.of(request)
    if form.ok:
        try:
            actions.edit_note(note, form.body.data or "", version=forms.version_in(form), by=current_teammate())
        except Stale as fault:
            return _stale_note(contact, fault.fresh, form)
    return respond(
        page=show_note,
        faulty="contacts/_note_edit.html",
        then=contact_url(contact),
        toast=Toast(_("Note saved")),
        contact=contact,
        note=note,
        form=form,
        fresh="",
    )


def show_note(contact: Contact, note: Note, form: forms.NoteForm, fresh: str = "") -> Response:
    return render(
        "contacts/note_edit.html",
        fragment="contacts/_note_edit.html",
        contact=contact,
        note=note,
        form=form,
        fresh=fresh,
    )


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
    )
