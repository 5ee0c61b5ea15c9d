"""The list of people in hands: filtered, kept and searched by thumb and mouse, changed cell by cell on a keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from omni.contacts import actions, queries
from omni.contacts.models import Contact
from omni.core.tenancy import entered
from omni.core.words import use_locale
from tests.browser.hands import Finger, Mouse

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def people(world: Any) -> Any:
    """Three people, two of them in Oslo."""
    with entered(world.juniper), use_locale("en", "America/Chicago"):
        for name, city in (("Ana Nunez", "Oslo"), ("Mei Okafor", "Oslo"), ("Olga Pohl", "")):
            contact = world.person(name)
            if city:
                actions.change_details(contact, {"city": city}, by=world.maya)
    return world


def city_of(world: Any, name: str) -> str:
    with entered(world.juniper):
        return str(queries.visible().where(Contact.display_name == name).get().city)


@pytest.mark.parametrize(("screen", "hand"), [(PHONE, Finger), (DESK, Mouse)], ids=["phone", "desk"])
def test_a_list_is_filtered_and_kept(
    opened: Callable[..., Page], people: Any, screen: dict[str, Any], hand: type[Mouse]
) -> None:
    page = opened(people.maya, "/contacts", **screen)
    press, write = hand(page).press, hand(page).write
    press(page.get_by_role("link", name="Filter", exact=True))
    press(page.get_by_role("link", name="City", exact=True))
    write("What to look for", "oslo")
    press(page.get_by_role("button", name="Filter"))
    page.wait_for_url("**/contacts?f=city%3Ahas%3Aoslo")
    expect(page.locator(".row-name")).to_have_count(2)
    expect(page.get_by_text("2 of 3")).to_be_visible()
    press(page.get_by_role("link", name="Save this view"))
    write("Name", "In Oslo")
    press(page.get_by_role("button", name="Save view"))
    expect(page.get_by_role("link", name="In Oslo")).to_have_attribute("aria-current", "page")
    press(page.get_by_role("link", name="Take off: City contains oslo"))
    expect(page.locator(".row-name")).to_have_count(3)
    page.go_back()
    expect(page.locator(".row-name")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_cell_is_changed_and_a_person_found_by_thumb(opened: Callable[..., Page], people: Any) -> None:
    page = opened(people.maya, "/contacts?cols=city&sort=name", **PHONE)
    page.get_by_role("link", name="Change City of Ana Nunez").tap()
    box = page.get_by_label("City of Ana Nunez")
    expect(box).to_be_focused()
    box.fill("Bergen")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("City of Ana Nunez saved")
    assert city_of(people, "Ana Nunez") == "Bergen"
    page.goto(page.url.partition("/contacts")[0] + "/boards")
    page.get_by_role("link", name="Search").locator("visible=true").first.tap()
    page.get_by_role("searchbox").press_sequentially("okafor")
    page.locator("dialog.palette").get_by_role("link", name="Mei Okafor").tap()
    expect(page.locator("h1")).to_have_text("Mei Okafor")


def test_cells_are_changed_by_the_keyboard(opened: Callable[..., Page], people: Any) -> None:
    """Enter saves, Escape restores, Tab saves and goes on, and what is refused stays open."""
    page = opened(people.maya, "/contacts?cols=city,phone,company&sort=name")
    first = page.get_by_role("link", name="Change City of Ana Nunez")
    first.focus()
    page.keyboard.press("Enter")
    box = page.get_by_label("City of Ana Nunez")
    expect(box).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Rome")
    page.keyboard.press("Escape")
    expect(first).to_contain_text("Oslo")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Bergen")
    page.keyboard.press("Tab")
    phone = page.get_by_label("Phone of Ana Nunez")
    expect(phone).to_be_focused()
    assert city_of(people, "Ana Nunez") == "Bergen"
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_value("12")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Change Phone of Ana Nunez")).to_be_focused()
    page.get_by_role("link", name="Change City of Olga Pohl").click()
    expect(page.get_by_label("City of Olga Pohl")).to_be_focused()
    page.keyboard.type("Lima")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Change City of Olga Pohl")).to_be_focused()
    expect(page.locator(".toast")).to_contain_text("City of Olga Pohl saved")
    assert city_of(people, "Olga Pohl") == "Lima"
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("History")
    assert city_of(people, "Olga Pohl") == ""


@pytest.mark.parametrize("hand", ["finger", "mouse"])
def test_a_wrong_bulk_edit_is_taken_back(opened: Callable[..., Page], people: Any, hand: str) -> None:
    page = opened(people.maya, "/contacts?f=city:has:oslo", **(PHONE if hand == "finger" else {}))
    page.get_by_role("link", name="Select", exact=True).click()
    page.get_by_label("Tick Ana Nunez").check()
    page.get_by_label("Tick Mei Okafor").check()
    page.get_by_label("What to do").select_option(label="Change the stage of life")
    expect(page.get_by_label("Tag", exact=True)).to_be_hidden()
    page.get_by_label("Stage of life", exact=True).select_option(label="Member")
    page.get_by_role("button", name="Change them").click()
    expect(page.locator(".toast")).to_contain_text("2 people changed")
    assert lives(people) == {"Ana Nunez": "member", "Mei Okafor": "member", "Olga Pohl": "lead"}
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("History")
    assert lives(people) == {"Ana Nunez": "lead", "Mei Okafor": "lead", "Olga Pohl": "lead"}


def lives(world: Any) -> dict[str, str]:
    with entered(world.juniper):
        return {one.display_name: one.lifecycle.value for one in queries.visible()}
