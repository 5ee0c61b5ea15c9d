"""What stands on Today: the items of every room, in the order of their urgency, one line a person; beside them who
comes today, and how the last days went.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from omni.accounts import queries as accounts
from omni.accounts.models import Teammate
from omni.contacts import ports, queries
from omni.contacts.kinds import Lifecycle
from omni.contacts.next_actions import NextAction
from omni.contacts.ports import AgendaItem, AgendaKind, Standing
from omni.core import clock
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.policies import Policy, allows
from omni.core.tenancy import current_workspace
from omni.core.together import read_together
from omni.core.words import Lazy, _, lazy

SECTIONS: dict[AgendaKind, Lazy] = {
    AgendaKind.REPLY: lazy("Waiting for your reply"),
    AgendaKind.OVERDUE: lazy("Overdue"),
    AgendaKind.DUE: lazy("Due today"),
    AgendaKind.NEW_LEAD: lazy("New leads"),
    AgendaKind.SILENT: lazy("Silent"),
}
SHOWN = 20
# So many visits stand beside them, and so many days are counted.
VISITS, WEEK = 8, timedelta(days=7)


@dataclass(frozen=True)
class Section:
    """One kind of item with its heading; `count` counts those not shown too, and `has_more` says that it is no less."""

    kind: AgendaKind
    title: str
    items: list[AgendaItem]
    count: int
    has_more: bool

    @property
    def all_href(self) -> str:
        """Where the others stand; nowhere else when all are shown."""
        return self.items[0].all_href if self.has_more or self.count > len(self.items) else ""


@dataclass(frozen=True)
class Lately:
    """The last seven days: new leads by day, the last of them today, and both sums beside those of the week before."""

    days: list[tuple[date, int]]
    leads: int
    members: int
    leads_before: int
    members_before: int

    @property
    def most(self) -> int:
        """The new leads of the fullest day, never less than one."""
        return max(1, *(count for _day, count in self.days))


@dataclass(frozen=True)
class Beside:
    """Who comes to the studio today, how the last days went, and how far the studio is with its first steps."""

    visits: list[NextAction]
    lately: Lately | None
    has_people: bool
    is_team: bool


@dataclass(frozen=True)
class Day:
    """Today: the first item on top, the others in their sections, the first steps, and what stands beside them.

    `people` need the teammate; `has_more` says that it is no less.
    """

    first: AgendaItem | None
    sections: list[Section]
    people: int
    has_more: bool
    steps: list[AgendaItem]
    beside: Beside

    @property
    def steps_done(self) -> bool:
        return all(step.is_done for step in self.steps)


def list_today(teammate: Teammate) -> Day:
    """Everything the rooms have for this teammate today."""
    items = _asked(teammate)
    steps = sorted((item for item in items if item.kind is AgendaKind.FIRST_STEP), key=lambda item: item.order)
    rest = _one_each(items)
    people = {item.contact.id for item in rest if item.contact is not None}
    more = {item.kind for item in items if item.has_more}
    sections = [
        _section(kind, [item for item in rest[1:] if item.kind is kind], has_more=kind in more) for kind in SECTIONS
    ]
    beside, shown = read_beside(), [section for section in sections if section.items]
    day = Day(rest[0] if rest else None, shown, len(people), bool(more), steps, beside)
    if teammate.checklist_closed_at is None:
        day = replace(day, steps=[_bring_people(beside), *steps, *_invite(teammate, beside)])
    return _ringed(day)


def list_people(teammate: Teammate) -> list[AgendaItem]:
    """Everyone who needs this teammate today, the most urgent first."""
    return [item for item in _one_each(_asked(teammate)) if item.contact is not None]


def with_standings(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """The items with their people's standing, and a ring on each face: where an item brings none, that of the stage."""
    items = list(items)
    standings = queries.standings(item.contact.id for item in items if item.contact is not None)
    return [_standing(item, standings) for item in items]


def read_beside() -> Beside:
    """What stands beside the lines, and what the first steps ask about."""
    zone = ZoneInfo(current_workspace().timezone)
    today = clock.today_in(zone.key)
    first = today - WEEK + timedelta(days=1)
    visits, begun, people, asked, team = read_together(
        queries.visits.bound(since=_start(today, zone), until=_start(today + timedelta(days=1), zone), limit=VISITS),
        queries.beginnings.bound(since=_start(first - WEEK, zone)),
        queries.anybody.bound(),
        *accounts.team.each(),
    )
    return Beside(visits, _lately(begun, first, zone), bool(people), bool(asked) or len(team) > 1)


def _lately(begun: Iterable[tuple[Lifecycle, datetime]], first: date, zone: ZoneInfo) -> Lately | None:
    """Who came and who joined in the seven days from `first` and in the seven before; None when nobody did."""
    counts = Counter((state, at.astimezone(zone).date()) for state, at in begun)
    if not counts:
        return None

    def total(state: Lifecycle, start: date) -> int:
        return sum(counts[state, start + timedelta(days=n)] for n in range(WEEK.days))

    days = [(day, counts[Lifecycle.LEAD, day]) for day in (first + timedelta(days=n) for n in range(WEEK.days))]
    return Lately(
        days,
        leads=total(Lifecycle.LEAD, first),
        members=total(Lifecycle.MEMBER, first),
        leads_before=total(Lifecycle.LEAD, first - WEEK),
        members_before=total(Lifecycle.MEMBER, first - WEEK),
    )


def close_steps(teammate: Teammate) -> None:
    """Show this teammate no first steps any more."""
    with transaction():
        Teammate.update(checklist_closed_at=clock.now()).where(Teammate.id == teammate.id).execute()


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _bring_people(beside: Beside) -> AgendaItem:
    words = _("Bring your people")
    return AgendaItem(AgendaKind.FIRST_STEP, words, "/contacts/import", order=0, is_done=beside.has_people)


def _invite(teammate: Teammate, beside: Beside) -> list[AgendaItem]:
    """The last of the first steps, for who may do it."""
    if not allows(teammate.role, Policy.MANAGE_TEAM):
        return []
    return [AgendaItem(AgendaKind.FIRST_STEP, _("Invite a teammate"), "/settings/team", is_done=beside.is_team)]


def _asked(teammate: Teammate) -> list[AgendaItem]:
    """What every room has for this teammate; who rests is left alone until their day, or until they speak."""
    now = clock.now()
    items = [item for answer in ports.agenda.answers() for item in answer(teammate)]
    return [item for item in items if not (item.contact and (item.contact.snoozed_until or now) > now)]


def _one_each(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """The items by urgency, each person once, with what is most urgent about them."""
    rank = {kind: place for place, kind in enumerate(SECTIONS)}
    found: dict[object, AgendaItem] = {}
    for kind in rank:
        for item in sorted((one for one in items if one.kind is kind), key=lambda one: one.order):
            found.setdefault(item.contact.id if item.contact is not None else item.act_href, item)
    return list(found.values())


def _ringed(day: Day) -> Day:
    """The day with the standing of everyone who is shown."""
    shown = [*([day.first] if day.first else []), *(item for section in day.sections for item in section.items)]
    fresh = dict(zip(map(id, shown), with_standings(shown), strict=True))
    sections = [replace(section, items=[fresh[id(item)] for item in section.items]) for section in day.sections]
    return replace(day, first=day.first and fresh[id(day.first)], sections=sections)


def _standing(item: AgendaItem, standings: dict[Id, Standing]) -> AgendaItem:
    standing = standings.get(item.contact.id) if item.contact is not None else None
    return replace(item, ring=item.ring or standing.ring, standing=standing) if standing else item


def _section(kind: AgendaKind, items: list[AgendaItem], *, has_more: bool) -> Section:
    return Section(kind, str(SECTIONS[kind]), items[:SHOWN], len(items), has_more)
