"""What an import leaves besides changed rows, taken back: its bases, and the job's own state."""

from __future__ import annotations

from omni.contacts import ledger
from omni.contacts.doers import By, teammate_id_of
from omni.contacts.kinds import ConsentKind, ImportState
from omni.contacts.models import ConsentEvent, ImportJob
from omni.core import clock
from omni.core.changes import ChangeBatch
from omni.core.ids import encode


def take_back_bases(batch: ChangeBatch, *, by: By) -> None:
    """Add a `revoked` row of its own scope for each yes the import wrote and nothing confirmed since; nobody is
    suppressed by it. The job then is undone."""
    job = ImportJob.select().where(ImportJob.batch_id == batch.id).first()
    if job is None:
        return
    ImportJob.update(state=ImportState.UNDONE).where(ImportJob.id == job.id).execute()
    source = f"import:{encode(job.id)}"
    for row in list(
        ConsentEvent.select().where(ConsentEvent.source == source, ConsentEvent.kind == ConsentKind.GRANTED)
    ):
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
