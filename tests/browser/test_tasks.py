"""Promises under the thumb and at the desk: done and what is next, later, the step a move sets, and taking it back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from omni.boards import queries as boards
from omni.contacts.next_actions import find_next_action
from omni.core import clock
from omni.core.ids import encode
from omni.core.tenancy import entered
from omni.core.words import use_locale
from omni.tasks import actions
from omni.tasks.models import Task
from tests.world import unplanned

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


def presser(size: dict[str, Any]) -> Callable[[Any], None]:
    """Presses as this hand does: by finger where there is one."""
    return lambda what: what.tap() if size.get("has_touch") else what.click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_done_asks_what_is_next_and_later_puts_it_off(
    opened: Callable[..., Page], world: Any, size: dict[str, Any]
) -> None:
    with entered(world.juniper), use_locale("en", "America/Chicago"):
        unplanned(world.lead)
        today = clock.today_in("America/Chicago")
        actions.add_task(world.lead, title="Call about the trial", due_on=today, by=world.maya)
    page, press = opened(world.maya, "/tasks", **size), presser(size)
    press(page.get_by_role("button", name="Done: Call about the trial"))
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Next?")
    press(toast.get_by_role("button", name="Tomorrow"))
    expect(page.locator(".toast")).to_contain_text("Added “Follow up”")
    press(page.get_by_role("link", name="Follow up").first)
    press(page.get_by_role("link", name="Later…"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Put off “Follow up”")
    press(page.get_by_role("button", name="In 3 days"))
    expect(page.locator(".toast")).to_contain_text("Put off: Follow up")
    with entered(world.juniper):
        assert find_next_action(world.lead.id).due_at > clock.now() + timedelta(hours=1)
        assert Task.get(Task.title == "Follow up").snooze_count == 1
    press(page.locator(".toast").get_by_role("button", name="Undo"))
    expect(page.locator(".toast")).to_contain_text("taken back")
    with entered(world.juniper):
        assert Task.get(Task.title == "Follow up").snoozed_until is None


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_move_says_its_next_step_and_leads_to_it(
    opened: Callable[..., Page], world: Any, size: dict[str, Any]
) -> None:
    with entered(world.juniper), use_locale("en", "America/Chicago"):
        unplanned(world.lead)
        card = boards.list_cards(world.lead.id)[0]
    page, press = opened(world.maya, f"/cards/{encode(card.id)}/move", **size), presser(size)
    press(page.get_by_role("button", name="Contacted"))
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Follow up in")
    with entered(world.juniper):
        assert find_next_action(world.lead.id).title == "Follow up"
    press(toast.get_by_role("link", name="change"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow up")
    page.goto(page.url.split("/tasks")[0] + "/history")
    press(page.get_by_role("button", name="Undo: Moved Ana Nunez to Contacted"))
    expect(page.locator(".toast")).to_contain_text("2 things taken back")
    with entered(world.juniper):
        assert find_next_action(world.lead.id) is None
        assert boards.list_cards(world.lead.id)[0].stage.name == "New lead"
