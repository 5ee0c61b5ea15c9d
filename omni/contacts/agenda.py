"""What stands on Today: the items of every room, in the order of their urgency, one line a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from omni.accounts.models import Teammate
from omni.contacts import ports, queries
from omni.contacts.ports import AgendaItem, AgendaKind
from omni.core import clock
from omni.core.database import transaction
from omni.core.words import Lazy, _, lazy

SECTIONS: dict[AgendaKind, Lazy] = {
    AgendaKind.REPLY: lazy("Waiting for your reply"),
    AgendaKind.OVERDUE: lazy("Overdue"),
    AgendaKind.DUE: lazy("Due today"),
    AgendaKind.NEW_LEAD: lazy("New leads"),
}
SHOWN = 20


@dataclass(frozen=True)
class Section:
    """One kind of item with its heading; `count` counts those not shown too."""

    kind: AgendaKind
    title: str
    items: list[AgendaItem]
    count: int


@dataclass(frozen=True)
class Day:
    """Today: the first item on top, the others in their sections, and the first steps."""

    first: AgendaItem | None
    sections: list[Section]
    people: int
    steps: list[AgendaItem]

    @property
    def steps_done(self) -> bool:
        return all(step.is_done for step in self.steps)


def list_today(teammate: Teammate) -> Day:
    """Everything the rooms have for this teammate today."""
    items = [item for answer in ports.agenda.answers() for item in answer(teammate)]
    steps = sorted((item for item in items if item.kind is AgendaKind.FIRST_STEP), key=lambda item: item.order)
    rest = _one_each(item for item in items if item.kind is not AgendaKind.FIRST_STEP)
    people = {item.contact.id for item in rest if item.contact is not None}
    sections = [_section(kind, [item for item in rest[1:] if item.kind is kind]) for kind in SECTIONS]
    day = Day(rest[0] if rest else None, [section for section in sections if section.items], len(people), steps)
    return replace(_ringed(day), steps=[_bring_people(), *steps])


def close_steps(teammate: Teammate) -> None:
    """Show this teammate no first steps any more."""
    with transaction():
        Teammate.update(checklist_closed_at=clock.now()).where(Teammate.id == teammate.id).execute()


def _bring_people() -> AgendaItem:
    has_people = queries.visible().exists()
    return AgendaItem(AgendaKind.FIRST_STEP, _("Bring your people"), "/contacts/import", order=0, is_done=has_people)


def _one_each(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """The items by urgency, each person once, with what is most urgent about them."""
    kinds = list(AgendaKind)
    ordered: list[AgendaItem] = []
    seen = set()
    by_kind: dict[AgendaKind, list[AgendaItem]] = {kind: [] for kind in kinds}
    for item in items:
        by_kind[item.kind].append(item)
    for kind in kinds:
        for item in sorted(by_kind[kind], key=lambda one: one.order):
            key = item.contact.id if item.contact is not None else item.act_href
            if key not in seen:
                seen.add(key)
                ordered.append(item)
    return ordered


def _ringed(day: Day) -> Day:
    """The day with a ring on each face: where an item brings none, the one of the stage its person stands in."""
    shown = [*([day.first] if day.first else []), *(item for section in day.sections for item in section.items)]
    bare = [item.contact.id for item in shown if item.contact is not None and item.ring is None]
    standings = queries.standings(bare) if bare else {}

    def ringed(item: AgendaItem) -> AgendaItem:
        standing = standings.get(item.contact.id) if item.contact is not None else None
        return replace(item, ring=item.ring or standing.ring) if standing else item

    sections = [replace(section, items=[ringed(item) for item in section.items]) for section in day.sections]
    return replace(day, first=day.first and ringed(day.first), sections=sections)


def _section(kind: AgendaKind, items: list[AgendaItem]) -> Section:
    return Section(kind, str(SECTIONS[kind]), items[:SHOWN], len(items))
