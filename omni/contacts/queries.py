"""Reads of this room: get_ one or 404, find_ one or None, list_ many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import fn

from omni.accounts.models import Teammate, User
from omni.contacts import guessing, ledger, ports, search
from omni.contacts.folding import fold
from omni.contacts.gate import consent_rows, is_suppressed, read_ledger
from omni.contacts.kinds import Channel, Direction, Kind, Lifecycle, PointKind, Processing
from omni.contacts.ledger import ConsentState
from omni.contacts.many import SavedView
from omni.contacts.models import (
    NOT_BY_FILE,
    Activity,
    ConsentEvent,
    Contact,
    ContactPoint,
    ContactTag,
    LifecycleSpan,
    Note,
    Restriction,
    Tag,
)
from omni.contacts.next_actions import NextAction, Step
from omni.contacts.particulars import Attachment
from omni.core import changes, clock
from omni.core.changes import Change, ChangeBatch
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.together import Part

TIMELINE_PAGE = 30
# As many as a person reads before the timeline begins.
PINNED = 20


def is_visible() -> Any:
    """The condition that a search, an export or their own page may show the contact."""
    return Contact.deleted_at.is_null() & (Contact.processing != Processing.ERASING)


def visible() -> Any:
    """Every contact a search, an export or their own page may show."""
    return Contact.select().where(is_visible())


def is_listed() -> Any:
    """The condition that a list, a board, Today or a queue may show the contact: they are not put away either."""
    return is_visible() & Contact.put_away_at.is_null()


def listed() -> Any:
    """Every contact a list may show."""
    return Contact.select().where(is_listed())


def is_put_away() -> Any:
    """The condition that a contact is put away."""
    return Contact.put_away_at.is_null(False)


@prepared
def anybody() -> Any:
    """One of the contacts that may be shown, where there is any."""
    return visible().select(Contact.id).limit(1)


def are_put_away() -> Any:
    """The ids of all who are put away."""
    return Contact.select(Contact.id).where(is_put_away())


class Merged(NotFound):
    """This contact was merged into another one."""

    def __init__(self, loser_id: Id, winner_id: Id) -> None:
        super().__init__()
        self.loser_id, self.winner_id = loser_id, winner_id


def get_contact(contact_id: Id) -> Contact:
    """The contact, or 404 when there is none here, or none to be seen. Raises: Merged, which leads to the winner."""
    contact = find_contact(contact_id)
    if contact is None:
        winner_id = find_merged(contact_id)
        raise Merged(contact_id, winner_id) if winner_id else NotFound
    return contact


def find_merged(contact_id: Id) -> Id | None:
    """Into whom the contact was merged, and those in turn."""
    query = Contact.select(Contact.merged_into_id).where(Contact.id == contact_id)
    winner_id: Id | None = query.scalar()
    return (find_merged(winner_id) or winner_id) if winner_id else None


def merged_into(contact_id: Id) -> list[Contact]:
    """Who was merged into the contact."""
    return list(Contact.select().where(Contact.merged_into_id == contact_id).order_by(Contact.deleted_at))


def find_contact(contact_id: Id) -> Contact | None:
    return next(iter(_visible(contact=contact_id)), None)


@prepared
def _visible(contact: Any) -> Any:
    return visible().where(Contact.id == contact)


def get_leaving(contact_id: Id) -> Contact:
    """The contact who is to be deleted for good and may still be kept. Raises: NotFound."""
    leaving = Contact.deleted_at.is_null() & (Contact.processing == Processing.ERASING)
    found: Contact | None = Contact.select().where(Contact.id == contact_id, leaving).first()
    if found is None:
        raise NotFound
    return found


def list_leaving(ids: Iterable[Id]) -> dict[Id, Contact]:
    """Of these contacts those who are to be deleted for good, by id."""
    wanted = list(set(ids))
    leaving = Contact.deleted_at.is_null() & (Contact.processing == Processing.ERASING)
    rows = Contact.select().where(Contact.id.in_(wanted), leaving) if wanted else ()
    return {contact.id: contact for contact in rows}


def list_one_person(contact_id: Id) -> list[Contact]:
    """The contact and everybody who was merged into them, and into those in turn: one person's rows."""
    found = list(Contact.select().where(Contact.id == contact_id))
    for one in found:
        found += merged_into(one.id)
    return found


def list_contacts(ids: Iterable[Id]) -> dict[Id, Contact]:
    """The contacts of these ids that may be seen, by id."""
    wanted = list(set(ids))
    return {contact.id: contact for contact in visible().where(Contact.id.in_(wanted))} if wanted else {}


def find_by_address(kind: PointKind, norm: str) -> list[Contact]:
    """Everyone who has this phone or e-mail, longest known first."""
    points = ContactPoint.select(ContactPoint.contact).where(ContactPoint.kind == kind, ContactPoint.norm == norm)
    ids = [point.contact_id for point in points]
    return list(visible().where(Contact.id.in_(ids)).order_by(Contact.id)) if ids else []


def points_of(contact: Contact) -> list[ContactPoint]:
    """Every address of the contact, phones first, each kind's first choice before its others."""
    return in_order(_points(contact=contact.id))


@prepared
def _points(contact: Any) -> Any:
    return ContactPoint.select().where(ContactPoint.contact == contact)


def in_order(points: Iterable[ContactPoint]) -> list[ContactPoint]:
    """Addresses as a page shows them: phones first, each kind's first choice before its others."""
    order = list(PointKind)
    return sorted(points, key=lambda p: (order.index(p.kind), not p.is_primary, p.id.int))


def get_point(point_id: Id, contact: Contact) -> ContactPoint:
    """One address of the contact. Raises: NotFound."""
    point: ContactPoint | None = (
        ContactPoint.select().where(ContactPoint.id == point_id, ContactPoint.contact == contact.id).first()
    )
    if point is None:
        raise NotFound
    return point


def primary_point(contact: Contact, kind: PointKind) -> ContactPoint | None:
    return primary_points([contact.id], kind).get(contact.id)


def primary_points(contact_ids: Sequence[Id], kind: PointKind) -> dict[Id, ContactPoint]:
    """The first address of a kind for each of these contacts that has one."""
    if not contact_ids:
        return {}
    return {point.contact_id: point for point in _first_last(contacts=list(contact_ids), kind=kind)}


@prepared
def _first_last(contacts: Any, kind: Any) -> Any:
    points = ContactPoint.select().where(ContactPoint.contact.in_(contacts), ContactPoint.kind == kind)
    return points.order_by(ContactPoint.is_primary, ContactPoint.id.desc())


def which_were_members(contact_ids: Sequence[Id], *, since: datetime) -> frozenset[Id]:
    """Those of these contacts who were a member at any time since then."""
    if not contact_ids:
        return frozenset()
    spans = LifecycleSpan.select(LifecycleSpan.contact).where(
        LifecycleSpan.contact.in_(list(contact_ids)),
        LifecycleSpan.state.in_([Lifecycle.MEMBER, Lifecycle.PAUSED]),
        LifecycleSpan.to_at.is_null() | (LifecycleSpan.to_at >= since),
    )
    return frozenset(row[0] for row in spans.tuples())


def phone_to_call(points: Sequence[ContactPoint]) -> ContactPoint | None:
    """Of a contact's addresses, their first choice first: the phone to ring, one that reaches them before others."""
    phones = [point for point in points if point.kind is PointKind.PHONE]
    return next((phone for phone in phones if phone.bounced_at is None), phones[0] if phones else None)


def last_words(contact_ids: Sequence[Id]) -> dict[Id, Activity]:
    """What each of these contacts said last, where they said something; the name of the link they came by is not it."""
    if not contact_ids:
        return {}
    said = (Activity.direction == Direction.IN) & (Activity.kind != Kind.ARRIVED) & (Activity.summary != "")
    theirs = Activity.contact.in_(list(contact_ids))
    newest = Activity.select(Activity.contact, fn.MAX(Activity.happened_at).alias("at")).where(theirs, said)
    newest = newest.group_by(Activity.contact).alias("newest")
    is_newest = (Activity.contact == newest.c.contact_id) & (Activity.happened_at == newest.c.at)
    lines = Activity.select().join(newest, on=is_newest).where(theirs, said)
    return {line.contact_id: line for line in lines.objects(Activity)}


def said() -> Any:
    """The words of what contacts said, each a line of the timeline; the name of the link they came by is none."""
    return Activity.select(Activity.summary).where(
        Activity.direction == Direction.IN, Activity.kind != Kind.ARRIVED, Activity.summary != ""
    )


def waiting_since(contact: Contact) -> datetime | None:
    """Since when the contact waits for an answer: their first word after our last one; none when ours was the last."""
    last_in, last_out = contact.last_in_at, contact.last_out_at
    if last_in is None or (last_out is not None and last_out >= last_in):
        return None
    heard = (Activity.contact == contact.id) & (Activity.direction == Direction.IN)
    if last_out is not None:
        heard &= Activity.happened_at > last_out
    found: datetime | None = Activity.select(fn.MIN(Activity.happened_at)).where(heard).scalar()
    return found


def tags_of(contact_ids: Sequence[Id]) -> dict[Id, list[Tag]]:
    """The tags of each of these contacts, by name."""
    return by_contact(tagged(contacts=list(contact_ids))) if contact_ids else {}


@prepared
def tagged(contacts: Any) -> Any:
    """Every tag of these contacts with the tag itself."""
    return ContactTag.select(ContactTag, Tag).join(Tag).where(ContactTag.contact.in_(contacts))


def by_contact(rows: Iterable[Any]) -> dict[Id, list[Tag]]:
    """The tags of each contact, by name."""
    found: dict[Id, list[Tag]] = {}
    for row in rows:
        found.setdefault(row.contact_id, []).append(row.tag)
    return {contact_id: sorted(tags, key=lambda tag: tag.fold) for contact_id, tags in found.items()}


def tags() -> Part[list[Tag]]:
    """Every tag, in order."""
    return Part((_tags.bound(),), lambda rows: sorted(rows, key=lambda tag: tag.fold))


@prepared
def _tags() -> Any:
    return Tag.select()


def list_tags() -> list[Tag]:
    return tags().read()


def find_tag(name: str) -> Tag | None:
    """The tag of that name, whatever its case and accents."""
    found: Tag | None = Tag.select().where(Tag.fold == fold(name)).first()
    return found


def get_tag(tag_id: Id) -> Tag:
    tag: Tag | None = Tag.select().where(Tag.id == tag_id).first()
    if tag is None:
        raise NotFound
    return tag


def list_views(teammate: Teammate) -> list[SavedView]:
    """The teammate's saved views of the list, in their order."""
    return _views(teammate=teammate.id)


@prepared
def _views(teammate: Any) -> Any:
    return SavedView.select().where(SavedView.owner == teammate).order_by(SavedView.position, SavedView.id)


def get_view(view_id: Id, teammate: Teammate) -> SavedView:
    """The teammate's own view; another's is none. Raises NotFound."""
    view: SavedView | None = SavedView.select().where(SavedView.id == view_id, SavedView.owner == teammate.id).first()
    if view is None:
        raise NotFound
    return view


def get_note(note_id: Id, contact: Contact) -> Note:
    note: Note | None = Note.select().where(Note.id == note_id, Note.contact == contact.id).first()
    if note is None:
        raise NotFound
    return note


def get_file(file_id: Id, contact: Contact) -> Attachment:
    """A file of the contact that was not taken off, with its bytes. Raises: NotFound."""
    mine = (Attachment.id == file_id) & (Attachment.contact == contact.id)
    file: Attachment | None = Attachment.select().where(mine, Attachment.removed_at.is_null()).first()
    if file is None:
        raise NotFound
    return file


def list_files(note_ids: Sequence[Id]) -> dict[Id, list[Attachment]]:
    """The files on each of these notes, in the order they came, without their bytes."""
    return by_note(list(files_on(list(note_ids)))) if note_ids else {}


def files_on(notes: Any) -> Any:
    """The files on these notes, without their bytes: a query."""
    columns = [column for column in Attachment._meta.sorted_fields if column.name != "content"]
    return Attachment.select(*columns).where(Attachment.note_id.in_(notes), Attachment.removed_at.is_null())


def by_note(files: list[Attachment]) -> dict[Id, list[Attachment]]:
    """Files by the note they are on, in the order they came."""
    found: dict[Id, list[Attachment]] = {}
    for file in sorted(files, key=lambda one: one.id.int):
        found.setdefault(file.note_id, []).append(file)
    return found


def removed_files() -> Any:
    """(workspace, file) of files taken off so long ago that no Undo brings them back. Runs in sweeping()."""
    return (
        Attachment.select(Attachment.workspace, Attachment.id)
        .where(Attachment.removed_at < clock.now() - changes.KEPT)
        .tuples()
    )


def open_restriction(contact: Contact) -> Restriction | None:
    found: Restriction | None = (
        Restriction.select().where(Restriction.contact == contact.id, Restriction.lifted_at.is_null()).first()
    )
    return found


def list_spans(contact: Contact) -> list[LifecycleSpan]:
    """The stages of the contact's life, from the first on."""
    return spans(contact).read()


def spans(contact: Contact) -> Part[list[LifecycleSpan]]:
    """The stages of the contact's life, from the first on."""
    return Part((_spans.bound(contact=contact.id),), lambda rows: sorted(rows, key=lambda row: row.from_at))


@prepared
def _spans(contact: Any) -> Any:
    return LifecycleSpan.select().where(LifecycleSpan.contact == contact)


@prepared
def beginnings(since: Any) -> Any:
    """Every time since then that somebody became a lead or a member, other than by a file: a query of both."""
    spans = LifecycleSpan.select(LifecycleSpan.state, LifecycleSpan.from_at).where(
        LifecycleSpan.from_at >= since,
        LifecycleSpan.state.in_([Lifecycle.LEAD, Lifecycle.MEMBER]),
        NOT_BY_FILE,
    )
    return spans.tuples()


@prepared
def visits(since: Any, until: Any, limit: Any) -> Any:
    """Who is to come to the studio in this time, with the contact, the earliest first: a query."""
    query = NextAction.select(NextAction, Contact).join(Contact, on=NextAction.contact)
    query = query.where(NextAction.step == Step.VISIT, NextAction.due_at >= since, NextAction.due_at < until)
    query = query.where(is_listed())
    return query.order_by(NextAction.due_at, NextAction.id).limit(limit)


def standings(contact_ids: Iterable[Id]) -> dict[Id, ports.Standing]:
    """Where each of these contacts stands on the boards, for those that stand on one."""
    wanted = list(set(contact_ids))
    found: dict[Id, ports.Standing] = {}
    for answer in ports.standings.answers() if wanted else ():
        found |= answer(wanted)
    return found


# -- timeline ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TimelinePage:
    """Some lines of a timeline, newest first; `after` asks for older ones. `pinned` notes stand on the first page.

    With the notes these lines tell of, and the files on each.
    """

    lines: list[Activity]
    notes: dict[Id, Note]
    files: dict[Id, list[Attachment]]
    after: str | None
    pinned: list[Note] = field(default_factory=list)


def timeline(
    contact: Contact, *, kind: Kind | None = None, after: tuple[datetime, Id] | None = None, limit: int = TIMELINE_PAGE
) -> Part[TimelinePage]:
    """A page of the contact's timeline, older than `after`."""
    is_top = not (kind or after)
    asked = _newest.each(contact=contact.id, limit=limit + 1) if is_top else _older(contact, kind, after, limit + 1)

    def make(lines: list[Activity], noted: list[Note], files: list[Attachment]) -> TimelinePage:
        more = lines[limit - 1] if len(lines) > limit else None
        cursor = f"{more.happened_at.isoformat()}~{more.id}" if more else None
        pinned = [one for one in noted if one.pinned_at and is_top]
        pinned.sort(key=lambda one: one.pinned_at, reverse=True)
        return TimelinePage(lines[:limit], {one.id: one for one in noted}, by_note(files), cursor, pinned)

    return Part(asked, make)


@prepared
def _newest(contact: Any, limit: Any) -> Any:
    """The newest lines, the notes they tell of and those kept at the top, the files on these."""
    lines = _lines(contact, limit)
    kept = Note.select(Note.id).where(Note.contact == contact, Note.pinned_at.is_null(False))
    kept = kept.order_by(Note.pinned_at.desc()).limit(PINNED)
    return _with_notes(lines, contact, Note.id.in_(lines.select(Activity.ref_id)) | Note.id.in_(kept))


def _older(contact: Contact, kind: Kind | None, after: tuple[datetime, Id] | None, limit: int) -> tuple[Any, ...]:
    """Lines of one kind, or older ones, with the notes they tell of and the files on these."""
    lines = _lines(contact.id, limit)
    if kind is not None:
        lines = lines.where(Activity.kind == kind)
    if after is not None:
        at, line_id = after
        lines = lines.where((Activity.happened_at < at) | ((Activity.happened_at == at) & (Activity.id < line_id)))
    return _with_notes(lines, contact.id, Note.id.in_(lines.select(Activity.ref_id)))


def _lines(contact: Any, limit: Any) -> Any:
    lines = Activity.select().where(Activity.contact == contact)
    return lines.order_by(Activity.happened_at.desc(), Activity.id.desc()).limit(limit)


def _with_notes(lines: Any, contact: Any, wanted: Any) -> tuple[Any, ...]:
    notes = Note.select().where(Note.contact == contact, wanted)
    return lines, notes, files_on(notes.select(Note.id))


def receipts_of(lines: Iterable[Activity]) -> dict[Id, ports.Receipt]:
    """What became of the texts we sent among these lines, by the message a line refers to."""
    ids = [line.ref_id for line in lines if line.kind is Kind.TEXT and line.direction is Direction.OUT and line.ref_id]
    found: dict[Id, ports.Receipt] = {}
    for answer in ports.receipts.answers() if ids else ():
        found |= answer(ids)
    return found


def team_names() -> Part[tuple[dict[Id, str], dict[Id, str]]]:
    """The names of everybody who works here or did, by teammate, and of those who do."""

    def make(rows: list[Teammate]) -> tuple[dict[Id, str], dict[Id, str]]:
        return {row.id: row.user.name for row in rows}, {row.id: row.user.name for row in rows if row.left_at is None}

    return Part((_team.bound(),), make)


@prepared
def _team() -> Any:
    return Teammate.select(Teammate.id, Teammate.left_at, Teammate.user, User.name).join(User)


def names_of(teammate_ids: Iterable[Id]) -> dict[Id, str]:
    """The names by-lines show, by teammate."""
    wanted = list(set(teammate_ids))
    if not wanted:
        return {}
    return {row.id: row.user.name for row in names(teammates=wanted)}


@prepared
def names(teammates: Any) -> Any:
    """These teammates with the names by-lines show."""
    return Teammate.select(Teammate.id, Teammate.user, User.name).join(User).where(Teammate.id.in_(teammates))


def last_editor(contact: Contact) -> tuple[str, datetime] | None:
    """Who changed the contact last, and when, as far as that can still be taken back."""
    change = (
        Change.select(Change, ChangeBatch)
        .join(ChangeBatch)
        .where(Change.contact_id == contact.id, Change.row_table == "contact")
        .order_by(Change.id.desc())
        .first()
    )
    if change is None:
        return None
    return names_of([change.batch.by_id]).get(change.batch.by_id, "") if change.batch.by_id else "", change.created_at


# -- consent -----------------------------------------------------------------------------------------------------------


def consent_of(channel: Channel, norm: str) -> ConsentState:
    """Where one address stands."""
    return ledger.fold(consent_rows(channel, ledger.address_hmac(channel, norm)))


def consent_rows_of(channel: Channel, norms: Collection[str]) -> dict[str, list[ConsentEvent]]:
    """Every consent row of these addresses, by address."""
    hashes = {ledger.address_hmac(channel, norm): norm for norm in norms}
    found: dict[str, list[ConsentEvent]] = {norm: [] for norm in norms}
    rows, _refused = read_ledger(list(hashes)) if hashes else ([], set())
    for row in rows:
        if row.channel is channel:
            found[hashes[bytes(row.address_hmac)]].append(row)
    return found


def has_stopped(channel: Channel, norm: str) -> bool:
    """Whether nothing may be sent there: a stop in the ledger, or a suppressed address."""
    return is_suppressed(channel, ledger.address_hmac(channel, norm)) or consent_of(channel, norm).is_stopped


@dataclass(frozen=True)
class AddressConsent:
    """One address of a contact, where it stands, and every row that says so, newest first.

    `may_ring` is false for a number whose owner refused calls.
    """

    point: ContactPoint
    channel: Channel
    state: ConsentState
    rows: list[ConsentEvent]
    may_ring: bool = True


def consents_of(contact: Contact, points: Sequence[ContactPoint] | None = None) -> list[AddressConsent]:
    """Where each phone (texts) and e-mail of the contact stands."""
    reached = [
        (point, Channel.SMS if point.kind is PointKind.PHONE else Channel.EMAIL)
        for point in (points_of(contact) if points is None else points)
        if point.kind in (PointKind.PHONE, PointKind.EMAIL)
    ]
    hashes = {point.id: ledger.address_hmac(channel, point.norm) for point, channel in reached}
    rows, refused = read_ledger(list(hashes.values())) if hashes else ([], set())
    found = []
    for point, channel in reached:
        mine = [row for row in rows if row.channel is channel and bytes(row.address_hmac) == hashes[point.id]]
        mine.sort(key=lambda row: (row.at, row.id.int), reverse=True)
        may_ring = (Channel.CALL, hashes[point.id]) not in refused
        found.append(AddressConsent(point, channel, ledger.fold(mine), mine, may_ring))
    return found


# -- search ------------------------------------------------------------------------------------------------------------


def search_contacts(text: str, *, limit: int = 20) -> list[Contact]:
    """The contacts that `text` means, best first."""
    return search.find(text, limit=limit)


def guess_contacts(text: str, found: Sequence[Contact]) -> list[Contact]:
    """Whom somebody meant who slipped on a key, where search found few."""
    return [] if len(found) >= guessing.ENOUGH else guessing.guess(text, but=[contact.id for contact in found])
