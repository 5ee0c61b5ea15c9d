"""Tables of this room. A user, a session and a question belong to no workspace; all else does."""

from datetime import timedelta
from enum import StrEnum

from peewee import SQL, ForeignKeyField

from omni.core import actors, clock
from omni.core.fields import (
    BooleanField,
    CharField,
    DateField,
    EnumField,
    IdField,
    InstantField,
    IntegerField,
    JsonField,
    SealedField,
)
from omni.core.ids import Id
from omni.core.personal_data import Field
from omni.core.policies import Role
from omni.core.tenancy import GlobalModel, TenantKey, TenantModel, Workspace

ACCOUNT = Field("account", source="registration")
USED = Field("usage", source="use")
ASKED = Field("account", source="communication")
PLAIN = Field("operational")

# A confirmed password opens what is guarded for this long (security §2).
STEP_UP = timedelta(minutes=10)


class User(GlobalModel):
    """A person who can sign in. The e-mail address is kept in lower case, so that it is one key."""

    name = CharField(max_length=120, personal=ACCOUNT)
    email = CharField(max_length=254, unique=True, personal=ACCOUNT)
    email_verified_at = InstantField(null=True)
    phone = CharField(max_length=32, default="", personal=ACCOUNT)
    company = CharField(max_length=120, default="", personal=ACCOUNT)
    role_title = CharField(max_length=80, default="", personal=ACCOUNT)
    password_hash = CharField(max_length=255, personal=ACCOUNT)
    locale = CharField(max_length=16, default="en")
    timezone = CharField(max_length=64, default="UTC")
    # Whether single keys, such as m on a card, do something (WCAG 2.1.4).
    has_keys = BooleanField(default=True)
    terms_version = CharField(max_length=32, default="")
    policy_version = CharField(max_length=32, default="")
    accepted_at = InstantField(null=True)
    is_operator = BooleanField(default=False)
    disabled_at = InstantField(null=True)

    class Meta:
        table_name = "user"
        personal = PLAIN

    @property
    def is_verified(self) -> bool:
        """Whether the address was confirmed by its link."""
        return self.email_verified_at is not None


class Teammate(TenantModel):
    """A user in one workspace. One who leaves keeps the row, since by-lines point to it."""

    user = ForeignKeyField(User, on_delete="RESTRICT")
    user_id: Id
    workspace_id: Id
    role = EnumField(Role)
    joined_at = InstantField(default=clock.now)
    left_at = InstantField(null=True)
    notice_seen_at = InstantField(null=True)
    checklist_closed_at = InstantField(null=True)
    version = IntegerField(default=1)

    class Meta:
        table_name = "teammate"
        personal = PLAIN
        indexes = ((("workspace", "user"), True),)

    @property
    def name(self) -> str:
        """The name a by-line shows."""
        return str(self.user.name)

    @property
    def actor(self) -> actors.Actor:
        """This teammate as a doer in the audit, in events and changes."""
        return actors.teammate(self.id)

    @property
    def is_present(self) -> bool:
        """Whether they still work here."""
        return self.left_at is None


class Invitation(TenantModel):
    """An offer to one address to work here in one role. Its link is a door."""

    email = CharField(max_length=254, personal=ACCOUNT)
    role = EnumField(Role)
    by = TenantKey(Teammate, on_delete="RESTRICT")
    by_id: Id
    expires_at = InstantField()
    accepted_at = InstantField(null=True)
    revoked_at = InstantField(null=True)

    class Meta:
        table_name = "invitation"
        personal = PLAIN

    @property
    def is_open(self) -> bool:
        """Whether the link would still let somebody in."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > clock.now()


class Session(GlobalModel):
    """One signed-in device. Only the hash of its cookie is kept."""

    sha256 = CharField(max_length=64, unique=True)
    user = ForeignKeyField(User, on_delete="CASCADE")
    workspace = ForeignKeyField(Workspace, on_delete="CASCADE")
    seen_at = InstantField(default=clock.now, personal=USED)
    stepped_up_at = InstantField(null=True)
    device = CharField(max_length=80, default="", personal=USED)
    ip_prefix = CharField(max_length=64, default="", personal=USED)
    toast = JsonField(null=True)
    revoked_at = InstantField(null=True)

    class Meta:
        table_name = "session"
        personal = PLAIN

    @property
    def is_stepped_up(self) -> bool:
        """Whether the password was confirmed on this device in the last ten minutes."""
        return self.stepped_up_at is not None and clock.now() - self.stepped_up_at <= STEP_UP


class BusinessHours(TenantModel):
    """From when to when the studio is open on one weekday (0 is Monday), in minutes of its own day."""

    weekday = IntegerField()
    from_min = IntegerField()
    to_min = IntegerField()

    class Meta:
        table_name = "business_hours"
        personal = PLAIN
        indexes = ((("workspace", "weekday", "from_min"), True),)
        constraints = (
            SQL("CHECK (weekday BETWEEN 0 AND 6 AND from_min >= 0 AND from_min < to_min AND to_min <= 1440)"),
        )


class Holiday(TenantModel):
    """A day on which the studio is closed."""

    local_day = DateField()

    class Meta:
        table_name = "holiday"
        personal = PLAIN
        indexes = ((("workspace", "local_day"), True),)


class NoticeKind(StrEnum):
    """What a teammate can be told. The sentence is made when it is read (`notices.py`)."""

    NEW_TEXT = "new_text"
    NEEDS_YOU = "needs_you"
    LEAD_ARRIVED = "lead_arrived"
    ROLE_LOST = "role_lost"
    MENTIONED = "mentioned"
    TASK = "task"
    TEXTED_AFTER_STOP = "texted_after_stop"


class Notice(TenantModel):
    """One line a teammate is told. What repeats before it is read is counted, not repeated."""

    teammate = TenantKey(Teammate, on_delete="CASCADE")
    kind = EnumField(NoticeKind)
    group_key = CharField(max_length=80)
    count = IntegerField(default=1)
    link = CharField(max_length=255)
    at = InstantField(default=clock.now)
    read_at = InstantField(null=True)

    class Meta:
        table_name = "notice"
        personal = PLAIN


Notice.add_index(
    Notice.index(
        Notice.workspace,
        Notice.teammate,
        Notice.kind,
        Notice.group_key,
        unique=True,
        where=Notice.read_at.is_null(),
        name="notice_unread",
    )
)


class HelpKind(StrEnum):
    """Why somebody wrote."""

    QUESTION = "question"
    APPEAL = "appeal"


class HelpState(StrEnum):
    """What became of it."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class HelpMessage(GlobalModel):
    """A question to the operator, from inside or from `/contact`."""

    user = ForeignKeyField(User, null=True, on_delete="SET NULL")
    user_id: Id | None
    # The sealed words are bound to the workspace, so they go with it.
    workspace = ForeignKeyField(Workspace, null=True, on_delete="CASCADE")
    name = CharField(max_length=120, personal=ASKED)
    email = CharField(max_length=254, personal=ASKED)
    page = CharField(max_length=255, default="", personal=ASKED)
    body = SealedField(personal=ASKED)
    kind = EnumField(HelpKind, default=HelpKind.QUESTION)
    state = EnumField(HelpState, default=HelpState.OPEN)
    answer = SealedField(null=True, personal=ASKED)
    answered_by = IdField(null=True)
    answered_at = InstantField(null=True)
    at = InstantField(default=clock.now)

    class Meta:
        table_name = "help_message"
        personal = PLAIN
        indexes = ((("state", "at"), False),)


MODELS = [User, Teammate, Invitation, Session, BusinessHours, Holiday, Notice, HelpMessage]
