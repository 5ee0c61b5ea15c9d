"""Planned rows into the database: new people in bulk, changed ones one by one, each with its undo and result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from omni.contacts import ledger, search
from omni.contacts.actions.life import row_of, set_lifecycle
from omni.contacts.actions.notes import add_note
from omni.contacts.actions.people import add_point
from omni.contacts.actions.tags import add_tag, get_or_make_tag
from omni.contacts.doers import teammate_id_of
from omni.contacts.events import ContactChanged, LeadArrived
from omni.contacts.folding import fold
from omni.contacts.imports import bulk
from omni.contacts.imports.places import Places
from omni.contacts.kinds import Basis, Channel, ConsentKind, Entry, Kind, PointKind, RowAction, Scope
from omni.contacts.models import (
    Activity,
    ConsentEvent,
    Contact,
    ContactPoint,
    ContactSearch,
    ContactTag,
    ExternalRef,
    ImportJob,
    ImportRow,
    LifecycleSpan,
    Note,
)
from omni.contacts.reading.people import Person, Reason
from omni.contacts.reading.planning import Outcome
from omni.core import changes, clock
from omni.core.actors import Actor, ActorKind
from omni.core.changes import Change, Op
from omni.core.database import is_postgres
from omni.core.events import EventRow, publish
from omni.core.ids import Id, encode, new_id
from omni.core.tenancy import current_workspace_id

UNSURE = "unsure"
QUESTION = "How did these people give you their numbers?"


@dataclass
class Writer:
    """Gathers the rows of new people and puts them down together."""

    job: ImportJob
    batch: changes.Batch
    owners: dict[str, Id]
    places: Places
    by: Actor
    _rows: dict[type[Any], list[dict[str, Any]]] = field(default_factory=dict)
    _landings: list[tuple[Id, Id]] = field(default_factory=list)
    _number: int = 0
    _tags: dict[str, Id] = field(default_factory=dict)
    _history: dict[tuple[Channel, bytes], list[ConsentEvent]] = field(default_factory=dict)

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
        for model, rows in self._rows.items():
            bulk.insert(model, rows)
        self._rows.clear()
        for contact_id, stage_id in self._landings:
            contact = Contact.select().where(Contact.id == contact_id).get()
            self.places.land(contact, stage_id, by=self.by)
        self._landings.clear()

    def forget(self) -> None:
        """Let go of what was gathered for a savepoint that was rolled back."""
        self._rows.clear()
        self._landings.clear()
        self._tags.clear()
        self._history.clear()
        self._number = 0

    def _add(self, model: type[Any], **columns: Any) -> Id:
        row_id: Id = columns.setdefault("id", new_id())
        columns.setdefault("created_at", clock.now())
        self._rows.setdefault(model, []).append(columns | {"workspace": current_workspace_id()})
        return row_id

    def _create(self, outcome: Outcome, contact_id: Id) -> None:
        person = outcome.row.person
        assert person is not None  # noqa: S101 - a created row has a person
        now = clock.now()
        since = min(person.created_at or now, now)
        life, stage = self.places.of(person)
        columns = {**_blank(), **outcome.columns}
        self._add(
            Contact,
            id=contact_id,
            **columns,
            lifecycle=life,
            owner=self.owners.get(outcome.owner_email),
            source=Entry.IMPORT,
            last_touch_at=since,
        )
        self._points(outcome, contact_id)
        self._add(
            LifecycleSpan,
            contact=contact_id,
            state=life,
            from_at=since,
            to_at=None,
            via="import",
            by=teammate_id_of(self.by),
        )
        self._activity(contact_id, Kind.ARRIVED, since, outcome=Entry.IMPORT.value, summary=person.source_detail[:500])
        self._search(contact_id, outcome)
        for tag in outcome.tags:
            self._add(ContactTag, contact=contact_id, tag=self._tag(tag))
        if outcome.ref:
            self._add(ExternalRef, contact=contact_id, sender=self.job.sender, external_id=outcome.ref)
        if outcome.note:
            note_id = self._add(
                Note,
                version=1,
                contact=contact_id,
                author=teammate_id_of(self.by),
                body=outcome.note,
                pinned_at=None,
                edited_at=None,
            )
            self._activity(contact_id, Kind.NOTE, now, ref_table="note", ref_id=note_id)
        self._change(contact_id)
        self._event(contact_id)
        if stage is not None:
            self._landings.append((contact_id, stage))

    def _points(self, outcome: Outcome, contact_id: Id) -> None:
        kinds: set[PointKind] = set()
        for kind, value in outcome.points:
            self._add(
                ContactPoint,
                contact=contact_id,
                kind=kind,
                label=value.label,
                raw=value.raw,
                norm=value.norm,
                extension=value.extension,
                is_primary=kind not in kinds,
            )
            kinds.add(kind)

    def _search(self, contact_id: Id, outcome: Outcome) -> None:
        folded, digits = search.words_of(
            Contact(**outcome.columns), [(kind, value.norm) for kind, value in outcome.points]
        )
        columns: dict[str, Any] = {"contact": contact_id, "fold": folded, "digits": digits, "created_at": clock.now()}
        if not is_postgres():
            self._number = self._number + 1 if self._number else search.next_number()
            columns["id"] = self._number
        self._rows.setdefault(ContactSearch, []).append(columns | {"workspace": current_workspace_id()})

    def _activity(self, contact_id: Id, kind: Kind, at: datetime, **more: Any) -> None:
        columns = {"outcome": "", "summary": "", "ref_table": None, "ref_id": None, "direction": None} | more
        self._add(
            Activity,
            contact=contact_id,
            kind=kind,
            happened_at=at,
            actor_kind=self.by.kind,
            actor_id=self.by.id,
            **columns,
        )

    def _tag(self, name: str) -> Id:
        key = fold(name)
        if key not in self._tags:
            self._tags[key] = get_or_make_tag(name).id
        return self._tags[key]

    def _change(self, contact_id: Id) -> None:
        """One change stands for the new contact with everything on it; its undo takes them all."""
        self._add(
            Change,
            batch=self.batch.id,
            n=self.batch.next_number(),
            row_table="contact",
            row_id=contact_id,
            contact_id=contact_id,
            op=Op.CREATED,
            before=None,
            after={"deleted_at": None},
            expires_at=clock.now() + changes.KEPT,
        )

    def _event(self, contact_id: Id) -> None:
        self._add(
            EventRow,
            type=LeadArrived.__name__,
            at=clock.now(),
            contact_id=contact_id,
            actor_kind=ActorKind.IMPORT,
            actor_id=None,
            payload={"entry": Entry.IMPORT.value},
        )

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
        hashes = {ledger.address_hmac(channel, norm) for person in people for channel, norm in _reached(person)}
        self._history = {}
        if hashes:
            for row in ConsentEvent.select().where(ConsentEvent.address_hmac.in_(sorted(hashes))):
                self._history.setdefault((row.channel, bytes(row.address_hmac)), []).append(row)

    def _consent(self, person: Person, contact_id: Id) -> None:
        """The one answer becomes a `granted` row for each address that has none of that scope yet."""
        for scope, basis in _answered(self.job.basis, person):
            for channel, norm in _reached(person):
                hashed = ledger.address_hmac(channel, norm)
                history = self._history.setdefault((channel, hashed), [])
                state = ledger.fold(history)
                if state.is_stopped or scope in state.granted or scope in state.refused:
                    continue
                row = self._yes(contact_id, channel, hashed, scope, basis, person)
                history.append(row)
                self._rows.setdefault(ConsentEvent, []).append(dict(row.__data__))

    def _yes(
        self, contact_id: Id, channel: Channel, hashed: bytes, scope: Scope, basis: Basis, person: Person
    ) -> ConsentEvent:
        row = ConsentEvent(
            contact_id=contact_id,
            point_id=None,
            address_hmac=hashed,
            channel=channel,
            kind=ConsentKind.GRANTED,
            scope=scope,
            basis=basis,
            source=f"import:{encode(self.job.id)}",
            wording_sha256=None,
            message_id=None,
            by=teammate_id_of(self.by),
            at=clock.now(),
        )
        row.words = f"{QUESTION} {basis.value}. {person.yes_cell} ({self.job.file_name})"
        return row

    def _result(self, outcome: Outcome) -> None:
        is_lost = outcome.action is RowAction.REFUSED or outcome.is_to_choose
        self._add(
            ImportRow,
            job=self.job.id,
            n=outcome.row.n,
            raw=list(outcome.row.cells) if is_lost else None,
            action=outcome.action,
            is_same=outcome.is_same,
            reasons=[{"words": reason.words, "values": reason.values} for reason in outcome.reasons],
            contact_id=outcome.target.id if outcome.target else None,
        )


def refused(outcome: Outcome) -> Outcome:
    """The row as one that could not be stored."""
    return Outcome(outcome.row, RowAction.REFUSED, (*outcome.row.reasons, Reason("This row could not be stored")))


def _reached(person: Person) -> list[tuple[Channel, str]]:
    return [(Channel.SMS, value.norm) for value in person.phones] + [(Channel.EMAIL, v.norm) for v in person.emails]


def _answered(basis: str, person: Person) -> list[tuple[Scope, Basis]]:
    if basis in (Basis.ASKED, Basis.CUSTOMER):
        return [(Scope.SERVICE, Basis(basis))]
    if basis == Basis.WRITTEN and person.wrote_yes:
        return [(Scope.SERVICE, Basis.WRITTEN), (Scope.MARKETING, Basis.WRITTEN)]
    return []


def _blank() -> dict[str, Any]:
    """The columns of a contact that a file does not speak of."""
    return {
        "version": 1,
        "do_not_contact": False,
        "processing": "normal",
        "first_in_at": None,
        "last_in_at": None,
        "last_out_at": None,
        "deleted_at": None,
    }
