"""The main job from the first visit to the first lead, by every way a person can work in a browser.

Maya signs up, imports the file she has, sees her people on a board, moves one, sends a text that the practice phone
answers, and makes a referral link. A stranger, without cookies and without JavaScript, opens its page and fills it in;
Maya sees that lead on her board and on Today. Nothing is prepared and nothing is reached past the pages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from omni.config import Config
from omni.messaging.practice import REPLY
from tests.browser.hands import Finger, Keys, Mouse
from tests.referrals.friend import IPHONE
from tests.times import noon

FILE = Path(__file__).parent.parent / "contacts" / "files" / "google_contacts_2024_labels.csv"
ADAEZE = "Adaeze Okafor-O'Neil"
PEOPLE = {ADAEZE, "山田 太郎", "only-email@example.com"}
PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1280, "height": 800}}
# The thread asks every five seconds, a run every second; a busy machine needs some more.
SOON_MS = 20_000

Window = Callable[..., Page]
Settle = Callable[[], None]


@pytest.fixture
def config(config: Config) -> Config:
    """It is noon, an hour at which texts may arrive."""
    return replace(config, now=noon())


@dataclass
class Walk:
    """One walk through the product, with Maya's hands on her browser."""

    hands: Mouse
    window: Window
    settle: Settle
    studio: str
    has_scripts: bool = True

    @property
    def page(self) -> Page:
        return self.hands.page

    def run(self) -> None:
        self.sign_up()
        self.bring_people()
        self.move_one()
        self.text_one()
        address = self.make_link()
        self.fill_in_as_a_stranger(address)
        self.see_the_lead_arrive()

    # --- the stations ---

    def sign_up(self) -> None:
        self.page.goto(self.studio)
        self.press("link", "Make a workspace")
        self.arrive("Make your workspace")
        self.hands.write("Your name", "Maya Lind")
        self.hands.write("Email", "maya@juniper.example")
        self.hands.write("Mobile number", "+1 312 555 0100")
        self.hands.write("Studio or company", "Juniper Yoga")
        self.hands.write("Your role", "Owner")
        self.hands.choose("Month of birth", "March")
        self.hands.write("Year of birth", "1988")
        self.hands.write("Password", "a lantern in the harbour")
        self.press("button", "Make workspace")
        self.arrive("Today")

    def bring_people(self) -> None:
        self.go("Contacts")
        self.press("link", "Import contacts")
        self.arrive("Import contacts")
        self.hands.attach("File", FILE)
        self.press("button", "Read the file")
        self.arrive("Check before anything changes")
        self.hands.tick("They asked us")
        self.hands.tick("By their stage of life")
        self.press("button", "Import 3 people")
        self.arrive(f"Import of {FILE.name}")
        self.settle()
        everyone = self.page.get_by_role("link", name="See everyone")
        expect(everyone).to_be_visible(timeout=SOON_MS)
        self.hands.press(everyone)
        self.arrive("Contacts")
        for name in PEOPLE:
            expect(self.page.get_by_role("link", name=name)).to_be_visible()

    def move_one(self) -> None:
        self.go("Boards")
        self.arrive("Join")
        assert set(self.standing("New lead")) == PEOPLE
        card = self.page.locator(".card").filter(has_text=ADAEZE)
        self.hands.open_sheet(card, card.get_by_role("link", name="Move to…"))
        expect(self.page.get_by_role("heading", name=f"Move {ADAEZE} to…")).to_be_visible()
        self.hands.press(self.page.get_by_role("button", name="Contacted"))
        expect(self.page.locator(".toast")).to_contain_text("Moved Adaeze to Contacted")
        assert self.standing("Contacted") == [ADAEZE]
        assert set(self.standing("New lead")) == PEOPLE - {ADAEZE}

    def text_one(self) -> None:
        self.go("Contacts")
        self.hands.press(self.page.get_by_role("link", name=ADAEZE))
        self.arrive(ADAEZE)
        self.hands.write("Text to Adaeze", "Come by on Friday at six?")
        self.press("button", "Send text")
        expect(self.page.locator(".toast")).to_contain_text("is on its way")
        self.open_thread()
        expect(self.texts.first).to_contain_text("Come by on Friday at six?")
        self.settle()
        if not self.has_scripts:
            self.open_thread()
        expect(self.texts.last).to_contain_text(REPLY, timeout=SOON_MS)

    def make_link(self) -> str:
        self.go("Referrals")
        self.press("link", "New referral link")
        self.arrive("New referral link")
        self.hands.write("Title", "Maya invites you to a free first week")
        self.hands.write("Description", "Seven days of classes.")
        self.press("button", "Make referral link")
        self.arrive("Maya invites you to a free first week")
        return str(self.page.locator("#link-address").get_attribute("href"))

    def fill_in_as_a_stranger(self, address: str) -> None:
        page = self.window(**PHONE, java_script_enabled=False, user_agent=IPHONE)
        page.goto(address)
        expect(page.locator("h1")).to_have_text("Maya invites you to a free first week")
        page.get_by_label("Your name").fill("Tom Reed")
        page.get_by_label("Mobile number").fill("312 555 0188")
        page.get_by_label("Anything we should know?").fill("Are mornings all right?")
        page.get_by_role("button", name="Send my details").click()
        expect(page.locator("h1")).to_have_text("Thank you, this has arrived")
        assert page.context.cookies() == []
        self.settle()

    def see_the_lead_arrive(self) -> None:
        self.go("Boards")
        self.arrive("Join")
        assert "Tom Reed" in self.standing("New lead")
        self.go("Today")
        self.arrive("Today")
        expect(self.page.locator("main")).to_contain_text("Tom Reed")
        self.go("Referrals")
        self.hands.press(self.page.get_by_role("link", name="Maya invites you to a free first week"))
        expect(self.page.get_by_role("region", name="Who came by it")).to_contain_text("Tom Reed")
        expect(self.page.locator(".link-numbers")).to_contain_text("1 of 1 tap became a lead")

    # --- how one gets about ---

    def press(self, role: Any, name: str) -> None:
        self.hands.press(self.page.get_by_role(role, name=name, exact=True))

    def go(self, room: str) -> None:
        """Go to a room by the bar; on a phone perhaps by More, or first back to where the bar is."""
        bar = self.page.get_by_role("navigation", name="Main")
        if not bar.count():
            self.press("link", "Back")
            expect(bar).to_be_visible()
        link = bar.get_by_role("link", name=re.compile(f"^{room}")).locator("visible=true")
        if not link.count():
            self.hands.press(bar.locator("summary"))
        self.hands.press(link)
        self.page.wait_for_url(re.compile(f"/{room.lower()}"))

    def arrive(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_have_text(heading)

    def standing(self, stage: str) -> list[str]:
        """Who stands in a stage, painted or further down than the window (a card not yet painted has no inner text)."""
        found = self.page.locator(".stage").filter(has=self.page.get_by_role("heading", name=re.compile(f"^{stage}")))
        return [name.strip() for name in found.locator(".card-name").all_text_contents()]

    @property
    def texts(self) -> Locator:
        return self.page.locator("#thread li[id^=message]")

    def open_thread(self) -> None:
        self.go("Inbox")
        self.hands.press(self.page.get_by_role("link", name=ADAEZE).first)
        self.arrive(ADAEZE)


@pytest.fixture
def walk(window: Window, settle: Settle, studio: str) -> Callable[..., None]:
    """Walks with these hands in a browser of this kind."""

    def along(hands: type[Mouse], **context: Any) -> None:
        page = window(**context)
        Walk(hands(page), window, settle, studio, context.get("java_script_enabled", True)).run()

    return along


def test_the_walk_without_javascript(walk: Callable[..., None]) -> None:
    walk(Mouse, **PHONE, java_script_enabled=False)


def test_the_walk_with_javascript(walk: Callable[..., None]) -> None:
    walk(Mouse, **DESK)


def test_the_walk_by_touch_at_390(walk: Callable[..., None]) -> None:
    walk(Finger, **PHONE, has_touch=True, is_mobile=True)


def test_the_walk_by_keyboard_alone(walk: Callable[..., None]) -> None:
    walk(Keys, **DESK)
