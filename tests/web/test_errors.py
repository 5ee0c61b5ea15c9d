"""Refusals and faults: a page for a browser, a fragment for htmx, nothing of ours given away."""

import json

import pytest

from omni.core import database, log
from tests.browse import HTMX, Browse
from tests.web.studio import FAULTS

SENTENCES = {
    "403": (403, "Only an owner may do this."),
    "404": (404, "Nothing is here"),
    "409": (409, "Somebody was faster"),
    "410": (410, "This link has done its work"),
    "422": (422, "Something needs putting right"),
    "429": (429, "Too many tries"),
    "503": (503, "Back in a moment"),
    "own": (422, "A rule of a room."),
}


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_a_refusal_is_a_page_and_a_fragment(nobody: Browse, name: str) -> None:
    status, sentence = SENTENCES[name]
    page = nobody.ask("GET", f"/studio/fault/{name}", status=status)
    assert sentence in page and page.page.is_page
    part = nobody.ask("GET", f"/studio/fault/{name}", status=status, headers=HTMX)
    assert sentence in part and not part.page.is_page


def test_a_fault_shows_a_number_that_stands_in_the_log_and_nothing_else(
    nobody: Browse, capfd: pytest.CaptureFixture[str]
) -> None:
    log.configure("test")
    for headers in ({}, HTMX):
        response = nobody.client.get("/studio/fault/500", headers=headers)
        assert response.status_code == 500
        assert "555-0142" not in response.text and "ZeroDivision" not in response.text
        lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
        failed = next(line for line in lines if line["event"] == "request_failed")
        assert failed["reference"] in response.text and failed["reference"].isalpha()
        assert failed["error"] == "ZeroDivisionError"
        assert "555" not in json.dumps(lines)


def test_too_many_and_away_say_when_to_come_back(nobody: Browse) -> None:
    assert nobody.ask("GET", "/studio/fault/429", status=429).headers["Retry-After"] == "90"
    assert nobody.ask("GET", "/studio/fault/503", status=503).headers["Retry-After"] == "10"


def test_a_database_that_is_away_is_503(nobody: Browse, maya: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    import peewee

    def refuse(*_: object) -> None:
        raise peewee.OperationalError("connection refused")

    monkeypatch.setitem(FAULTS, "403", refuse)
    answer = maya.ask("GET", "/studio/fault/403", status=503)
    assert "connection" not in answer.text
    assert not database.in_transaction()


def test_nothing_is_left_open_after_a_fault(nobody: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off() -> None:
        database.database.begin()
        raise ZeroDivisionError

    monkeypatch.setitem(FAULTS, "403", break_off)
    assert nobody.client.get("/studio/fault/403").status_code == 500
    assert not database.in_transaction()


def test_the_limit_of_a_form_for_strangers(nobody: Browse) -> None:
    from omni.core import limits

    limits.forget()
    token = nobody.ask("GET", "/studio/door", status=200).page.token()
    taken = [nobody.ask("POST", "/studio/limited", status=None, data={"csrf_token": token}).status for _ in range(4)]
    # Two an hour; one where Redis is away, since then each process counts at half the size.
    assert taken[0] == 200 and taken[-1] == 429
    limits.forget()


def test_a_method_nobody_wrote_is_405_and_says_which_there_are(maya: Browse) -> None:
    answer = maya.ask("DELETE", "/studio/edit", status=405)
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    maya.ask("OPTIONS", "/studio/edit", status=405)
