"""What an import leaves besides changed rows, taken back: its bases, and the job's own state."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from peewee import fn

from omni.contacts import ledger
from omni.contacts.doers import By, teammate_id_of
from omni.contacts.kinds import ConsentKind, ImportState
from omni.contacts.models import ConsentEvent, ImportJob
from omni.core import clock
from omni.core.changes import ChangeBatch
from omni.core.ids import Id, encode
from omni.core.tenancy import current_workspace_id

Taken = ConsentEvent.alias()


def close(batch: ChangeBatch) -> None:
    """Where the batch is an import's, the import is undone from here on, also one that still runs."""
    if batch.kind == "import":
        ImportJob.update(state=ImportState.UNDONE).where(ImportJob.batch_id == batch.id).execute()


def take_back_bases(batch: ChangeBatch, *, by: By, of: Collection[Id] | None = None) -> None:
    """Add a `revoked` row of its own scope for each yes the import wrote and nothing confirmed since; nobody is
    suppressed by it. Only of these contacts, where they are named."""
    is_import = batch.kind == "import"
    job = ImportJob.select(ImportJob.id).where(ImportJob.batch_id == batch.id).first() if is_import else None
    if job is None:
        return
    source = f"import:{encode(job.id)}"
    for row in _standing(source, of):
        rows = ConsentEvent.select().where(
            ConsentEvent.channel == row.channel, ConsentEvent.address_hmac == bytes(row.address_hmac)
        )
        if not ledger.rests_on(rows, row):
            continue
        ConsentEvent.create(
            contact_id=row.contact_id,
            point_id=row.point_id,
            address_hmac=bytes(row.address_hmac),
            channel=row.channel,
            kind=ConsentKind.REVOKED,
            scope=row.scope,
            basis=row.basis,
            source=source,
            by=teammate_id_of(by),
            at=clock.now(),
        )


def _standing(source: str, of: Collection[Id] | None) -> list[Any]:
    """What the import granted and did not take back yet."""
    taken = Taken.select(fn.COUNT(Taken.id)).where(
        Taken.workspace == current_workspace_id(),
        Taken.channel == ConsentEvent.channel,
        Taken.address_hmac == ConsentEvent.address_hmac,
        Taken.source == source,
        Taken.kind == ConsentKind.REVOKED,
    )
    rows = ConsentEvent.select().where(
        ConsentEvent.source == source, ConsentEvent.kind == ConsentKind.GRANTED, taken == 0
    )
    return list(rows if of is None else rows.where(ConsentEvent.contact_id.in_(list(of))))
