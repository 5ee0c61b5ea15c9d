"""Files of a contact: put on a note, taken off. Taken off, one stays out of sight for the 30 days of its Undo."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from omni.contacts.doers import By, actor_of
from omni.contacts.models import Contact
from omni.contacts.normal import Misread
from omni.contacts.particulars import Attachment
from omni.contacts.sniffing import MOST_FILES, clean_name, sniff
from omni.core import changes, clock
from omni.core.changes import Batch, Op
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.words import lazy, marked

TOO_MANY = lazy("Up to 20 files fit on a note. Put the rest on another one.")


@dataclass(frozen=True)
class Sent:
    """A file as somebody sent it."""

    name: str
    content: bytes


def attach(contact: Contact, note_id: Id | None, sent: Sequence[Sent], batch: Batch) -> list[Attachment]:
    """Put the files on a note, or with none beside them all, recorded in the batch. Raises: Invalid, naming `files`."""
    if note_id and len(sent) + count_files(note_id) > MOST_FILES:
        raise Invalid(faults={"files": TOO_MANY.key})
    made = []
    for one in sent:
        name = clean_name(one.name)
        mime = sniff(name, one.content)
        if isinstance(mime, Misread):
            raise Invalid("", {"files": mime.words}, **{key: str(value) for key, value in mime.values.items()})
        row = Attachment.create(
            contact=contact.id,
            note_id=note_id,
            name=name,
            mime=mime,
            size=len(one.content),
            sha256=hashlib.sha256(one.content).digest(),
            content=one.content,
        )
        # Its bytes go into no change: that it is here is the change.
        batch.record(
            row, Op.UPDATED, before={"removed_at": clock.now()}, after={"removed_at": None}, contact_id=contact.id
        )
        made.append(row)
    return made


def remove_file(file: Attachment, *, by: By) -> None:
    """Take a file off its note."""
    words = marked("File %(file)s removed")
    with transaction(), changes.batch("note", words, by=actor_of(by), file=file.name) as batch:
        hide(file, batch)


def hide(file: Attachment, batch: Batch) -> None:
    """Let the file go out of sight, recorded in the batch."""
    now = clock.now()
    Attachment.update(removed_at=now).where(Attachment.id == file.id).execute()
    batch.record(file, Op.UPDATED, before={"removed_at": None}, after={"removed_at": now}, contact_id=file.contact_id)


def count_files(note_id: Id) -> int:
    """How many files are on the note."""
    return int(Attachment.select().where(Attachment.note_id == note_id, Attachment.removed_at.is_null()).count())


def drop_file(file_id: Id) -> None:
    """Delete a file whose Undo is over."""
    with transaction():
        over = (Attachment.id == file_id) & (Attachment.removed_at < clock.now() - changes.KEPT)
        Attachment.delete().where(over).execute()
