"""Every page, as its owner and as a stranger, in both themes and at every width: whole, quiet and among ourselves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import houses
from tests.browser.house import FAULTY, NO_PAGES, House, furnished
from tests.look.touring import Seen, tour

# A tour is made in the first test that asks for it.
pytestmark = pytest.mark.timeout(600)
# The session, and the mark of an age refusal at sign-up (specs/security.md, "Sessions"); on plain http without prefix.
COOKIES = {"omni", "omni-age"}


@pytest.fixture(scope="module")
def house_of_all(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Juniper Yoga with one of everything in it, which nothing here changes."""
    folder = tmp_path_factory.mktemp("every") / "data"
    houses.copy_sqlite(sqlite_template, folder)
    with furnished(folder) as house:
        yield house


@pytest.fixture(scope="module")
def mayas(house_of_all: House) -> Seen:
    """What Maya's tour saw."""
    return tour(house_of_all.address, house_of_all.inside(), cookie=house_of_all.cookie())


@pytest.fixture(scope="module")
def strangers(house_of_all: House) -> Seen:
    """What a stranger's tour saw."""
    return tour(house_of_all.address, house_of_all.outside(), faulty=FAULTY)


@pytest.fixture(params=["mayas", "strangers"])
def seen(request: pytest.FixtureRequest) -> Seen:
    found: Seen = request.getfixturevalue(request.param)
    return found


def test_every_page_answers_at_its_address(seen: Seen) -> None:
    assert "\n".join(seen.astray) == ""
    assert len(seen.opened) > 10


def test_a_page_that_goes_astray_is_found(house_of_all: House) -> None:
    seen = tour(house_of_all.address, ["/today", "/static/css/tokens.css", "/nowhere"])
    assert seen.astray == [
        "/today leads to /login",
        "/nowhere: 404, text/html; charset=utf-8",
        "/static/css/tokens.css: 200, text/css; charset=utf-8",
    ]
    assert seen.opened == []


def test_every_page_a_search_may_show_says_what_it_is(house_of_all: House) -> None:
    client = house_of_all.studio.app.test_client()
    for path in house_of_all.outside():
        answer = client.get(path)
        if "X-Robots-Tag" not in answer.headers:
            assert '<meta name="description" content="' in answer.get_data(as_text=True), path


def test_what_is_left_out_is_no_page(house_of_all: House) -> None:
    left_out = {
        rule.rule: house_of_all.path(rule, mark) for rule, mark in house_of_all.rules() if rule.rule in NO_PAGES
    }
    assert set(left_out) == set(NO_PAGES)
    for path in left_out.values():
        answer = house_of_all.studio.maya.client.get(path)
        assert answer.status_code == 303 or answer.mimetype in ("text/csv", "text/css"), path


def test_axe_finds_nothing_serious_on_any_page(seen: Seen) -> None:
    assert "\n".join(seen.axe) == ""


def test_nothing_scrolls_sideways_on_any_page(seen: Seen) -> None:
    assert "\n".join(seen.sideways) == ""


def test_no_page_complains(seen: Seen) -> None:
    assert "\n".join(seen.complaints) == ""


def test_no_page_asks_another_host(seen: Seen) -> None:
    assert "\n".join(seen.elsewhere) == ""


def test_cookies_are_the_two_we_name(seen: Seen, strangers: Seen, browser: Any, house_of_all: House) -> None:
    assert set(seen.cookies) <= {"omni"}
    assert strangers.cookies == []
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{house_of_all.address}/signup")
    for label, words in SIGN_UP.items():
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_label("Month of birth").select_option(label="March")
    page.get_by_label("Year of birth").fill("2020")
    page.get_by_role("button", name="Make workspace").click()
    page.wait_for_url("**/signup")
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert set(cookies) == {"omni-age"} < COOKIES
    assert cookies["omni-age"]["value"] == "1" and cookies["omni-age"]["expires"] == -1
    context.close()


SIGN_UP = {
    "Your name": "Nina Park",
    "Email": "nina@example.com",
    "Mobile number": "+1 312 555 0199",
    "Studio or company": "Park Pilates",
    "Your role": "Owner",
    "Password": "a lantern in the harbour",
}


def test_public_pages_work_without_cookies(browser: Any, house_of_all: House) -> None:
    context = browser.new_context()
    page = context.new_page()

    def go(path: str) -> None:
        answer = page.goto(house_of_all.address + path)
        assert answer.ok and "set-cookie" not in answer.headers, path

    def send(button: str, **fields: str) -> None:
        """Send the form of the page after the browser has dropped whatever it might have kept of it."""
        for label, words in fields.items():
            page.get_by_label(label.replace("_", " "), exact=True).fill(words)
        context.clear_cookies()
        page.get_by_role("button", name=button).click()

    for path in ("/", "/signup", "/login", "/privacy", "/privacy/promises", "/terms"):
        go(path)
    go("/r/spring")
    send("Send my details", Your_name="Lea Moss", Mobile_number="312 555 0189")
    page.wait_for_url("**/thanks/**")
    assert page.locator("h1").inner_text() == "Thank you, this has arrived"
    go("/contact")
    send("Send question", Your_name="Lea Moss", Email="lea@example.com", Your_question="Do you take cards?")
    page.wait_for_url("**/contact/sent")
    go("/password/reset")
    send("Send", Email="lea@example.com")
    page.wait_for_url("**/signup/sent")
    assert context.cookies() == []
    context.close()
