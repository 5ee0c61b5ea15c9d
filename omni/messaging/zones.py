"""In which time zones a person may be, and how we know: what they said, else everything that hints at it.

A hint may be wrong and a number may be far from home, so hints are joined: a text goes when its hour fits each zone.
The tables beside this file say where their figures are from.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

import phonenumbers
from phonenumbers import timezone

from omni.core import clock

HERE = Path(__file__).parent
# Of the mainland: what a toll-free number or none tells us of where its bearer is.
MAINLAND = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles")
# NANPA, "Non-Geographic Services": toll-free, personal and test numbers.
NOWHERE = frozenset({"800", "833", "844", "855", "866", "877", "888", "500", "521", "522", "533", "544", "566", "577",
                     "588", "900", "700", "710"})  # fmt: skip
_ZIP = re.compile(r"\b(\d{3})\d{2}(?:-\d{4})?\b")
_STATE = re.compile(r"\b([A-Z]{2})\b")


class Hint(StrEnum):
    """On what a zone rests."""

    STATED = "stated"
    NOTED = "noted"
    PLACE = "place"
    NUMBER = "number"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Evidence:
    """One hint, and what it was: a postcode, a state, an area code."""

    hint: Hint
    what: str = ""


@dataclass(frozen=True)
class Where:
    """The zones a person may be in, the likeliest first, the US states whose rules may hold, and how we know."""

    zones: tuple[str, ...]
    states: frozenset[str] = frozenset()
    evidence: tuple[Evidence, ...] = ()

    def as_text(self) -> str:
        """What is kept beside a text: its zones and hints."""
        hints = ",".join(f"{each.hint}:{each.what}" if each.what else each.hint.value for each in self.evidence)
        return f"{','.join(self.zones)}|{hints}"[:255]


def where_is(address: str, *, stated: str = "", noted: str = "", places: Sequence[str] = ()) -> Where:
    """Where the person behind a number may be.

    `stated`: the zone they named themselves, which is believed alone. `noted`: the zone a teammate wrote down.
    `places`: postcodes and states of the US ("IL 60614") of addresses, and of where their network says they are.
    """
    return _where(address[:5] if address.startswith("+1") else address, stated, noted, tuple(places))


@lru_cache(maxsize=20_000)
def _where(address: str, stated: str, noted: str, places: tuple[str, ...]) -> Where:
    known = clock.zones()
    area = area_code(address)
    if stated in known:
        return Where((stated,), frozenset(_states_of(area, places)), (Evidence(Hint.STATED, stated),))
    zones, evidence = dict[str, None](), list[Evidence]()
    if noted in known:
        zones[noted] = None
        evidence.append(Evidence(Hint.NOTED, noted))
    for place in places:
        for state in _states_in(place):
            zones |= dict.fromkeys(states()[state].zones)
        if any(True for _state in _states_in(place)):
            evidence.append(Evidence(Hint.PLACE, place))
    of_number = _of_number(address, area)
    if of_number:
        zones |= dict.fromkeys(of_number)
        evidence.append(Evidence(Hint.NUMBER, area or address[:4]))
    if not zones:
        return Where(MAINLAND, frozenset(), (Evidence(Hint.NOTHING),))
    return Where(tuple(zones), frozenset(_states_of(area, places)), tuple(evidence))


def area_code(address: str) -> str:
    """The area code of a North American number; nothing for another, or one that belongs to no area."""
    code = address[2:5] if address.startswith("+1") else ""
    return code if len(code) == 3 and code.isdecimal() and code not in NOWHERE else ""


def _of_number(address: str, area: str) -> tuple[str, ...]:
    if area in split_area_codes():
        return split_area_codes()[area]
    if address.startswith("+1"):
        return _zones_of_number(f"{address[:5]}5550100") if area else ()
    return _zones_of_number(address)


@lru_cache(maxsize=20_000)
def _zones_of_number(address: str) -> tuple[str, ...]:
    try:
        number = phonenumbers.parse(address, None)
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in timezone.time_zones_for_number(number) if zone in clock.zones())


@dataclass(frozen=True)
class State:
    """A state of the US: its zones, its postcodes by their first three digits, area codes where its rules matter."""

    zones: tuple[str, ...]
    prefixes: tuple[tuple[int, int], ...]
    area_codes: frozenset[str]


@cache
def states() -> Mapping[str, State]:
    """Every state by its two letters."""
    found = {}
    for row in rows_of("state_zones.csv"):
        spans = [each.partition("-") for each in row["zip_prefixes"].split()]
        prefixes = tuple((int(first), int(last or first)) for first, _dash, last in spans)
        found[row["state"]] = State(tuple(row["zones"].split()), prefixes, frozenset(row["area_codes"].split()))
    return found


@cache
def split_area_codes() -> Mapping[str, tuple[str, ...]]:
    """Area codes that lie in two zones, of which the library of numbers knows one or the wrong one."""
    return {row["area_code"]: tuple(row["zones"].split()) for row in rows_of("split_area_codes.csv")}


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this file."""
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _states_of(area: str, places: Sequence[str]) -> Iterator[str]:
    """The states whose rules may hold for somebody of this area code and these places."""
    for place in places:
        yield from _states_in(place)
    yield from (name for name, state in states().items() if area in state.area_codes)


def _states_in(place: str) -> Iterator[str]:
    yield from (name for name in _STATE.findall(place) if name in states())
    # An address ends with its postcode; a house may have five digits too.
    for prefix in _ZIP.findall(place)[-1:]:
        yield from (name for name, state in states().items() if _holds(state, int(prefix)))


def _holds(state: State, prefix: int) -> bool:
    return any(first <= prefix <= last for first, last in state.prefixes)
