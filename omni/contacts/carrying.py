"""How rows follow a merge: the mover most tables need, here for the rooms above too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omni.contacts.ports import Merge
from omni.core.changes import Op
from omni.core.ids import Id

_AT_ONCE = 500


@dataclass(frozen=True)
class Rows:
    """Moves the rows of a table that has a `contact`, and puts them back by their recorded change.

    `apart` names the columns by which the winner may have the same already: the loser keeps such a row out of sight,
    so that parting finds it where it was. With no columns (`()`) there is one row a contact.
    """

    model: Any
    apart: tuple[str, ...] | None = None

    def __call__(self, merge: Merge) -> None:
        ids = self.moving(merge.winner.id, merge.loser.id)
        for at in range(0, len(ids), _AT_ONCE):
            block = ids[at : at + _AT_ONCE]
            self.model.update(contact=merge.winner.id).where(self.model.id.in_(block)).execute()
        before, after = {"contact": merge.loser.id}, {"contact": merge.winner.id}
        for row_id in ids:
            merge.batch.record(
                self.model(id=row_id), Op.UPDATED, before=before, after=after, contact_id=merge.winner.id
            )

    def moving(self, winner_id: Id, loser_id: Id) -> list[Id]:
        """The ids of the loser's rows that the winner has nothing in place of, oldest first."""
        known = set(self._keys(winner_id).values()) if self.apart is not None else set()
        return [row_id for row_id, key in self._keys(loser_id).items() if key not in known]

    def _keys(self, contact_id: Id) -> dict[Id, tuple[Any, ...]]:
        columns = [self.model._meta.fields[name] for name in self.apart or ()]
        rows = self.model.select(self.model.id, *columns).where(self.model.contact == contact_id)
        return {row[0]: tuple(row[1:]) for row in rows.order_by(self.model.id).tuples()}
