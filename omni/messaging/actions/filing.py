"""Files of texts: held while a text is written, frozen with it, opened to its carrier; those that came in, fetched."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from omni.accounts.models import Teammate
from omni.contacts.normal import Misread
from omni.core import clock, database, doors, ids
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.queue import later
from omni.core.words import lazy, marked
from omni.messaging import addresses, files, gateway_media, queries
from omni.messaging.actions import carriers
from omni.messaging.files import MOST_FILES, MOST_SENT_BYTES, File, NotKept
from omni.messaging.gateway_media import Unfetched
from omni.messaging.media_states import HELD_FOR, MENDABLE, MediaFault, MediaState
from omni.messaging.models import Carrier, Media, Message

DOOR = "media"
# So long a carrier may come for a file (messaging §4).
OPEN_FOR = timedelta(hours=48)
# Whatever may mend itself is asked for again after these pauses; then a person may.
PAUSES = (timedelta(seconds=20), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))

ONE_TOO_MANY = marked("“%(name)s” is one too many: a text takes 10 files. Send it with the next one.")
NO_ROOM = marked("“%(name)s” does not fit: the files of a text have 5 MB together. Send it with the next one.")
NOT_HELD = lazy("A file was attached too long ago. Attach it again.")


@dataclass(frozen=True)
class Chosen:
    """A file as somebody chose it."""

    name: str
    content: bytes


def hold(chosen: Sequence[Chosen], held: Sequence[Media], *, by: Teammate) -> tuple[list[Media], list[Misread]]:
    """Keep what may be sent until its text is, beside what is held already; why the others may not, by their names."""
    read = [files.read_chosen(one.name, one.content) for one in chosen]
    kept, refused = list(held), [one for one in read if isinstance(one, Misread)]
    with transaction():
        for file in read:
            if isinstance(file, Misread):
                continue
            if len(kept) >= MOST_FILES:
                refused.append(Misread(ONE_TOO_MANY, {"name": file.name}))
            elif sum(one.size for one in kept) + len(file.content) > MOST_SENT_BYTES:
                refused.append(Misread(NO_ROOM, {"name": file.name}))
            else:
                kept.append(_row(file, state=MediaState.HELD, by=by))
    return kept, refused


def put_on(message: Message, media_ids: Sequence[Id], *, by: Teammate, replaces: Id | None = None) -> None:
    """Freeze files with their text, inside the caller's transaction: held ones, and those of the text it stands for.

    Raises: Invalid, when one is gone.
    """
    before = {one.id: one for one in queries.list_whole_media(replaces)} if replaces and media_ids else {}
    for n, media_id in enumerate(media_ids):
        mine = (Media.id == media_id) & (Media.state == MediaState.HELD) & (Media.by == by.id)
        if media_id in before:
            _row(_file(before[media_id]), state=MediaState.KEPT, by=by, message=message, n=n)
        elif not Media.update(message=message.id, n=n, state=MediaState.KEPT).where(mine).execute():
            raise Invalid(faults={"files": NOT_HELD.key})


def copy_files(message: Message, to: Message) -> None:
    """Put the files of one text on another, inside the caller's transaction."""
    for one in queries.list_whole_media(message.id):
        _row(_file(one), state=MediaState.KEPT, by=to.by, message=to, n=one.n)


def open_to_carrier(message: Message) -> tuple[str, ...]:
    """The addresses at which the carrier may fetch a text's files for two days, inside the caller's transaction."""
    until = clock.now() + OPEN_FOR
    rows = queries.list_media([message.id]) if message.media_count else []
    return tuple(addresses.media(doors.open_door(DOOR, one.id, expires_at=until)) for one in rows)


def expect(message: Message, sources: Sequence[str]) -> None:
    """Note which files a text came with and let them be fetched, inside the caller's transaction."""
    for n, source in enumerate(sources):
        row = Media(id=ids.new_id(), message=message, n=n, state=MediaState.AWAITED, source=source)
        row.save(force_insert=True)
        later("messaging.fetch_file", media_id=row.id)


def fetch_file(media_id: Id) -> None:
    """Fetch one file that came in; what cannot be had says why and, where that may pass, is asked for again."""
    row = Media.get_or_none(Media.id == media_id)
    if row is None or not row.is_due:
        return
    message: Message = row.message
    account = carriers.find_account(message.to_address) if message.carrier is Carrier.TWILIO else None
    source = row.source
    database.close()
    try:
        if account is None or not source:
            raise Unfetched(MediaFault.NOT_LET_IN)
        content = gateway_media.fetch(account, source, most=files.MOST_KEPT_BYTES)
        file = files.read_received(content)
    except (Unfetched, NotKept) as fault:
        _not_got(row, fault.fault)
        return
    with transaction():
        changes = {**_columns(file), "state": MediaState.KEPT, "fault": None, "not_before": None}
        Media.update(changes).where(Media.id == row.id, Media.state == MediaState.AWAITED).execute()


def fetch_again(media: Media) -> None:
    """Ask the carrier once more for a file that could not be had."""
    with transaction():
        again = Media.update(state=MediaState.AWAITED, tries=0, not_before=None, fault=None)
        if again.where(Media.id == media.id, Media.state == MediaState.MISSING).execute():
            later("messaging.fetch_file", media_id=media.id)


def drop_held(media_id: Id) -> None:
    """Forget a file whose text was never sent."""
    with transaction():
        old = (Media.state == MediaState.HELD) & (Media.created_at <= clock.now() - HELD_FOR)
        Media.delete().where(Media.id == media_id, old).execute()


def _not_got(row: Media, fault: MediaFault) -> None:
    is_over = fault not in MENDABLE or row.tries >= len(PAUSES)
    changes = {"fault": fault, "tries": row.tries + 1}
    if is_over:
        changes |= {"state": MediaState.MISSING, "not_before": None}
    else:
        changes |= {"not_before": clock.now() + PAUSES[row.tries]}
    with transaction():
        Media.update(changes).where(Media.id == row.id, Media.state == MediaState.AWAITED).execute()


def _row(file: File, *, state: MediaState, by: Teammate | None, message: Message | None = None, n: int = 0) -> Media:
    row = Media(id=ids.new_id(), state=state, by=by, message=message, n=n, name=file.name, **_columns(file))
    row.save(force_insert=True)
    return row


def _columns(file: File) -> dict[str, object]:
    return {
        "mime": file.mime, "size": len(file.content), "sha256": hashlib.sha256(file.content).digest(),
        "content": file.content, "width": file.width, "height": file.height,
    }  # fmt: skip


def _file(row: Media) -> File:
    return File(row.name, row.mime, bytes(row.content or b""), row.width, row.height)
