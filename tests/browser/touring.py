"""A tour through every page: opened once in a browser, and judged there in both themes and at every width."""

import importlib.resources
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from werkzeug.routing import Rule

from omni.accounts.models import Invitation
from omni.core import doors
from omni.core.database import transaction
from omni.core.tenancy import entered
from omni.web.marks import Headers, Mark, mark_of
from tests.architecture.canaries import Studio
from tests.browser.watching import Watch

AXE = Path(str(importlib.resources.files("axe_playwright_python") / "axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another theme changes; everything else is the same page.
COLOURS = ["color-contrast", "link-in-text-block"]
# What another width and opened menus change: sizes, and what was not shown before.
LAYOUT = [
    *COLOURS, "target-size", "button-name", "link-name", "label", "select-name", "summary-name", "nested-interactive",
    "scrollable-region-focusable", "aria-hidden-focus", "region", "heading-order", "list", "listitem",
]  # fmt: skip
PAGES = (Headers.PAGE, Headers.PAGE_FOR_EVERYONE, Headers.TOKEN_PAGE)
PHONE, NARROW, DESK = (
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
    {"width": 1280, "height": 800},
)
# Faults have pages too.
FAULTY = ("/no/such/page",)

# Whether the page scrolls sideways, or a part of it that is neither a row of tabs nor a board, nor the first rows of
# somebody's file, whose columns are as many as they are.
SIDEWAYS = """() => {
  const page = document.scrollingElement;
  const start = (one) => one.outerHTML.slice(0, 120);
  const parts = [...document.querySelectorAll("body *")].filter((one) =>
    one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1
    && ["auto", "scroll"].includes(getComputedStyle(one).overflowX)
    && !one.matches(".tabs, .kinds, .stages, .cards, .table-box.scrolls, textarea, input, select"));
  return [...(page.scrollWidth > page.clientWidth ? ["the page"] : []), ...parts.map(start)];
}"""
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@dataclass
class Seen:
    """What the tour saw, each fault with its place."""

    opened: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    cookies: set[str] = field(default_factory=set)


def addresses(studio: Studio, client: Any) -> Iterator[str]:
    """Every address that answers this client with a page, with something real in place of each variable."""
    for rule in sorted(studio.app.url_map.iter_rules(), key=lambda one: one.rule):
        mark = mark_of(studio.app.view_functions[rule.endpoint]) or Mark()
        if "GET" not in (rule.methods or ()) or mark.headers not in PAGES or mark.is_poll:
            continue
        path = address(studio, rule, mark)
        answer = client.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield path
    yield from FAULTY


def address(studio: Studio, rule: Rule, mark: Mark) -> str:
    values = studio.values(rule)
    if mark.door:
        values |= dict.fromkeys({"token", "secret"} & values.keys(), open_door(studio, mark.door))
    if "receipt" in values:
        values["receipt"] = receipt(studio)
    return str(studio.app.url_map.bind("localhost").build(rule.endpoint, values))


def open_door(studio: Studio, kind: str) -> str:
    """The token of a door of this kind, as a letter would carry it."""
    subjects = {"invitation": studio.first(Invitation).id, "unsubscribe": studio.contact.id}
    with entered(studio.world.juniper), transaction():
        return doors.open_door(kind, subjects.get(kind, studio.world.maya.user_id))


def receipt(studio: Studio) -> str:
    """The receipt of a form that a friend sent."""
    client = studio.app.test_client()
    token = client.get("/r/spring").get_data(as_text=True).partition('name="csrf_token" type="hidden" value="')[2]
    fields = {"csrf_token": token.partition('"')[0], "name": "Tom Reed", "phone": "312 555 0188", "sms_consent": "y"}
    answer = client.post("/r/spring", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:600]
    return str(answer.headers["Location"].rpartition("/")[2])


def tour(page: Page, studio: str, paths: list[str]) -> Seen:
    """Open each page once and judge it in every guise. The page's context is this tour's own."""
    seen, watch = Seen(), Watch(page.context, studio)
    client = page.context.new_cdp_session(page)
    client.send("Page.enable")
    source = AXE.read_text()

    def letters(percent: int) -> None:
        client.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * percent // 100, "fixed": 13}})

    def judge(guise: str, **only: Any) -> None:
        seen.axe += [f"{path} {guise}: {fault}" for fault in serious(page, only)]

    def measure(guise: str) -> None:
        seen.sideways += [f"{path} {guise}: {one}" for one in page.evaluate(SIDEWAYS)]

    for path in paths:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(PHONE)
        before = len(watch.complaints)
        page.goto(studio + path)
        if path in FAULTY:
            del watch.complaints[before:]
        page.evaluate(source)
        judge("at 390, light")
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        judge("at 390, dark", type="rule", values=COLOURS)
        page.set_viewport_size(NARROW)
        measure("at 320")
        letters(200)
        page.set_viewport_size(PHONE)
        measure("at 390 with large letters")
        page.set_viewport_size(DESK)
        measure("at 1280 with large letters")
        letters(100)
        page.evaluate(OPEN_ALL)
        judge("at 1280, dark", type="rule", values=COLOURS)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        judge("at 1280, light", type="rule", values=LAYOUT)
        seen.opened.append(path)
    seen.complaints, seen.elsewhere = watch.complaints, watch.elsewhere
    seen.cookies = {str(cookie.get("name")) for cookie in page.context.cookies()}
    return seen


def serious(page: Page, only: dict[str, Any]) -> list[str]:
    """What axe calls serious or critical on the page as it stands."""
    options = {"runOnly": only or RULES, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [
        f"{one['id']} in {node['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]
