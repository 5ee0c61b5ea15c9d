"""What a studio keeps of a person beyond the usual columns: its own fields, preferences, goals, mentions, files."""

from __future__ import annotations

from peewee import SQL

from omni.accounts.models import Teammate
from omni.contacts.kinds import Entry, FieldKind, GoalStatus
from omni.contacts.models import SAID, TYPED, Contact
from omni.core.fields import (
    BooleanField,
    BytesField,
    CharField,
    DateField,
    EnumField,
    Field,
    FloatField,
    IdField,
    InstantField,
    IntegerField,
    JsonField,
    TextField,
)
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel


class FieldDef(TenantModel):
    """One field a studio made for its people. `key` never changes; `options` are `{"id", "label"}`, in their order."""

    version = IntegerField(default=1)
    entity = CharField(max_length=16, default="contact")
    key = CharField(max_length=60)
    label = CharField(max_length=60, personal=TYPED)
    kind = EnumField(FieldKind)
    options = JsonField(default=list, personal=TYPED)
    is_personal = BooleanField(default=True)
    archived_at = InstantField(null=True)

    class Meta:
        table_name = "field_def"
        personal = Field("operational")
        indexes = ((("workspace", "entity", "key"), True),)


class FieldValue(TenantModel):
    """What such a field says of one contact, in the column of its kind; of several options one row each."""

    contact_id: Id
    field_id: Id

    contact = TenantKey(Contact, on_delete="CASCADE", backref="field_values", index=False)
    field = TenantKey(FieldDef, on_delete="CASCADE", backref="values", index=False)
    v_text = TextField(null=True, personal=TYPED)
    # Numbers; money in cents; a yes is 1 and a no is 0.
    v_num = FloatField(null=True, personal=TYPED)
    v_date = DateField(null=True, personal=TYPED)
    # Empty but for a choice, so that one index keeps a value from being there twice.
    v_option = CharField(max_length=32, default="", personal=TYPED)

    class Meta:
        table_name = "field_value"
        personal = Field("operational")
        indexes = (
            (("workspace", "contact", "field", "v_option"), True),
            (("workspace", "field", "v_option"), False),
            (("workspace", "field", "v_num"), False),
            (("workspace", "field", "v_date"), False),
        )


class Preference(TenantModel):
    """What somebody likes, in the studio's words: "Looks for": "evenings, beginner"."""

    contact_id: Id

    contact = TenantKey(Contact, on_delete="CASCADE", backref="preferences", index=False)
    key = CharField(max_length=60, personal=TYPED)
    value = CharField(max_length=500, personal=TYPED)
    source = EnumField(Entry, default=Entry.HAND)

    class Meta:
        table_name = "preference"
        personal = Field("operational")
        indexes = ((("workspace", "contact", "key"), True),)


class Goal(TenantModel):
    """What somebody wants to reach. A sensitive one is shown on the contact's page alone."""

    contact_id: Id

    version = IntegerField(default=1)
    contact = TenantKey(Contact, on_delete="CASCADE", backref="goals", index=False)
    name = CharField(max_length=120, personal=TYPED)
    unit = CharField(max_length=20, default="", personal=TYPED)
    start = FloatField(null=True, personal=TYPED)
    target = FloatField(null=True, personal=TYPED)
    due_on = DateField(null=True, personal=TYPED)
    status = EnumField(GoalStatus, default=GoalStatus.OPEN)
    is_sensitive = BooleanField(default=False)

    class Meta:
        table_name = "goal"
        personal = Field("operational")
        indexes = ((("workspace", "contact", "status"), False),)

    def share_of(self, value: float) -> float | None:
        """How much of the way from its start to its target is done, from 0 to 1; None where that has no meaning."""
        if self.start is None or self.target is None or self.start == self.target:
            return None
        start, target = float(self.start), float(self.target)
        return max(0.0, min(1.0, (value - start) / (target - start)))

    def is_reached_by(self, value: float) -> bool:
        """Whether the value is at the target or past it, seen from the start (nothing, where none is known)."""
        if self.target is None:
            return False
        start, target = float(self.start or 0), float(self.target)
        return value >= target if start <= target else value <= target


class GoalCheckin(TenantModel):
    """How far somebody was on a day; the last word of a day stands."""

    goal_id: Id

    goal = TenantKey(Goal, on_delete="CASCADE", backref="checkins", index=False)
    value = FloatField(personal=TYPED)
    on = DateField(personal=TYPED)

    class Meta:
        table_name = "goal_checkin"
        personal = Field("operational")
        indexes = ((("workspace", "goal", "on"), True),)


class Mention(TenantModel):
    """A teammate named in a note. Whether they read of it is known to their notice."""

    contact_id: Id
    teammate_id: Id

    contact = TenantKey(Contact, on_delete="CASCADE", backref="mentions", index=False)
    note_id = IdField()
    teammate = TenantKey(Teammate, on_delete="CASCADE", backref="mentions", index=False)

    class Meta:
        table_name = "mention"
        personal = Field("operational")
        indexes = (
            (("workspace", "note_id", "teammate"), True),
            (("workspace", "contact"), False),
            (("workspace", "teammate"), False),
        )


class Attachment(TenantModel):
    """A file of a contact: on a note, or without one their photo. Taken off, it stays out of sight for 30 days.

    `note_id` is a plain id: a note that is taken back comes back to its files.
    """

    contact_id: Id

    contact = TenantKey(Contact, on_delete="CASCADE", backref="attachments", index=False)
    note_id = IdField(null=True)
    name = CharField(max_length=200, personal=SAID)
    mime = CharField(max_length=100)
    size = IntegerField()
    sha256 = BytesField()
    content = BytesField(personal=SAID)
    removed_at = InstantField(null=True)

    class Meta:
        table_name = "attachment"
        personal = Field("operational")
        indexes = ((("workspace", "contact", "note_id"), False), (("workspace", "note_id"), False))


Attachment.add_index(
    Attachment.index(Attachment.removed_at, where=SQL("removed_at IS NOT NULL"), name="attachment_removed")
)

MODELS = [FieldDef, FieldValue, Preference, Goal, GoalCheckin, Mention, Attachment]
