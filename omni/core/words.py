"""What people read, in their language: sentences by gettext, and dates, times, numbers and money by Babel.

The key of a sentence is the whole English sentence with named values, `%(name)s`; a percent sign is written `%%`.
Catalogs are read once, at start, and kept in memory. The language and the zone of the moment are a ContextVar, so that
jobs and mail have words without a request.
"""

import gettext as gnu
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from markupsafe import escape

from omni.core import clock

CATALOGS = Path(__file__).resolve().parents[2] / "translations"
ENGLISH = "en"

_catalogs: dict[str, gnu.NullTranslations] = {ENGLISH: gnu.NullTranslations()}


@dataclass(frozen=True)
class Tongue:
    """A language and a zone to speak in."""

    locale: Locale
    zone: ZoneInfo

    @property
    def catalog(self) -> gnu.NullTranslations:
        return _catalogs.get(self.locale.language, _catalogs[ENGLISH])


_tongue: ContextVar[Tongue | None] = ContextVar("omni_tongue", default=None)


def load(folder: Path = CATALOGS) -> list[str]:
    """Read every catalog under `folder` into memory; the languages there are."""
    for po in sorted(folder.glob("*/omni.po")):
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.name)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        _catalogs[po.parent.name] = gnu.GNUTranslations(compiled)
    return languages()


def languages() -> list[str]:
    """The languages a person may choose, English first."""
    return [ENGLISH, *sorted(set(_catalogs) - {ENGLISH})]


@contextmanager
def use_locale(locale: str | None, zone: str | None = None) -> Iterator[Tongue]:
    """Speak `locale` (and tell time in `zone`) inside the block; an unknown one is English (and UTC)."""
    token = _tongue.set(Tongue(_locale(locale or ENGLISH), _zone(zone or _now_speaking().zone.key)))
    try:
        yield _now_speaking()
    finally:
        _tongue.reset(token)


def current_locale() -> Locale:
    """The locale of the moment, English unless someone said otherwise."""
    return _now_speaking().locale


def current_zone() -> ZoneInfo:
    """The zone in which times are told at the moment, UTC unless someone said otherwise."""
    return _now_speaking().zone


def translate(message: str) -> str:
    """The sentence in the language of the moment, its named values not yet filled in."""
    return _now_speaking().catalog.gettext(message) if message else ""


def translate_plural(singular: str, plural: str, num: int) -> str:
    """The form of the sentence that `num` asks for, its named values not yet filled in."""
    return _now_speaking().catalog.ngettext(singular, plural, num)


def gettext(message: str, /, **values: object) -> str:
    """The sentence in the language of the moment, with its values."""
    return translate(message) % values


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The sentence for `num` things in the language of the moment; `%(num)d` is the number as the reader writes it."""
    return translate_plural(singular, plural, num).replace("%(num)d", "%(num)s") % {"num": number(num), **values}


_ = gettext


class Lazy:
    """A sentence that is worded when it is read: for labels and tables written at import."""

    __slots__ = ("_message", "_values")

    def __init__(self, message: str, values: dict[str, object]) -> None:
        self._message = message
        self._values = values

    @property
    def key(self) -> str:
        """The English sentence, to keep in a row and word later."""
        return self._message

    def __str__(self) -> str:
        return gettext(self._message, **self._values)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __repr__(self) -> str:
        return f"lazy({self._message!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, (str, Lazy)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._message)

    def __mod__(self, values: object) -> str:
        return str(self) % values


def lazy(message: str, /, **values: object) -> Lazy:
    """The sentence, worded each time it is read."""
    return Lazy(message, values)


def marked(message: str) -> str:
    """The sentence as it is, marked for the catalogs: for errors and rows that keep a key and are worded later."""
    return message


# --- the five formatters: dates, times, numbers and money are written here and nowhere else ---

# The first skeleton that a locale has. Babel finds the nearest one and leaves its fields as short as they are, so names
# are lengthened here, as CLDR asks (UTS 35, "Matching Skeletons").
_DAY_SKELETONS = {"weekday": ("MMMMEd", "MMMEd"), "day": ("MMMd",), "month": ("yMMMM", "yMMM")}


def local_day(value: date | datetime, form: str = "medium") -> str:
    """A day as the reader writes it: `short medium long full` of Babel, or `weekday day month name`.

    An instant is first taken to the zone of the moment.
    """
    tongue = _now_speaking()
    day = _aware(value).astimezone(tongue.zone).date() if isinstance(value, datetime) else value
    if form == "name":
        return format_date(day, format="cccc", locale=tongue.locale)
    if form in _DAY_SKELETONS:
        return format_date(day, format=_pattern(tongue.locale, form), locale=tongue.locale)
    return format_date(day, format=form, locale=tongue.locale)


def local_time(value: datetime, form: str = "short") -> str:
    """A time of day in the zone of the moment, with 12 or 24 hours as the locale has it."""
    tongue = _now_speaking()
    return format_time(_aware(value), format=form, tzinfo=tongue.zone, locale=tongue.locale)


def ago(value: datetime, since: datetime | None = None) -> str:
    """How long before (or after) `since`, by default now: "2 days ago", "in 3 hours"."""
    distance = _aware(value) - (since or clock.now())
    return format_timedelta(distance, add_direction=True, locale=current_locale(), threshold=1.0)


def number(value: float | Decimal, form: str = "decimal") -> str:
    """A number as the reader writes it; `percent` turns 0.5 into 50 %."""
    return _number(value, form, current_locale())


@lru_cache(maxsize=4096)
def _number(value: float | Decimal, form: str, locale: Locale) -> str:
    write: Callable[..., str] = format_percent if form == "percent" else format_decimal
    return write(value, locale=locale)


def money(amount_cents: int, currency: str) -> str:
    """An amount of minor units (cents; whole yen) in `currency`, as the reader writes it."""
    digits = get_currency_precision(currency)
    return format_currency(Decimal(amount_cents).scaleb(-digits), currency, locale=current_locale())


def price(micros: int, currency: str) -> str:
    """What something small costs, in millionths of `currency`: to a tenth of a cent while it is under one unit."""
    amount = Decimal(micros) / 1_000_000
    if abs(amount) >= 1 or not amount:
        return format_currency(amount, currency, locale=current_locale())
    pattern = re.sub(r"0\.00\b", "0.000", current_locale().currency_formats["standard"].pattern)
    return format_currency(amount, currency, pattern, locale=current_locale(), currency_digits=False)


def first_weekday() -> int:
    """The day a week starts with for the reader: 0 is Monday, 6 Sunday."""
    return current_locale().first_week_day


def _now_speaking() -> Tongue:
    return _tongue.get() or Tongue(_locale(ENGLISH), _zone("UTC"))


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@lru_cache(maxsize=256)
def _pattern(locale: Locale, form: str) -> str:
    known = locale.datetime_skeletons
    pattern = str(next(known[name] for name in _DAY_SKELETONS[form] if name in known).pattern)
    if form == "day":
        return pattern
    return re.sub(r"\bE+\b", "EEEE", re.sub(r"\bM{3}\b", "MMMM", pattern))


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(ENGLISH)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
