"""Files under /static and what browsers ask for by themselves."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from omni.web.assets import ROOT, Shelf, asset
from tests.browse import Browse


def test_the_address_of_a_file_holds_its_hash_and_is_kept_for_good(studio: Flask, nobody: Browse) -> None:
    with studio.test_request_context("/"):
        url = asset("css/tokens.css")
    assert re.fullmatch(r"/static/css/tokens\.css\?v=[0-9a-f]{12}", url)
    answer = nobody.ask("GET", url, status=200)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"


def test_an_old_or_missing_hash_is_asked_for_again(nobody: Browse) -> None:
    for url in ("/static/css/tokens.css", "/static/css/tokens.css?v=0123456789ab"):
        headers = nobody.ask("GET", url, status=200).headers
        assert "immutable" not in headers["Cache-Control"]
        nobody.ask("GET", url, status=304, headers={"If-None-Match": headers["ETag"]})


def test_files_are_squeezed_for_browsers_that_take_it(studio: Flask) -> None:
    client = studio.test_client()
    plain = client.get("/static/css/tokens.css")
    squeezed = client.get("/static/css/tokens.css", headers={"Accept-Encoding": "br, gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(squeezed.data) == plain.data
    assert squeezed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert squeezed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "css/../../app.py", "/etc/passwd", "css", ""])
def test_nothing_outside_the_folder_is_served(studio: Flask, name: str) -> None:
    assert studio.test_client().get(f"/static/{name}").status_code in (404, 308)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "secret").write_text("key")
    (tmp_path / "static" / "way_out").symlink_to(tmp_path / "secret")
    assert Shelf(tmp_path / "static", reread=True).get("way_out") is None


@pytest.mark.parametrize("name", ["a\0b", "a" * 300])
@pytest.mark.parametrize("reread", [True, False])
def test_a_name_that_no_file_has_is_none(name: str, reread: bool) -> None:
    assert Shelf(ROOT, reread=reread).get(name) is None


def test_a_file_is_kept_under_its_own_name_alone() -> None:
    shelf = Shelf(ROOT, reread=False)
    assert shelf.get("css/tokens.css") is not None
    assert shelf.get("css/../css/tokens.css") is None


@pytest.mark.parametrize("name", ["a%00b", "a" * 300])
def test_such_a_name_is_404_to_whoever_asks(studio: Flask, name: str) -> None:
    assert studio.test_client().get(f"/static/{name}").status_code == 404


def test_a_changed_file_is_read_again_in_development_only(tmp_path: Path) -> None:
    import os

    file = tmp_path / "a.css"
    file.write_text("a{}")
    shelves = [Shelf(tmp_path, reread=True), Shelf(tmp_path, reread=False)]
    before = [shelf.get("a.css") for shelf in shelves]
    file.write_text("b{}")
    os.utime(file, ns=(1, 1))
    after = [shelf.get("a.css") for shelf in shelves]
    assert [one == two for one, two in zip(before, after, strict=True)] == [False, True]


def test_a_file_that_is_not_there_stops_the_page(studio: Flask) -> None:
    with studio.test_request_context("/"), pytest.raises(FileNotFoundError):
        asset("css/none.css")


def test_pages_are_squeezed_and_small_ones_are_not(studio: Flask, nobody: Browse) -> None:
    client = studio.test_client()
    squeezed = client.get("/nowhere", headers={"Accept-Encoding": "gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert b"<h1" in gzip.decompress(squeezed.data)
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
    assert "Content-Encoding" not in client.get("/nowhere", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_what_browsers_ask_for_by_themselves_is_there(nobody: Browse, studio: Flask) -> None:
    manifest = studio.test_client().get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    icon = manifest.get_json()["icons"][0]["src"]
    assert nobody.ask("GET", icon, status=200).headers["Content-Type"].startswith("image/svg+xml")
    assert nobody.client.get("/favicon.ico").location == icon
    assert studio.test_client().get("/.well-known/gpc.json").get_json()["gpc"] is True
    text = nobody.ask("GET", "/.well-known/security.txt", status=200).text
    assert "Contact: mailto:" in text and "Expires: 20" in text and "Canonical: http" in text


def test_health_asks_nothing_and_readiness_everything(nobody: Browse) -> None:
    from omni.web import health

    assert nobody.ask("GET", "/healthz", status=200, queries=0).text == "ok\n"
    health.add_check("always away", lambda: False)
    try:
        answer = nobody.ask("GET", "/readyz", status=503)
        assert "database ok\n" in answer.text and "always away away\n" in answer.text
        assert answer.headers["Retry-After"]
        numbers = nobody.ask("GET", "/metrics", status=200).text
        assert "omni_up_database 1\n" in numbers
    finally:
        health._checks.pop("always away")
