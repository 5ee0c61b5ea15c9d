"""What every answer carries, whatever its status, and the listed exceptions."""

from pathlib import Path

import pytest
from flask import Flask

from omni.config import Config
from omni.web.app import make_app
from tests.browse import HTMX, Browse
from tests.houses import settings
from tests.web.studio import COOKIE, Desk, make_room

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "manifest-src": "'self'",
}
EVERYWHERE = [
    ("GET", "/studio", 200),
    ("GET", "/studio/edit", 200),
    ("GET", "/studio/door", 200),
    ("GET", "/no/such/page", 404),
    ("PUT", "/studio", 405),
    ("POST", "/studio/edit", 403),
    ("GET", "/studio/fault/409", 409),
    ("GET", "/studio/fault/410", 410),
    ("GET", "/studio/fault/422", 422),
    ("GET", "/studio/fault/429", 429),
    ("GET", "/studio/fault/500", 500),
    ("GET", "/studio/fault/503", 503),
    ("GET", "/static/css/tokens.css", 200),
    ("GET", "/static/none.css", 404),
    ("GET", "/healthz", 200),
    ("GET", "/manifest.webmanifest", 200),
    ("GET", "/favicon.ico", 302),
    ("GET", "/.well-known/security.txt", 200),
    ("GET", "/.well-known/gpc.json", 200),
    ("GET", "/studio/for-everyone/spring", 200),
    ("GET", "/studio/file", 200),
]


@pytest.mark.parametrize(("method", "url", "status"), EVERYWHERE)
def test_headers_everywhere(studio: Flask, method: str, url: str, status: int) -> None:
    client = studio.test_client()
    client.set_cookie("omni", COOKIE.format("maya"), domain="localhost")
    response = client.open(url, method=method, headers={"Accept-Encoding": "gzip"})
    _judge_usual(response.headers, status, response.status_code)


def test_headers_of_an_answer_that_is_too_large(studio: Flask) -> None:
    response = studio.test_client().post("/studio/edit", data=b"x" * 300_000)
    _judge_usual(response.headers, 413, response.status_code)


def test_csp_without_unsafe_words(maya: Browse) -> None:
    policy = maya.ask("GET", "/studio", status=200).headers["Content-Security-Policy"]
    assert {part.split(" ", 1)[0]: part.split(" ", 1)[1] for part in policy.split("; ")} == CSP
    assert "unsafe" not in policy


def test_what_one_person_sees_is_stored_nowhere(maya: Browse, nobody: Browse) -> None:
    for browse, url in ((maya, "/studio"), (maya, "/studio/door"), (nobody, "/studio/door"), (maya, "/studio/file")):
        assert browse.ask("GET", url, status=200).headers["Cache-Control"] == "no-store"


def test_pages_vary_by_htmx_and_cookie(maya: Browse) -> None:
    vary = maya.ask("GET", "/studio", status=200, headers={"Accept-Encoding": "gzip"}).headers["Vary"]
    assert {"HX-Request", "HX-Request-Type", "Cookie", "Accept-Encoding"} <= set(vary.split(", "))


def test_a_page_for_everyone_varies_by_encoding_alone_and_is_the_same(maya: Browse, nobody: Browse) -> None:
    url = "/studio/for-everyone/spring"
    answers = [
        nobody.ask("GET", url, status=200),
        maya.ask("GET", url, status=200),
        maya.ask("GET", url, status=200, headers={**HTMX, "User-Agent": "WhatsApp/2", "Accept-Language": "es"}),
    ]
    assert {answer.headers["Vary"] for answer in answers} == {"Accept-Encoding"}
    assert len({answer.body for answer in answers}) == 1
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-cache"}


def test_a_picture_for_everyone_may_stand_on_other_sites(nobody: Browse) -> None:
    headers = nobody.ask("GET", "/studio/card.jpg", status=200).headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Vary" not in headers


def test_an_upload_can_do_nothing(maya: Browse) -> None:
    headers = maya.ask("GET", "/studio/file", status=200).headers
    assert headers["Content-Security-Policy"].startswith("sandbox;")
    assert headers["Content-Disposition"] == "attachment"


def test_only_open_pages_are_indexed(maya: Browse, nobody: Browse) -> None:
    assert maya.ask("GET", "/studio", status=200).headers["X-Robots-Tag"] == "noindex"
    assert nobody.ask("GET", "/nowhere", status=404).headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in nobody.ask("GET", "/studio/door", status=200).headers


def test_strict_transport_over_https_alone(maya: Browse, desk: Desk, tmp_path: Path, house: object) -> None:
    assert "Strict-Transport-Security" not in maya.ask("GET", "/studio", status=200).headers
    secure = make_app(_production(tmp_path), [make_room()[0]]).test_client()
    response = secure.get("/studio/door", base_url="https://omni.example.com")
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_proxies_are_trusted_by_exact_count(tmp_path: Path, house: object) -> None:
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "omni.example.com", "X-Forwarded-For": "203.0.113.9"}
    alone = make_app(_production(tmp_path), [make_room()[0]]).test_client()
    assert alone.get("/studio/door", headers=forged).status_code == 421
    behind = make_app(_production(tmp_path, OMNI_PROXY_HOPS="1"), [make_room()[0]]).test_client()
    assert behind.get("/studio/door", headers=forged).headers["Strict-Transport-Security"]


def _judge_usual(headers: object, wanted: int, status: int) -> None:
    get = headers.get  # type: ignore[attr-defined]
    assert status == wanted
    assert "default-src 'none'" in get("Content-Security-Policy")
    assert "frame-ancestors 'none'" in get("Content-Security-Policy")
    assert get("X-Frame-Options") == "DENY"
    assert get("X-Content-Type-Options") == "nosniff"
    assert get("Referrer-Policy") in ("same-origin", "no-referrer")
    assert {"camera=()", "bluetooth=()", "web-share=(self)"} <= set(get("Permissions-Policy").split(", "))
    assert get("Cross-Origin-Opener-Policy") == "same-origin"
    assert get("Cross-Origin-Resource-Policy") in ("same-origin", "cross-origin")
    assert get("Cache-Control")
    assert get("Server") is None and get("X-Powered-By") is None


def _production(folder: Path, **more: str) -> Config:
    return settings(folder / "live", OMNI_ENV="production", OMNI_PUBLIC_URL="https://omni.example.com", **more)
