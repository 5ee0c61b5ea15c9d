"""The fields our forms are made of. Each keeps what was typed, and says in a sentence what would be right.

Field classes take `needed="…"`, the sentence shown when nothing was given; a field without it is optional.
None sets a browser's own `required` or `maxlength`: our sentences are said beside the field, by the server.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from babel.numbers import NumberFormatError, get_currency_precision, parse_decimal
from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import FileStorage
from wtforms import fields, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

from omni.core import ids
from omni.core.words import Lazy, _, current_locale, number

Sentence = str | Lazy
Choices = Iterable[tuple[str, Sentence]]

# Everything of category Cc but tab and line ends, and the marks that turn the direction of writing (Trojan Source).
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
YEARS = range(1900, 2200)
_LINE_ENDS = re.compile(r"\r\n?")


class _Needed:
    """Stops at an empty field, with its sentence or without one where nothing is needed."""

    def __init__(self, sentence: Sentence | None) -> None:
        self.sentence = sentence

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors or not _is_empty(field):
            return
        raise StopValidation(str(self.sentence or ""))


class Text(fields.StringField):
    """One line: spaces around it, unseen characters and line ends are gone, and between words stands one space."""

    # What was typed, or once it was read the value it stands for.
    data: Any

    def __init__(
        self,
        label: Sentence | None = None,
        *,
        needed: Sentence | None = None,
        longest: int = 200,
        shape: tuple[str, Sentence] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, [_Needed(needed)], **kwargs)  # type: ignore[arg-type]
        self.longest = longest
        self.shape = shape

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = self.cleaned(str(valuelist[0]))

    def cleaned(self, typed: str) -> str:
        return " ".join(clean(typed).split())

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if len(text) > self.longest:
            raise StopValidation(
                _(
                    "This has %(count)s characters; up to %(limit)s fit here.",
                    count=len(text),
                    limit=self.longest,
                )
            )
        if self.shape and text and not re.fullmatch(self.shape[0], text):
            raise StopValidation(str(self.shape[1]))


class LongText(Text):
    """Several lines."""

    widget = widgets.TextArea()

    def __init__(self, label: Sentence | None = None, *, longest: int = 10_000, **kwargs: Any) -> None:
        super().__init__(label, longest=longest, **kwargs)

    def cleaned(self, typed: str) -> str:
        return clean(typed).strip()


class Hidden(Text):
    """Sent back as served."""

    widget = widgets.HiddenInput()


class Secret(fields.PasswordField):
    """A password: taken letter by letter as typed, and never sent back."""

    data: Any

    def __init__(self, label: Sentence | None = None, *, needed: Sentence | None = None, **kwargs: Any) -> None:
        super().__init__(label, [_Needed(needed)], **kwargs)  # type: ignore[arg-type]


class Parsed(Text):
    """One line that stands for a value: `data` is the value once it could be read, what was typed stays in the field.

    A subclass reads by `parse`, which raises StopValidation with a sentence, and shows a stored value by `shown`.
    """

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.data = self.parse(self.data, form) if self.data else None

    def parse(self, typed: str, form: Any) -> Any:
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return clean(str(self.raw_data[0]))
        return "" if self.data is None else self.shown(self.data)


class Email(Parsed):
    """An address in lower case, its shape checked and no name server asked."""

    widget = widgets.EmailInput()

    def __init__(self, label: Sentence | None = None, **kwargs: Any) -> None:
        super().__init__(label, longest=254, **kwargs)

    def parse(self, typed: str, form: Any) -> str:
        if "@" not in typed:
            raise StopValidation(_("“%(typed)s” has no @. An email looks like ana@example.com.", typed=typed))
        try:
            found = validate_email(typed, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise StopValidation(
                _("“%(typed)s” is not an email. One looks like ana@example.com.", typed=typed)
            ) from None
        return found.normalized.lower()


class Phone(Parsed):
    """A number in E.164; one without + is of the form's `country` (ISO 3166), by default the US."""

    widget = widgets.TelInput()

    def __init__(self, label: Sentence | None = None, **kwargs: Any) -> None:
        super().__init__(label, longest=60, **kwargs)

    def parse(self, typed: str, form: Any) -> str:
        country = getattr(form, "country", None) or "US"
        try:
            found = phonenumbers.parse(typed, country)
        except phonenumbers.NumberParseException:
            raise StopValidation(_misread_phone(typed, country)) from None
        reason = phonenumbers.is_possible_number_with_reason(found)
        if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
            raise StopValidation(_misread_phone(typed, country))
        return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


class Number(Parsed):
    """A whole number between two others."""

    def __init__(self, label: Sentence | None = None, *, least: int = 0, most: int = 10**9, **kwargs: Any) -> None:
        super().__init__(label, longest=20, render_kw={"inputmode": "numeric"}, **kwargs)
        self.least, self.most = least, most

    def parse(self, typed: str, form: Any) -> int:
        if re.fullmatch(r"-?\d{1,12}", typed, re.ASCII) and self.least <= int(typed) <= self.most:
            return int(typed)
        raise StopValidation(
            _(
                "“%(typed)s” does not fit. Give a whole number from %(least)s to %(most)s.",
                typed=typed,
                least=self.least,
                most=self.most,
            )
        )


class Money(Parsed):
    """An amount in minor units (cents) of the form's `currency`, typed as the reader's language writes numbers."""

    def __init__(self, label: Sentence | None = None, **kwargs: Any) -> None:
        super().__init__(label, longest=20, render_kw={"inputmode": "decimal"}, **kwargs)

    def parse(self, typed: str, form: Any) -> int:
        digits = get_currency_precision(getattr(form, "currency", None) or "USD")
        try:
            minor = Decimal(parse_decimal(typed, locale=current_locale(), strict=True)).scaleb(digits)
        except (NumberFormatError, InvalidOperation):
            minor = Decimal("NaN")
        if minor.is_finite() and minor == minor.to_integral_value() and 0 <= minor <= 10**12:
            return int(minor)
        raise StopValidation(
            _("“%(typed)s” is not an amount. Write it like %(example)s.", typed=typed, example=number(25.5))
        )

    def shown(self, value: int) -> str:
        return number(Decimal(value).scaleb(-2))


class LocalDate(Parsed):
    """A calendar day, written 2026-11-27 as `<input type="date">` sends it.

    A year that nobody means, such as the 0026 of a slip, is refused: the ends of the calendar are no instant in every
    zone.
    """

    widget = widgets.DateInput()

    def __init__(self, label: Sentence | None = None, **kwargs: Any) -> None:
        super().__init__(label, longest=10, **kwargs)

    def parse(self, typed: str, form: Any) -> date:
        try:
            day = date.fromisoformat(typed)
            if day.year not in YEARS:
                raise ValueError
            return day
        except ValueError:
            raise StopValidation(
                _("“%(typed)s” is not a day. Write year, month and day like 2026-11-27.", typed=typed)
            ) from None


class LocalTime(Parsed):
    """A time of day, written 17:30 as `<input type="time">` sends it."""

    widget = widgets.TimeInput()

    def __init__(self, label: Sentence | None = None, **kwargs: Any) -> None:
        super().__init__(label, longest=8, **kwargs)

    def parse(self, typed: str, form: Any) -> time:
        try:
            return time.fromisoformat(typed.zfill(5)).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            raise StopValidation(_("“%(typed)s” is not a time. Write it like 9:00 or 18:30.", typed=typed)) from None

    def shown(self, value: time) -> str:
        return value.isoformat("minutes")


class Tick(fields.BooleanField):
    """A sentence to agree to; unticked unless the person ticks it."""

    def __init__(self, label: Sentence | None = None, *, needed: Sentence | None = None, **kwargs: Any) -> None:
        super().__init__(label, [_Needed(needed)], **kwargs)  # type: ignore[arg-type]


# The stubs of wtforms are older than its choices.
_SELECT: Any = fields.SelectField


def _get_choices(field: Any) -> Any:
    return _SELECT.choices.fget(field)


def _set_choices(field: Any, choices: Any) -> None:
    _SELECT.choices.fset(field, _listed(choices))


def _listed(choices: Any) -> Any:
    """Pairs of value and words as wtforms wants them from now on."""
    if callable(choices):
        return lambda: _listed(choices())
    return [SelectChoice(str(one[0]), one[1]) if isinstance(one, tuple) else one for one in choices]


class Choice(fields.SelectField):
    """One of a list; `choices` are pairs of value and words, or a callable that gives them."""

    choices = property(_get_choices, _set_choices)

    def __init__(
        self,
        label: Sentence | None = None,
        *,
        choices: Choices | Callable[[], Choices] = (),
        needed: Sentence | None = None,
        **kwargs: Any,
    ) -> None:
        words: Any = label
        super().__init__(words, [_Needed(needed)], choices=_listed(choices), validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        given = "" if self.data is None else str(self.data)
        if given and given not in {str(self.coerce(choice.value)) for choice in self.choices}:
            raise StopValidation(_("Choose one of the list."))


class Radios(Choice):
    """One of a few, all in sight."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.RadioInput()


class IdChoice(Choice):
    """One of a list of our rows; the value is the id as it stands in addresses, `data` the id itself."""

    def __init__(self, label: Sentence | None = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=_as_id, **kwargs)


class Ticks(fields.SelectMultipleField):
    """Any of a list, as ticks."""

    choices = property(_get_choices, _set_choices)

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Sentence | None = None, *, choices: Choices = (), **kwargs: Any) -> None:
        words: Any = label
        super().__init__(words, choices=_listed(choices), validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if set(self.data or ()) - {str(choice.value) for choice in self.choices}:
            raise StopValidation(_("Choose from the list."))


class Upload(fields.FileField):
    """A file, up to `most_bytes`; `data` is werkzeug's FileStorage or None."""

    def __init__(
        self, label: Sentence | None = None, *, needed: Sentence | None = None, accept: str = "", **kwargs: Any
    ) -> None:
        render_kw = {"accept": accept} if accept else {}
        super().__init__(label, [_Needed(needed)], render_kw=render_kw, **kwargs)  # type: ignore[arg-type]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        files = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]
        self.data = files[0] if files else None


class Uploads(Upload):
    """Any number of files; `data` is a list of werkzeug's FileStorage."""

    widget = widgets.FileInput(multiple=True)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]


def clean(typed: str) -> str:
    """What was typed without unseen characters, in composed form (NFC), with plain line ends."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_ENDS.sub("\n", typed)))


def _is_empty(field: Any) -> bool:
    data = getattr(field, "data", None)
    return data is None or data is False or data == "" or data == []


def _as_id(value: Any) -> Any:
    if value is None or isinstance(value, ids.Id):
        return value
    try:
        return ids.decode(str(value))
    except ValueError:
        return str(value)


def _misread_phone(typed: str, country: str) -> str:
    count = sum(letter.isdigit() for letter in typed)
    if country == "US":
        return _(
            "“%(typed)s” has %(count)s digits. A US number has 10, such as 312 555 0123.", typed=typed, count=count
        )
    example = phonenumbers.example_number(country)
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    shown = phonenumbers.format_number(example, national) if example else "+1 312 555 0123"
    return _(
        "“%(typed)s” has %(count)s digits, which is no number here. One looks like %(example)s.",
        typed=typed,
        count=count,
        example=shown,
    )


__all__ = [
    "Choice", "Email", "Hidden", "IdChoice", "LocalDate", "LongText", "Money", "Number", "Parsed", "Phone", "Radios",
    "Secret", "Text", "Tick", "Ticks", "Upload", "Uploads", "clean",
]  # fmt: skip
