"""Fields of a text: filled once, with plain words, or refused with what would be right."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.messaging.merge_fields import FIELDS, fill, find_fault, harmless

names = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["{{studio}}", "{", "}}", "Ana\nBcc: x", "‮evil", "{{first_name|{{studio}}}}", "\x00\x1b[0m"]
)
typed = st.lists(
    st.sampled_from(["{{first_name}}", "{{first_name|there}}", "{{ studio }}", "{", "}", "{{", "}}", "|", "Hi ", "\n"]),
    max_size=12,
).map("".join)  # fmt: skip


@given(typed, names, names)
def test_a_filled_text_holds_no_field_and_no_control_character(text: str, first: str, studio: str) -> None:
    if find_fault(text) is not None:
        return
    body = fill(text, {"first_name": first, "studio": studio}).body
    assert "{{" not in body and "}}" not in body
    assert not [sign for sign in body if unicodedata.category(sign) in ("Cc", "Cf") and sign != "\n"]
    assert body.count("\n") <= text.count("\n")
    assert fill(body, {"first_name": "Other", "studio": "Other"}).body == body


@given(st.text(st.characters(codec="utf-8", exclude_characters="{}"), max_size=200))
def test_a_text_without_fields_stays_as_it_was_typed(text: str) -> None:
    assert fill(text, {}).body == text and find_fault(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [("Hi {{frist_name}}", "first_name"), ("{{firstname|there}}", "first_name"), ("{{Studio}}", "studio"),
     ("{{my name}}", "my_name")],
)  # fmt: skip
def test_a_field_that_is_none_is_told_which_was_meant(text: str, meant: str) -> None:
    fault = find_fault(text)
    assert fault and fault.values["meant"] == meant


@pytest.mark.parametrize(
    "text", ["{{", "}}", "Hi {{first_name", "{{first_name|a|b}}", "{{{first_name}}}", "{{first_name|{{studio}}}}",
             "{{}}", "{{birthday}}", "{{x.__class__}}", "{" * 1600, "{{" * 800],
)  # fmt: skip
def test_broken_and_foreign_fields_are_refused(text: str) -> None:
    assert find_fault(text) is not None


def test_a_blank_field_takes_its_fallback_or_is_told() -> None:
    assert fill("Hi {{first_name|there}}, it is {{studio}}", {"studio": "Juniper"}).body == "Hi there, it is Juniper"
    filled = fill("Hi {{first_name}}", {"first_name": "  "})
    assert (filled.body, filled.blank) == ("Hi ", ("first_name",))


def test_a_long_name_has_an_end_and_a_field_for_each_is_worded() -> None:
    assert len(harmless("a" * 500)) == 60 and all(str(words) for words in FIELDS.values())
