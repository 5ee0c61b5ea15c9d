"""The book of every time the walls came down (`tenancy.cross_tenant`)."""

from typing import Any

from omni.core import log
from omni.core.fields import Field, TextField
from omni.core.tenancy import GlobalModel


class Crossing(GlobalModel):
    """One crossing: why, and when (`created_at`)."""

    reason = TextField()

    class Meta:
        personal = Field("operational")


def note(reason: Any) -> None:
    """Write the crossing down before it begins; while the table is being made, in the log alone."""
    log.event("tenancy.crossed", reason=str(reason))
    if reason != "migration":
        Crossing.create(reason=str(reason))
