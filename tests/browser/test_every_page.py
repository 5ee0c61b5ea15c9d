"""Every page, as its owner and as a stranger, in both themes and at every width: whole, quiet and among ourselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from omni.core import queue
from omni.factory import create_app
from tests import houses
from tests.architecture.canaries import Studio
from tests.browse import sign_in
from tests.browser.conftest import at_a_free_port, served
from tests.browser.touring import Seen, addresses, tour
from tests.world import World

# A tour is made in the first test that asks for it.
pytestmark = pytest.mark.timeout(600)
# The session, and the mark of an age refusal at sign-up (specs/security.md, "Sessions"); on plain http without prefix.
COOKIES = {"omni", "omni-age"}


@dataclass
class House:
    """The furnished studio, and where it answers."""

    studio: Studio
    address: str


@pytest.fixture(scope="module")
def house_of_all(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Juniper Yoga with one of everything in it, which nothing here changes."""
    folder = tmp_path_factory.mktemp("every") / "data"
    houses.copy_sqlite(sqlite_template, folder)
    config = at_a_free_port(houses.settings(folder))
    with houses.opened(config) as rooms:
        app = create_app(config, rooms)
        studio = Studio(app, World(config))
        with served(app, config) as address:
            studio.furnish()
            # The practice phone answers, so that somebody waits on Today and in the inbox.
            queue.work_off("texts", "hooks", "mail", "work")
            yield House(studio, address)


@pytest.fixture(scope="module")
def mayas(browser: Any, house_of_all: House) -> Seen:
    """What Maya's tour saw."""
    studio = house_of_all.studio
    return taken(browser, house_of_all, studio.maya.client, cookie=sign_in(studio.world.maya))


@pytest.fixture(scope="module")
def strangers(browser: Any, house_of_all: House) -> Seen:
    """What a stranger's tour saw."""
    return taken(browser, house_of_all, house_of_all.studio.app.test_client())


def taken(browser: Any, house: House, client: Any, *, cookie: str | None = None) -> Seen:
    paths = list(addresses(house.studio, client))
    context = browser.new_context()
    if cookie:
        context.add_cookies([{"name": "omni", "value": cookie, "url": house.address}])
    seen = tour(context.new_page(), house.address, paths)
    context.close()
    return seen


@pytest.fixture(params=["mayas", "strangers"])
def seen(request: pytest.FixtureRequest, browser: Any) -> Seen:
    found: Seen = request.getfixturevalue(request.param)
    return found


def test_axe_finds_nothing_serious_on_any_page(seen: Seen) -> None:
    assert len(seen.opened) > 10
    assert "\n".join(seen.axe) == ""


def test_nothing_scrolls_sideways_on_any_page(seen: Seen) -> None:
    assert "\n".join(seen.sideways) == ""


def test_no_page_complains(seen: Seen) -> None:
    assert "\n".join(seen.complaints) == ""


def test_no_page_asks_another_host(seen: Seen) -> None:
    assert "\n".join(seen.elsewhere) == ""


def test_cookies_are_the_two_we_name(seen: Seen, strangers: Seen, browser: Any, house_of_all: House) -> None:
    assert seen.cookies <= {"omni"}
    assert strangers.cookies == set()
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
