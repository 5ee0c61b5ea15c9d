"""Where a studio is: what its phone number says, and what a country brings along."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import phonenumbers
from babel import Locale
from babel.numbers import get_territory_currencies
from phonenumbers import timezone as phone_zones

from omni.accounts import defaults
from omni.core import clock


@dataclass(frozen=True)
class Place:
    """A country (ISO 3166, two letters), the IANA zone a studio there lives in, and its money (ISO 4217)."""

    country: str
    timezone: str
    currency: str


def phone_of(text: str, country: str = defaults.COUNTRY) -> str | None:
    """The number in E.164, read as a person in `country` writes it; None when it is none."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def place_of(phone: str) -> Place:
    """Where the owner of an E.164 number most likely is. Each part can be changed in Settings."""
    number = phonenumbers.parse(phone)
    country = phonenumbers.region_code_for_number(number) or defaults.COUNTRY
    zones = [zone for zone in phone_zones.time_zones_for_number(number) if zone in clock.zones()]
    if len(zones) != 1:
        zones = [_COMMONEST_ZONE.get(country) or next(iter(zones), defaults.TIMEZONE)]
    return Place(country, zones[0], currency_of(country))


@cache
def currency_of(country: str) -> str:
    """The money people pay with in `country`; US dollars where none is known."""
    known = get_territory_currencies(country, date(2026, 1, 1)) or ["USD"]
    return str(known[0])


@cache
def zones() -> tuple[str, ...]:
    """Every zone a studio may live in, by name."""
    return ("UTC", *sorted(zone for zone in clock.zones() if "/" in zone and not zone.startswith("Etc/")))


def countries(locale: Locale) -> list[tuple[str, str]]:
    """Every country as (code, name in `locale`), by name."""
    names = {code: name for code, name in locale.territories.items() if len(code) == 2 and code not in _NOT_COUNTRIES}
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


def currencies(locale: Locale) -> list[tuple[str, str]]:
    """Every money in use somewhere, as (code, "code, name")."""
    used = sorted({currency_of(code) for code, _name in countries(Locale.parse("en"))})
    return [(code, f"{code} · {locale.currencies.get(code, code)}") for code in used]


_NOT_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}

# Where most people live, for numbers that tell no more than a country of several zones (checked_on 2026-11-22).
_COMMONEST_ZONE = {
    "US": "America/New_York",
    "CA": "America/Toronto",
    "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo",
    "AU": "Australia/Sydney",
    "RU": "Europe/Moscow",
    "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon",
}
