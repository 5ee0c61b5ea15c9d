"""What somebody likes, what they want to reach, and how far they have come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from omni.contacts.actions.life import row_of
from omni.contacts.doers import By, actor_of
from omni.contacts.folding import fold_name
from omni.contacts.kinds import Entry, GoalStatus
from omni.contacts.models import Contact
from omni.contacts.particulars import Goal, GoalCheckin, Preference
from omni.core import changes
from omni.core.changes import Batch, Op
from omni.core.database import transaction
from omni.core.faults import Invalid, NotFound, Stale
from omni.core.tenancy import take_turns
from omni.core.words import lazy, marked

MOST = 50
TOO_MANY = lazy("50 are enough for one person. Take one away first.")
_LIKES = marked("What %(name)s likes changed")
_GOAL = marked("Goal %(goal)s of %(name)s changed")


def set_preference(contact: Contact, key: str, value: str, *, by: By, source: Entry = Entry.HAND) -> bool:
    """Note what somebody likes, in place of what was noted under this key; False when it was noted already."""
    with transaction():
        take_turns(f"what {contact.id} likes")
        rows = list(Preference.select().where(Preference.contact == contact.id))
        known = next((row for row in rows if fold_name(row.key) == fold_name(key)), None)
        if known and known.value == value:
            return False
        if known is None and len(rows) >= MOST:
            raise Invalid(faults={"key": TOO_MANY.key})
        with changes.batch("likes", _LIKES, by=actor_of(by), name=contact.display_name) as batch:
            if known is None:
                row = Preference.create(contact=contact.id, key=key, value=value, source=source)
                batch.record(row, Op.CREATED, before=None, after=row_of(row), contact_id=contact.id)
            else:
                _update(known, {"value": value, "source": source}, batch)
    return True


def remove_preference(contact: Contact, row: Preference, *, by: By) -> None:
    """Forget what was noted under this key."""
    with transaction(), changes.batch("likes", _LIKES, by=actor_of(by), name=contact.display_name) as batch:
        _delete(row, contact, batch)


def add_goal(contact: Contact, wanted: Mapping[str, object], *, by: By) -> Goal:
    """Note what somebody wants to reach: `name`, and as far as known `unit start target due_on is_sensitive`."""
    words = marked("Goal for %(name)s")
    with transaction(), changes.batch("goal", words, by=actor_of(by), name=contact.display_name) as batch:
        if Goal.select().where(Goal.contact == contact.id).count() >= MOST:
            raise Invalid(faults={"name": TOO_MANY.key})
        goal = Goal.create(contact=contact.id, **wanted)
        batch.record(goal, Op.CREATED, before=None, after=row_of(goal), contact_id=contact.id)
    return goal


def edit_goal(contact: Contact, goal: Goal, wanted: Mapping[str, object], *, version: int, by: By) -> Goal:
    """Make the goal say this. Raises: Stale when somebody else changed it first."""
    with transaction(), _changing(contact, goal, by) as batch:
        after = {name: value for name, value in wanted.items() if getattr(goal, name) != value}
        before = {name: getattr(goal, name) for name in after}
        mine = (Goal.id == goal.id) & (Goal.version == version)
        if not Goal.update({**after, "version": version + 1}).where(mine).execute():
            raise _other(goal)
        batch.record(goal, Op.UPDATED, before=before, after=after, contact_id=contact.id)
    return goal


def check_in(contact: Contact, goal: Goal, value: float, *, on: date, by: By) -> bool:
    """Note how far they were on a day, in place of what was noted for it; True when that reaches the goal."""
    with transaction(), _changing(contact, goal, by) as batch:
        take_turns(f"check-ins of {goal.id}")
        row = GoalCheckin.select().where(GoalCheckin.goal == goal.id, GoalCheckin.on == on).first()
        if row is None:
            row = GoalCheckin.create(goal=goal.id, value=value, on=on)
            batch.record(row, Op.CREATED, before=None, after=row_of(row), contact_id=contact.id)
        elif row.value != value:
            batch.record(row, Op.UPDATED, before={"value": row.value}, after={"value": value}, contact_id=contact.id)
            GoalCheckin.update(value=value).where(GoalCheckin.id == row.id).execute()
        # A goal with check-ins is no longer as it was made, so that taking its making back leaves it.
        Goal.update(version=Goal.version + 1).where(Goal.id == goal.id).execute()
        is_reached = goal.status is GoalStatus.OPEN and goal.is_reached_by(value)
        if is_reached:
            _update(goal, {"status": GoalStatus.REACHED}, batch)
    return is_reached


def delete_goal(contact: Contact, goal: Goal, *, by: By) -> None:
    """Take a goal away with its check-ins."""
    words = marked("Goal %(goal)s of %(name)s deleted")
    values = {"goal": goal.name, "name": contact.display_name}
    with transaction(), changes.batch("goal", words, by=actor_of(by), **values) as batch:
        for row in GoalCheckin.select().where(GoalCheckin.goal == goal.id):
            batch.record(row, Op.DELETED, before=row_of(row), after=None, contact_id=contact.id)
        # Recorded last, so that Undo, which walks backwards, puts the goal back before its check-ins.
        _delete(goal, contact, batch)


def _changing(contact: Contact, goal: Goal, by: By):  # type: ignore[no-untyped-def]
    return changes.batch("goal", _GOAL, by=actor_of(by), goal=goal.name, name=contact.display_name)


def _update(row: Preference | Goal, after: dict[str, object], batch: Batch) -> None:
    before = {name: getattr(row, name) for name in after}
    type(row).update(after).where(type(row).id == row.id).execute()
    batch.record(row, Op.UPDATED, before=before, after=after, contact_id=row.contact_id)


def _delete(row: Preference | Goal, contact: Contact, batch: Batch) -> None:
    type(row).delete().where(type(row).id == row.id).execute()
    batch.record(row, Op.DELETED, before=row_of(row), after=None, contact_id=contact.id)


def _other(goal: Goal) -> Stale | NotFound:
    fresh = Goal.select().where(Goal.id == goal.id).first()
    return Stale(fresh) if fresh else NotFound()
