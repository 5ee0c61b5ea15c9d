"""In whose name this thread of work reads and writes: a workspace, nobody, a sweep, or a listed crossing.

Held in a ContextVar, so that a request, a job and a test each have their own. `omni.core.tenancy` is the only module
that changes it; the database and the statement guard read it.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from omni.core.ids import Id


class Mode(Enum):
    """How far the work may see."""

    OUTSIDE = "outside"
    WITHIN = "within"
    SWEEPING = "sweeping"
    CROSSING = "crossing"


@dataclass(frozen=True)
class Scope:
    """The mode, and inside a workspace its id and (once somebody asked) its row."""

    mode: Mode = Mode.OUTSIDE
    workspace_id: Id | None = None
    workspace: Any = None

    @cached_property
    def workspace_bytes(self) -> bytes | None:
        """The id as the columns of SQLite hold it."""
        return self.workspace_id.bytes if self.workspace_id else None


OUTSIDE = Scope()
variable: ContextVar[Scope] = ContextVar("omni.scope", default=OUTSIDE)


def current() -> Scope:
    """The scope of this thread of work."""
    return variable.get()
