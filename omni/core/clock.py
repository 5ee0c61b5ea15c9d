"""One clock. Every instant is aware UTC; a day belongs to a zone.

In development and test a fixed instant may be set (`OMNI_NOW`), from which the clock does not move.
"""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_frozen: datetime | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen or datetime.now(UTC)


def freeze(at: datetime | None) -> None:
    """Stop the clock at `at` (aware), or let it run again with None."""
    global _frozen
    if at is not None and at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    _frozen = at.astimezone(UTC) if at else None


def today_in(zone: str) -> date:
    """The calendar day it is now in the IANA zone `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()


@cache
def zones() -> frozenset[str]:
    """The IANA names of all zones. Read once: it means walking through a thousand files."""
    return frozenset(available_timezones())
