"""Forms: what a person or the API may send, checked once for both.

A form is made by `Form.of(request)`; asked `.ok`, it is checked; `.faults` says beside which field what would be right.
The token against forged requests is no part of it (`omni.web.csrf`).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

import wtforms
from flask import Request
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from omni.core.faults import Invalid
from omni.core.words import gettext
from omni.web.fields import (
    Choice,
    Email,
    Hidden,
    IdChoice,
    LocalDate,
    LocalTime,
    LongText,
    Money,
    Number,
    Parsed,
    Phone,
    Radios,
    Secret,
    Text,
    Tick,
    Ticks,
    Upload,
    Uploads,
)

__all__ = [
    "Choice", "Email", "Form", "Hidden", "IdChoice", "LocalDate", "LocalTime", "LongText", "Money", "Number", "Parsed",
    "Phone", "Radios", "Secret", "Text", "Tick", "Ticks", "Upload", "Uploads",
]  # fmt: skip


class Form(wtforms.Form):
    """The base of every form."""

    class Meta:
        csrf = False
        # Our fields speak by `omni.core.words`; wtforms' own translations stay out of it.
        locales = False

    # The country and currency of the moment, for fields that read phones and money.
    country: str = "US"
    currency: str = "USD"

    @classmethod
    def of(cls, request: Request, *, obj: Any = None, data: Mapping[str, Any] | None = None, **given: Any) -> Self:
        """The form as sent with `request`; before it is sent, filled from `obj` or `data`.

        `given` is what the form needs to know: it is handed to `prepare`, which sets it as attributes.
        """
        sent = _sent_with(request)
        form = cls(sent, obj=obj, data=dict(data or {}))
        form.was_sent = sent is not None
        form.prepare(**given)
        return form

    was_sent: bool = False

    def prepare(self, **given: Any) -> None:
        """Take what the form needs to know, such as choices, before it is checked."""
        for name, value in given.items():
            setattr(self, name, value)

    @cached_property
    def ok(self) -> bool:
        """Whether the form was sent and nothing about it is wrong; `check` may add to it."""
        if not self.was_sent or not self.validate():
            return False
        self.check()
        return not self.faults

    def check(self) -> None:
        """What fields must be to each other: a subclass calls `blame` here."""

    @property
    def faults(self) -> dict[str, str]:
        """The first thing wrong with each field, by the field's name; "" names the form as a whole."""
        found = {name: str(field.errors[0]) for name, field in self._fields.items() if field.errors}
        return found | ({"": str(self.form_errors[0])} if self.form_errors else {})

    def blame(self, field: str | Invalid, sentence: object = "") -> None:
        """Say that `field` ("" for the form) is wrong; or take over what an action found wrong."""
        if isinstance(field, Invalid):
            for name, words in field.faults.items():
                self.blame(name, gettext(words, **field.values))
            if field.words:
                self.blame("", gettext(field.words, **field.values))
            self.ok = False
            return
        errors = self.form_errors if field not in self else self[field].errors
        if field in self:
            self[field].errors = [*errors, str(sentence)]
        else:
            self.form_errors.append(str(sentence))
        self.ok = False


def _sent_with(request: Request) -> MultiDict[str, Any] | CombinedMultiDict[str, Any] | None:
    if request.method in ("GET", "HEAD"):
        return None
    if request.is_json:
        return _from_json(request.get_json())
    return CombinedMultiDict([request.files, request.form])


def _from_json(body: Any) -> MultiDict[str, Any]:
    if not isinstance(body, dict):
        raise Invalid("Send one JSON object.")
    return MultiDict([(name, one) for name, value in body.items() for one in _texts(value)])


def _texts(value: Any) -> list[str]:
    if value is None or value is False:
        return []
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return ["y" if value is True else str(value)]
