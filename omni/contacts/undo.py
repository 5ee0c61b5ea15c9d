"""Taking acts back, for every room: a batch's changes walked backwards.

A field is restored only while it still holds what the act wrote; otherwise it is left and listed. An undo is a batch of
its own, so taking it back redoes the act. Sent texts, opt-outs, consent and erasure are never taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from peewee import IntegrityError, fn

from omni.contacts import families, many, pairs, particulars, ports, search
from omni.contacts.actions import merging
from omni.contacts.actions.calling import put_back_call
from omni.contacts.actions.own_fields import CHOICE, MADE, put_back_choice, put_back_made
from omni.contacts.actions.timeline import log_activity
from omni.contacts.carrying import Rows
from omni.contacts.doers import By, actor_of
from omni.contacts.events import LifecycleChanged, MembershipUndone
from omni.contacts.holding import hold
from omni.contacts.imports import undoing
from omni.contacts.kinds import Kind, Lifecycle, Processing
from omni.contacts.models import Contact, ContactPoint, ContactTag, ExternalRef, LifecycleSpan, Note
from omni.core import changes, clock, ids
from omni.core.actors import ActorKind
from omni.core.changes import Change, ChangeBatch, Op, plain
from omni.core.database import is_postgres, transaction
from omni.core.events import publish
from omni.core.faults import Gone, NotFound
from omni.core.fields import IdField, InstantField
from omni.core.ids import Id
from omni.core.tenancy import TenantKey
from omni.core.words import lazy

_OWN = (
    Contact,
    ContactPoint,
    ContactTag,
    ExternalRef,
    LifecycleSpan,
    Note,
    *particulars.MODELS,
    *families.MODELS,
    *many.MODELS,
    *pairs.MODELS,
)
TABLES: dict[str, type[Any]] = {model._meta.table_name: model for model in _OWN}
ALREADY = lazy("This was taken back already.")
TOO_OLD = lazy("This is older than 30 days and cannot be taken back any more.")
_BLOCK = 200
_FORGOTTEN_AT_ONCE = 2_000


@dataclass
class Undone:
    """What an undo did: how many rows were restored, and which fields were left since somebody changed them."""

    batch: Any = None
    restored: int = 0
    left: list[str] = field(default_factory=list)
    # The teammates who changed them.
    since: set[Id] = field(default_factory=set)
    # After two people were taken apart: what came to the one since and stays, by table.
    stayed: dict[str, int] = field(default_factory=dict)


def get_batch(batch_id: Id) -> ChangeBatch:
    found: ChangeBatch | None = ChangeBatch.select().where(ChangeBatch.id == batch_id).first()
    if found is None:
        raise NotFound
    return found


def undo(batch: ChangeBatch, *, by: By) -> Undone:
    """Take the batch back as far as nobody changed it since. Raises: Gone when it was, or is too old."""
    result = Undone()
    with transaction(), begun(batch, by=by) as back:
        result.batch = back.row
        both = merging.sides(batch) if kind_of(batch) == "merge" else None
        if both:
            merging.refuse_to_part(*both)
        walk(batch, changes_of(batch), result, by=by)
        if both:
            merging.part(*both, batch, by=by)
            result.stayed = merging.born_since(both[0], batch)
        undoing.take_back_bases(batch, by=by)
    return result


@contextmanager
def begun(batch: ChangeBatch, *, by: By) -> Iterator[changes.Batch]:
    """The batch of the taking back, once it is sure that nobody else takes the act back. Raises: Gone."""
    if batch.expires_at < clock.now():
        raise Gone(TOO_OLD.key)
    what, kind = batch.words % batch.values, kind_of(batch)
    with changes.batch("undo", "Taken back: %(what)s", by=actor_of(by), undoes=batch.id, what=what, of=kind) as back:
        # Of two at the same moment the second finds it taken.
        untaken = (ChangeBatch.id == batch.id) & ChangeBatch.undone_by.is_null()
        if not ChangeBatch.update(undone_by=back.id).where(untaken).execute():
            raise Gone(ALREADY.key)
        undoing.close(batch)
        yield back


def changes_of(batch: ChangeBatch, *, before: int | None = None, limit: int | None = None) -> list[Change]:
    """What the batch changed, the last first; those before number `before`, at most `limit` of them.

    What became of who is being deleted for good, or was, stays as it is.
    """
    leaving = Contact.select(Contact.id).where(Contact.processing == Processing.ERASING)
    rows = Change.select().where(
        Change.batch == batch.id, Change.contact_id.is_null() | Change.contact_id.not_in(leaving)
    )
    if before is not None:
        rows = rows.where(Change.n < before)
    return list(rows.order_by(Change.n.desc()).limit(limit))


def walk(batch: ChangeBatch, rows: Sequence[Change], result: Undone, *, by: By) -> None:
    """Take these changes of the batch back, in this order. Runs in a transaction, in the batch of the taking back."""
    back = changes.current_batch()
    assert back is not None  # noqa: S101 - whoever takes an act back has one open
    if is_postgres():
        # Before any room holds anything of its own: nobody then waits for each other.
        hold({change.contact_id for change in rows if change.contact_id is not None})
    _Walk(back, by, result, is_merge=kind_of(batch) == "merge").over(rows)


def kind_of(batch: ChangeBatch) -> str:
    """What kind of act it was, or takes back, or does again."""
    return str(batch.values.get("of", batch.kind))


def _fits(write: Callable[[], object]) -> bool:
    """Whether the row has its place still: another stage of life may have begun, or a name been given away, since."""
    try:
        with transaction():
            write()
    except IntegrityError:
        return False
    return True


class _Walk:
    """One walk backwards."""

    def __init__(self, back: changes.Batch, by: By, result: Undone, *, is_merge: bool) -> None:
        self.back = back
        self.by = by
        self.result = result
        self.tables: dict[str, type[Any] | ports.Restorer] = {**TABLES, "call": put_back_call}
        self.tables |= {CHOICE: put_back_choice, MADE: put_back_made}
        self.carried = {table: mover.model for table, mover in merging.tables().items() if isinstance(mover, Rows)}
        for answer in ports.restorers.answers():
            self.tables.update(answer())
        self.touched: set[Id] = set()
        self.taken_back: set[Id] = set()
        self.is_merge = is_merge

    def over(self, rows: Sequence[Change]) -> None:
        for is_new_contact, group in groupby(rows, key=_is_new_contact):
            if is_new_contact:
                self._take_contacts_back([change.row_id for change in group])
            else:
                for change in group:
                    known = len(self.result.left)
                    self._one(change)
                    if len(self.result.left) > known:
                        self.result.since |= _changed_by(change)
        people = list(Contact.select().where(Contact.id.in_(list(self.touched)))) if self.touched else []
        # Whoever ends up taken back or put away stands nowhere, whatever they were given since or the walk put back.
        gone = [one.id for one in people if one.deleted_at and not one.merged_into_id]
        self._stop([one for one in gone if one not in self.taken_back], ports.StopReason.TAKEN_BACK)
        away = [one.id for one in people if one.put_away_at and not one.deleted_at]
        self._stop(away, ports.StopReason.PUT_AWAY)
        for contact in people:
            if contact.deleted_at is None:
                search.index(contact)
            else:
                search.forget(contact.id)

    def _one(self, change: Change) -> None:
        model = self.tables.get(change.row_table) or self.carried.get(change.row_table)
        if model is None:
            return
        if change.contact_id is not None:
            self.touched.add(change.contact_id)
        if "contact" in (change.after or {}) and change.op is Op.UPDATED and change.row_table in self.carried:
            # Of two who became one: the row changes hands, whatever else hangs on it is reckoned anew by its room.
            self._restore(self.carried[change.row_table], change)
            return
        if not isinstance(model, type):
            left = model(change, self.back, by=self.by)
            self.result.left += left
            self.result.restored += not left
            return
        if change.op is Op.UPDATED:
            self._restore(model, change)
        elif change.op is Op.CREATED:
            self._remove(model, change)
        elif model is Contact:
            self._bring_contact_back(change)
        else:
            self._put_back(model, change)

    def _restore(self, model: type[Any], change: Change) -> None:
        row = model.select().where(model.id == change.row_id).first()
        if row is None:
            return
        after = change.after or {}
        before = {name: value for name, value in (change.before or {}).items() if value != after.get(name)}
        now = plain({name: row.__data__.get(name) for name in after})
        kept = {name: value for name, value in before.items() if now.get(name) == after.get(name)}
        self.result.left += [f"{change.row_table}.{name}" for name in before if name not in kept]
        if not kept:
            return
        values = {name: _typed(model, name, value) for name, value in kept.items()}
        stepped = {"version": row.version + 1} if "version" in model._meta.fields else {}
        if not _fits(lambda: model.update({**values, **stepped}).where(model.id == row.id).execute()):
            self.result.left += [f"{change.row_table}.{name}" for name in kept]
            return
        self.back.record(
            row, Op.UPDATED, before={name: after[name] for name in kept}, after=kept, contact_id=change.contact_id
        )
        self.result.restored += 1
        if model is Contact and "snoozed_until" in kept:
            for answer in ports.planned.answers():
                answer(row.id)
        # Two lives told as one, or told apart again, are no turn of a life.
        if model is Contact and "lifecycle" in kept and not self.is_merge:
            self._tell_life(row, Lifecycle(after["lifecycle"]), Lifecycle(kept["lifecycle"]))

    def _remove(self, model: type[Any], change: Change) -> None:
        row = model.select().where(model.id == change.row_id).first()
        if row is None:
            return
        after = change.after or {}
        now = plain({name: row.__data__.get(name) for name in after})
        if now != after:
            self.result.left += [f"{change.row_table}.{name}" for name in after if now.get(name) != after[name]]
            return
        # Others may have come to hang on it since, as people on a household.
        if not _fits(lambda: model.delete().where(model.id == row.id).execute()):
            self.result.left.append(change.row_table)
            return
        self.back.record(row, Op.DELETED, before=after, after=None, contact_id=change.contact_id)
        self.result.restored += 1

    def _put_back(self, model: type[Any], change: Change) -> None:
        if model.select().where(model.id == change.row_id).exists():
            return
        values = {name: _typed(model, name, value) for name, value in (change.before or {}).items()}
        row = model(**values)
        if not _fits(lambda: row.save(force_insert=True)):
            self.result.left.append(change.row_table)
            return
        self.back.record(row, Op.CREATED, before=None, after=change.before, contact_id=change.contact_id)
        self.result.restored += 1

    def _take_contacts_back(self, contact_ids: Sequence[Id]) -> None:
        """A contact taken back keeps its row and children out of sight for 30 days; its outside names are freed."""
        for at in range(0, len(contact_ids), _BLOCK):
            block = list(contact_ids[at : at + _BLOCK])
            refs: dict[Id, list[list[str]]] = {}
            for ref in ExternalRef.select().where(ExternalRef.contact.in_(block)):
                refs.setdefault(ref.contact_id, []).append([ref.sender, ref.external_id])
            for contact in Contact.select().where(Contact.id.in_(block), Contact.deleted_at.is_null()):
                before = {"refs": refs.get(contact.id, [])}
                self.back.record(contact, Op.DELETED, before=before, after=None, contact_id=contact.id)
                self.result.restored += 1
            self._stop(block, ports.StopReason.TAKEN_BACK)
            self.taken_back.update(block)
            Contact.update(deleted_at=clock.now()).where(Contact.id.in_(block), Contact.deleted_at.is_null()).execute()
            ExternalRef.delete().where(ExternalRef.contact.in_(block)).execute()
            search.forget_all(block)

    def _stop(self, contact_ids: Sequence[Id], reason: ports.StopReason) -> None:
        stop = ports.Stop(tuple(contact_ids), None, None, reason, self.by, clock.now())
        for answer in ports.stopping.answers() if contact_ids else ():
            answer(stop)

    def _bring_contact_back(self, change: Change) -> None:
        contact = Contact.select().where(Contact.id == change.row_id).first()
        if contact is None or contact.deleted_at is None:
            return
        Contact.update(deleted_at=None).where(Contact.id == contact.id).execute()
        contact.deleted_at = None
        for sender, external_id in (change.before or {}).get("refs", []):
            taken = ExternalRef.select().where(ExternalRef.sender == sender, ExternalRef.external_id == external_id)
            if not taken.exists():
                ExternalRef.create(contact=contact.id, sender=sender, external_id=external_id)
        search.index(contact)
        self.back.record(contact, Op.CREATED, before=None, after={"deleted_at": None}, contact_id=contact.id)
        self.result.restored += 1

    def _tell_life(self, contact: Contact, before: Lifecycle, after: Lifecycle) -> None:
        log_activity(contact, Kind.LIFECYCLE, by=self.by, outcome=after.value)
        publish(LifecycleChanged(contact.id, before, after), by=actor_of(self.by))
        if before is Lifecycle.MEMBER and after in (Lifecycle.LEAD, Lifecycle.TRIAL):
            publish(MembershipUndone(contact.id), by=actor_of(self.by))


def _changed_by(change: Change) -> set[Id]:
    """The teammates who changed the row after this change."""
    rows = Change.select(ChangeBatch.by_id).join(ChangeBatch, on=Change.batch)
    theirs = rows.where(
        Change.contact_id == change.contact_id if change.contact_id else Change.contact_id.is_null(),
        Change.row_table == change.row_table,
        Change.row_id == change.row_id,
        ChangeBatch.id > change.batch_id,
        ChangeBatch.by_kind == ActorKind.TEAMMATE,
        ChangeBatch.kind != "undo",
    )
    return {by for (by,) in theirs.distinct().tuples()}


def _is_new_contact(change: Change) -> bool:
    return change.row_table == "contact" and change.op is Op.CREATED


def _typed(model: type[Any], name: str, value: Any) -> Any:
    """A column's value from its JSON."""
    column = model._meta.fields[name]
    if value is None:
        return None
    if isinstance(column, IdField | TenantKey):
        return ids.decode(value)
    return datetime.fromisoformat(value) if isinstance(column, InstantField) else value


# -- history -----------------------------------------------------------------------------------------------------------


def expired_batches() -> Any:
    """(workspace, batch) of acts too old to be taken back. Runs in sweeping()."""
    now = clock.now()
    # A batch's id begins with the milliseconds it was made at (core.ids): the key leads to the old ones, asked every
    # 15 seconds, without an index of its own.
    youngest = Id(int=int((now - changes.KEPT).timestamp() * 1000) << 80)
    query = ChangeBatch.select(ChangeBatch.workspace, ChangeBatch.id)
    return query.where(ChangeBatch.id < youngest, ChangeBatch.expires_at < now).tuples()


def forget_batch(batch_id: Id) -> None:
    """Delete an act too old to be taken back, and what it changed; a long one in pieces, so that nobody waits."""
    batch = ChangeBatch.select().where(ChangeBatch.id == batch_id, ChangeBatch.expires_at < clock.now()).first()
    if batch is None:
        return
    last = Change.select(fn.MAX(Change.n)).where(Change.batch == batch_id).scalar() or 0
    for at in range(0, last, _FORGOTTEN_AT_ONCE):
        with transaction():
            Change.delete().where(Change.batch == batch_id, Change.n < at + _FORGOTTEN_AT_ONCE).execute()
    with transaction():
        ChangeBatch.delete().where(ChangeBatch.id == batch_id).execute()


def list_batches(*, after: Id | None = None, limit: int = 30) -> list[ChangeBatch]:
    """The newest acts that can be taken back, or were."""
    query = ChangeBatch.select().where(ChangeBatch.expires_at > clock.now())
    if after is not None:
        query = query.where(ChangeBatch.id < after)
    return list(query.order_by(ChangeBatch.id.desc()).limit(limit))
