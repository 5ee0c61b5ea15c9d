"""What we send: vendored files are those we recorded, sheets stay small, and nothing in them is forbidden."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.look.book import ROOT, STATIC, draw

TEMPLATES = ROOT / "templates"

CSS = sorted((STATIC / "css").rglob("*.css"))
JS = sorted((STATIC / "js").glob("*.js"))
# The limit of LOOK §8 is brotli's, which Python has not; of our sheets gzip makes 14,377 bytes where brotli makes
# 12,388 (node's zlib, measured).
KB = 1024
GZIP_OF_BROTLI = 14_377 / 12_388


def rooms_of_pages() -> dict[str, tuple[str, ...]]:
    """For each signed-in page's template, the rooms whose sheets it loads."""
    daily = re.search(r"rooms=rooms\|default\(\(([^)]*)\)\)", (TEMPLATES / "layouts/app.html").read_text())
    assert daily
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        source = path.read_text()
        if re.search(r'{% extends ("layouts/app.html"|layout) %}', source):
            said = re.search(r"{% set rooms = \(([^)]*)\) %}", source) or daily
            found[path.relative_to(TEMPLATES).as_posix()] = tuple(re.findall(r'"(\w+)"', said[1]))
    return found


ROOMS_OF_PAGES = rooms_of_pages()


def test_every_vendored_file_is_the_one_we_recorded() -> None:
    recorded = {
        f"{one['name']}@{one['version']}/{name}": sha
        for one in json.loads((STATIC / "vendor/vendor.json").read_text())
        for name, sha in one["files"].items()
    }
    there = {
        path.relative_to(STATIC / "vendor").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (STATIC / "vendor").glob("*/*")
    }
    assert there == recorded


def test_every_vendored_package_names_source_integrity_and_licence() -> None:
    for one in json.loads((STATIC / "vendor/vendor.json").read_text()):
        assert one["source"].startswith("https://registry.npmjs.org/")
        assert one["integrity"].startswith("sha512-")
        assert one["licence"]


def test_htmx_and_sortable_are_the_pinned_ones() -> None:
    pins = {
        "htmx.org@4.0.1/htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
        "sortablejs@1.15.7/Sortable.min.js": "bf4241bc73fef7f11c59a283a69fe8051cdd31c6d8ff5a2b9ba219e7831fcf76",
    }
    for name, sha in pins.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == sha


@pytest.mark.parametrize("rooms", sorted(set(ROOMS_OF_PAGES.values())), ids="+".join)
def test_the_sheets_of_a_signed_in_page_stay_under_14_kb_of_brotli(rooms: tuple[str, ...]) -> None:
    names = ("tokens", "base", "ui", "app", *(f"rooms/{room}" for room in rooms))
    joined = b"".join((STATIC / f"css/{name}.css").read_bytes() for name in names)
    assert len(gzip.compress(joined, 9)) <= 14 * KB * GZIP_OF_BROTLI


def test_a_page_loads_the_sheet_of_its_room() -> None:
    sheets = {path.stem for path in (STATIC / "css/rooms").glob("*.css")}
    of_rooms = {page: rooms for page, rooms in ROOMS_OF_PAGES.items() if page.split("/")[0] in sheets}
    assert len(of_rooms) > 40
    assert [page for page, rooms in of_rooms.items() if page.split("/")[0] not in rooms] == []


def test_a_first_visit_loads_at_most_30_kb_of_sheets_and_scripts() -> None:
    loaded = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', draw("signup")))
    assert len(loaded) > 5
    assert sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in loaded) <= 30 * KB


def test_the_sheet_of_public_pages_stays_under_4_kb() -> None:
    assert len(gzip.compress((STATIC / "css/public.css").read_bytes(), 9)) <= 4 * KB


def test_a_public_page_and_its_sheet_fit_the_first_14_kb_of_a_connection() -> None:
    page = gzip.compress(draw("referral").encode(), 6)
    assert len(page) + len(gzip.compress((STATIC / "css/public.css").read_bytes(), 9)) <= 14_336


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_a_sheet_has_no_important_no_id_and_no_outside_address(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    selectors = re.findall(r"([^{};]+)\{", text)
    assert "!important" not in text
    assert "url(" not in text
    assert "@import" not in text
    assert [one for one in selectors if re.search(r"#[a-z]", one)] == []


@pytest.mark.parametrize("path", [path for path in CSS if path.name != "public.css"], ids=lambda path: path.name)
def test_a_sheet_speaks_in_layers_and_takes_its_colours_from_tokens(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S).strip()
    assert text.startswith("@layer")
    if path.name != "tokens.css":
        # White behind a QR code is what scanners need in both themes; the two others are the veil and nothing.
        literal = set(re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb\([^)]*\)", text))
        assert literal <= {"#fff", "rgb(29 27 24 / .45)"}


@pytest.mark.parametrize("path", JS, ids=lambda path: path.name)
def test_a_script_is_one_short_behaviour_without_imports(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 100
    assert not re.search(r"^\s*import\b|\bimport\(|\beval\(|new Function", text, flags=re.M)
    # The events of htmx 2 are gone; a listener for one would wait for ever.
    assert not re.search(r"htmx:[a-z]+[A-Z]", text)


@pytest.mark.parametrize("path", JS, ids=lambda path: path.name)
def test_an_event_of_htmx_that_a_script_listens_to_exists(path: Path) -> None:
    source = (STATIC / "vendor/htmx.org@4.0.1/htmx.min.js").read_text()
    for name in re.findall(r'"(htmx:[a-z:]+)"', path.read_text()):
        assert f'"{name}"' in source, name


def test_a_page_loads_every_script_that_the_frame_names() -> None:
    for frame in ("app", "bare"):
        listed = re.search(r"behaviours=\(([^)]*)\)", (ROOT / f"templates/layouts/{frame}.html").read_text())
        assert listed is not None
        for name in json.loads(f"[{listed.group(1)}]"):
            assert (STATIC / "js" / f"{name}.js").is_file(), name
