"""A teammate's day by thumb: calls, the queue, the first hour."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from omni.contacts.calls import Call
from omni.contacts.kinds import CallOutcome
from omni.core.ids import encode
from omni.core.tenancy import entered

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


# A headless browser has no dialler, and waits for one for ever.
NO_DIALLER = "addEventListener('click', (event) => event.target.closest('a[href^=tel]') && event.preventDefault())"


def come_back(page: Page) -> None:
    """What a browser says when its page is looked at again after the dialler."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def calls(world: Any) -> list[CallOutcome | None]:
    with entered(world.juniper):
        return [call.outcome for call in Call.select().order_by(Call.id)]


def test_a_call_asks_its_outcome_on_return(opened: Callable[..., Page], world: Any) -> None:
    page = opened(world.maya, f"/contacts/{encode(world.lead.id)}", **PHONE)
    page.evaluate(NO_DIALLER)
    box = page.locator(".call")
    expect(box).to_be_hidden()
    with page.expect_response(lambda answer: answer.url.endswith("/calls")):
        page.get_by_role("link", name="Call Ana").tap()
    assert calls(world) == [None]
    expect(box).to_be_hidden()
    come_back(page)
    expect(box.get_by_role("heading", name="How did it go with Ana?")).to_be_visible()
    expect(page.locator("#announce")).to_have_text("How did it go with Ana?")
    box.get_by_role("button", name="No answer").tap()
    expect(box).to_contain_text("No answer from Ana")
    expect(page.locator(".toast")).to_contain_text("No answer from Ana")
    assert calls(world) == [CallOutcome.NO_ANSWER]
    box.get_by_role("button", name="Tomorrow").tap()
    expect(page.locator(".contact-tasks")).to_contain_text("Call Ana again")
    page.evaluate(NO_DIALLER)
    # Another call, asked for again when the browser had let the page go meanwhile.
    with page.expect_response(lambda answer: answer.url.endswith("/calls")):
        page.get_by_role("link", name="Call Ana").tap()
    page.goto(page.url)
    box.get_by_role("button", name="Reached").tap()
    expect(box).to_contain_text("“Call Ana again” is done with it.")
    assert calls(world) == [CallOutcome.NO_ANSWER, CallOutcome.REACHED]
