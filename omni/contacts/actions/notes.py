"""What teammates write down about a contact."""

from __future__ import annotations

from collections.abc import Sequence

from omni.accounts import queries as accounts
from omni.accounts.actions import notify
from omni.accounts.models import NoticeKind
from omni.contacts import queries
from omni.contacts.actions.files import Sent, attach, hide
from omni.contacts.actions.life import row_of
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.events import NoteAdded
from omni.contacts.kinds import Kind
from omni.contacts.mentions import mentioned
from omni.contacts.models import Contact, Note
from omni.contacts.particulars import Mention
from omni.core import changes, clock
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid, NotFound, Stale
from omni.core.ids import encode
from omni.core.words import lazy

LONGEST_NOTE = 20_000
EMPTY = lazy("Write a line first. A note cannot be empty.")
TOO_LONG = lazy("This note has %(length)s characters; 20,000 is the most.")


def add_note(contact: Contact, body: str, *, by: By, files: Sequence[Sent] = ()) -> Note:
    """Write a note down, with its files; it stands on the timeline at once, and whom it names is told."""
    body = _checked(body)
    with transaction(), _batch("note", "Note on %(name)s", contact, by) as batch:
        note = Note.create(contact=contact.id, author=teammate_id_of(by), body=body)
        batch.record(note, Op.CREATED, before=None, after=row_of(note), contact_id=contact.id)
        attach(contact, note.id, files, batch)
        log_activity(contact, Kind.NOTE, by=by, ref_table="note", ref_id=note.id)
        _mention(note, batch, by)
        publish(NoteAdded(contact.id, note.id), by=actor_of(by))
    return note


def edit_note(note: Note, body: str, *, version: int, by: By, files: Sequence[Sent] = ()) -> Note:
    """Change what a note says, and add files to it. Raises: Stale when somebody else changed it first."""
    body = _checked(body)
    with transaction(), _batch("note", "Note on %(name)s changed", note.contact, by) as batch:
        before = note.body
        _write(note, version, body=body, edited_at=clock.now())
        batch.record(note, Op.UPDATED, before={"body": before}, after={"body": body}, contact_id=note.contact_id)
        attach(note.contact, note.id, files, batch)
        _mention(note, batch, by)
    return note


def delete_note(note: Note, *, by: By) -> None:
    """Take a note away with its files and mentions; its line stays, and says that it was taken back."""
    with transaction(), _batch("note", "Note on %(name)s deleted", note.contact, by) as batch:
        fresh = Note.select().where(Note.id == note.id).first()
        if fresh is None:
            raise NotFound
        for row in Mention.select().where(Mention.note_id == note.id):
            batch.record(row, Op.DELETED, before=row_of(row), after=None, contact_id=note.contact_id)
        Mention.delete().where(Mention.note_id == note.id).execute()
        for file in queries.list_files([note.id]).get(note.id, []):
            hide(file, batch)
        Note.delete().where(Note.id == note.id).execute()
        batch.record(fresh, Op.DELETED, before=row_of(fresh), after=None, contact_id=note.contact_id)


def _mention(note: Note, batch: changes.Batch, by: By) -> None:
    """Keep whom the note names, and tell each once; who left is told nothing, and their name is plain words."""
    if "@" not in note.body and not note.edited_at:
        return
    here = {one.id: one for one in accounts.list_teammates()}
    named = mentioned(note.body, {teammate_id: one.name for teammate_id, one in here.items()})
    known = {row.teammate_id: row for row in Mention.select().where(Mention.note_id == note.id)}
    for teammate_id in named - known.keys():
        row = Mention.create(contact=note.contact_id, note_id=note.id, teammate=teammate_id)
        batch.record(row, Op.CREATED, before=None, after=row_of(row), contact_id=note.contact_id)
        if teammate_id != teammate_id_of(by):
            link = f"/contacts/{encode(note.contact_id)}"
            notify(here[teammate_id], NoticeKind.MENTIONED, link=link, group_key=f"note:{encode(note.id)}")
    for teammate_id in known.keys() - named:
        row = known[teammate_id]
        Mention.delete().where(Mention.id == row.id).execute()
        batch.record(row, Op.DELETED, before=row_of(row), after=None, contact_id=note.contact_id)


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
