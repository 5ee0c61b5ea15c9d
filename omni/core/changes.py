"""What stands behind every Undo: batches of changes, each with its row before and after. Kept 30 days.

A room records while it writes; `contacts.undo` walks a batch backwards through the `restorers`.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

from omni.core import clock, ids
from omni.core.actors import Actor, ActorKind
from omni.core.fields import CharField, EnumField, Field, IdField, InstantField, IntegerField, JsonField
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel

KEPT = timedelta(days=30)


class Op(StrEnum):
    """What was done to the row."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


class ChangeBatch(TenantModel):
    """One act that can be taken back: its sentence (`words` with `values`, worded when read), and who did it."""

    kind = CharField(max_length=48)
    words = CharField(max_length=200)
    values = JsonField(default=dict, personal=Field("user_content", source="use"))
    by_kind = EnumField(ActorKind)
    by_id = IdField(null=True)
    undoes = IdField(null=True)
    undone_by = IdField(null=True)
    expires_at = InstantField(default=lambda: clock.now() + KEPT)

    class Meta:
        personal = Field("operational")
        indexes = ((("workspace", "created_at"), False),)


class Change(TenantModel):
    """One row's change inside a batch; `before` and `after` hold the columns that matter, as JSON."""

    batch_id: Id
    batch = TenantKey(ChangeBatch, on_delete="CASCADE", index=False)
    n = IntegerField()
    row_table = CharField(max_length=48)
    row_id = IdField()
    contact_id = IdField(null=True)
    op = EnumField(Op)
    before = JsonField(null=True, personal=Field("user_content", source="use"))
    after = JsonField(null=True, personal=Field("user_content", source="use"))
    expires_at = InstantField(default=lambda: clock.now() + KEPT)

    class Meta:
        personal = Field("operational")
        indexes = (
            (("workspace", "batch", "n"), True),
            (("workspace", "contact_id"), False),
            (("workspace", "expires_at"), False),
        )


class Batch:
    """An open batch: hands out the numbers of its changes."""

    def __init__(self, row: ChangeBatch) -> None:
        self.row = row
        self.id: Id = row.id
        self._next = 0

    def record(
        self,
        row: Any,
        op: Op,
        *,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        contact_id: Id | None,
        part: str = "",
    ) -> None:
        """Remember what became of `row`, or of a part of it that goes by a name of its own: the named columns before
        and after."""
        Change.create(
            batch=self.id,
            n=self.next_number(),
            row_table=part or row._meta.table_name,
            row_id=row.id,
            contact_id=contact_id,
            op=op,
            before=plain(before),
            after=plain(after),
        )

    def next_number(self) -> int:
        """The number of the next change, for one who writes many rows at once."""
        self._next += 1
        return self._next - 1


_open: ContextVar[Batch | None] = ContextVar("omni.batch", default=None)
_watched: ContextVar[list[Id] | None] = ContextVar("omni.batches", default=None)


@contextmanager
def batch(kind: str, words: str, *, by: Actor, undoes: Id | None = None, **values: Any) -> Iterator[Batch]:
    """Open a batch; inside another one, the outer batch goes on (one act, one Undo)."""
    outer = _open.get()
    if outer is not None:
        yield outer
        return
    row = ChangeBatch.create(kind=kind, words=words, values=plain(values), by_kind=by.kind, by_id=by.id, undoes=undoes)
    if (seen := _watched.get()) is not None:
        seen.append(row.id)
    token = _open.set(Batch(row))
    try:
        yield _open.get()  # type: ignore[misc]
    finally:
        _open.reset(token)


@contextmanager
def watch() -> Iterator[list[Id]]:
    """Collect the batches that begin inside the block, so that who asked for an act can offer to take it back."""
    seen: list[Id] = []
    token = _watched.set(seen)
    try:
        yield seen
    finally:
        _watched.reset(token)


@contextmanager
def resume(row: ChangeBatch, *, at: int) -> Iterator[Batch]:
    """Go on with a batch that began in an earlier transaction (an import's), its next change being number `at`."""
    again = Batch(row)
    again._next = at
    token = _open.set(again)
    try:
        yield again
    finally:
        _open.reset(token)


def strike(contact_id: Id, names: Iterable[str], instead: str) -> None:
    """Say `instead` wherever one of these names stands in the sentence of an act on this contact."""
    words = sorted({name for name in names if name}, key=len, reverse=True)
    if not words:
        return
    named = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
    theirs = Change.select(Change.batch).where(Change.contact_id == contact_id)
    for row in ChangeBatch.select().where(ChangeBatch.id.in_(theirs)):
        said = {
            key: named.sub(instead, value) if isinstance(value, str) else value for key, value in row.values.items()
        }
        if said != row.values:
            ChangeBatch.update(values=said).where(ChangeBatch.id == row.id).execute()


def current_batch() -> Batch | None:
    """The batch this thread of work is in, if any."""
    return _open.get()


def plain(values: Any) -> Any:
    """Columns as JSON can hold them: ids as addresses write them, instants, days and times as ISO text."""
    if isinstance(values, dict):
        return {key: plain(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [plain(value) for value in values]
    if isinstance(values, UUID):
        return ids.encode(values)
    if isinstance(values, datetime | date | time):
        return values.isoformat()
    if isinstance(values, Enum):
        return values.value
    return values
