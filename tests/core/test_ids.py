"""Ids and their three faces: UUID in Python, bytes or uuid in the database, 26 characters in an address."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.core import ids


@given(st.uuids())
def test_an_id_survives_its_address(value):
    assert ids.decode(ids.encode(value)) == value


@given(st.lists(st.uuids(), min_size=2))
def test_text_order_is_id_order(values):
    assert sorted(values, key=lambda v: v.int) == sorted(values, key=ids.encode)


@given(st.text(max_size=30))
def test_no_other_text_is_an_id(text):
    try:
        value = ids.decode(text)
    except ValueError:
        return
    assert ids.encode(value) == text


def test_a_fresh_id_is_a_uuid_of_version_7_and_the_variant_of_rfc_9562():
    value = ids.new_id()
    assert value.version == 7
    assert value.variant == uuid.RFC_4122


def test_fresh_ids_do_not_repeat_and_sort_as_they_were_made():
    made = [ids.new_id() for _ in range(2000)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)


def test_ids_made_together_are_as_good_as_those_made_one_by_one():
    made = ids.new_ids(2000)
    values = [ids.Id(bytes=made[place : place + 16]) for place in range(0, len(made), 16)]
    assert len(set(values)) == 2000
    assert all(value.version == 7 and value.variant == uuid.RFC_4122 for value in values)
    assert abs(int.from_bytes(made[:6], "big") - (ids.new_id().int >> 80)) < 60_000


@pytest.mark.parametrize("text", ["", "0" * 25, "8" + "0" * 25, "0" * 25 + "u", "0" * 25 + "I", "01M8" + "0" * 22])
def test_what_is_not_an_id_is_refused(text):
    with pytest.raises(ValueError, match="not an id"):
        ids.decode(text)
