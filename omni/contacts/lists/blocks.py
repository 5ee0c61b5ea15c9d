"""People of one page, with what their cells show read once for all of them, and only where a cell asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from omni.contacts import custom_fields, queries, wording
from omni.contacts.custom_fields import Value
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact, ContactPoint, Tag
from omni.contacts.next_actions import NextAction
from omni.contacts.particulars import FieldDef
from omni.contacts.ports import Standing
from omni.core.ids import Id
from omni.core.words import _


class Block:
    """Some people, and what stands about them in other tables. `is_masked` hides the most of an address."""

    def __init__(self, contacts: Sequence[Contact], *, is_masked: bool = False) -> None:
        self.contacts = list(contacts)
        self.ids = [contact.id for contact in contacts]
        self.is_masked = is_masked

    @cached_property
    def tags(self) -> dict[Id, list[Tag]]:
        return queries.tags_of(self.ids)

    @cached_property
    def owners(self) -> dict[Id, str]:
        return queries.names_of(contact.owner_id for contact in self.contacts if contact.owner_id)

    def point(self, contact: Contact, kind: PointKind) -> str:
        """The contact's first address of a kind, as people read it."""
        found = self._points.get((contact.id, kind))
        return wording.point_text(found, masked=self.is_masked) if found else ""

    def stage(self, contact: Contact) -> str:
        found = self.standings.get(contact.id)
        return found.stage if found else ""

    def step(self, contact: Contact) -> str:
        """What is to be done next, and when."""
        found = self._steps.get(contact.id)
        if found is None:
            return ""
        when = wording.when(found.due_at)
        return _("%(what)s, %(when)s", what=found.title, when=when) if found.title else when

    def own(self, contact: Contact, field: FieldDef) -> Value:
        return self._values.get(contact.id, {}).get(field.id)

    @cached_property
    def _points(self) -> dict[tuple[Id, PointKind], ContactPoint]:
        points = ContactPoint.select().where(
            ContactPoint.contact.in_(self.ids), ContactPoint.kind.in_([PointKind.PHONE, PointKind.EMAIL])
        )
        # The first choice is written last.
        rows = sorted(points, key=lambda point: (point.is_primary, -point.id.int)) if self.ids else []
        return {(point.contact_id, point.kind): point for point in rows}

    @cached_property
    def standings(self) -> Mapping[Id, Standing]:
        return queries.standings(self.ids)

    @cached_property
    def _steps(self) -> dict[Id, NextAction]:
        if not any(contact.next_action_at for contact in self.contacts):
            return {}
        rows = NextAction.select().where(NextAction.contact.in_(self.ids)).order_by(NextAction.due_at.desc())
        return {row.contact_id: row for row in rows}

    @cached_property
    def _values(self) -> dict[Id, dict[Id, Value]]:
        return custom_fields.values_of(self.ids)
