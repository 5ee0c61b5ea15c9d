"""A goodbye for now on a phone and on a computer, and a join that is turned off, by hand."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from omni.core.ids import encode
from tests.world import World

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK: dict[str, Any] = {}


@pytest.mark.parametrize("hand", [PHONE, DESK], ids=["phone", "desk"])
def test_put_away_undo_and_bring_back_by_hand(opened: Callable[..., Any], world: World, hand: dict[str, Any]) -> None:
    page = opened(world.maya, f"/contacts/{encode(world.lead.id)}", **hand)
    here, away = page.url, page.get_by_text("Ana is put away.")
    page.get_by_role("button", name="Put away").click()
    expect(away).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile("/history"))
    page.goto(here)
    expect(away).to_be_hidden()
    page.get_by_role("button", name="Put away").click()
    page.get_by_role("button", name="Bring back").click()
    expect(away).to_be_hidden()
    expect(page.get_by_text("brought Ana back")).to_be_visible()


def test_a_join_is_turned_off_and_on(opened: Callable[..., Any], world: World) -> None:
    page = opened(world.maya, "/settings/automations", **PHONE)
    page.get_by_role("button", name="Turn off: Who joins gets a card among the new members").click()
    again = page.get_by_role("button", name="Turn on: Who joins gets a card among the new members")
    expect(again).to_be_visible()
    again.click()
    expect(again).to_be_hidden()
