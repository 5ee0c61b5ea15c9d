"""Planned rows into the database: new people in bulk, changed ones one by one, each with its undo and result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from omni.contacts import custom_fields, ledger, search
from omni.contacts.actions.life import row_of, set_lifecycle
from omni.contacts.actions.notes import add_note
from omni.contacts.actions.own_fields import set_value
from omni.contacts.actions.people import add_point
from omni.contacts.actions.tags import add_tag, get_or_make_tag
from omni.contacts.doers import teammate_id_of
from omni.contacts.events import ContactChanged, LeadArrived
from omni.contacts.folding import fold
from omni.contacts.imports import bulk
from omni.contacts.imports.places import Places
from omni.contacts.kinds import (
    Basis,
    Channel,
    ConsentKind,
    Entry,
    Kind,
    PointKind,
    Processing,
    RowAction,
    Scope,
)
from omni.contacts.models import (
    Activity,
    ConsentEvent,
    Contact,
    ContactPoint,
    ContactTag,
    ExternalRef,
    ImportJob,
    ImportRow,
    LifecycleSpan,
    Note,
)
from omni.contacts.particulars import FieldDef, FieldValue
from omni.contacts.reading.people import Person
from omni.contacts.reading.planning import COLUMNS, EVERYTHING, Outcome, Rules
from omni.contacts.reading.rows import Reason
from omni.core import changes, clock
from omni.core.actors import Actor, ActorKind
from omni.core.changes import Change, Op
from omni.core.events import EventRow, publish
from omni.core.ids import Id, encode, new_id

UNSURE = "unsure"
# Where a field of the studio's own keeps what it says, by its kind.
SAID = ("v_text", "v_num", "v_date", "v_option")
QUESTION = "How did these people give you their numbers?"


@dataclass
class Writer:
    """Gathers the rows of one chunk's new people and puts them down together."""

    job: ImportJob
    batch: changes.Batch
    owners: dict[str, Id]
    places: Places
    by: Actor
    rules: Rules = EVERYTHING
    # The studio's own fields that the file speaks of, by their keys.
    fields: Mapping[str, FieldDef] = field(default_factory=dict)
    _rows: dict[type[Any], bulk.Rows] = field(init=False)
    _words: list[tuple[Id, str, str]] = field(default_factory=list)
    _landings: list[tuple[Id, Id]] = field(default_factory=list)
    _tags: dict[str, Id] = field(default_factory=dict)
    _history: dict[tuple[Channel, bytes], list[ConsentEvent]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._now = clock.now()
        self._source = f"import:{encode(self.job.id)}"
        self._rows = self._tables()

    def write(self, outcome: Outcome, contact_id: Id) -> None:
        """Put down what one row became; `contact_id` is the new contact's."""
        if outcome.action is RowAction.CREATED:
            self._create(outcome, contact_id)
        elif outcome.action is RowAction.UPDATED:
            self.flush()
            self._update(outcome)
        person = outcome.row.person
        if person is not None and outcome.target is not None:
            self._consent(person, outcome.target.id)
        self._result(outcome)

    def flush(self) -> None:
        """Put down everything gathered."""
        for rows in self._rows.values():
            rows.flush()
        search.index_new(self._words)
        self._words.clear()
        for contact_id, stage_id in self._landings:
            contact = Contact.select().where(Contact.id == contact_id).get()
            self.places.land(contact, stage_id, by=self.by)
        self._landings.clear()

    def forget(self) -> None:
        """Let go of what was gathered for a savepoint that was rolled back."""
        for rows in self._rows.values():
            rows.forget()
        self._words.clear()
        self._landings.clear()
        self._tags.clear()
        self._history.clear()

    def _tables(self) -> dict[type[Any], bulk.Rows]:
        """The tables in the order of their keys, each with the columns that differ from row to row and those that
        do not; a column of neither stays empty."""
        now, teammate = self._now, teammate_id_of(self.by)
        person = ("lifecycle", "owner", "last_touch_at", *COLUMNS)
        point = ("kind", "label", "raw", "norm", "extension", "is_primary")
        line = ("kind", "happened_at", "outcome", "summary", "ref_table", "ref_id")
        proof = ("address_hmac", "channel", "scope", "basis", "words", "at")
        told = {"type": LeadArrived.__name__, "at": now, "payload": {"entry": Entry.IMPORT.value}}
        undone = {"row_table": "contact", "op": Op.CREATED, "after": {"deleted_at": None}}
        normal = {"version": 1, "do_not_contact": False, "processing": Processing.NORMAL}

        def table(model: type[Any], *names: str, **same: Any) -> tuple[type[Any], bulk.Rows]:
            return model, bulk.Rows(model, names, created_at=now, **same)

        return dict(
            (
                table(Contact, "id", *person, source=Entry.IMPORT, **normal),
                table(ContactPoint, "contact", *point),
                table(LifecycleSpan, "contact", "state", "from_at", via="import", by=teammate),
                table(Activity, "contact", *line, actor_kind=self.by.kind, actor_id=self.by.id),
                table(ContactTag, "contact", "tag"),
                table(FieldValue, "contact", "field", *SAID),
                table(ExternalRef, "contact", "external_id", sender=self.job.sender),
                table(Note, "id", "contact", "body", version=1, author=teammate),
                table(
                    Change, "n", "row_id", "contact_id", batch=self.batch.id, expires_at=now + changes.KEPT, **undone
                ),
                table(EventRow, "contact_id", actor_kind=ActorKind.IMPORT, **told),
                table(
                    ConsentEvent, "id", "contact_id", *proof, kind=ConsentKind.GRANTED, source=self._source, by=teammate
                ),
                table(ImportRow, "n", "raw", "action", "is_same", "reasons", "contact_id", job=self.job.id),
            )
        )

    def _add(self, model: type[Any], *values: Any) -> None:
        self._rows[model].add(*values)

    def _create(self, outcome: Outcome, contact_id: Id) -> None:
        person = outcome.row.person
        assert person is not None  # noqa: S101 - a created row has a person
        since = min(person.created_at or self._now, self._now)
        life, stage = self.places.of(person)
        columns = [outcome.columns[name] for name in COLUMNS]
        self._add(Contact, contact_id, life, self.owners.get(outcome.owner_email), since, *columns)
        self._points(outcome, contact_id)
        self._add(LifecycleSpan, contact_id, life, since)
        # Known since then, and brought in now: the line tells of what was done, the span of what was.
        arrived = (Kind.ARRIVED, self._now, Entry.IMPORT.value, person.source_detail[:500], None, None)
        self._add(Activity, contact_id, *arrived)
        self._words.append((contact_id, *person.words))
        for tag in outcome.tags:
            self._add(ContactTag, contact_id, self._tag(tag))
        for key, own in outcome.own.items():
            for said in custom_fields.columns_of(self.fields[key], own.value):
                self._add(FieldValue, contact_id, self.fields[key].id, *(said[name] for name in SAID))
        if outcome.ref:
            self._add(ExternalRef, contact_id, outcome.ref)
        if outcome.note:
            note_id = new_id()
            self._add(Note, note_id, contact_id, outcome.note)
            self._add(Activity, contact_id, Kind.NOTE, self._now, "", "", "note", note_id)
        # One change stands for the new contact with everything on it; its undo takes them all.
        self._add(Change, self.batch.next_number(), contact_id, contact_id)
        self._add(EventRow, contact_id)
        if stage is not None:
            self._landings.append((contact_id, stage))

    def _points(self, outcome: Outcome, contact_id: Id) -> None:
        kinds: set[PointKind] = set()
        for kind, value in outcome.points:
            address = (value.label, value.raw, value.norm, value.extension)
            self._add(ContactPoint, contact_id, kind, *address, kind not in kinds)
            kinds.add(kind)

    def _tag(self, name: str) -> Id:
        key = fold(name)
        if key not in self._tags:
            self._tags[key] = get_or_make_tag(name).id
        return self._tags[key]

    def _update(self, outcome: Outcome) -> None:
        assert outcome.target is not None  # noqa: S101 - an updated row has a target
        contact: Contact = Contact.select().where(Contact.id == outcome.target.id).get()
        columns: dict[str, Any] = dict(outcome.columns)
        if owner := self.owners.get(outcome.owner_email):
            columns["owner"] = owner
        if columns:
            before = {name: contact.__data__[name] for name in columns}
            Contact.update({**columns, "version": Contact.version + 1}).where(Contact.id == contact.id).execute()
            self.batch.record(contact, Op.UPDATED, before=before, after=columns, contact_id=contact.id)
            for name, value in columns.items():
                setattr(contact, name, value)
        self._update_children(contact, outcome)
        search.index(contact)
        fields = (*columns, *(("points",) if outcome.points else ()))
        if fields:
            publish(ContactChanged(contact.id, fields), by=Actor(ActorKind.IMPORT))

    def _update_children(self, contact: Contact, outcome: Outcome) -> None:
        kinds = {p.kind for p in ContactPoint.select().where(ContactPoint.contact == contact.id)}
        for kind, value in outcome.points:
            point = add_point(contact, kind, value, is_primary=kind not in kinds)
            kinds.add(kind)
            self.batch.record(point, Op.CREATED, before=None, after=row_of(point), contact_id=contact.id)
        for key, own in outcome.own.items():
            set_value(contact, self.fields[key], own.value, by=self.by)
        for tag in outcome.tags:
            add_tag(contact, tag, by=self.by, is_told=False)
        if outcome.ref:
            ref = ExternalRef.create(contact=contact.id, sender=self.job.sender, external_id=outcome.ref)
            self.batch.record(ref, Op.CREATED, before=None, after=row_of(ref), contact_id=contact.id)
        if outcome.note:
            add_note(contact, outcome.note, by=self.by)
        if outcome.life:
            set_lifecycle(contact, outcome.life, via="import", by=self.by)

    def learn(self, people: Iterable[Person]) -> None:
        """Read where the addresses of these people stand, all at once."""
        if self.job.basis == UNSURE:
            return
        hashes = {ledger.address_hmac(channel, norm) for person in people for channel, norm in person.reached}
        self._history = {}
        if hashes:
            for row in ConsentEvent.select().where(ConsentEvent.address_hmac.in_(bulk.padded(sorted(hashes)))):
                self._history.setdefault((row.channel, bytes(row.address_hmac)), []).append(row)

    def _consent(self, person: Person, contact_id: Id) -> None:
        """The one answer becomes a `granted` row for each address that has none of that scope yet."""
        for scope, basis in _answered(self.job.basis, person):
            for channel, norm in person.reached:
                hashed = ledger.address_hmac(channel, norm)
                history = self._history.setdefault((channel, hashed), [])
                state = ledger.fold(history)
                if state.is_stopped or scope in state.granted or scope in state.refused:
                    continue
                row = self._yes(contact_id, channel, hashed, scope, basis, person)
                history.append(row)
                sealed = row.__data__["words"]
                self._add(ConsentEvent, row.id, contact_id, hashed, channel, scope, basis, sealed, row.at)

    def _yes(
        self, contact_id: Id, channel: Channel, hashed: bytes, scope: Scope, basis: Basis, person: Person
    ) -> ConsentEvent:
        row = ConsentEvent(
            contact_id=contact_id,
            address_hmac=hashed,
            channel=channel,
            kind=ConsentKind.GRANTED,
            scope=scope,
            basis=basis,
            source=self._source,
            at=self._now,
        )
        row.words = f"{QUESTION} {basis.value}. {person.yes_cell} ({self.job.file_name})"
        return row

    def _result(self, outcome: Outcome) -> None:
        is_lost = outcome.action is RowAction.REFUSED or outcome.is_to_choose
        self._add(
            ImportRow,
            outcome.row.n,
            list(outcome.row.cells) if is_lost else None,
            outcome.action,
            outcome.is_same,
            [{"words": reason.words, "values": reason.values} for reason in outcome.reasons],
            outcome.target.id if outcome.target else None,
        )


def refused(outcome: Outcome) -> Outcome:
    """The row as one that could not be stored."""
    return Outcome(outcome.row, RowAction.REFUSED, (*outcome.row.reasons, Reason("This row could not be stored")))


def _answered(basis: str, person: Person) -> list[tuple[Scope, Basis]]:
    if basis in (Basis.ASKED, Basis.CUSTOMER):
        return [(Scope.SERVICE, Basis(basis))]
    if basis == Basis.WRITTEN and person.wrote_yes:
        return [(Scope.SERVICE, Basis.WRITTEN), (Scope.MARKETING, Basis.WRITTEN)]
    return []
