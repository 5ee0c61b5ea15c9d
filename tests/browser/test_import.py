"""A phone's own contacts come in: counted while the page is watched, one button, and taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from omni.contacts import queries
from omni.contacts.imports import counting
from omni.core.tenancy import entered
from tests.contacts.test_formats import BROKEN, CARD_21, CARD_30, CARD_40

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDE = {"viewport": {"width": 1280, "height": 800}}


@pytest.mark.parametrize("window", [PHONE, WIDE], ids=["phone", "wide"])
def test_cards_come_in_on_one_screen(
    opened: Callable[..., Page], settle: Callable[[], None], world: Any, tmp_path: Path, monkeypatch: Any, window: Any
) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 1)
    file = tmp_path / "phone.vcf"
    file.write_bytes((CARD_21 + BROKEN + CARD_30 + CARD_40).encode())
    page = opened(world.maya, "/contacts/import", **window)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("Looks like a vCard export, 4 rows")).to_be_visible()
    expect(page.get_by_text("Ana Luz Ruiz")).to_be_visible()
    count = page.locator("#import-count")
    expect(count).to_contain_text("Counting what will happen")
    page.get_by_label("They are customers").check()
    settle()
    expect(count.get_by_role("link", name="3 create")).to_be_visible()
    expect(page.get_by_label("They are customers")).to_be_checked()
    page.get_by_role("button", name="Import 3 people").click()
    expect(page.get_by_text("0 of 4")).to_be_visible()
    settle()
    expect(page.get_by_text("4 of 4")).to_be_visible()
    expect(page.get_by_text("This card is broken; the others were read")).to_be_visible()
    with entered(world.juniper):
        assert queries.visible().count() == 3
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Taken back").first).to_be_visible()
    with entered(world.juniper):
        assert queries.visible().count() == 0
