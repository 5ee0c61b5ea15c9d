"""The small scripts in a browser: each adds to something that works without it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def stop_the_clock(page: Page) -> None:
    """Let the page's time pass only when the test says so, however slow the machine is."""
    page.clock.install(time=datetime(2026, 11, 27, 9, tzinfo=UTC))
    page.clock.pause_at(datetime(2026, 11, 27, 10, tzinfo=UTC))


def test_a_toast_is_read_out_and_leaves_after_ten_seconds(page: Page, address: str) -> None:
    stop_the_clock(page)
    page.goto(f"{address}/today?toast")
    page.clock.run_for(100)
    expect(page.locator("#announce")).to_have_text("Moved Tom to Trial booked")
    page.clock.run_for(9_000)
    expect(page.locator(".toast")).to_be_visible()
    page.clock.run_for(1_500)
    expect(page.locator(".toast")).to_have_count(0)


def test_a_toast_stays_while_it_is_looked_at_and_its_time_begins_anew(page: Page, address: str) -> None:
    stop_the_clock(page)
    page.goto(f"{address}/today?toast")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".toast p").first.evaluate("(words) => { words.textContent = 'W'.repeat(200); }")
    inside = "(all) => all.every((one) => one.getBoundingClientRect().right <= innerWidth)"
    assert page.locator(".toast *").evaluate_all(inside)
    page.locator(".toast button").first.focus()
    page.clock.run_for(60_000)
    expect(page.locator(".toast")).to_be_visible()
    page.locator("#main").focus()
    page.clock.run_for(9_000)
    expect(page.locator(".toast")).to_be_visible()
    page.clock.run_for(2_000)
    expect(page.locator(".toast")).to_have_count(0)


def test_a_toast_that_arrives_by_htmx_has_its_clock_too(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/parts")
    page.get_by_role("button", name="Send text").click()
    expect(page.locator(".toast")).to_be_visible()
    page.clock.run_for(11_000)
    expect(page.locator(".toast")).to_have_count(0)


def test_a_button_says_that_it_sends_and_cannot_be_pressed_twice(page: Page, address: str) -> None:
    page.goto(f"{address}/parts")
    button = page.get_by_role("button", name="Send text")
    width = button.evaluate("one => one.offsetWidth")
    page.route("**/part/toast", lambda route: held.append(route))
    held: list[object] = []
    button.click()
    busy = page.get_by_role("button", name="Sending…")
    expect(busy).to_have_attribute("aria-busy", "true")
    assert busy.evaluate("one => one.offsetWidth") == width
    busy.click()
    assert len(held) == 1
    held[0].continue_()  # type: ignore[attr-defined]
    expect(page.get_by_role("button", name="Send text")).not_to_have_attribute("aria-busy", "true")


def test_a_sheet_lies_over_the_page_and_gives_the_focus_back(page: Page, address: str) -> None:
    page.goto(f"{address}/parts")
    opener = page.get_by_role("link", name="Move to…")
    opener.click()
    sheet = page.get_by_role("dialog", name="Move Ana to…")
    expect(sheet).to_be_visible()
    assert sheet.evaluate("one => one.matches(':modal')")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_sheet_closes_by_its_cross_and_by_its_veil(page: Page, address: str) -> None:
    page.goto(f"{address}/parts")
    for close in (lambda: page.get_by_role("link", name="Close").click(), lambda: page.mouse.click(5, 5)):
        page.get_by_role("link", name="Move to…").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        close()
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_sheet_closes_when_its_form_has_done_its_work(page: Page, address: str) -> None:
    page.goto(f"{address}/parts")
    page.get_by_role("link", name="Move to…").click()
    page.get_by_role("button", name="New lead").click()
    expect(page.locator("#answer")).to_have_text("Moved")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_sheet_stays_when_its_form_has_a_fault(page: Page, address: str) -> None:
    page.goto(f"{address}/parts")
    page.get_by_role("link", name="Move to…").click()
    page.get_by_role("button", name="Lost").click()
    expect(page.locator("#answer")).to_have_text("Say why")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_sheet_without_javascript_is_a_part_of_the_page(plain: Page, address: str) -> None:
    plain.goto(f"{address}/move")
    expect(plain.get_by_role("button", name="Trial booked")).to_be_visible()
    expect(plain.get_by_role("link", name="Close")).to_have_attribute("href", "/boards")


def test_the_menu_named_more_opens_without_javascript(plain: Page, address: str) -> None:
    plain.goto(f"{address}/parts")
    plain.get_by_text("More", exact=True).click()
    expect(plain.get_by_role("link", name="Referrals")).to_be_in_viewport()
    expect(plain.get_by_role("button", name="Sign out")).to_be_in_viewport()


def test_a_menu_closes_by_esc_and_keeps_the_focus(page: Page, address: str) -> None:
    page.goto(f"{address}/controls")
    name = page.locator("details.menu > summary[aria-label='More for Ana']")
    name.click()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Edit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Edit")).to_be_hidden()
    expect(name).to_be_focused()


def test_a_menu_closes_by_a_press_elsewhere(page: Page, address: str) -> None:
    page.goto(f"{address}/controls")
    page.locator("details.menu > summary[aria-label='More for Ana']").click()
    page.locator("h1").click()
    expect(page.get_by_role("link", name="Edit")).to_be_hidden()


def test_a_password_is_shown_on_wish_and_hidden_again_when_sent(page: Page, address: str) -> None:
    page.goto(f"{address}/signup")
    field = page.get_by_label("Password", exact=True)
    field.fill("a sentence is good")
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    page.evaluate("document.querySelector('form').addEventListener('submit', (e) => e.preventDefault())")
    page.get_by_role("button", name="Make workspace").click()
    expect(field).to_have_attribute("type", "password")


def test_a_password_field_has_no_second_button_without_javascript(plain: Page, address: str) -> None:
    plain.goto(f"{address}/signup")
    expect(plain.get_by_role("button", name="Show password")).to_have_count(0)


def test_a_draft_outlives_a_reload_and_not_its_sending(page: Page, address: str) -> None:
    page.goto(f"{address}/parts")
    text = page.get_by_label("Text to Ana")
    text.fill("Sorry this took a day.")
    page.reload()
    expect(text).to_have_value("Sorry this took a day.")
    page.get_by_role("button", name="Send text").click()
    expect(page.locator(".toast")).to_be_visible()
    page.reload()
    expect(text).to_have_value("")


def test_a_fault_is_focused_and_its_link_leads_into_the_field(page: Page, address: str) -> None:
    page.goto(f"{address}/form_faults")
    expect(page.locator(".fault-box")).to_be_focused()
    page.get_by_role("link", name="Email:").click()
    expect(page.get_by_label("Email")).to_be_focused()


def test_an_address_is_copied_and_said(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/controls")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#announce")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "https://juniper.example/r/tom-first-week"


def test_an_address_is_chosen_where_there_is_no_clipboard(page: Page, address: str) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{address}/controls")
    page.get_by_role("button", name="Copy").click()
    page.wait_for_function("getSelection().toString() === 'https://juniper.example/r/tom-first-week'")


def test_news_are_asked_for_in_a_seen_tab_alone(page: Page, address: str) -> None:
    stop_the_clock(page)
    page.goto(f"{address}/parts")
    page.evaluate("window.rung = 0; document.querySelector('#news').addEventListener('omni:poll', () => window.rung++)")
    page.clock.run_for(16_000)
    assert page.evaluate("window.rung") == 1
    page.evaluate("Object.defineProperty(document, 'hidden', {configurable: true, value: true})")
    page.clock.run_for(60_000)
    assert page.evaluate("window.rung") == 1
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("window.rung") == 2


def test_the_way_to_the_content_is_the_first_stop(page: Page, address: str) -> None:
    page.goto(f"{address}/parts")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_lost_network_is_said_once_and_what_was_typed_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/parts")
    page.get_by_label("Text to Ana").fill("See you at six")
    page.context.set_offline(True)
    for _ in range(2):
        page.get_by_role("button", name="Send text").click()
        expect(page.locator("#toasts")).to_contain_text("There is no connection")
    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(page.get_by_label("Text to Ana")).to_have_value("See you at six")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send text").click()
    expect(page.locator("#answer")).to_have_text("Sent")
