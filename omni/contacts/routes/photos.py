"""The photo of a contact: shown, changed, removed."""

from __future__ import annotations

from flask import Response, request

from omni.contacts import actions, forms, queries
from omni.contacts.models import Contact
from omni.contacts.routes.blueprint import contact_url, contacts, done, get_own
from omni.core import changes
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.pictures import MOST_UPLOAD_BYTES, BadImage, ImageFault
from omni.core.policies import Policy
from omni.core.words import _, lazy
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.marks import Headers
from omni.web.respond import render, respond

_FAULTS = {
    ImageFault.NOT_AN_IMAGE: lazy("This is no picture we can read. Send a JPEG, PNG or WebP."),
    ImageFault.BROKEN: lazy("This picture stops in the middle. Send it again, or another one."),
    ImageFault.TOO_MANY_PIXELS: lazy("This picture has more than 20 million points. Send a smaller one."),
    ImageFault.TOO_MANY_BYTES: lazy("This picture has more than 5 MB. Send a smaller one."),
}


@contacts.get("/contacts/<id:contact_id>/photo")
@allow(Policy.EDIT_CONTACTS)
def edit_photo(contact_id: Id) -> Response:
    """The form for a photo."""
    return show_photo_form(get_own(contact_id), forms.PhotoForm())


def show_photo_form(contact: Contact, form: forms.PhotoForm) -> Response:
    return render("contacts/photo.html", contact=contact, form=form)


@contacts.post("/contacts/<id:contact_id>/photo")
@allow(Policy.EDIT_CONTACTS, queries=60, max_body=MOST_UPLOAD_BYTES + 100_000)
def save_photo(contact_id: Id) -> Response:
    """Show the photo on the contact's face."""
    contact = get_own(contact_id)
    form = forms.PhotoForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            try:
                content = forms.read_upload(form.photo.data, MOST_UPLOAD_BYTES)
                actions.set_photo(contact, content, by=current_teammate())
            except BadImage as fault:
                form.blame("photo", _FAULTS[fault.fault])
    return respond(
        page=show_photo_form,
        faulty="contacts/_photo.html",
        then=contact_url(contact),
        toast=done(_("Photo saved"), acts),
        form=form,
        contact=contact,
    )


@contacts.post("/contacts/<id:contact_id>/photo/removal")
@allow(Policy.EDIT_CONTACTS, queries=60)
def remove_photo(contact_id: Id) -> Response:
    """Show no photo."""
    contact = get_own(contact_id)
    with changes.watch() as acts:
        actions.remove_photo(contact, by=current_teammate())
    return respond(page=edit_photo, then=contact_url(contact), toast=done(_("Photo removed"), acts), contact=contact)


@contacts.get("/contacts/<id:contact_id>/photo/<id:file_id>.jpg")
@allow(Policy.VIEW_CONTACTS, headers=Headers.UPLOAD)
def show_photo(contact_id: Id, file_id: Id) -> Response:
    """The picture. It is a JPEG of our own making, whatever was sent."""
    file = queries.get_file(file_id, queries.get_contact(contact_id))
    if file.note_id is not None:
        raise NotFound
    return Response(file.content, content_type="image/jpeg", headers={"Content-Disposition": "inline"})
