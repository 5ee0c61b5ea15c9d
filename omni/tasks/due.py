"""When a task is due: a day, or a time on it, as the clock of its own zone has it."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from omni.accounts.business_time import instant

END_OF_DAY = time(23, 59, 59, 999_999)


def due_instant(day: date, at: time | None, zone: str) -> datetime:
    """The instant of a time on a day; without a time the day's last.

    A time that clocks skip is the first instant after it, of a time that comes twice the first is meant.
    """
    if at is not None:
        return instant(ZoneInfo(zone), day, at)
    # Where clocks go back at midnight the last instant of the day comes twice, and the second is its end.
    return datetime.combine(day, END_OF_DAY.replace(fold=1), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local_day(at: datetime, zone: str) -> tuple[date, time | None]:
    """The day and the time of day of an instant; no time where it is the end of its day."""
    local = at.astimezone(ZoneInfo(zone))
    return local.date(), None if local.time() == END_OF_DAY else local.time()
