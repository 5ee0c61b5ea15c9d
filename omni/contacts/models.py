"""Tables of the person, and the facts one row can tell by itself."""

from __future__ import annotations

from peewee import SQL, BigAutoField, fn

from omni.accounts.models import Teammate
from omni.contacts.kinds import (
    Basis,
    Channel,
    ConsentKind,
    Direction,
    Entry,
    ImportState,
    Kind,
    Lifecycle,
    PointKind,
    Processing,
    RowAction,
    Scope,
)
from omni.core.actors import ActorKind
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
    SealedField,
    TextField,
)
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel

TYPED = Field("user_content", source="use")
IMPORTED = Field("user_content", source="import", third_party=True)
SAID = Field("user_content", source="communication", third_party=True)
PROOF = Field("operational", source="communication")


class Contact(TenantModel):
    """A person the studio knows, on one record from lead to former member."""

    owner_id: Id | None

    version = IntegerField(default=1)
    given_name = TextField(default="", personal=TYPED)
    family_name = TextField(default="", personal=TYPED)
    nickname = TextField(default="", personal=TYPED)
    pronouns = CharField(max_length=40, default="", personal=TYPED)
    display_name = CharField(max_length=200, personal=TYPED)
    lifecycle = EnumField(Lifecycle, default=Lifecycle.LEAD)
    owner = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="owned_contacts", index=False)
    source = EnumField(Entry, default=Entry.HAND)
    source_detail = TextField(default="", personal=TYPED)
    company = TextField(default="", personal=TYPED)
    job_title = TextField(default="", personal=TYPED)
    city = TextField(default="", personal=TYPED)
    timezone = TextField(default="", personal=TYPED)
    language = CharField(max_length=16, default="", personal=TYPED)
    # An attachment of this contact; a plain id, since that table stands behind this one.
    photo_id = IdField(null=True)
    birth_year = IntegerField(null=True, personal=TYPED)
    birth_month = IntegerField(null=True, personal=TYPED)
    birth_day = IntegerField(null=True, personal=TYPED)
    do_not_contact = BooleanField(default=False)
    processing = EnumField(Processing, default=Processing.NORMAL)
    first_in_at = InstantField(null=True)
    last_in_at = InstantField(null=True)
    last_out_at = InstantField(null=True)
    last_touch_at = InstantField()
    next_action_at = InstantField(null=True)
    snoozed_until = InstantField(null=True)
    snooze_reason = CharField(max_length=200, default="", personal=TYPED)
    put_away_at = InstantField(null=True)
    deleted_at = InstantField(null=True)
    # Of one who was merged: into whom. Such a contact is taken back for as long, with what the winner had already.
    merged_into_id = IdField(null=True)

    class Meta:
        table_name = "contact"
        personal = Field("operational")
        indexes = (
            (("workspace", "last_touch_at", "id"), False),
            (("workspace", "lifecycle", "last_touch_at", "id"), False),
            (("workspace", "owner", "last_touch_at", "id"), False),
            (("workspace", "owner", "next_action_at"), False),
        )

    @property
    def is_restricted(self) -> bool:
        return self.processing is Processing.RESTRICTED

    @property
    def is_here(self) -> bool:
        """Whether any list, board or search may show this person."""
        return self.deleted_at is None and self.processing is not Processing.ERASING


# Who rests, for the finder that wakes them; and for whom something is planned, whom a board does not count among those
# without a next step.
Contact.add_index(Contact.index(Contact.snoozed_until, where=SQL("snoozed_until IS NOT NULL"), name="contact_resting"))
Contact.add_index(
    Contact.index(
        Contact.workspace,
        Contact.id,
        where=SQL("next_action_at IS NOT NULL OR snoozed_until IS NOT NULL"),
        name="contact_planned",
    )
)
# Of the few who were taken back alone: SQLite would think few are not, too, and order everyone else by hand.
Contact.add_index(
    Contact.index(Contact.workspace, Contact.deleted_at, where=SQL("deleted_at IS NOT NULL"), name="contact_taken_back")
)
# Orders of the list besides the usual one, for those of whom they say something.
Contact.add_index(
    Contact.index(
        Contact.workspace,
        Contact.next_action_at,
        Contact.id,
        where=SQL("next_action_at IS NOT NULL"),
        name="contact_next",
    )
)
Contact.add_index(
    Contact.index(
        Contact.workspace, fn.LOWER(Contact.company), Contact.id, where=SQL("company <> ''"), name="contact_company"
    )
)
Contact.add_index(
    Contact.index(Contact.workspace, fn.LOWER(Contact.city), Contact.id, where=SQL("city <> ''"), name="contact_city")
)
Contact.add_index(
    Contact.index(
        Contact.workspace,
        Contact.birth_month,
        Contact.birth_day,
        Contact.id,
        where=SQL("birth_month IS NOT NULL AND birth_day IS NOT NULL"),
        name="contact_birthday",
    )
)


Contact.add_index(
    Contact.index(
        Contact.workspace, Contact.merged_into_id, where=SQL("merged_into_id IS NOT NULL"), name="contact_merged"
    )
)


Contact.add_index(
    Contact.index(Contact.workspace, Contact.id, where=SQL("put_away_at IS NOT NULL"), name="contact_put_away")
)


class ContactPoint(TenantModel):
    """One phone, e-mail, web or street address of a contact; several people may share it."""

    contact_id: Id

    contact = TenantKey(Contact, on_delete="CASCADE", backref="points", index=False)
    kind = EnumField(PointKind)
    label = TextField(default="", personal=TYPED)
    raw = TextField(personal=TYPED)
    norm = TextField(personal=TYPED)
    extension = TextField(default="", personal=TYPED)
    is_primary = BooleanField(default=False)
    is_shared = BooleanField(default=False)
    # Since when nobody is reached there: a wrong number, a returned mail.
    bounced_at = InstantField(null=True)
    # Since when a phone gets no texts, though it may well ring: a landline, or a number carriers do not serve.
    no_texts_since = InstantField(null=True)

    class Meta:
        table_name = "contact_point"
        personal = Field("operational")
        indexes = (
            (("workspace", "contact", "kind", "norm"), True),
            (("workspace", "kind", "norm"), False),
        )


class ExternalRef(TenantModel):
    """The name another tool has for a contact."""

    contact = TenantKey(Contact, on_delete="CASCADE", backref="refs", index=False)
    sender = TextField()
    external_id = TextField(personal=TYPED)

    class Meta:
        table_name = "external_ref"
        personal = Field("operational")
        indexes = ((("workspace", "sender", "external_id"), True), (("workspace", "contact"), False))


class LifecycleSpan(TenantModel):
    """One stage of life, from when to when."""

    contact = TenantKey(Contact, on_delete="CASCADE", backref="spans", index=False)
    state = EnumField(Lifecycle)
    from_at = InstantField()
    to_at = InstantField(null=True)
    via = TextField()
    by = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="lifecycle_spans")

    class Meta:
        table_name = "lifecycle_span"
        personal = Field("operational")
        indexes = ((("workspace", "contact", "from_at"), False),)


LifecycleSpan.add_index(
    LifecycleSpan.index(
        LifecycleSpan.workspace,
        LifecycleSpan.contact,
        unique=True,
        where=SQL("to_at IS NULL"),
        name="lifecycle_span_open",
    )
)
# Who came and who joined lately: people from a file did neither, and weigh nothing in the index that answers. Said in
# the index's own words, since SQLite sees no index behind a value that is bound.
NOT_BY_FILE = SQL("via <> 'import'")
LifecycleSpan.add_index(
    LifecycleSpan.index(LifecycleSpan.workspace, LifecycleSpan.from_at, where=NOT_BY_FILE, name="lifecycle_span_lately")
)


class Tag(TenantModel):
    name = CharField(max_length=60, personal=TYPED)
    fold = TextField()

    class Meta:
        table_name = "tag"
        personal = Field("operational")
        indexes = ((("workspace", "fold"), True),)


class ContactTag(TenantModel):
    contact = TenantKey(Contact, on_delete="CASCADE", backref="tag_links", index=False)
    tag = TenantKey(Tag, on_delete="CASCADE", backref="contact_links", index=False)

    class Meta:
        table_name = "contact_tag"
        personal = Field("operational")
        indexes = ((("workspace", "contact", "tag"), True), (("workspace", "tag"), False))


class Activity(TenantModel):
    """One line of the timeline: facts, worded when read. Never changed."""

    contact = TenantKey(Contact, on_delete="CASCADE", backref="activities", index=False)
    kind = EnumField(Kind)
    direction = EnumField(Direction, null=True)
    happened_at = InstantField()
    outcome = TextField(default="")
    summary = CharField(max_length=500, default="", personal=SAID)
    actor_kind = EnumField(ActorKind)
    actor_id = IdField(null=True)
    ref_table = TextField(null=True)
    ref_id = IdField(null=True)

    class Meta:
        table_name = "activity"
        personal = Field("operational")
        indexes = ((("workspace", "ref_table", "ref_id", "kind"), True),)


Activity.add_index(
    Activity.index(
        Activity.workspace, Activity.contact, Activity.happened_at.desc(), Activity.id.desc(), name="activity_timeline"
    )
)


class Note(TenantModel):
    contact_id: Id

    version = IntegerField(default=1)
    contact = TenantKey(Contact, on_delete="CASCADE", backref="notes", index=False)
    author = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="notes", index=False)
    body = TextField(personal=SAID)
    pinned_at = InstantField(null=True)
    edited_at = InstantField(null=True)

    class Meta:
        table_name = "note"
        personal = Field("operational")
        indexes = ((("workspace", "contact"), False),)


class ContactSearch(TenantModel):
    """What search reads of a contact; `number` is the row of the full-text table."""

    # SQLite keeps a row's number through VACUUM only where it is the INTEGER PRIMARY KEY (SQLite, "VACUUM").
    id = BigAutoField(column_name="number")
    contact = TenantKey(Contact, on_delete="CASCADE", backref="search_rows", index=False)
    fold = TextField(personal=TYPED)
    digits = TextField(default="", personal=TYPED)
    # How often it was written since somebody looked for duplicates of this person; 0: they did.
    unpaired = IntegerField(default=1)

    class Meta:
        table_name = "contact_search"
        personal = Field("operational")
        indexes = ((("workspace", "contact"), True), (("workspace", "fold"), False))


ContactSearch.add_index(
    ContactSearch.index(
        ContactSearch.workspace, ContactSearch.id, where=SQL("unpaired > 0"), name="contact_search_unpaired"
    )
)


class ImportJob(TenantModel):
    """One file on its way in; the row is the job."""

    version = IntegerField(default=1)
    file_name = TextField(personal=IMPORTED)
    file_sha256 = BytesField()
    sender = TextField(default="")
    encoding = TextField(default="")
    delimiter = TextField(default="")
    mapping = JsonField(default=dict)
    basis = TextField(default="unsure")
    options = JsonField(default=dict)
    state = EnumField(ImportState, default=ImportState.RECEIVED)
    lease_until = InstantField(null=True)
    counts = JsonField(default=dict)
    fault = TextField(default="")
    batch_id = IdField(null=True)
    by = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="imports")
    started_at = InstantField(null=True)
    finished_at = InstantField(null=True)

    class Meta:
        table_name = "import_job"
        personal = Field("operational")
        indexes = ((("workspace", "created_at"), False), (("state", "lease_until"), False))


class ImportFile(TenantModel):
    """The bytes of an import and what the rehearsal said of them, kept seven days.

    `counted` is how many rows the rehearsal is through; once it is through all, `rehearsal` is what it said.
    """

    job = TenantKey(ImportJob, on_delete="CASCADE", backref="files", index=False)
    content = BytesField(personal=IMPORTED)
    expires_at = InstantField()
    rehearsal = JsonField(null=True, personal=IMPORTED)
    counted = IntegerField(null=True)

    class Meta:
        table_name = "import_file"
        personal = Field("operational")
        indexes = ((("workspace", "job"), True), (("expires_at",), False))


class ImportRow(TenantModel):
    """What became of one row of the file."""

    job = TenantKey(ImportJob, on_delete="CASCADE", backref="rows", index=False)
    n = IntegerField()
    raw = JsonField(null=True, personal=IMPORTED)
    action = EnumField(RowAction)
    is_same = BooleanField(default=False)
    reasons = JsonField(default=list, personal=IMPORTED)
    contact_id = IdField(null=True)

    class Meta:
        table_name = "import_row"
        personal = Field("operational")
        indexes = (
            (("workspace", "job", "n"), True),
            (("workspace", "job", "action", "n"), False),
            (("workspace", "contact_id"), False),
        )


class ConsentEvent(TenantModel):
    """One yes, stop or start, for ever as it was. Append-only: triggers refuse any change.

    `contact_id` and `point_id` are plain ids: a stranger has neither, and the row outlives an erased contact.
    """

    by_id: Id | None

    contact_id = IdField(null=True)
    point_id = IdField(null=True)
    address_hmac = BytesField()
    channel = EnumField(Channel)
    kind = EnumField(ConsentKind)
    scope = EnumField(Scope)
    basis = EnumField(Basis, null=True)
    source = TextField()
    words = SealedField(null=True, personal=SAID)
    wording_sha256 = BytesField(null=True)
    message_id = IdField(null=True)
    by = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="consent_events")
    at = InstantField()

    class Meta:
        table_name = "consent_event"
        personal = PROOF
        indexes = ((("workspace", "channel", "address_hmac", "at"), False), (("workspace", "contact_id"), False))


class Suppression(TenantModel):
    """A hashed address nobody here may write to again; outlives erasure."""

    channel = EnumField(Channel)
    hmac = BytesField()
    reason = TextField()
    since = InstantField()

    class Meta:
        table_name = "suppression"
        personal = PROOF
        indexes = ((("workspace", "channel", "hmac"), True),)


class Restriction(TenantModel):
    """A contact at rest, since when and why, until lifted."""

    contact = TenantKey(Contact, on_delete="CASCADE", backref="restrictions", index=False)
    since = InstantField()
    by = TenantKey(Teammate, null=True, on_delete="RESTRICT", backref="restrictions", index=False)
    reason = TextField(default="", personal=SAID)
    lifted_at = InstantField(null=True)

    class Meta:
        table_name = "restriction"
        personal = Field("operational")


Restriction.add_index(
    Restriction.index(
        Restriction.workspace, Restriction.contact, unique=True, where=SQL("lifted_at IS NULL"), name="restriction_open"
    )
)


MODELS = [
    Contact,
    ContactPoint,
    ExternalRef,
    LifecycleSpan,
    Tag,
    ContactTag,
    Activity,
    Note,
    ContactSearch,
    ImportJob,
    ImportFile,
    ImportRow,
    ConsentEvent,
    Suppression,
    Restriction,
]
