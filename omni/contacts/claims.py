"""Who has whom before them in the queue of Today, so that no two teammates have the same person."""

from __future__ import annotations

from datetime import timedelta

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.database import transaction
from omni.core.fields import BooleanField, Field, InstantField
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel, current_workspace_id

# Renewed while the person is looked at.
HELD = timedelta(seconds=90)
# Whoever was dealt with, or passed over, comes no more in the queue for so long.
PASSED = timedelta(hours=1)


class QueueClaim(TenantModel):
    """One person before one teammate, until then; `is_passed` when they were dealt with or passed over."""

    contact_id: Id
    teammate_id: Id

    contact = TenantKey(Contact, on_delete="CASCADE", backref="claims", index=False)
    teammate = TenantKey(Teammate, on_delete="CASCADE", backref="claims", index=False)
    until = InstantField()
    is_passed = BooleanField(default=False)

    class Meta:
        table_name = "queue_claim"
        personal = Field("operational")
        indexes = ((("workspace", "contact"), True), (("workspace", "until"), False))


def list_claims() -> list[QueueClaim]:
    """Every claim that holds now."""
    return list(QueueClaim.select().where(QueueClaim.until > clock.now()))


def claim(contact_id: Id, teammate: Teammate) -> bool:
    """Have the person before oneself for 90 s more; false when a teammate has them, or they were dealt with."""
    now = clock.now()
    with transaction():
        QueueClaim.delete().where(QueueClaim.until <= now).execute()
        free = (QueueClaim.teammate == teammate.id) & (QueueClaim.is_passed == False)  # noqa: E712
        held = (
            QueueClaim.insert(
                workspace=current_workspace_id(), contact=contact_id, teammate=teammate.id, until=now + HELD
            )
            .on_conflict(
                conflict_target=[QueueClaim.workspace, QueueClaim.contact],
                update={QueueClaim.until: now + HELD},
                where=free,
            )
            .returning(QueueClaim.id)
        )
        return bool(list(held.execute()))


def pass_by(contact_id: Id, teammate: Teammate) -> None:
    """The person before this teammate was dealt with or passed over: they come no more for a while."""
    mine = (QueueClaim.contact == contact_id) & (QueueClaim.teammate == teammate.id)
    with transaction():
        QueueClaim.update(until=clock.now() + PASSED, is_passed=True).where(mine).execute()


MODELS = [QueueClaim]
