"""Files of texts: chosen in the composer, sent with a text, or fetched from the carrier."""

from datetime import datetime

from peewee import SQL

from omni.accounts.models import Teammate
from omni.core import clock
from omni.core.fields import (
    BytesField,
    CharField,
    EnumField,
    InstantField,
    IntegerField,
    SealedField,
)
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel
from omni.messaging.media_states import MediaFault, MediaState
from omni.messaging.models.marks import PLAIN, SAID, TOKEN
from omni.messaging.models.threads import Message


class Media(TenantModel):
    """One file of a text: a picture of our own making, or another file to be saved, never shown. `n` is its place."""

    message_id: Id | None
    by_id: Id | None

    message = TenantKey(Message, null=True, on_delete="CASCADE", backref="media", index=False)
    by = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="media", index=False)
    n = IntegerField(default=0)
    state = EnumField(MediaState)
    name = CharField(max_length=200, default="", personal=SAID)
    # As its bytes tell, never as anybody said.
    mime = CharField(max_length=100, default="")
    size = IntegerField(default=0)
    sha256 = BytesField(null=True)
    content = BytesField(null=True, personal=SAID)
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    # Where the carrier keeps a file that came in.
    source = SealedField(null=True, personal=TOKEN)
    tries = IntegerField(default=0)
    not_before = InstantField(null=True)
    fault = EnumField(MediaFault, null=True)

    class Meta:
        table_name = "media"
        personal = PLAIN
        indexes = ((("workspace", "message", "n"), True),)

    @property
    def is_picture(self) -> bool:
        return bool(self.mime.startswith("image/") and self.width)

    @property
    def is_due(self) -> bool:
        """Whether it may be fetched now."""
        now: datetime = clock.now()
        return self.state is MediaState.AWAITED and (self.not_before is None or self.not_before <= now)


Media.add_index(Media.index(Media.created_at, where=SQL("state = 'held'"), name="media_held"))
Media.add_index(Media.index(Media.not_before, where=SQL("state = 'awaited'"), name="media_awaited"))
