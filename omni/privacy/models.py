"""Tables of this room: exports being made, accounts that are leaving, and contacts that are erased."""

from datetime import timedelta
from enum import StrEnum

from omni.core import clock
from omni.core.fields import (
    BigIntegerField,
    BooleanField,
    EnumField,
    Field,
    IdField,
    InstantField,
    IntegerField,
    JsonField,
    TextField,
)
from omni.core.ids import encode
from omni.core.tenancy import GlobalModel, TenantKey, TenantModel

KEPT = timedelta(days=7)
GRACE = timedelta(days=30)
TIME_TO_TAKE_BACK = timedelta(hours=72)


class ExportScope(StrEnum):
    """What an export holds: the person's own account, or the whole workspace with it."""

    ACCOUNT = "account"
    WORKSPACE = "workspace"


class ExportState(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExportJob(TenantModel):
    """One export: asked for, collected, ready for seven days, gone."""

    user_id = IdField()
    scope = EnumField(ExportScope)
    state = EnumField(ExportState, default=ExportState.WAITING)
    as_of = InstantField(null=True)
    rows_done = IntegerField(default=0)
    rows_total = IntegerField(default=0)
    bytes = BigIntegerField(default=0)
    sha256 = TextField(default="")
    lease_until = InstantField(null=True)
    expires_at = InstantField(default=lambda: clock.now() + KEPT)

    class Meta:
        personal = Field("operational")
        indexes = ((("workspace", "user_id", "created_at"), False), (("workspace", "state"), False))

    @property
    def files(self) -> list[str]:
        """Where its file lies in the data folder, under a name that says nothing, and where it is being written."""
        return [f"exports/{encode(self.id)}.zip", f"exports/{encode(self.id)}.partial"]

    @property
    def is_open(self) -> bool:
        """Whether it is still being made."""
        return self.state in (ExportState.WAITING, ExportState.RUNNING)

    @property
    def is_ready(self) -> bool:
        """Whether its file can be fetched."""
        return bool(self.state is ExportState.DONE and self.expires_at > clock.now())


class Deletion(GlobalModel):
    """An account that is leaving: nothing is lost until `due_at`, and until then it can be taken back."""

    user_id = IdField()
    due_at = InstantField(default=lambda: clock.now() + GRACE)
    taken_back_at = InstantField(null=True)
    done_at = InstantField(null=True)

    class Meta:
        personal = Field("operational")

    @property
    def is_pending(self) -> bool:
        """Whether it is still to be carried out."""
        return self.taken_back_at is None and self.done_at is None


Deletion.add_index(
    Deletion.index(
        Deletion.user_id,
        unique=True,
        where=Deletion.taken_back_at.is_null() & Deletion.done_at.is_null(),
        name="deletion_pending",
    )
)


class Erasure(TenantModel):
    """A contact deleted for good by a teammate: taken back until `begun_at`, then carried out step by step.

    `counts` is what the teammate was shown, by table; `receipt` what came of it, in counts as well.
    """

    subject = IdField()
    asked_by = IdField()
    due_at = InstantField(default=lambda: clock.now() + TIME_TO_TAKE_BACK)
    counts = JsonField()
    brings_back = BooleanField(default=True)
    taken_back_at = InstantField(null=True)
    begun_at = InstantField(null=True)
    done_at = InstantField(null=True)
    receipt = JsonField(null=True)

    class Meta:
        personal = Field("operational")
        indexes = ((("workspace", "created_at"), False),)

    @property
    def is_pending(self) -> bool:
        """Whether it can still be taken back."""
        return self.taken_back_at is None and self.begun_at is None


Erasure.add_index(
    Erasure.index(
        Erasure.workspace,
        Erasure.subject,
        unique=True,
        where=Erasure.taken_back_at.is_null(),
        name="erasure_standing",
    )
)
Erasure.add_index(
    Erasure.index(Erasure.due_at, where=Erasure.taken_back_at.is_null() & Erasure.done_at.is_null(), name="erasure_due")
)


class Step(StrEnum):
    """The steps of an erasure, in their order."""

    WORK = "work"
    ROWS = "rows"
    FILES = "files"
    RECEIPT = "receipt"


class ErasureStep(TenantModel):
    """One step that is done, written in the step's own transaction; `detail` is what a later step needs of it."""

    erasure = TenantKey(Erasure, on_delete="CASCADE", index=False)
    step = EnumField(Step)
    detail = JsonField(default=dict)

    class Meta:
        personal = Field("operational")
        indexes = ((("workspace", "erasure", "step"), True),)


MODELS = [ExportJob, Deletion, Erasure, ErasureStep]
