"""The details of a contact as their page lists them, each one changed by itself: the usual ones, and a studio's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from omni.contacts import custom_fields, wording
from omni.contacts.custom_fields import Value
from omni.contacts.kinds import FieldKind
from omni.contacts.models import Contact
from omni.contacts.particulars import FieldDef, FieldValue
from omni.core import clock
from omni.core.faults import NotFound
from omni.core.prepared import prepared
from omni.core.tenancy import current_workspace
from omni.core.together import Part
from omni.core.words import _

OWN = "own-"
LONGEST = {"nickname": 100, "pronouns": 40, "job_title": 200, "company": 200, "city": 200, "source_detail": 500}
BORN = ("birth_year", "birth_month", "birth_day")
# Languages people are likely to speak with a studio, as BCP 47 tags; every other one is there by its file or its API.
_LANGUAGES = (
    "af", "ar", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "en-GB", "es", "es-MX", "et",
    "eu", "fa", "fi", "fil", "fr", "fr-CA", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it",
    "ja", "ka", "kk", "km", "kn", "ko", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl",
    "pa", "pl", "ps", "pt", "pt-BR", "ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th",
    "tr", "uk", "ur", "uz", "vi", "yue", "zh-Hans", "zh-Hant", "zu",
)  # fmt: skip


class Ask(StrEnum):
    """How a detail is asked for."""

    LINE = "line"
    LINES = "lines"
    DAY = "day"
    CHOICE = "choice"
    SEVERAL = "several"
    BIRTHDAY = "birthday"


@dataclass(frozen=True)
class Fact:
    """One detail: as it is shown, as it is asked for, and what it says now (`columns`, or the `value` of a `field`)."""

    name: str
    label: str
    shown: str
    ask: Ask
    columns: Mapping[str, Any] | None = None
    field: FieldDef | None = None
    value: Value = None
    is_blank: bool = False
    href: str = ""

    @property
    def mark(self) -> str:
        """A short mark of what it says, by which a form knows whether somebody changed it meanwhile."""
        said = self.value if self.field else dict(self.columns or {})
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    @property
    def typed(self) -> Any:
        """What the form is filled with."""
        if self.field is None:
            return next(iter((self.columns or {}).values()), "")
        if self.field.kind.has_options:
            return list(self.value) if isinstance(self.value, tuple) else self.value or ""
        return custom_fields.plain_value(self.field, self.value)

    @property
    def longest(self) -> int:
        return LONGEST.get(self.name) or (custom_fields.LONGEST.get(self.field.kind, 200) if self.field else 200)

    def choices(self) -> list[tuple[str, str]]:
        """What can be chosen, the empty choice first where there is one."""
        if self.field is None:
            return _languages(self.typed) if self.name == "language" else zones()
        options = [(one["id"], one["label"]) for one in self.field.options]
        if self.field.kind is FieldKind.BOOL:
            options = [("yes", _("Yes")), ("no", _("No"))]
        return options if self.ask is Ask.SEVERAL else [("", _("Nothing chosen")), *options]


def facts_of(contact: Contact) -> Part[list[Fact]]:
    """Every detail of the contact, blank ones too, in the order of the page."""

    def make(defs: list[FieldDef], rows: list[FieldValue]) -> list[Fact]:
        values = custom_fields.read_values(rows, defs).get(contact.id, {})
        own = sorted(defs, key=lambda field: field.id.int)
        return [*_usual(contact), *(_own(field, values.get(field.id)) for field in own)]

    return Part((custom_fields.used_defs.bound(), _values.bound(contact=contact.id)), make)


@prepared
def _values(contact: Any) -> Any:
    return FieldValue.select().where(FieldValue.contact == contact)


def get_fact(contact: Contact, name: str) -> Fact:
    """One detail by its name in addresses. Raises: NotFound."""
    found = next((fact for fact in facts_of(contact).read() if fact.name == name), None)
    if found is None:
        raise NotFound
    return found


def _usual(contact: Contact) -> list[Fact]:
    def line(name: str, show: Callable[[str], str] = str) -> Fact:
        text = getattr(contact, name)
        return Fact(name, wording.field_name(name), show(text), Ask.LINE, {name: text}, is_blank=not text)

    language = contact.language
    zone = contact.timezone or current_workspace().timezone
    source = str(wording.ENTRIES[contact.source])
    came = f"{source}, {contact.source_detail}" if contact.source_detail else source
    born = {name: getattr(contact, name) for name in BORN}
    return [
        line("nickname"),
        line("pronouns"),
        line("job_title"),
        line("company"),
        line("city"),
        Fact(
            "language",
            wording.field_name("language"),
            wording.language_name(language) if language else "",
            Ask.CHOICE,
            {"language": language},
            is_blank=not language,
        ),
        Fact(
            "birthday",
            wording.field_name("birthday"),
            wording.birthday(contact),
            Ask.BIRTHDAY,
            born,
            is_blank=not any(born.values()),
        ),
        Fact(
            "timezone",
            wording.field_name("timezone"),
            wording.clock_of(zone),
            Ask.CHOICE,
            {"timezone": contact.timezone},
        ),
        Fact("source_detail", _("Came by"), came, Ask.LINE, {"source_detail": contact.source_detail}),
    ]


_ASKS = {
    FieldKind.LONG: Ask.LINES,
    FieldKind.DATE: Ask.DAY,
    FieldKind.SELECT: Ask.CHOICE,
    FieldKind.BOOL: Ask.CHOICE,
    FieldKind.MULTI: Ask.SEVERAL,
}


def _own(field: FieldDef, value: Value) -> Fact:
    return Fact(
        f"{OWN}{field.key}",
        field.label,
        custom_fields.show_value(field, value),
        _ASKS.get(field.kind, Ask.LINE),
        field=field,
        value=value,
        is_blank=value is None,
        href=str(value) if field.kind is FieldKind.URL and value else "",
    )


def _languages(known: str) -> list[tuple[str, str]]:
    codes = {*_LANGUAGES, known} - {""}
    named = sorted(((code, wording.language_name(code)) for code in codes), key=lambda one: one[1].casefold())
    return [("", _("Not known")), *((code, name[:1].upper() + name[1:]) for code, name in named)]


def zones() -> list[tuple[str, str]]:
    """Every time zone by its city, the studio's own first."""
    return [("", _("The studio’s own")), *((name, name.replace("_", " ")) for name in _cities())]


@cache
def _cities() -> list[str]:
    return sorted(name for name in clock.zones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
