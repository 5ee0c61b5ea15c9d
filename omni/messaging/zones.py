"""In which time zones a person may be, and how we know: what they said, else everything that hints at it.

A hint may be wrong and a number may be far from home, so hints are joined: a text goes when its hour fits each zone.
The tables beside this file say where their figures are from.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

from omni.core import clock
from omni.messaging.tables import rows_of

# Of the mainland: what a toll-free number or none tells us of where its bearer is.
MAINLAND = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles")
# Of a number that belongs to no place the library names every zone of its continent, which is as good as none.
TOO_MANY = 12
_US = r"(?:[\s,]+(?:usa?|united states(?: of america)?))?\W*$"
# An American address ends with its postcode, others rarely do; two letters alone are a state behind a comma only.
_ZIP = re.compile(r"(?:^|[\s,])(?:([a-z]{2})[\s,.]+)?(\d{5})(?:-\d{4})?" + _US, re.IGNORECASE)
_STATE = re.compile(r"(?:^|,)\s*([a-z]{2})" + _US, re.IGNORECASE)


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
    near = filter(None, map(_read, places))
    return _where(address[:5] if address.startswith("+1") else address, stated, noted, tuple(dict.fromkeys(near)))


@lru_cache(maxsize=20_000)
def _where(address: str, stated: str, noted: str, places: tuple[str, ...]) -> Where:
    known = clock.zones()
    area = area_code(address)
    at = {place: _at(place) for place in places}
    near = frozenset(state for state, _zones in at.values()) | _states_of(area)
    if stated in known:
        # Who lives by another clock than a state's lives elsewhere.
        theirs = frozenset(state for state in near if _year(stated) in map(_year, states()[state].zones))
        return Where((stated,), theirs, (Evidence(Hint.STATED, stated),))
    zones, evidence = dict[str, None](), list[Evidence]()
    if noted in known:
        zones[noted] = None
        evidence.append(Evidence(Hint.NOTED, noted))
    for place, (_state, there) in at.items():
        zones |= dict.fromkeys(there)
        evidence.append(Evidence(Hint.PLACE, place))
    of_number = _of_area(area) if address.startswith("+1") else _of_number(address)
    if of_number:
        zones |= dict.fromkeys(of_number)
        evidence.append(Evidence(Hint.NUMBER, area or _country_code(address)))
    if not zones:
        return Where(MAINLAND, frozenset(), (Evidence(Hint.NOTHING),))
    return Where(tuple(zones), near, tuple(evidence))


@cache
def _year(zone: str) -> tuple[timedelta | None, ...]:
    """How the clocks of a zone stand in winter and in summer: Louisville has its own name and New York's clock."""
    noons = (datetime(clock.now().year, month, 15, 12, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return tuple(noon.utcoffset() for noon in noons)


def area_code(address: str) -> str:
    """The area code of a North American number; nothing for another."""
    code = address[2:5] if address.startswith("+1") else ""
    return code if len(code) == 3 and code.isdecimal() else ""


def _of_area(area: str) -> tuple[str, ...]:
    """The zones of an area code, whatever the number behind it: numbers move with people, areas do not."""
    if area in split_area_codes():
        return split_area_codes()[area]
    found = _of_number(f"+1{area}5550100") if area else ()
    if 0 < len(found) <= TOO_MANY:
        return found
    # A code may be younger than the library.
    return tuple(zone for state in _states_of(area) for zone in states()[state].zones)


def _of_number(address: str) -> tuple[str, ...]:
    try:
        number = phonenumbers.parse(address, None)
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in timezone.time_zones_for_number(number) if zone in clock.zones())


def _country_code(address: str) -> str:
    return f"+{phonenumbers.parse(address, None).country_code}"


@dataclass(frozen=True)
class State:
    """A state of the US: its zones, the one of most people first, and its area codes."""

    zones: tuple[str, ...]
    area_codes: frozenset[str]


@cache
def states() -> Mapping[str, State]:
    """Every state by its two letters."""
    return {
        row["state"]: State(tuple(row["zones"].split()), frozenset(row["area_codes"].split()))
        for row in rows_of("state_zones.csv")
    }


@cache
def postcodes() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """State and zones by the first three digits of a postcode; by all five where that one lies in another state."""
    found = {}
    for row in rows_of("zip_prefixes.csv"):
        for number in range(int(row["first"]), int(row["last"]) + 1):
            there = tuple(row["zones"].split()) or states()[row["state"]].zones
            found[f"{number:0{len(row['first'])}}"] = row["state"], there
    return found


@cache
def split_area_codes() -> Mapping[str, tuple[str, ...]]:
    """Area codes of which the library knows too few zones, one for each exchange, or the wrong one."""
    return {row["area_code"]: tuple(row["zones"].split()) for row in rows_of("split_area_codes.csv")}


@cache
def _states_of(area: str) -> frozenset[str]:
    return frozenset(name for name, state in states().items() if area in state.area_codes)


def _read(place: str) -> str:
    """The state and postcode that an American address ends with: "IL 60614", "60614" or "IL"; else nothing.

    Nothing else of an address is kept.
    """
    if found := _ZIP.search(place):
        named, code = (found[1] or "").upper(), found[2]
        if there := postcodes().get(code) or postcodes().get(code[:3]):
            return f"{there[0]} {code}"
    else:
        bare = _STATE.search(place)
        named = bare[1].upper() if bare else ""
    return named if named in states() else ""


def _at(place: str) -> tuple[str, tuple[str, ...]]:
    """The state and the zones of a place as it was read."""
    state, _space, code = place.partition(" ")
    return postcodes().get(code) or postcodes().get(code[:3]) or (state, states()[state].zones)
