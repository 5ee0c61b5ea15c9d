"""From which age a person may agree for themselves, country by country."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("ages.toml")


def age_of_consent(country: str) -> int:
    """The age in whole years from which a person in `country` (ISO 3166, two letters) may agree alone."""
    table = _table()
    row = table.get(country.upper())
    return int(row["age"] if isinstance(row, dict) else table["default"])


def is_of_age(country: str, *, birth_year: int, birth_month: int, on: date) -> bool:
    """Whether somebody born in that month has certainly reached the country's age on that day.

    The day of birth is not asked, so a birthday month counts from its end.
    """
    reached = (birth_year + age_of_consent(country), birth_month)
    return reached < (on.year, on.month)


def checked_on() -> date:
    """The day a person last compared the table with its sources."""
    day: date = _table()["checked_on"]
    return day


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
