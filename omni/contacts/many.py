"""What a studio keeps to work with many people at once: saved views of the list, and acts on more than a page holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from omni.accounts.models import Teammate
from omni.contacts.kinds import BulkAct, BulkState
from omni.contacts.models import TYPED
from omni.core.fields import (
    BooleanField,
    BytesField,
    CharField,
    EnumField,
    Field,
    IdField,
    InstantField,
    IntegerField,
    JsonField,
    TextField,
)
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel


class SavedView(TenantModel):
    """A list somebody comes back to: its canonical query under a name. One that is not shared is its owner's alone."""

    owner_id: Id

    version = IntegerField(default=1)
    entity = CharField(max_length=16, default="contact")
    name = CharField(max_length=60, personal=TYPED)
    query = TextField(personal=TYPED)
    is_shared = BooleanField(default=False)
    position = IntegerField(default=0)
    owner = TenantKey(Teammate, on_delete="CASCADE", backref="saved_views", index=False)

    class Meta:
        table_name = "saved_view"
        personal = Field("operational")
        indexes = ((("workspace", "owner", "position"), False),)


@dataclass
class Counts:
    """What became of those chosen; of an act taken back, what was restored and what was left."""

    changed: int = 0
    same: int = 0
    resting: int = 0
    others: int = 0
    gone: int = 0
    refused: int = 0

    @property
    def seen(self) -> int:
        return sum(asdict(self).values())


class BulkJob(TenantModel):
    """One act on many people; the row is the job.

    `contact_ids` are those chosen, sixteen bytes each, frozen when the job was made and let go when it is over;
    `position` is how many of them have been seen to. Of an act that is taken back it counts changes (long_undo).
    """

    by_id: Id

    act = EnumField(BulkAct)
    value = TextField(default="", personal=TYPED)
    contact_ids = BytesField()
    total = IntegerField()
    position = IntegerField(default=0)
    counts = JsonField(default=dict)
    state = EnumField(BulkState, default=BulkState.RUNNING)
    lease_until = InstantField(null=True)
    batch_id = IdField()
    back = TextField(default="")
    by = TenantKey(Teammate, on_delete="RESTRICT", backref="bulk_jobs")
    finished_at = InstantField(null=True)

    class Meta:
        table_name = "bulk_job"
        personal = Field("operational")
        indexes = ((("state", "lease_until"), False), (("workspace", "batch_id"), False))


MODELS = [SavedView, BulkJob]
