"""A duplicate merged by hand and taken apart again, on a phone and at a desk, with scripts and without."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from omni.contacts import actions
from omni.core import queue
from omni.core.ids import encode
from omni.core.tenancy import entered

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
LONG = "شهرزاد " + "é" * 80 + " 👩🏽‍👩🏽‍👧🏽 " + "W" * 80


@pytest.mark.parametrize(
    "screen", [PHONE, DESK | {"java_script_enabled": False}], ids=["phone", "desk-without-scripts"]
)
def test_a_pair_is_merged_and_taken_apart_again(
    opened: Callable[..., Page], world: Any, screen: dict[str, Any]
) -> None:
    one = world.person("Ana Nunez", "+1 312 555 0142", "ana@example.com")
    other = world.person("A. Nunez", "+1 312 555 0142", "a.nunez@work.example")
    with entered(world.juniper):
        actions.add_note(other, "Likes evenings", by=world.maya)
        queue.work_off("work")
    page = opened(world.maya, "/contacts/duplicates", **screen)
    expect(page.get_by_role("heading", name="The same person?")).to_be_visible()
    page.get_by_role("link", name="Merge…").click()
    expect(page.get_by_text("1 note")).to_be_visible()
    page.get_by_role("radio", name="Ana Nunez").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Ana Nunez")).to_be_visible()
    expect(page.get_by_text("Likes evenings")).to_be_visible()
    page.goto(page.url.replace(encode(one.id), encode(other.id)))
    expect(page.get_by_role("heading", level=1, name="Ana Nunez")).to_be_visible()
    page.goto(page.url.partition("/contacts")[0] + "/history")
    page.get_by_role("button", name="Undo: A. Nunez merged into Ana Nunez").click()
    page.goto(page.url.partition("/history")[0] + f"/contacts/{encode(other.id)}")
    expect(page.get_by_role("heading", level=1, name="A. Nunez")).to_be_visible()
    expect(page.get_by_text("Likes evenings")).to_be_visible()


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_two_overgrown_records_hold_on_every_page_and_merge(
    opened: Callable[..., Page], world: Any, screen: dict[str, Any]
) -> None:
    """40 phones, 300 tags, names of 200 signs, right to left, in combined emoji: nothing scrolls sideways."""
    both = [world.person(LONG[:198] + mark, f"+1 312 555 01{mark}9") for mark in ("1", "2")]
    with entered(world.juniper):
        for side, contact in enumerate(both):
            for n in range(40):
                actions.add_phone(contact, f"+1312555{side * 40 + 2000 + n}", by=world.maya)
            for n in range(300):
                actions.add_tag(contact, f"tag {n} {side if n % 2 else ''}", by=world.maya, is_told=False)
        queue.work_off("work")
    one, other = both
    page = opened(world.maya, f"/contacts/{encode(one.id)}", **screen)
    here = page.url
    for part in ("", f"/merge?with={encode(other.id)}", "/merge", f"/household?with={encode(other.id)}"):
        page.goto(here + part)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
    page.goto(f"{here}/merge?with={encode(other.id)}")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("into this page")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with entered(world.juniper):
        assert actions.count_moving(one.id, other.id)["contact_point"] == 0
