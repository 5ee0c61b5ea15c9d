"""What a contact likes and wants to reach, read for their page: the last check-ins, a sentence and a line of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni.contacts.models import Contact
from omni.contacts.particulars import Goal, GoalCheckin, Preference
from omni.core.faults import NotFound
from omni.core.ids import Id
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


def list_preferences(contact: Contact) -> list[Preference]:
    return list(Preference.select().where(Preference.contact == contact.id).order_by(Preference.id))


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


def list_progress(contact: Contact, *, with_sensitive: bool) -> list[Progress]:
    """The contact's goals, those still open first, each with its last check-ins."""
    query = Goal.select().where(Goal.contact == contact.id)
    goals = list(query if with_sensitive else query.where(~Goal.is_sensitive))
    if not goals:
        return []
    rows = GoalCheckin.select().where(GoalCheckin.goal.in_([goal.id for goal in goals]))
    last: dict[Id, list[GoalCheckin]] = {}
    for row in rows.order_by(GoalCheckin.on.desc()).limit(SHOWN * len(goals)):
        last.setdefault(row.goal_id, []).insert(0, row)
    goals.sort(key=lambda goal: (goal.status.value != "open", goal.id.int))
    return [progress_of(goal, last.get(goal.id, [])[-SHOWN:]) for goal in goals]


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
