"""What texts may cost: a limit for each day and month, and what of it is taken."""

from enum import StrEnum

from omni.core.fields import BigIntegerField, DateField, EnumField, IdField
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel
from omni.messaging.models.marks import PLAIN


class PeriodKind(StrEnum):
    DAY = "day"
    MONTH = "month"


# A new workspace may spend so much: enough for a studio, too little to be ruined by a mistake.
FIRST_CAPS = {PeriodKind.DAY: 25_000_000, PeriodKind.MONTH: 200_000_000}


class ReservationState(StrEnum):
    """`HELD` until the text has left, `SETTLED` once it has, `RELEASED` when it never will."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


class SpendPeriod(TenantModel):
    """One day or month of a workspace, in millionths of what its carrier bills in. A new one takes over the cap."""

    kind = EnumField(PeriodKind)
    starts_on = DateField()
    cap = BigIntegerField()
    used = BigIntegerField(default=0)

    class Meta:
        table_name = "spend_period"
        personal = PLAIN
        indexes = ((("workspace", "kind", "starts_on"), True),)


class SpendReservation(TenantModel):
    """What one text, or the part of a campaign that has no texts yet, takes from its day and its month."""

    day_id: Id
    month_id: Id

    message_id = IdField(null=True)
    campaign_id = IdField(null=True)
    day = TenantKey(SpendPeriod, on_delete="CASCADE", backref="of_day", index=False)
    month = TenantKey(SpendPeriod, on_delete="CASCADE", backref="of_month", index=False)
    micros = BigIntegerField()
    state = EnumField(ReservationState, default=ReservationState.HELD)

    class Meta:
        table_name = "spend_reservation"
        personal = PLAIN
        indexes = ((("workspace", "message_id"), True), (("workspace", "campaign_id"), True))
