"""What happened, as rows written in the transaction that made it happen. Kept 400 days.

Rooms declare their events in `events.py` as frozen dataclasses in the past tense, whose fields are ids and enums only.
"""

from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

from omni.core import actors, clock, ids
from omni.core.actors import Actor, ActorKind
from omni.core.database import in_transaction
from omni.core.fields import CharField, EnumField, Field, IdField, InstantField, JsonField
from omni.core.ids import Id
from omni.core.tenancy import TenantModel


class EventRow(TenantModel):
    """One event. `contact` and `actor` are plain ids, since core lies below the rooms that own them."""

    type = CharField(max_length=48)
    at = InstantField(default=clock.now)
    contact_id = IdField(null=True)
    actor_kind = EnumField(ActorKind)
    actor_id = IdField(null=True)
    payload = JsonField()

    class Meta:
        table_name = "event"
        personal = Field("operational")
        indexes = ((("workspace", "contact_id"), False), (("workspace", "type", "at"), False))


@dataclass(frozen=True)
class Event:
    """Base of every event. `heard_by` says who listens; `not_yet` names the rooms still to come."""

    not_yet: ClassVar[tuple[str, ...]] = ()
    log_only: ClassVar[bool] = False

    contact_id: Id | None


def publish(event: Event, *, by: Actor = actors.SYSTEM) -> EventRow:
    """Write the event down in the open transaction. Raises RuntimeError without one."""
    if not in_transaction():
        raise RuntimeError("an event belongs to the transaction that made it happen")
    payload = {f.name: _plain(getattr(event, f.name)) for f in fields(event) if f.name != "contact_id"}
    return EventRow.create(
        type=type(event).__name__, contact_id=event.contact_id, actor_kind=by.kind, actor_id=by.id, payload=payload
    )


def _plain(value: Any) -> Any:
    """Ids, enums, numbers and lists of them: nothing a person typed."""
    if isinstance(value, UUID):
        return ids.encode(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
