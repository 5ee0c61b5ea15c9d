"""The session's cookie, and the one Flask would have set."""

from pathlib import Path

import pytest
from flask import Flask, session

from omni.web.app import make_app
from tests.browse import Browse
from tests.houses import settings
from tests.web.studio import COOKIE, Desk, make_room


def _cookies(response: object) -> list[str]:
    return response.headers.getlist("Set-Cookie")  # type: ignore[attr-defined,no-any-return]


def test_signing_in_sets_one_opaque_cookie(nobody: Browse) -> None:
    nobody.get("/studio/door")
    answer = nobody.post("/studio/door", on="/studio/door")
    (cookie,) = _cookies(answer)
    parts = cookie.split("; ")
    assert parts[0] == f"omni={COOKIE.format('maya')}"
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert "Secure" not in parts and not any(part.startswith("Domain") for part in parts)


def test_over_https_the_name_ties_it_to_this_host(tmp_path: Path, desk: Desk) -> None:
    config = settings(tmp_path / "live", OMNI_ENV="production", OMNI_PUBLIC_URL="https://omni.example.com")
    client = make_app(config, [make_room()[0]]).test_client()
    page = client.get("/studio/door", base_url="https://omni.example.com")
    token = page.text.partition('value="')[2].partition('"')[0]
    answer = client.post("/studio/door", base_url="https://omni.example.com", data={"csrf_token": token})
    (cookie,) = _cookies(answer)
    assert cookie.startswith("__Host-omni=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_signing_out_takes_it_away_and_clears_the_browser(maya: Browse) -> None:
    answer = maya.post("/studio/leave", on="/studio/edit")
    (cookie,) = _cookies(answer)
    assert cookie.startswith("omni=;") and "Max-Age=0" in cookie
    assert "cookies" in answer.headers["Clear-Site-Data"]
    maya.ask("GET", "/studio", status=303)


def test_no_other_page_sets_a_cookie(maya: Browse, nobody: Browse) -> None:
    for browse, url in ((maya, "/studio"), (nobody, "/studio/door"), (nobody, "/nowhere"), (nobody, "/healthz")):
        assert not _cookies(browse.ask("GET", url, status=None))


def test_flasks_own_session_is_switched_off(studio: Flask) -> None:
    with studio.test_request_context("/studio"), pytest.raises(RuntimeError):
        session["a"] = 1


@pytest.mark.parametrize("cookie", ["", "short", "x" * 500, "…" * 20, "a-cookie-nobody-ever-gave-out"])
def test_a_cookie_we_never_gave_opens_nothing(studio: Flask, desk: Desk, cookie: str) -> None:
    client = studio.test_client()
    client.set_cookie("omni", cookie, domain="localhost")
    assert client.get("/studio").status_code == 303


def test_the_remember_cookie_of_flask_login_does_nothing(studio: Flask) -> None:
    client = studio.test_client()
    client.set_cookie("remember_token", "1|abc", domain="localhost")
    client.set_cookie("omni", COOKIE.format("maya"), domain="localhost")
    assert client.get("/studio").status_code == 200
