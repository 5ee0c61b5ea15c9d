"""What a contact likes and wants to reach, read for their page: the last check-ins, a sentence and a line of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import fn

from omni.contacts.models import Contact
from omni.contacts.particulars import Goal, GoalCheckin, Preference
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.together import Part
from omni.core.words import _, local_day, number

# A line on a phone shows no more.
SHOWN = 60
_WIDTH, _HEIGHT = 100, 24


@dataclass(frozen=True)
class Progress:
    """A goal as its contact's page shows it; `points` draw its line in a box of 100 by 24."""

    goal: Goal
    sentence: str
    points: str


def list_preferences(contact: Contact) -> Part[list[Preference]]:
    """What the contact likes, in the order it was told."""
    return Part((_preferences.bound(contact=contact.id),), lambda rows: sorted(rows, key=lambda row: row.id.int))


@prepared
def _preferences(contact: Any) -> Any:
    return Preference.select().where(Preference.contact == contact)


def get_preference(preference_id: Id, contact: Contact) -> Preference:
    """One of what the contact likes. Raises: NotFound."""
    mine = (Preference.id == preference_id) & (Preference.contact == contact.id)
    found: Preference | None = Preference.select().where(mine).first()
    if found is None:
        raise NotFound
    return found


def get_goal(goal_id: Id, contact: Contact) -> Goal:
    """One of the contact's goals. Raises: NotFound."""
    found: Goal | None = Goal.select().where(Goal.id == goal_id, Goal.contact == contact.id).first()
    if found is None:
        raise NotFound
    return found


def list_progress(contact: Contact, *, with_sensitive: bool) -> Part[list[Progress]]:
    """The contact's goals, those still open first, each with its last check-ins."""

    def make(goals: list[Goal], checkins: list[GoalCheckin]) -> list[Progress]:
        last: dict[Id, list[GoalCheckin]] = {}
        for row in sorted(checkins, key=lambda row: row.on):
            last.setdefault(row.goal_id, []).append(row)
        goals.sort(key=lambda goal: (goal.status.value != "open", goal.id.int))
        return [progress_of(goal, last.get(goal.id, [])) for goal in goals]

    return Part((_goals if with_sensitive else _open_goals).each(contact=contact.id), make)


@prepared
def _goals(contact: Any) -> Any:
    return _with_checkins(Goal.select().where(Goal.contact == contact))


@prepared
def _open_goals(contact: Any) -> Any:
    return _with_checkins(Goal.select().where(Goal.contact == contact, ~Goal.is_sensitive))


def _with_checkins(goals: Any) -> tuple[Any, Any]:
    return goals, _last_checkins(goals.select(Goal.id))


def _last_checkins(goals: Any) -> Any:
    """Of each of these goals the last check-ins, as many as are shown."""
    place = fn.ROW_NUMBER().over(partition_by=[GoalCheckin.goal], order_by=[GoalCheckin.on.desc()])
    placed = GoalCheckin.select(GoalCheckin.id, place.alias("place")).where(GoalCheckin.goal.in_(goals)).alias("placed")
    query = GoalCheckin.select().join(placed, on=(GoalCheckin.id == placed.c.id))
    return query.where(placed.c.place <= SHOWN).objects(GoalCheckin)


def progress_of(goal: Goal, checkins: Sequence[GoalCheckin]) -> Progress:
    """The goal with what its check-ins say, oldest first."""
    return Progress(goal, _sentence(goal, checkins), _line(goal, [row.value for row in checkins]))


def _sentence(goal: Goal, checkins: Sequence[GoalCheckin]) -> str:
    target = _measured(goal, goal.target)
    if not checkins:
        return _("No check-in yet; the goal is %(target)s.", target=target) if target else _("No check-in yet.")
    last = checkins[-1]
    values = {"now": _measured(goal, last.value), "day": local_day(last.on, "day"), "target": target}
    share = goal.share_of(last.value)
    if share is not None:
        return _("%(now)s on %(day)s, %(share)s of the way to %(target)s.", **values, share=number(share, "percent"))
    return _("%(now)s on %(day)s of %(target)s.", **values) if target else _("%(now)s on %(day)s.", **values)


def _measured(goal: Goal, value: float | None) -> str:
    if value is None:
        return ""
    return f"{number(value)} {goal.unit}".strip()


def _line(goal: Goal, values: Sequence[float]) -> str:
    """The check-ins from left to right, between the lowest and the highest of them, the start and the target."""
    if len(values) < 2:
        return ""
    bounds = [*values, *(value for value in (goal.start, goal.target) if value is not None)]
    low, span = min(bounds), max(bounds) - min(bounds) or 1.0
    step = _WIDTH / (len(values) - 1)
    return " ".join(f"{n * step:.1f},{_HEIGHT * (1 - (value - low) / span):.1f}" for n, value in enumerate(values))
