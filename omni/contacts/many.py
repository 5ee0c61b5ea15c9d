"""What a studio keeps to work with many people at once: the views of a list somebody saved."""

from __future__ import annotations

from omni.accounts.models import Teammate
from omni.contacts.models import TYPED
from omni.core.fields import BooleanField, CharField, Field, IntegerField, TextField
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


MODELS = [SavedView]
