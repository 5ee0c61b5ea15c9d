"""Who did it, as this room's rows and core's rows write it."""

from __future__ import annotations

from omni.accounts.models import Teammate
from omni.core import actors
from omni.core.actors import Actor, ActorKind
from omni.core.ids import Id

By = Teammate | Actor


def actor_of(by: By) -> Actor:
    """`by` as core names a doer."""
    return actors.teammate(by.id) if isinstance(by, Teammate) else by


def teammate_id_of(by: By) -> Id | None:
    """The teammate's id, where a teammate did it."""
    actor = actor_of(by)
    return actor.id if actor.kind is ActorKind.TEAMMATE else None
