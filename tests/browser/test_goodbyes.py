"""The last of the goodbyes by hand: seen what goes, asked, taken back; on a phone and on a computer."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from omni.contacts import actions
from omni.contacts.models import Contact
from omni.core.ids import encode
from omni.core.tenancy import entered
from tests.world import World

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


@pytest.mark.parametrize("hand", [PHONE, DESK], ids=["phone", "desk"])
def test_deleted_for_good_and_taken_back_by_hand(
    opened: Callable[..., Any], world: World, hand: dict[str, Any]
) -> None:
    with entered(world.juniper):
        actions.add_note(world.lead, "Runs a bakery", by=world.maya)
    page = opened(world.maya, f"/contacts/{encode(world.lead.id)}", **hand)
    here = page.url
    foot = page.locator("#contact-goodbyes")
    expect(foot.locator("a, button")).to_have_text(["Stop messages", "Put away", "Delete for good"])
    foot.get_by_role("link", name="Delete for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete Ana Nunez for good")
    expect(page.get_by_text("What teammates wrote down")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing stands out at the side"
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("72 hours left")).to_be_visible()
    page.goto(here)
    expect(page.get_by_text("Ana Nunez")).to_have_count(0)
    page.goto(here.partition("/contacts/")[0] + "/settings/privacy/deleted")
    page.get_by_role("button", name="Take it back: Ana Nunez").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Nunez")
    with entered(world.juniper):
        assert Contact.get_by_id(world.lead.id).put_away_at is None
