"""The composer at the foot of a phone leaves the page to be read until somebody writes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from omni.core.ids import encode

WHY = "How do you know"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_question_why_one_may_text_opens_with_the_composer(
    opened: Callable[..., Page], world: Any, scripts: bool
) -> None:
    contact = world.person("Canary Quill", "+1 312 555 0177")
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "java_script_enabled": scripts}
    page = opened(world.maya, f"/contacts/{encode(contact.id)}", **phone)
    why = page.get_by_text(WHY)
    expect(page.get_by_role("button", name="Send text")).to_be_in_viewport()
    expect(why).to_be_hidden()
    page.get_by_label("Text to Canary").tap()
    expect(why).to_be_visible()
    page.get_by_label("Text to Canary").fill("Hello")
    page.get_by_role("heading", level=1).tap()
    expect(why).to_be_visible()


def test_a_text_sent_without_a_reason_shows_the_question(opened: Callable[..., Page], world: Any) -> None:
    contact = world.person("Canary Quill", "+1 312 555 0177")
    page = opened(world.maya, f"/contacts/{encode(contact.id)}", viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Send text").click()
    expect(page.locator("#composer-fault")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_text(WHY)).to_be_visible()
