"""Sealing binds a value to its row; signing to its purpose and its time."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.core import secrets

OLD, NEW = os.urandom(32), os.urandom(32)


@pytest.fixture(autouse=True)
def keys():
    secrets.take_keys(b"x" * 32, {"new": NEW, "old": OLD})


@given(st.binary(max_size=300))
def test_what_is_sealed_opens(plain):
    secrets.take_keys(b"x" * 32, {"new": NEW, "old": OLD})
    assert secrets.open_sealed(secrets.seal(plain, b"row 1"), b"row 1") == plain


def test_a_value_moved_to_another_row_does_not_open():
    with pytest.raises(secrets.NotSealed):
        secrets.open_sealed(secrets.seal(b"a phone", b"row 1"), b"row 2")


def test_a_damaged_value_does_not_open():
    sealed = bytearray(secrets.seal(b"a phone", b"row 1"))
    sealed[-1] ^= 1
    with pytest.raises(secrets.NotSealed):
        secrets.open_sealed(bytes(sealed), b"row 1")


def test_what_the_old_key_sealed_still_opens_after_the_new_one_came():
    secrets.take_keys(b"x" * 32, {"old": OLD})
    sealed = secrets.seal(b"a phone", b"row 1")
    secrets.take_keys(b"x" * 32, {"new": NEW, "old": OLD})
    assert secrets.open_sealed(sealed, b"row 1") == b"a phone"
    assert secrets.newest_key() == secrets.key_id("new")


def test_a_retired_key_opens_nothing():
    sealed = secrets.seal(b"a phone", b"row 1")
    secrets.take_keys(b"x" * 32, {"other": os.urandom(32)})
    with pytest.raises(secrets.NotSealed):
        secrets.open_sealed(sealed, b"row 1")


def test_a_signature_is_good_for_its_purpose_alone():
    signed = secrets.sign("sign-up", {"email": "a@example.com"})
    assert secrets.unsign("sign-up", signed, max_age_s=60) == {"email": "a@example.com"}
    with pytest.raises(secrets.BadToken):
        secrets.unsign("step-up", signed, max_age_s=60)


def test_a_signature_past_its_time_is_refused():
    with pytest.raises(secrets.BadToken):
        secrets.unsign("sign-up", secrets.sign("sign-up", 1), max_age_s=-1)


def test_a_keyed_hash_tells_where_one_part_ends():
    assert secrets.hmac_of("address", "ab", "c") != secrets.hmac_of("address", "a", "bc")
