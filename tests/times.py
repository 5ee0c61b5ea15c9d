"""The clock of the tests: made to stand, and an hour at which a text may arrive."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from omni.core import clock


@contextmanager
def at(moment: Any) -> Iterator[None]:
    """The clock stands at `moment`."""
    before = clock._frozen
    clock.freeze(moment)
    try:
        yield
    finally:
        clock.freeze(before)


def noon() -> datetime:
    """The last noon of a weekday in Chicago. It is past, since the simulated carrier goes by the machine's clock."""
    here = datetime.now(ZoneInfo("America/Chicago")).replace(hour=12, minute=0, second=0, microsecond=0)
    days = (here - timedelta(days=n) for n in range(1, 5))
    return next(day for day in days if day.weekday() < 5)
