"""Tables of links and what was counted on them, and the facts one row can tell by itself."""

from datetime import datetime
from enum import StrEnum

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.core.fields import (
    BigIntegerField,
    BooleanField,
    BytesField,
    CharField,
    DateField,
    EnumField,
    Field,
    InstantField,
    IntegerField,
    JsonField,
    TextField,
)
from omni.core.ids import Id
from omni.core.tenancy import GlobalModel, TenantKey, TenantModel
from omni.referrals.classes import HitClass
from omni.referrals.sources import Device

TYPED = Field("referral", source="use")
SENT = Field("referral", source="form", third_party=True)
COUNTED = Field("referral", source="referral")
PLAIN = Field("operational")

MOST_TITLE, MOST_DESCRIPTION, MOST_ALT, MOST_NAME = 120, 200, 200, 80


class LinkStatus(StrEnum):
    """What a person decided about a link. Whether it has ended or is full is told by its date and its count."""

    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class LinkState(StrEnum):
    """What a friend meets on the link's page."""

    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"
    FULL = "full"
    RETIRED = "retired"


class TouchKind(StrEnum):
    """How a contact met a link."""

    FORM = "form"


class VoidReason(StrEnum):
    """Why a touch earns nobody anything."""

    ALREADY_MEMBER = "already_member"
    WAITING_LIST = "waiting_list"


class CardImage(TenantModel):
    """The picture of a card as it is served. Old ones stay, since chats keep their addresses."""

    sha256 = CharField(max_length=64)
    bytes = BytesField(personal=TYPED)
    w = IntegerField()
    h = IntegerField()
    is_drawn = BooleanField(default=False)

    class Meta:
        table_name = "card_image"
        personal = PLAIN
        indexes = ((("workspace", "sha256"), True),)

    @property
    def hash8(self) -> str:
        """What of the hash stands in the picture's address."""
        return str(self.sha256)[:8]


class ReferralLink(TenantModel):
    """One short address with a card, a page and a count. `slug` is the present one; old ones lead to it."""

    owner_id: Id
    image_id: Id

    version = IntegerField(default=1)
    owner = TenantKey(Teammate, on_delete="RESTRICT", backref="referral_links")
    slug = CharField(max_length=40, personal=TYPED)
    title = CharField(max_length=MOST_TITLE, personal=TYPED)
    description = CharField(max_length=MOST_DESCRIPTION, default="", personal=TYPED)
    name = CharField(max_length=MOST_NAME, default="", personal=TYPED)
    image = TenantKey(CardImage, on_delete="RESTRICT", backref="links")
    alt = CharField(max_length=MOST_ALT, default="", personal=TYPED)
    status = EnumField(LinkStatus, default=LinkStatus.ACTIVE)
    expires_at = InstantField(null=True)
    lead_cap = IntegerField(null=True)
    lead_count = IntegerField(default=0)

    class Meta:
        table_name = "referral_link"
        personal = PLAIN
        indexes = (
            (("workspace", "status"), False),
            (("workspace", "slug"), True),
        )

    def state_at(self, moment: datetime) -> LinkState:
        """What a friend meets at that moment."""
        if self.status is LinkStatus.RETIRED:
            return LinkState.RETIRED
        if self.status is LinkStatus.PAUSED:
            return LinkState.PAUSED
        if self.expires_at and self.expires_at <= moment:
            return LinkState.ENDED
        if self.lead_cap is not None and self.lead_count >= self.lead_cap:
            return LinkState.FULL
        return LinkState.OPEN

    @property
    def label(self) -> str:
        """What the house calls it: its own name, else its title."""
        return str(self.name or self.title)

    @property
    def public_alt(self) -> str:
        """The picture in words: as typed, else the title, which a drawn card shows."""
        return str(self.alt or self.title)


class Hit(TenantModel):
    """One request for a link's page. Its id was made in the request, so counting it twice changes nothing."""

    link = TenantKey(ReferralLink, on_delete="CASCADE", backref="hits")
    at = InstantField()
    hit_class = EnumField(HitClass, column_name="class")
    reason = CharField(max_length=60)
    source = CharField(max_length=20)
    device = EnumField(Device)
    is_first_today = BooleanField(null=True)
    rules_version = IntegerField()

    class Meta:
        table_name = "hit"
        personal = COUNTED
        indexes = (
            (("workspace", "link", "at"), False),
            (("at",), False),
        )


class HitDaily(TenantModel):
    """Hits of one kind on one day of the workspace, which stay when the hits themselves have gone."""

    link = TenantKey(ReferralLink, on_delete="CASCADE", backref="days")
    local_day = DateField()
    hit_class = EnumField(HitClass, column_name="class")
    source = CharField(max_length=20)
    device = EnumField(Device)
    n = IntegerField(default=0)
    n_first = IntegerField(default=0)

    class Meta:
        table_name = "hit_daily"
        personal = PLAIN
        indexes = ((("workspace", "link", "local_day", "hit_class", "source", "device"), True),)


class SpoolCursor(GlobalModel):
    """How far into a segment of the spool the drain has come. Of the installation: a segment holds every workspace."""

    segment = CharField(max_length=80, unique=True)
    offset = BigIntegerField(default=0)
    damaged = IntegerField(default=0)

    class Meta:
        table_name = "spool_cursor"
        personal = PLAIN


class LeadSubmission(TenantModel):
    """A form sent from a link's page, once a person, link and day."""

    link_id: Id
    contact_id: Id

    link = TenantKey(ReferralLink, on_delete="CASCADE", backref="submissions")
    contact = TenantKey(Contact, on_delete="CASCADE", backref="lead_submissions")
    person_key = BytesField(personal=SENT)
    local_day = DateField()
    at = InstantField()
    answers = JsonField(personal=SENT)
    show_progress = BooleanField(default=False, personal=SENT)
    is_waiting = BooleanField(default=False)
    is_suspect = BooleanField(default=False)
    wording = TextField(default="")
    followed_up_at = InstantField(null=True)

    class Meta:
        table_name = "lead_submission"
        personal = PLAIN
        indexes = (
            (("workspace", "link", "person_key", "local_day"), True),
            (("workspace", "contact", "at"), False),
            (("followed_up_at",), False),
        )


class Touch(TenantModel):
    """A contact met a link. Never changed: who won is worked out from these."""

    contact = TenantKey(Contact, on_delete="CASCADE", backref="touches")
    link = TenantKey(ReferralLink, on_delete="CASCADE", backref="touches")
    at = InstantField()
    kind = EnumField(TouchKind)
    void_reason = EnumField(VoidReason, null=True)

    class Meta:
        table_name = "touch"
        personal = COUNTED
        indexes = (
            (("workspace", "contact", "at"), False),
            (("workspace", "link", "at"), False),
        )


MODELS = [CardImage, ReferralLink, Hit, HitDaily, SpoolCursor, LeadSubmission, Touch]
