"""What the nightly comparison with Twilio found: who said stop there and here, and who was texted all the same."""

from enum import StrEnum

from omni.core.fields import BooleanField, CharField, EnumField, InstantField, IntegerField
from omni.core.tenancy import TenantKey, TenantModel
from omni.messaging.models.marks import PLAIN, REACHED, TOKEN


class DifferenceKind(StrEnum):
    """`BLOCKED`: Twilio refuses the number. `STOP`, `START`: they wrote the word there. `TEXTED`: after their stop."""

    BLOCKED = "blocked"
    STOP = "stop"
    START = "start"
    TEXTED = "texted"


class ParityRun(TenantModel):
    """One comparison: from when to when, and of how many texts."""

    listed_from = InstantField()
    listed_to = InstantField()
    texts = IntegerField()

    class Meta:
        table_name = "parity_run"
        personal = PLAIN
        indexes = ((("workspace", "created_at"), False),)


class ParityDifference(TenantModel):
    """One number of which Twilio and our ledger say different things. `is_mended`: the stop was added here."""

    run = TenantKey(ParityRun, on_delete="CASCADE", backref="differences", index=False)
    kind = EnumField(DifferenceKind)
    address = CharField(max_length=32, personal=REACHED)
    sid = CharField(max_length=64, null=True, personal=TOKEN)
    at = InstantField()
    is_mended = BooleanField(default=False)

    class Meta:
        table_name = "parity_difference"
        personal = PLAIN
        indexes = ((("workspace", "run"), False), (("workspace", "address"), False))

    @property
    def is_red(self) -> bool:
        """Whether somebody was texted who had said stop."""
        return self.kind is DifferenceKind.TEXTED
