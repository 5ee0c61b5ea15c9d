"""One person's page in hands: what is known of them, said, liked, aimed at, and whose family they are."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from omni.core.ids import encode
from tests.browser.hands import Finger, Mouse

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.mark.parametrize(("screen", "hand"), [(PHONE, Finger), (DESK, Mouse)], ids=["phone", "desk"])
def test_a_life_is_kept_on_one_page(
    opened: Callable[..., Page], world: Any, screen: dict[str, Any], hand: type[Mouse]
) -> None:
    ana, _theo, ben = world.lead, world.theo, world.person("Ben Farrow", "+1 312 555 0171")
    page = opened(world.maya, f"/contacts/{encode(ana.id)}", **screen)
    press, write = hand(page).press, hand(page).write

    def button(name: str) -> Locator:
        return page.get_by_role("button", name=name, exact=True)

    def link(name: str) -> Locator:
        return page.get_by_role("link", name=name, exact=True)

    def summary(name: str) -> Locator:
        return page.locator("summary", has_text=name)

    # What is known of her, where it stands.
    press(summary("Add a detail"))
    press(link("City"))
    write("City", "Oslo")
    press(button("Save"))
    expect(link("City: Oslo. Change")).to_be_focused()
    # What was said, with a word to a teammate.
    press(summary("Add note"))
    page.get_by_label("Note", exact=True).press_sequentially("Knee is better. @th")
    press(page.get_by_role("option", name="Theo"))
    press(button("Save note"))
    note = page.get_by_role("region", name="Timeline").get_by_text("Knee is better. @Theo Park")
    expect(note).to_be_visible()
    # What she likes and where she wants to go.
    press(summary("Add what they like"))
    write("What about", "Tea")
    write("What they like", "Green")
    press(button("Add"))
    expect(page.get_by_role("term").filter(has_text="Tea")).to_be_visible()
    press(summary("Add a goal"))
    write("Goal", "Handstand")
    write("From", "0")
    write("To", "60")
    write("Unit", "seconds")
    press(button("Add goal"))
    write("Value", "15")
    press(button("Check in"))
    expect(page.locator(".goal")).to_contain_text("25% of the way to 60 seconds")
    # One kind of line alone, and all of them again.
    press(summary("Everything"))
    press(link("Notes"))
    expect(page.get_by_text("Maya added Ana")).to_have_count(0)
    expect(note).to_be_visible()
    # Whose family she is: each keeps a page of their own.
    press(link("Link somebody"))
    write("Name, phone or email", "Ben")
    press(link("Ben Farrow"))
    press(page.get_by_text("brother or sister"))
    press(button("Link Ben"))
    expect(page.get_by_role("listitem").filter(has_text="brother or sister")).to_be_visible()
    page.goto(page.url.partition("/contacts")[0] + f"/contacts/{encode(ben.id)}")
    expect(page.get_by_role("link", name="Ana Nunez")).to_be_visible()
    # From lead to member on the same page, dated.
    page.goto(page.url.partition("/contacts")[0] + f"/contacts/{encode(ana.id)}")
    press(link("Move to…").first)
    press(page.get_by_role("button", name="Joined"))
    expect(page.get_by_role("region", name="Life here")).to_contain_text("Member since")
