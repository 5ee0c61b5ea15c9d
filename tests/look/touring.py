"""A tour through every page: opened once in a browser, and judged there in both themes and at every width."""

import importlib.resources
import json
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, sync_playwright

from omni.checks import find_chromium
from tests.look.browsers import ARGS
from tests.look.watching import Watch

AXE = Path(str(importlib.resources.files("axe_playwright_python") / "axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another theme changes; everything else is the same page.
COLOURS = ["color-contrast", "link-in-text-block"]
# What another width changes.
SIZES = ["target-size"]
# What is asked of anything that is shown for the first time.
NAMES = [
    "button-name", "link-name", "label", "select-name", "summary-name", "nested-interactive",
    "scrollable-region-focusable", "aria-hidden-focus", "list", "listitem",
]  # fmt: skip
# So tall that no bar at the foot of the window covers what is to be judged.
PHONE, NARROW, DESK = ({"width": width, "height": 2000} for width in (390, 320, 1280))

# Whether the page scrolls sideways, or a part of it that is neither a row of tabs nor a board, nor the first rows of
# somebody's file, whose columns are as many as they are.
SIDEWAYS = """() => {
  const page = document.scrollingElement;
  const start = (one) => one.outerHTML.slice(0, 120);
  const parts = [...document.querySelectorAll("body *")].filter((one) =>
    one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1
    && ["auto", "scroll"].includes(getComputedStyle(one).overflowX)
    && !one.matches(".tabs, .stages, .cards, .table-box.scrolls, textarea, input, select"));
  return [...(page.scrollWidth > page.clientWidth ? ["the page"] : []), ...parts.map(start)];
}"""
# The shapes of icons are half of every page, are never shown by themselves, and hold nothing to judge.
NO_SHAPES = "document.querySelector('svg.sprite')?.replaceChildren()"
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
# What was shown on the phone has been judged there; at the desk there is only to judge what is shown besides it.
# An open menu covers what lies below it, so its own targets are judged then, and no others.
VISIBLE = "[...document.querySelectorAll('body, body *')].filter((one) => one.checkVisibility())"
REMEMBER = f"void (shown = new Set({VISIBLE}))"
WHOLE, REST = "document", f"{VISIBLE}.filter((one) => !shown.has(one) && shown.has(one.parentElement))"
MENUS = "[...document.querySelectorAll('details[open] > :not(summary)')]"
JUDGE = """(async () => {
  const where = %s;
  if (Array.isArray(where) && !where.length) return [];
  const found = await axe.run(where, %s);
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact)).flatMap((one) =>
    one.nodes.slice(0, 3).map((node) => `${one.id} in ${node.html.slice(0, 160)}`));
})()"""
# So many browsers share a tour: axe keeps a processor busy for most of it.
BROWSERS = 2


@dataclass
class Seen:
    """What the tour saw, each fault with its place."""

    opened: list[str] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)


def tour(site: str, paths: Sequence[str], *, cookie: str | None = None, faulty: Collection[str] = ()) -> Seen:
    """Open each page once and judge it in every guise; those of `faulty` answer 404, which is no complaint."""
    whole = Seen()
    with ThreadPoolExecutor(BROWSERS) as pool:
        for part in pool.map(lambda first: _part(site, paths[first::BROWSERS], cookie, faulty), range(BROWSERS)):
            for name, found in vars(part).items():
                getattr(whole, name).extend(found)
    return whole


def _part(site: str, paths: Sequence[str], cookie: str | None, faulty: Collection[str]) -> Seen:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
        context = browser.new_context()
        if cookie:
            context.add_cookies([{"name": "omni", "value": cookie, "url": site}])
        seen = _judged(context, site, paths, faulty)
        browser.close()
    return seen


def _judged(context: BrowserContext, site: str, paths: Sequence[str], faulty: Collection[str]) -> Seen:
    seen, watch, page = Seen(), Watch(context, site), context.new_page()
    client = context.new_cdp_session(page)
    client.send("Page.enable")
    source = AXE.read_text()

    def letters(percent: int) -> None:
        client.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * percent // 100, "fixed": 13}})

    def theme(name: Any) -> None:
        page.emulate_media(color_scheme=name, reduced_motion="reduce")

    def judge(guise: str, where: str = WHOLE, rules: Sequence[str] = ()) -> None:
        only = {"type": "rule", "values": rules} if rules else RULES
        # Without preload: it reads every stylesheet once more, for a rule about turned screens that is not asked for.
        options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
        seen.axe += [f"{path} {guise}: {fault}" for fault in page.evaluate(JUDGE % (where, json.dumps(options)))]

    def measure(guise: str) -> None:
        seen.sideways += [f"{path} {guise}: {one}" for one in page.evaluate(SIDEWAYS)]

    for path in paths:
        theme("light")
        page.set_viewport_size(PHONE)
        before = len(watch.complaints)
        answer = page.goto(site + path)
        if path in faulty:
            del watch.complaints[before:]
        if fault := _astray(path, answer, faulty):
            seen.astray.append(fault)
            continue
        page.evaluate(NO_SHAPES)
        page.evaluate(source)
        judge("at 390, light")
        theme("dark")
        judge("at 390, dark", rules=COLOURS)
        page.evaluate(REMEMBER)
        letters(200)
        measure("at 390 with large letters")
        letters(100)
        page.set_viewport_size(NARROW)
        measure("at 320")
        page.set_viewport_size(DESK)
        letters(200)
        measure("at 1280 with large letters")
        letters(100)
        judge("at 1280", rules=SIZES)
        page.evaluate(OPEN_ALL)
        judge("at 1280, opened, dark", REST, COLOURS)
        theme("light")
        judge("at 1280, opened, light", REST, [*COLOURS, *NAMES])
        judge("at 1280, opened", MENUS, SIZES)
        seen.opened.append(path)
    seen.complaints, seen.elsewhere = watch.complaints, watch.elsewhere
    seen.cookies = [str(cookie.get("name")) for cookie in context.cookies()]
    return seen


def _astray(path: str, answer: Any, faulty: Collection[str]) -> str:
    """Why this answer is not the page of its address; empty where it is."""
    place, status = urlsplit(answer.url).path, 404 if path in faulty else 200
    if place != urlsplit(path).path:
        return f"{path} leads to {place}"
    kind = answer.header_value("content-type") or ""
    return "" if answer.status == status and kind.startswith("text/html") else f"{path}: {answer.status}, {kind}"
