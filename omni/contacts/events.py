"""What this room tells upward, in the past tense; ids and enums only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from omni.contacts.kinds import CallOutcome, Channel, Entry, Lifecycle
from omni.core.events import Event
from omni.core.ids import Id

_BOTH = ("automations", "insights")


@dataclass(frozen=True)
class LeadArrived(Event):
    not_yet: ClassVar[tuple[str, ...]] = _BOTH
    entry: Entry


@dataclass(frozen=True)
class LifecycleChanged(Event):
    not_yet: ClassVar[tuple[str, ...]] = _BOTH
    before: Lifecycle
    after: Lifecycle


@dataclass(frozen=True)
class BecameMember(Event):
    not_yet: ClassVar[tuple[str, ...]] = _BOTH


@dataclass(frozen=True)
class MembershipUndone(Event):
    not_yet: ClassVar[tuple[str, ...]] = _BOTH


@dataclass(frozen=True)
class NoteAdded(Event):
    not_yet: ClassVar[tuple[str, ...]] = _BOTH
    note_id: Id


@dataclass(frozen=True)
class CallLogged(Event):
    """Somebody said how a call went."""

    not_yet: ClassVar[tuple[str, ...]] = _BOTH
    call_id: Id
    outcome: CallOutcome


@dataclass(frozen=True)
class TagAdded(Event):
    not_yet: ClassVar[tuple[str, ...]] = _BOTH
    tag_id: Id


@dataclass(frozen=True)
class TagRemoved(Event):
    not_yet: ClassVar[tuple[str, ...]] = _BOTH
    tag_id: Id


@dataclass(frozen=True)
class OptedOut(Event):
    not_yet: ClassVar[tuple[str, ...]] = _BOTH
    channel: Channel


@dataclass(frozen=True)
class ContactChanged(Event):
    """`fields` are names of columns, never their values."""

    not_yet: ClassVar[tuple[str, ...]] = ("automations",)
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ImportFinished(Event):
    not_yet: ClassVar[tuple[str, ...]] = ("automations",)
    import_id: Id


@dataclass(frozen=True)
class ContactsMerged(Event):
    """`contact_id` is the winner."""

    not_yet: ClassVar[tuple[str, ...]] = ("insights",)
    loser_id: Id


@dataclass(frozen=True)
class MergeUndone(Event):
    """`contact_id` is who was the winner."""

    not_yet: ClassVar[tuple[str, ...]] = ("insights",)
    loser_id: Id


@dataclass(frozen=True)
class ContactRestricted(Event):
    not_yet: ClassVar[tuple[str, ...]] = ("insights",)


@dataclass(frozen=True)
class RestrictionLifted(Event):
    not_yet: ClassVar[tuple[str, ...]] = ("insights",)
