"""What a studio says of itself: name, place, language, hours and holidays."""

from collections.abc import Mapping
from datetime import date

from omni.accounts import ports, queries
from omni.accounts.models import BusinessHours, Holiday, Teammate
from omni.core import audit
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.tenancy import Workspace, current_workspace

# (opens, closes) in minutes of the day, by weekday (0 is Monday); a day that is missing is closed.
Hours = Mapping[int, tuple[int, int]]


def change_workspace(*, by: Teammate, **values: str) -> list[str]:
    """Write what the studio says of itself; the names of changed fields."""
    workspace = current_workspace()
    before = {name: getattr(workspace, name) or "" for name in values}
    changed = [name for name, value in values.items() if before[name] != value]
    if not changed:
        return []
    for name in changed:
        setattr(workspace, name, values[name])
    with transaction():
        Workspace.update({name: values[name] for name in changed}).where(Workspace.id == workspace.id).execute()
        if "timezone" in changed:
            _tell_hours()
        for name in changed:
            after = values[name]
            audit.record("workspace.changed", workspace, by=by.actor, field=name, before=before[name], after=after)
    return changed


def set_business_hours(hours: Hours, *, by: Teammate) -> None:
    """The studio is open at `hours` and at no other."""
    with transaction():
        BusinessHours.delete().execute()
        for weekday, (from_min, to_min) in sorted(hours.items()):
            BusinessHours.create(weekday=weekday, from_min=from_min, to_min=to_min)
        _tell_hours()
        audit.record("workspace.hours_changed", current_workspace(), by=by.actor, hours=sorted(hours.items()))


def add_holiday(day: date, *, by: Teammate) -> Holiday:
    """The studio is closed on `day`."""
    with transaction():
        holiday = queries.find_holiday(day) or Holiday.create(local_day=day)
        _tell_hours()
        audit.record("workspace.holiday_added", current_workspace(), by=by.actor, day=day.isoformat())
    return holiday


def remove_holiday(holiday_id: Id, *, by: Teammate) -> None:
    """The studio is open again on that day. Raises: NotFound."""
    with transaction():
        holiday = queries.get_holiday(holiday_id)
        Holiday.delete().where(Holiday.id == holiday.id).execute()
        _tell_hours()
        day = holiday.local_day.isoformat()
        audit.record("workspace.holiday_removed", current_workspace(), by=by.actor, day=day)


def _tell_hours() -> None:
    for answer in ports.hours_changed.answers():
        answer()
