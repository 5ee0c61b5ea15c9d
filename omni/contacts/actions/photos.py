"""The photo of a contact: a square JPEG of ours, never the file that was sent."""

from __future__ import annotations

from omni.contacts import queries
from omni.contacts.actions.files import Sent, attach, hide
from omni.contacts.doers import By, actor_of
from omni.contacts.models import Contact
from omni.contacts.particulars import Attachment
from omni.core import changes
from omni.core.changes import Batch, Op
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.pictures import fitted, jpeg
from omni.core.words import marked

SIDE = 384
MOST_PHOTO_BYTES = 60_000
_QUALITIES = (84, 74, 64, 50, 36, 20)


def set_photo(contact: Contact, upload: bytes, *, by: By) -> Attachment:
    """Show this photo on the contact's face, in place of the one before. Raises: BadImage."""
    picture = jpeg(fitted(upload, (SIDE, SIDE)), most_bytes=MOST_PHOTO_BYTES, qualities=_QUALITIES)
    words = marked("Photo of %(name)s changed")
    with transaction(), changes.batch("photo", words, by=actor_of(by), name=contact.display_name) as batch:
        (file,) = attach(contact, None, [Sent("photo.jpg", picture)], batch)
        _show(contact, file.id, batch)
    return file


def remove_photo(contact: Contact, *, by: By) -> None:
    """Show no photo of the contact."""
    words = marked("Photo of %(name)s removed")
    with transaction(), changes.batch("photo", words, by=actor_of(by), name=contact.display_name) as batch:
        _show(contact, None, batch)


def _show(contact: Contact, file_id: Id | None, batch: Batch) -> None:
    before = queries.get_contact(contact.id).photo_id
    old = (
        Attachment.select().where(Attachment.id == before, Attachment.removed_at.is_null()).first() if before else None
    )
    if old is not None:
        hide(old, batch)
    columns = {"photo_id": file_id, "version": Contact.version + 1}
    Contact.update(columns).where(Contact.id == contact.id).execute()
    batch.record(contact, Op.UPDATED, before={"photo_id": before}, after={"photo_id": file_id}, contact_id=contact.id)
    contact.photo_id, contact.version = file_id, contact.version + 1
