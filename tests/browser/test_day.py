"""A teammate's day by thumb: calls, the queue, the first hour."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from omni.config import Config
from omni.contacts.calls import Call
from omni.contacts.kinds import CallOutcome
from omni.contacts.models import Contact
from omni.core.ids import encode
from omni.core.tenancy import entered
from omni.messaging.models import Message
from tests.browser.hands import Finger, Mouse
from tests.look.touring import AXE, JUDGE
from tests.times import noon

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def config(config: Config) -> Config:
    """It is noon, an hour at which texts may arrive."""
    return replace(config, now=noon())


# A headless browser has no dialler, and waits for one for ever.
NO_DIALLER = "addEventListener('click', (event) => event.target.closest('a[href^=tel]') && event.preventDefault())"


def judge(page: Page) -> None:
    """Axe has nothing to say of the sheet that is open."""
    page.evaluate(AXE.read_text())
    assert page.evaluate(JUDGE % ("'dialog'", '{"resultTypes": ["violations"]}')) == []


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


@pytest.mark.parametrize(("screen", "hand"), [(PHONE, Finger), (DESK, Mouse)], ids=["phone", "desk"])
def test_thumb_queue_ten_people_one_thumb(
    opened: Callable[..., Page], world: Any, screen: dict[str, Any], hand: type[Mouse]
) -> None:
    names = ["Ana", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gia", "Hugo", "Ida", "Jon"]
    for place, name in enumerate(names):
        world.agree(world.person(f"{name} Example", f"+1 312 555 017{place}"))
    page = opened(world.maya, "/today", **screen)
    press = hand(page).press
    press(page.get_by_role("link", name="Go one by one"))
    page.wait_for_url("**/today/queue")
    page.evaluate(NO_DIALLER)
    page.evaluate("window.isStill = true")

    def person() -> Any:
        return page.locator(".queue-person:not([hidden])")

    def ring(name: str) -> None:
        """A phone asks how it went on return; at a desk there is no dialler, so the buttons stand on a page."""
        link = person().get_by_role("link", name=f"Call {name}")
        if screen is DESK:
            press(link)
            press(page.get_by_role("button", name="No answer"))
            press(page.get_by_role("link", name="Go on"))
            page.wait_for_url("**/today/queue?*")
            page.evaluate("window.isStill = true")
            return
        with page.expect_response(lambda answer: answer.url.endswith("/calls")):
            press(link)
        come_back(page)
        press(person().get_by_role("button", name="No answer"))
        press(person().get_by_role("link", name="Go on"))

    for place, name in enumerate(names):
        expect(person().get_by_role("heading", level=2)).to_have_text(f"{name} Example")
        expect(page.locator("h1")).to_have_text(f"{place + 1} of 10")
        if place % 4 == 0:
            person().get_by_role("textbox").fill(f"Hello {name}")
            press(person().get_by_role("button", name=f"Send text to {name}"))
        elif place % 4 == 1:
            ring(name)
        elif place % 4 == 2:
            press(person().get_by_text("Later…"))
            press(person().get_by_role("button", name="In 3 days"))
        else:
            press(person().get_by_role("link", name="Next"))
    expect(page.locator("h1")).to_have_text("Nobody is left")
    expect(page.locator("#queue")).to_contain_text("You went through 10 people.")
    assert page.evaluate("window.isStill"), "an answer never leaves the page"
    with entered(world.juniper):
        texted = [message.contact.given_name for message in Message.select().order_by(Message.id)]
        resting = [one.given_name for one in Contact.select().where(Contact.snoozed_until.is_null(False))]
    assert (texted, sorted(resting)) == (["Ana", "Eva", "Ida"], ["Cleo", "Gia"])
    assert calls(world) == [CallOutcome.NO_ANSWER] * 3


def test_a_text_that_is_refused_brings_the_person_back(opened: Callable[..., Page], world: Any) -> None:
    for place, name in enumerate(("Ana", "Ben")):
        world.person(f"{name} Example", f"+1 312 555 017{place}")
    page = opened(world.maya, "/today/queue", **PHONE)
    person = page.locator(".queue-person:not([hidden])")
    person.get_by_role("textbox").fill("Hello Ana")
    with page.expect_response(lambda answer: answer.url.endswith("/messages")):
        person.get_by_role("button", name="Send text to Ana").tap()
    # Nobody said how Ana is known, so the text is kept for the answer; without a connection it comes back.
    expect(person.get_by_role("heading", level=2)).to_have_text("Ben Example")
    expect(page.locator("h1")).to_have_text("2 of 2")
    page.context.set_offline(True)
    person.get_by_role("textbox").fill("Hello Ben")
    person.get_by_role("button", name="Send text to Ben").tap()
    expect(person.get_by_role("alert")).to_contain_text("There is no connection, so nothing was sent.")
    expect(person.get_by_role("textbox")).to_have_value("Hello Ben")
    page.context.set_offline(False)
    page.reload()
    expect(person.get_by_role("textbox")).to_have_value("Hello Ben")
    page.evaluate("document.getElementById('sign-out').requestSubmit()")
    page.wait_for_url("**/login*")
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize(("screen", "hand"), [(PHONE, Finger), (DESK, Mouse)], ids=["phone", "desk"])
def test_first_hour_on_a_phone(
    opened: Callable[..., Page], world: Any, screen: dict[str, Any], hand: type[Mouse]
) -> None:
    page = opened(world.maya, "/today", **screen)
    press = hand(page).press
    today, steps = page.url, page.locator(".first-steps")
    asked = ["Bring your people", "Text the practice phone", "Make a referral link", "Invite a teammate"]
    assert steps.get_by_role("link").all_inner_texts() == asked

    def begin(step: str, page_name: str) -> None:
        press(steps.get_by_role("link", name=step))
        expect(page.locator("h1")).to_have_text(page_name)

    def done(*ticked: str) -> None:
        page.goto(today)
        assert steps.locator("del").all_inner_texts() == list(ticked)

    begin("Bring your people", "Import contacts")
    ana = world.person("Ana Nunez", "+1 312 555 0142")
    done(asked[0])
    begin("Text the practice phone", "New text")
    page.goto(today.replace("/today", f"/contacts/{encode(ana.id)}"))
    page.get_by_role("textbox", name="Text to Ana").fill("Hello Ana")
    page.get_by_label("They asked me").check()
    press(page.get_by_role("button", name="Send text"))
    expect(page.locator(".toast")).to_contain_text("Text to Ana Nunez is on its way")
    done(*asked[:2])
    begin("Make a referral link", "New referral link")
    page.get_by_label("Title", exact=True).fill("Come along")
    press(page.get_by_role("button", name="Make referral link"))
    page.wait_for_url("**/referrals/links/**")
    done(*asked[:3])
    begin("Invite a teammate", "Team")
    assert world.ada
    page.goto(today)
    expect(steps).to_have_count(0)


def test_the_palette_finds_people_pages_and_acts_by_keys_alone(opened: Callable[..., Page], world: Any) -> None:
    assert world.lead
    page = opened(world.maya, "/boards", color_scheme="dark", reduced_motion="reduce")
    page.keyboard.press("Control+k")
    box, sheet = page.get_by_role("searchbox"), page.locator("dialog.palette")
    expect(box).to_be_focused()
    box.press_sequentially("nun")
    expect(sheet.get_by_role("link", name="Ana Nunez")).to_be_visible()
    expect(sheet.get_by_role("status")).to_have_text("5 found")
    judge(page)
    page.keyboard.press("ArrowDown")
    expect(sheet.get_by_role("link", name="Ana Nunez")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(sheet.get_by_role("link", name="Call Ana")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.emulate_media(color_scheme="light")
    page.get_by_role("link", name="Search").click()
    expect(box).to_be_focused()
    judge(page)
    box.press_sequentially("new ref")
    expect(sheet.get_by_role("link", name="New referral link")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("New referral link")


def test_single_keys_can_be_switched_off(opened: Callable[..., Page], world: Any) -> None:
    assert world.lead
    page = opened(world.maya, "/settings/account")
    page.get_by_label("Single keys do something").uncheck()
    page.get_by_role("button", name="Save keys").click()
    expect(page.locator(".toast")).to_contain_text("Single keys are off")
    page.goto(page.url.partition("/settings")[0] + "/boards")
    page.locator(".card-name").first.focus()
    page.keyboard.press("?")
    page.keyboard.press("m")
    expect(page.locator("#board-help")).to_be_hidden()
    expect(page.locator("#sheet dialog")).to_have_count(0)
