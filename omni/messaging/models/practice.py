"""The practice carrier's own store."""

from enum import StrEnum

from peewee import SQL

from omni.core.fields import (
    CharField,
    EnumField,
    InstantField,
    IntegerField,
    SealedField,
)
from omni.core.tenancy import TenantModel
from omni.messaging.models.marks import PLAIN, REACHED, SAID
from omni.messaging.models.threads import Direction


class Persona(StrEnum):
    """How a practice phone behaves."""

    REPLIES = "replies"
    SAYS_STOP = "says_stop"
    LANDLINE = "landline"
    SLOW = "slow"
    FILTERED = "filtered"


class PracticePhone(TenantModel):
    """A phone the practice carrier plays, and how it behaves."""

    number = CharField(max_length=32, personal=REACHED)
    persona = EnumField(Persona, default=Persona.REPLIES)

    class Meta:
        table_name = "practice_phone"
        personal = PLAIN
        indexes = ((("workspace", "number"), True),)


class PracticeText(TenantModel):
    """The practice carrier's own store: what it took, what it still has to call back, what its phones said."""

    sid = CharField(max_length=64)
    direction = EnumField(Direction)
    phone = CharField(max_length=32, personal=REACHED)
    number = CharField(max_length=32)
    body = SealedField(personal=SAID)
    status = CharField(max_length=32)
    error_code = IntegerField(null=True)
    callback = CharField(max_length=255, null=True)
    # What it still has to do, in order: statuses to call back, then a reply to make up.
    steps = CharField(max_length=80, default="")
    due_at = InstantField(null=True)
    tries = IntegerField(default=0)

    class Meta:
        table_name = "practice_text"
        personal = PLAIN
        indexes = ((("workspace", "sid"), True), (("workspace", "phone", "id"), False))


PracticeText.add_index(
    PracticeText.index(PracticeText.due_at, where=SQL("due_at IS NOT NULL"), name="practice_text_due")
)
