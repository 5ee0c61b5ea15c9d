"""What a person or the API may send: read, kept, and said beside the field."""

from datetime import date

import pytest
from flask import Flask, request

from omni.core.faults import Invalid
from omni.core.words import use_locale
from omni.web.fields import clean
from tests.web.studio import CardForm

GOOD = {
    "name": " Ana \t María ",
    "email": " Ana@Example.COM ",
    "phone": "(312) 555-0142",
    "age": "30",
    "price": "1,234.50",
    "day": "2026-11-27",
    "note": " a\r\nb ",
    "stage": "won",
    "agreed": "y",
}


@pytest.fixture
def form_of(studio: Flask):  # type: ignore[no-untyped-def]
    def make(fields: dict[str, str], **given: object) -> CardForm:
        with studio.test_request_context("/studio/edit", method="POST", data=fields):
            form = CardForm.of(request, **given)
            _ = form.ok
            return form

    return make


def test_values_are_read_and_typed_text_is_kept(form_of) -> None:  # type: ignore[no-untyped-def]
    form = form_of(GOOD)
    assert form.ok, form.faults
    assert form.name.data == "Ana María"
    assert form.email.data == "ana@example.com"
    assert form.phone.data == "+13125550142"
    assert form.age.data == 30
    assert form.price.data == 123450
    assert form.day.data == date(2026, 11, 27)
    assert form.note.data == "a\nb"
    assert form.agreed.data is True
    assert form.phone._value() == "(312) 555-0142"


def test_empty_fields_are_none_or_empty_and_only_the_needed_one_is_missing(form_of) -> None:  # type: ignore[no-untyped-def]
    form = form_of({})
    assert form.faults == {"name": "Give the card a name."}
    assert (form.age.data, form.price.data, form.day.data, form.agreed.data) == (None, None, None, False)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "ana", "“ana” has no @."),
        ("email", "ana@", "“ana@” is not an email."),
        ("phone", "call me", "“call me” has 0 digits."),
        ("phone", "555-0142", "“555-0142” has 7 digits."),
        ("age", "0", "from 1 to 120"),
        ("age", "１２", "from 1 to 120"),
        ("age", "-5", "from 1 to 120"),
        ("price", "12.345", "is not an amount"),
        ("price", "-1", "is not an amount"),
        ("price", "NaN", "is not an amount"),
        ("day", "2026-02-30", "is not a day"),
        ("stage", "elsewhere", "Choose one of the list."),
    ],
)
def test_a_wrong_value_is_said_in_a_sentence_and_kept(form_of, field: str, typed: str, sentence: str) -> None:  # type: ignore[no-untyped-def]
    form = form_of({**GOOD, field: typed})
    assert sentence in form.faults[field]
    assert list(form.faults) == [field]
    if field != "stage":
        assert form[field]._value() == typed


@pytest.mark.parametrize("field", ["email", "phone", "age", "price", "day"])
def test_a_wrong_value_comes_back_without_unseen_signs(form_of, field: str) -> None:  # type: ignore[no-untyped-def]
    form = form_of({**GOOD, field: "no\x00 value\u202e"})
    assert list(form.faults) == [field] and "\x00" not in form.faults[field]
    assert form[field]._value() == "no value"


def test_money_is_read_in_the_readers_language(form_of) -> None:  # type: ignore[no-untyped-def]
    with use_locale("es_ES"):
        assert form_of({**GOOD, "price": "1.234,50"}).price.data == 123450
    assert form_of({**GOOD, "price": "500"}, currency="JPY").price.data == 500


def test_a_phone_is_of_the_forms_country(form_of) -> None:  # type: ignore[no-untyped-def]
    assert form_of({**GOOD, "phone": "020 7946 0958"}, country="GB").phone.data == "+442079460958"


def test_unseen_signs_are_gone() -> None:
    assert clean("a\x00b\u202ec\u2066d\r\ne") == "abcd\ne"
    assert clean("e\u0301") == "é"


def test_the_api_sends_the_same_form_as_json(studio: Flask) -> None:
    body = {"name": "Ana", "age": 30, "agreed": True, "email": None}
    with studio.test_request_context("/", method="POST", json=body):
        form = CardForm.of(request)
        assert form.ok and form.age.data == 30 and form.agreed.data is True
    with studio.test_request_context("/", method="POST", json=[1]), pytest.raises(Invalid):
        CardForm.of(request)


def test_a_form_that_was_not_sent_is_not_ok_and_has_no_faults(studio: Flask) -> None:
    with studio.test_request_context("/?name=Ana"):
        form = CardForm.of(request, data={"name": "Ben"})
        assert not form.ok and not form.faults and form.name.data == "Ben"


def test_fields_together_and_what_an_action_found(form_of) -> None:  # type: ignore[no-untyped-def]
    form = form_of({**GOOD, "name": "Nobody"})
    assert form.faults == {"name": "Nobody is no name."}
    form = form_of(GOOD)
    form.blame(Invalid("The %(thing)s moved.", {"email": "Somebody has %(thing)s."}, thing="card"))
    assert not form.ok
    assert form.faults == {"email": "Somebody has card.", "": "The card moved."}
