"""The queue of Today: one person before one teammate, the next one ready behind, nobody before two at once."""

from __future__ import annotations

from dataclasses import dataclass

from omni.accounts.models import Teammate
from omni.contacts import agenda
from omni.contacts.claims import QueueClaim, claim, list_claims
from omni.contacts.ports import AgendaItem
from omni.core.ids import Id
from omni.core.policies import Reach

# The person before the teammate, and who comes next.
READY = 2


@dataclass(frozen=True)
class Queue:
    """Who stands before the teammate, then who is ready behind; `done` of `total` were dealt with or passed over."""

    people: list[AgendaItem]
    done: int
    total: int
    elsewhere: int

    @property
    def place(self) -> int:
        return min(self.done + 1, self.total)


def open_queue(teammate: Teammate, reach: Reach) -> Queue:
    """Have the next people before the teammate, of those their right covers. Whoever they had already stays first."""
    claims = {one.contact_id: one for one in list_claims()}
    waiting = [item for item in agenda.list_people(teammate) if _covers(item, teammate, reach)]
    free = [item for item in waiting if _is_free(claims.get(_id(item)), teammate)]
    free.sort(key=lambda item: _id(item) not in claims)
    ready: list[AgendaItem] = []
    for item in free:
        if len(ready) < READY and claim(_id(item), teammate):
            ready.append(item)
    mine = [one for one in claims.values() if one.teammate_id == teammate.id]
    done = sum(one.is_passed for one in mine)
    elsewhere = sum(not one.is_passed and one.teammate_id != teammate.id for one in claims.values())
    return Queue(agenda.with_standings(ready), done, done + len(free) if ready else done, elsewhere)


def _covers(item: AgendaItem, teammate: Teammate, reach: Reach) -> bool:
    return item.contact is not None and reach.covers(item.contact.owner_id, teammate.id)


def _is_free(held: QueueClaim | None, teammate: Teammate) -> bool:
    return held is None or (held.teammate_id == teammate.id and not held.is_passed)


def _id(item: AgendaItem) -> Id:
    assert item.contact is not None  # noqa: S101 - list_people leaves the others out
    contact_id: Id = item.contact.id
    return contact_id
