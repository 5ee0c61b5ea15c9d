"""The book in a browser: nothing serious by axe, nothing sideways, no complaint in the console."""

import importlib.resources
import json
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.look import book

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {390: 844, 1280: 800}
AXE = Path(str(importlib.resources.files("axe_playwright_python") / "axe.min.js"))
PAGES = book.pages()
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


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


def is_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"))


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_serious_in_either_theme(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": WIDTHS[width]}, reduced_motion="reduce")
    found = {}
    for name in PAGES:
        page.goto(f"{address}/{name}?toast")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            found[name, theme] = serious(page)
    page.close()
    assert {where: what for where, what in found.items() if what} == {}


def test_axe_finds_nothing_serious_in_an_open_menu_and_a_sheet(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(f"{address}/controls")
    page.get_by_text("More", exact=True).click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.evaluate("const s = document.querySelector('dialog.sheet'); s.close(); s.showModal()")
    assert serious(page) == []
    page.close()


def test_nothing_scrolls_sideways_at_320_px(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    assert [name for name in PAGES if page.goto(f"{address}/{name}") and is_sideways(page)] == []
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_scrolls_sideways_with_text_of_200_percent(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": WIDTHS[width]})
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    assert [name for name in PAGES if page.goto(f"{address}/{name}") and is_sideways(page)] == []
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    page.close()


def test_the_console_stays_silent_under_our_content_policy(browser: Browser, address: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.on("requestfailed", lambda request: said.append(request.url))
    for name in PAGES:
        page.goto(f"{address}/{name}?toast", wait_until="networkidle")
    assert said == []
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
