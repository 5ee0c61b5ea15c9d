"""People of one page, with what their cells show read once for all of them, and only where a cell asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from omni.contacts import custom_fields, queries, wording
from omni.contacts.custom_fields import Value
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact, ContactPoint, Tag
from omni.contacts.next_actions import NextAction
from omni.contacts.particulars import FieldDef
from omni.contacts.ports import Standing
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.together import read_together
from omni.core.words import _

Fields = Callable[[], list[FieldDef]]


class Block:
    """Some people, and what stands about them in other tables. `is_masked` hides the most of an address; `fields` says
    which fields the studio has of its own, where a cell asks."""

    def __init__(
        self, contacts: Sequence[Contact], *, is_masked: bool = False, fields: Fields = custom_fields.list_defs
    ) -> None:
        self._fields = fields
        self.contacts = list(contacts)
        self.ids = [contact.id for contact in contacts]
        self.is_masked = is_masked

    @property
    def tags(self) -> dict[Id, list[Tag]]:
        return self._read.tags

    @property
    def owners(self) -> dict[Id, str]:
        return self._read.owners

    def point(self, contact: Contact, kind: PointKind) -> str:
        """The contact's first address of a kind, as people read it."""
        found = self._read.points.get((contact.id, kind))
        return wording.point_text(found, masked=self.is_masked) if found else ""

    def stage(self, contact: Contact) -> str:
        found = self.standings.get(contact.id)
        return found.stage if found else ""

    def step(self, contact: Contact) -> str:
        """What is to be done next, and when."""
        found = self._read.steps.get(contact.id)
        if found is None:
            return ""
        when = wording.when(found.due_at)
        return _("%(what)s, %(when)s", what=found.title, when=when) if found.title else when

    def own(self, contact: Contact, field: FieldDef) -> Value:
        return self._read.values.get(contact.id, {}).get(field.id)

    @cached_property
    def standings(self) -> Mapping[Id, Standing]:
        return queries.standings(self.ids)

    @cached_property
    def _read(self) -> _Cells:
        """Everything a cell may ask for, in one statement."""
        fields = self._fields()
        tags, owners, points, steps, values = read_together(
            queries.tagged.bound(contacts=self.ids),
            queries.names.bound(teammates=list({contact.owner_id for contact in self.contacts if contact.owner_id})),
            *_reached.each(contacts=self.ids),
            custom_fields.stored.bound(contacts=self.ids, fields=[field.id for field in fields]),
        )
        # The first choice is written last.
        points.sort(key=lambda point: (point.is_primary, -point.id.int))
        steps.sort(key=lambda step: step.due_at, reverse=True)
        return _Cells(
            tags=queries.by_contact(tags),
            owners={row.id: row.user.name for row in owners},
            points={(point.contact_id, point.kind): point for point in points},
            steps={step.contact_id: step for step in steps},
            values=custom_fields.read_values(values, fields),
        )


@prepared
def _reached(contacts: Any) -> Any:
    """The phones and e-mails of these contacts, and what is asked for by whom."""
    points = ContactPoint.select().where(ContactPoint.contact.in_(contacts))
    steps = NextAction.select().where(NextAction.contact.in_(contacts))
    return points.where(ContactPoint.kind.in_([PointKind.PHONE, PointKind.EMAIL])), steps


@dataclass(frozen=True)
class _Cells:
    """What stands about people in other tables, by the contact; a point by its kind too, an owner by their own id."""

    tags: dict[Id, list[Tag]]
    owners: dict[Id, str]
    points: dict[tuple[Id, PointKind], ContactPoint]
    steps: dict[Id, NextAction]
    values: dict[Id, dict[Id, Value]]
