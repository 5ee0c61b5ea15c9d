"""One text to many people: whom it was made for, what each of them gets, and what stands in the way."""

from enum import StrEnum

from peewee import SQL

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.fields import (
    BigIntegerField,
    BytesField,
    CharField,
    EnumField,
    IdField,
    InstantField,
    IntegerField,
    SealedField,
    TextField,
)
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel
from omni.messaging.models.marks import PLAIN, REACHED, SAID
from omni.messaging.states import MessagePurpose, Reason


class CampaignKind(StrEnum):
    """Why so many are texted: news that customers need, an offer, or the question whether offers are welcome."""

    SERVICE = "service"
    MARKETING = "marketing"
    ASK_AGAIN = "ask_again"

    @property
    def purpose(self) -> MessagePurpose:
        return MessagePurpose.MARKETING if self is CampaignKind.MARKETING else MessagePurpose.SERVICE


class CampaignState(StrEnum):
    BUILDING = "building"
    READY = "ready"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    UNDONE = "undone"
    STOPPED = "stopped"


# What may still be changed, and what is on its way.
EDITABLE = frozenset({CampaignState.BUILDING, CampaignState.READY, CampaignState.UNDONE})
GOING = frozenset({CampaignState.APPROVED, CampaignState.RUNNING, CampaignState.PAUSED})


class Campaign(TenantModel):
    """One text for everybody who fits a list. The row is the job, first of building it and then of sending it.

    `audience` is the canonical query of the list, `contact_ids` those who were ticked instead, sixteen bytes each.
    `cursor` is the last person seen to: of the audience while it is built, of the recipients while it is sent.
    """

    by_id: Id
    approved_by_id: Id | None

    kind = EnumField(CampaignKind)
    audience = TextField(default="", personal=SAID)
    contact_ids = BytesField(null=True)
    text = SealedField(personal=SAID)
    state = EnumField(CampaignState, default=CampaignState.BUILDING)
    cursor = IdField(null=True)
    total = IntegerField(default=0)
    preview_hash = BytesField(null=True)
    by = TenantKey(Teammate, on_delete="RESTRICT", backref="campaigns", index=False)
    approved_by = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="approved_campaigns", index=False)
    approved_at = InstantField(null=True)
    hold_until = InstantField(null=True)
    ended_at = InstantField(null=True)
    changed_at = InstantField(default=clock.now)

    class Meta:
        table_name = "campaign"
        personal = PLAIN

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def is_going(self) -> bool:
        return self.state in GOING


# What a job may have to do something for, said in the index's own words.
IS_OPEN = SQL("state IN ('building', 'approved', 'running')")
Campaign.add_index(Campaign.index(Campaign.id, where=IS_OPEN, name="campaign_open"))


class CampaignRecipient(TenantModel):
    """What one person gets, frozen: without a reason the text goes; with one they are left out, and it says why.

    Who has no number, or one that somebody before them has, stands here without an address.
    """

    contact_id: Id
    campaign_id: Id

    campaign = TenantKey(Campaign, on_delete="CASCADE", backref="recipients", index=False)
    contact = TenantKey(Contact, on_delete="CASCADE", backref="campaign_places", index=False)
    to = CharField(max_length=32, null=True, personal=REACHED)
    reason = EnumField(Reason, null=True)
    # Which field was blank.
    detail = CharField(max_length=40, default="")
    body = SealedField(null=True, personal=SAID)
    segments = IntegerField(default=0)
    micros = BigIntegerField(default=0)
    starts_at = InstantField(null=True)
    zone_evidence = CharField(max_length=255, null=True, personal=REACHED)

    class Meta:
        table_name = "campaign_recipient"
        personal = PLAIN
        indexes = (
            (("workspace", "campaign", "contact"), True),
            (("workspace", "campaign", "to"), True),
            (("workspace", "campaign", "id"), False),
            (("workspace", "contact"), False),
        )
