"""One person as a file, a form or a pasted blob speaks of them: everything normalised, blank parts saying nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from omni.contacts.folding import fold, search_words
from omni.contacts.kinds import Channel, Lifecycle, PointKind
from omni.contacts.reading.dates import Birthday

MAX_NAME = 200


@dataclass(frozen=True)
class Value:
    """One phone, e-mail, web or street address."""

    norm: str
    raw: str
    label: str = ""
    extension: str = ""


@dataclass(frozen=True)
class OwnValue:
    """What a field of the studio's own says; `label` and `words` tell it to people, and make no difference."""

    value: Any
    label: str = field(compare=False)
    words: str = field(compare=False)


@dataclass(frozen=True)
class Person:
    """Everything a row says, normalised. Blank parts say nothing."""

    given_name: str = ""
    family_name: str = ""
    nickname: str = ""
    pronouns: str = ""
    display_name: str = ""
    company: str = ""
    job_title: str = ""
    city: str = ""
    timezone: str = ""
    language: str = ""
    source_detail: str = ""
    birthday: Birthday | None = None
    phones: tuple[Value, ...] = ()
    emails: tuple[Value, ...] = ()
    urls: tuple[Value, ...] = ()
    addresses: tuple[Value, ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""
    life: Lifecycle | None = None
    stage: str = ""
    life_word: str = ""
    owner_email: str = ""
    external_id: str = ""
    created_at: datetime | None = None
    wrote_yes: bool = False
    yes_cell: str = ""
    # Pairs of a field's key and what it says.
    own: tuple[tuple[str, OwnValue], ...] = ()

    @property
    def name(self) -> str:
        """What to call them: the name, else the e-mail, else the number."""
        named = f"{self.given_name} {self.family_name}".strip() or self.display_name or self.nickname
        first = (*self.emails, *self.phones)
        return named or (first[0].norm if first else "")

    @property
    def points(self) -> list[tuple[PointKind, Value]]:
        """Every address with its kind, the kinds in their order."""
        kinds = (
            (PointKind.PHONE, self.phones),
            (PointKind.EMAIL, self.emails),
            (PointKind.URL, self.urls),
            (PointKind.ADDRESS, self.addresses),
        )
        return [(kind, value) for kind, values in kinds for value in values]

    @property
    def reached(self) -> list[tuple[Channel, str]]:
        """Where messages reach them: texts at each phone, mail at each e-mail."""
        return [(Channel.SMS, value.norm) for value in self.phones] + [(Channel.EMAIL, v.norm) for v in self.emails]

    @cached_property
    def folded(self) -> str:
        """The name as names are compared."""
        return fold(self.display_name or self.name)

    @cached_property
    def words(self) -> tuple[str, str]:
        """What search keeps of them once they are a contact."""
        emails, phones = ([value.norm for value in values] for values in (self.emails, self.phones))
        return search_words(self.folded, self.nickname, self.company, emails, phones)

    def __getstate__(self) -> dict[str, object]:
        """What is not blank: blank is what the class says anyway, and people cross to another process."""
        return {name: value for name, value in vars(self).items() if value}

    def prepare(self) -> None:
        """Work out now what is kept once it was asked for, before the person goes to another process."""
        _ = self.folded, self.words

    @property
    def is_somebody(self) -> bool:
        return bool(self.name)


def split_name(whole: str) -> tuple[str, str]:
    """Given and family name of one string: "Kim, Rosa" and "Rosa Kim" are the same."""
    if "@" in whole:
        return "", ""
    family, comma, given = whole.partition(",")
    if comma and given.strip():
        return given.strip(), family.strip()
    first, _, rest = whole.replace(",", " ").strip().partition(" ")
    return first, rest.strip()
