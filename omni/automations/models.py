"""The tables of this room."""

from enum import StrEnum

from omni.accounts.models import Teammate
from omni.core import clock
from omni.core.fields import BooleanField, EnumField, InstantField
from omni.core.personal_data import Field
from omni.core.tenancy import TenantKey, TenantModel


class Join(StrEnum):
    """The acts between rooms, in the order in which they are done."""

    LIFE_FOLLOWS = "life_follows"
    KEEP_FOLLOWS = "keep_follows"


class JoinSwitch(TenantModel):
    """Whether a join acts in this workspace, and who last said so. No row means on."""

    key = EnumField(Join)
    is_on = BooleanField()
    by = TenantKey(Teammate, on_delete="RESTRICT", index=False, backref="join_switches")
    at = InstantField(default=clock.now)

    class Meta:
        table_name = "join_switch"
        personal = Field("operational")
        indexes = ((("workspace", "key"), True),)


MODELS = [JoinSwitch]
