"""Forged requests: each wall alone, and what the closed list lets through."""

from datetime import UTC, datetime, timedelta

import pytest

from omni.core import clock
from omni.web import csrf
from tests.browse import Browse
from tests.web.studio import Card

OURS = {"Sec-Fetch-Site": "same-origin"}


def _token(browse: Browse, url: str = "/studio/edit") -> str:
    token = browse.ask("GET", url, status=200).page.token()
    assert token
    return token


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_another_site_is_refused_even_with_a_token(maya: Browse, card: Card, site: str) -> None:
    fields = {"name": "Ben", "csrf_token": _token(maya)}
    answer = maya.ask("POST", "/studio/edit", status=403, data=fields, headers={"Sec-Fetch-Site": site})
    assert card.name == "Ana"
    assert "did not come from a page of ours" in answer


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://localhost", "http://localhost:9"])
def test_without_fetch_metadata_the_origin_decides(maya: Browse, card: Card, origin: str) -> None:
    fields = {"name": "Ben", "csrf_token": _token(maya)}
    maya.ask("POST", "/studio/edit", status=403, data=fields, headers={"Origin": origin})
    assert card.name == "Ana"
    maya.ask("POST", "/studio/edit", status=303, data=fields, headers={"Origin": "http://localhost"})


def test_without_both_the_token_decides(maya: Browse, card: Card) -> None:
    maya.ask("POST", "/studio/edit", status=403, data={"name": "Ben"})
    maya.ask("POST", "/studio/edit", status=303, data={"name": "Ben", "csrf_token": _token(maya)})


def test_a_page_of_ours_without_a_token_is_refused(maya: Browse, card: Card) -> None:
    for wrong in ("", "x", "A" * 86, "é", "1.2", "999999999.x"):
        maya.ask("POST", "/studio/edit", status=403, data={"name": "Ben", "csrf_token": wrong}, headers=OURS)
    assert card.name == "Ana"


def test_the_token_of_another_session_is_worth_nothing(maya: Browse, rep: Browse) -> None:
    fields = {"name": "Ben", "csrf_token": _token(rep)}
    maya.ask("POST", "/studio/edit", status=403, data=fields, headers=OURS)


def test_a_form_token_is_no_session_token(maya: Browse, nobody: Browse) -> None:
    fields = {"name": "Ben", "csrf_token": _token(nobody, "/studio/door")}
    maya.ask("POST", "/studio/edit", status=403, data=fields, headers=OURS)


def test_the_token_travels_by_header_where_htmx_sends_no_inputs(maya: Browse) -> None:
    maya.ask("DELETE", "/studio/card", status=403, headers=OURS)
    maya.ask("DELETE", "/studio/card", status=303, headers={**OURS, "X-CSRF-Token": _token(maya)})


def test_each_page_masks_the_token_anew(maya: Browse) -> None:
    first, second = _token(maya), _token(maya)
    assert first != second
    for token in (first, second):
        maya.ask("POST", "/studio/edit", status=303, data={"name": "Ben", "csrf_token": token}, headers=OURS)


def test_a_signed_out_form_works_without_cookies_for_half_a_day(nobody: Browse) -> None:
    clock.freeze(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    try:
        token = _token(nobody, "/studio/door")
        nobody.ask("POST", "/studio/door", status=303, data={"csrf_token": token}, headers=OURS)
        clock.freeze(clock.now() + timedelta(hours=11))
        nobody.ask("POST", "/studio/door", status=303, data={"csrf_token": token}, headers=OURS)
        clock.freeze(clock.now() + timedelta(hours=1))
        nobody.ask("POST", "/studio/door", status=403, data={"csrf_token": token}, headers=OURS)
    finally:
        clock.freeze(None)


def test_a_token_from_tomorrow_is_refused(nobody: Browse) -> None:
    clock.freeze(datetime(2026, 11, 23, 9, tzinfo=UTC))
    try:
        token = _token(nobody, "/studio/door")
        clock.freeze(datetime(2026, 11, 22, 9, tzinfo=UTC))
        nobody.ask("POST", "/studio/door", status=403, data={"csrf_token": token}, headers=OURS)
    finally:
        clock.freeze(None)


def test_a_page_for_everyone_has_a_token_of_its_own_address_for_two_hours(nobody: Browse, maya: Browse) -> None:
    clock.freeze(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    try:
        spring = _token(nobody, "/studio/for-everyone/spring")
        assert spring == _token(maya, "/studio/for-everyone/spring")
        summer = {"csrf_token": spring}
        nobody.ask("POST", "/studio/for-everyone/summer", status=403, data=summer, headers=OURS)
        nobody.ask("POST", "/studio/for-everyone/spring", status=303, data=summer, headers=OURS)
        clock.freeze(clock.now() + timedelta(hours=2))
        nobody.ask("POST", "/studio/for-everyone/spring", status=403, data=summer, headers=OURS)
    finally:
        clock.freeze(None)


def test_a_public_form_opened_before_signing_in_is_still_good(nobody: Browse, maya: Browse) -> None:
    token = _token(nobody, "/studio/door")
    maya.ask("POST", "/studio/door", status=303, data={"csrf_token": token}, headers=OURS)


def test_what_proves_itself_otherwise_needs_no_token(nobody: Browse) -> None:
    nobody.ask("POST", "/webhooks/twilio/inbound", status=204)
    assert set(csrf.EXEMPT) == {
        "/webhooks/twilio/inbound",
        "/webhooks/twilio/status/",
        "/webhooks/google/calendar",
        "/unsubscribe/",
        "/api/v1/",
    }
