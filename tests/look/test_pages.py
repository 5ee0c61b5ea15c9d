"""The book in a browser: nothing serious by axe, nothing sideways, no complaint in the console."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.look import book
from tests.look.touring import AXE, RULES, Seen, tour

WIDTHS = {390: 844, 1280: 800}
PAGES = book.pages()


def serious(page: Page) -> list[dict[str, Any]]:
    """What axe finds serious or critical on the page as it stands."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})")
    return [
        {"rule": one["id"], "where": [node["html"][:120] for node in one["nodes"]]}
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="module")
def seen(address: str) -> Seen:
    """What a tour of the book saw, which waits for nothing but the pages themselves."""
    return tour(address, [f"/{name}?toast" for name in PAGES])


def test_every_page_of_the_book_opens(seen: Seen) -> None:
    assert seen.astray == []
    assert len(seen.opened) == len(PAGES)


def test_axe_finds_nothing_serious_in_either_theme_at_any_width(seen: Seen) -> None:
    assert "\n".join(seen.axe) == ""


def test_nothing_scrolls_sideways_at_320_px_or_with_letters_of_200_percent(seen: Seen) -> None:
    assert "\n".join(seen.sideways) == ""


def test_the_console_stays_silent_under_our_content_policy(seen: Seen) -> None:
    assert seen.complaints == []
    assert seen.elsewhere == []


def test_axe_finds_nothing_serious_in_an_open_menu_and_a_sheet(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(f"{address}/controls")
    page.get_by_text("More", exact=True).click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.evaluate("const s = document.querySelector('dialog.sheet'); s.close(); s.showModal()")
    assert serious(page) == []
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_pressed_is_44_high(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": WIDTHS[width]})
    page.goto(f"{address}/controls")
    small = page.evaluate(
        """[...document.querySelectorAll('.button, .icon-button, .input, .check, .tabs a, .choice, .item, .rail-item')]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.9)
        .map((one) => one.outerHTML)"""
    )
    assert small == []
    page.close()
