"""What teammates write down about a contact."""

from __future__ import annotations

from omni.contacts.actions.life import row_of
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.events import NoteAdded
from omni.contacts.kinds import Kind
from omni.contacts.models import Contact, Note
from omni.core import changes, clock
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid, NotFound, Stale
from omni.core.words import lazy

LONGEST_NOTE = 20_000
EMPTY = lazy("Write a line first. A note cannot be empty.")
TOO_LONG = lazy("This note has %(length)s characters; 20,000 is the most.")


def add_note(contact: Contact, body: str, *, by: By) -> Note:
    """Write a note down; it stands on the timeline at once."""
    body = _checked(body)
    with transaction(), _batch("note", "Note on %(name)s", contact, by) as batch:
        note = Note.create(contact=contact.id, author=teammate_id_of(by), body=body)
        batch.record(note, Op.CREATED, before=None, after=row_of(note), contact_id=contact.id)
        log_activity(contact, Kind.NOTE, by=by, ref_table="note", ref_id=note.id)
        publish(NoteAdded(contact.id, note.id), by=actor_of(by))
    return note


def edit_note(note: Note, body: str, *, version: int, by: By) -> Note:
    """Change what a note says. Raises: Stale when somebody else changed it first."""
    body = _checked(body)
    with transaction(), _batch("note", "Note on %(name)s changed", note.contact, by) as batch:
        before = note.body
        _write(note, version, body=body, edited_at=clock.now())
        batch.record(note, Op.UPDATED, before={"body": before}, after={"body": body}, contact_id=note.contact_id)
    return note


def pin_note(note: Note, *, by: By) -> None:
    """Keep a note on top of the timeline."""
    _set_pinned(note, clock.now(), by)


def unpin_note(note: Note, *, by: By) -> None:
    """Let a note go back to its place in time."""
    _set_pinned(note, None, by)


def _set_pinned(note: Note, at: object, by: By) -> None:
    with transaction(), _batch("note", "Note on %(name)s pinned", note.contact, by) as batch:
        before = note.pinned_at
        _write(note, note.version, pinned_at=at)
        batch.record(
            note, Op.UPDATED, before={"pinned_at": before}, after={"pinned_at": at}, contact_id=note.contact_id
        )


def _write(note: Note, version: int, **columns: object) -> None:
    changed = (
        Note.update({**columns, "version": version + 1}).where(Note.id == note.id, Note.version == version).execute()
    )
    if not changed:
        raise _other(note)
    for name, value in columns.items():
        setattr(note, name, value)
    note.version = version + 1


def _other(note: Note) -> Stale | NotFound:
    """Somebody else wrote it anew, or took it back."""
    fresh = Note.select().where(Note.id == note.id).first()
    return Stale(fresh) if fresh else NotFound()


def _checked(body: str) -> str:
    body = body.replace("\x00", "").strip()
    if not body:
        raise Invalid(faults={"body": str(EMPTY)})
    if len(body) > LONGEST_NOTE:
        raise Invalid(faults={"body": str(lazy(TOO_LONG.key, length=len(body)))})
    return body


def _batch(kind: str, words: str, contact: Contact, by: By):  # type: ignore[no-untyped-def]
    return changes.batch(kind, words, by=actor_of(by), name=contact.display_name)
