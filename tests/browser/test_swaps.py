"""What a swap must not take from whoever is on the page: the focus, and what was there when the answer is a refusal."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from omni.core.tenancy import entered
from omni.core.words import use_locale
from omni.tasks import actions

TITLES = ".row-name"


@pytest.fixture
def busy_day(world: Any) -> Any:
    """Maya has more to do than one page shows."""
    with entered(world.juniper), use_locale("en", "America/Chicago"):
        for number in range(53):
            actions.add_task(world.lead, title=f"Task {number:02}", due_on=date(2026, 11, 27), by=world.maya)
    return world


def test_what_was_done_keeps_the_focus_on_its_row(opened: Callable[..., Page], busy_day: Any) -> None:
    page = opened(busy_day.maya, "/tasks")
    row = page.locator("#tasks-list > li").nth(1)
    row.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Done")
    expect(row.locator(TITLES)).to_be_focused()


def test_more_rows_take_the_focus_to_the_first_of_them(opened: Callable[..., Page], busy_day: Any) -> None:
    page = opened(busy_day.maya, "/tasks")
    page.locator("#tasks-more a").evaluate("(more) => more.focus({ preventScroll: true })")
    page.keyboard.press("Enter")
    expect(page.locator(f"#tasks-list {TITLES}")).to_have_count(53)
    expect(page.locator(f"#tasks-list {TITLES}").nth(50)).to_be_focused()


def test_a_refusal_takes_the_place_of_nothing_that_asks_by_itself(opened: Callable[..., Page], world: Any) -> None:
    page = opened(world.maya, "/inbox")
    page.route("**/inbox/rows*", lambda route: route.fulfill(status=503, body="<p>Back in a moment</p>"))
    rows = page.locator("#inbox-rows")
    for _ in range(2):
        with page.expect_response("**/inbox/rows*") as refused:
            rows.dispatch_event("omni:poll")
        refused.value.finished()
    expect(rows).to_be_attached()
    expect(page.get_by_text("Back in a moment")).to_have_count(0)
