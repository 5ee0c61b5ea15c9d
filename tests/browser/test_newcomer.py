"""A newcomer's ten minutes on a phone: her own four hundred people on the board, ten next steps, a slip taken back."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import Finger
from tests.contacts.workbooks import Sheet, workbook

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SOON_MS = 30_000
GIVEN = ("Ana José Zoë Mei Priya Łukasz Bo Åsa Noor Tom", "Eva Finn Gia Hugo Ida Jon Kaja Liv Mo Nia")
FAMILY = ("Ruiz Núñez Müller Okafor Shah Kim Li Berg Costa Diaz", "Evans Fox Grant Holm Ito Jones Khan Lund Moss Neri")
PEOPLE = [(given, family) for family in " ".join(FAMILY).split() for given in " ".join(GIVEN).split()]
GOOGLE = "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Birthday"
HUBSPOT = "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,Associated Company,Contact owner"
EXCEL = "First name,Surname,Mobile,Email"


def rows_of(sender: str) -> list[list[str]]:
    """The header of a sender's file and a row for each of the people."""
    lines = [{"google": GOOGLE, "hubspot": HUBSPOT, "excel": EXCEL}[sender].split(",")]
    for n, (given, family) in enumerate(PEOPLE):
        phone, email = f"(312) 555-{n:04}", f"p{n}@example.com"
        lines.append({
            "google": [given, family, "Yoga ::: * myContacts", "* Home", email, "Mobile", phone, ""],
            "hubspot": [str(n), given, family, email, phone, "NEW", "3/15/2024 2:30 PM", "", "nobody@example.com"],
            "excel": [given, family, phone, email],
        }[sender])  # fmt: skip
    return lines


def file_of(sender: str, folder: Path) -> Path:
    if sender == "excel":
        file = folder / "people.xlsx"
        file.write_bytes(workbook(Sheet("People", rows_of(sender))))
        return file
    out = io.StringIO()
    csv.writer(out).writerows(rows_of(sender))
    file = folder / f"{sender}.csv"
    file.write_text(out.getvalue())
    return file


class Newcomer:
    """Maya's thumb. She follows what the screens offer, and knows no address."""

    def __init__(self, page: Page, settle: Callable[[], None]) -> None:
        self.page, self.settle, self.thumb = page, settle, Finger(page)

    def press(self, role: Any, name: str | re.Pattern[str]) -> None:
        self.thumb.press(self.page.get_by_role(role, name=name, exact=isinstance(name, str)))

    def arrive(self, heading: str) -> None:
        # What concerns four hundred people may take a busy machine a while.
        expect(self.page.locator("h1")).to_have_text(heading, timeout=SOON_MS)

    def make_a_workspace(self, studio: str) -> None:
        self.page.goto(studio)
        self.press("link", "Make a workspace")
        for label, words in {
            "Your name": "Maya Lind", "Email": "maya@juniper.example", "Mobile number": "+1 312 555 0100",
            "Studio or company": "Juniper Yoga", "Your role": "Owner", "Year of birth": "1988",
            "Password": "a lantern in the harbour",
        }.items():  # fmt: skip
            self.thumb.write(label, words)
        self.thumb.choose("Month of birth", "March")
        self.press("button", "Make workspace")
        self.arrive("Today")

    def bring(self, file: Path, told: str) -> None:
        self.press("link", "Bring your people")
        self.arrive("Import contacts")
        self.thumb.attach("File", file)
        self.press("button", "Read the file")
        if file.suffix == ".xlsx":
            # Nobody's export: what each column holds is read from its name, and she looks it over.
            self.arrive("What the columns hold")
            self.press("button", "Check what will happen")
        self.arrive("Check before anything changes")
        expect(self.page.locator("main")).to_contain_text(told)
        self.settle()
        self.thumb.tick("They are customers")
        self.thumb.tick("Join")
        self.press("button", f"Import {len(PEOPLE)} people")
        self.arrive(f"Import of {file.name}")
        self.settle()
        expect(self.page.get_by_role("link", name="See everyone")).to_be_visible(timeout=SOON_MS)

    def see_them_on_the_board(self) -> None:
        self.press("link", re.compile("^Boards"))
        self.arrive("Join")
        expect(self.page.get_by_role("link", name=re.compile(r"New lead\W+400"))).to_be_visible()

    def plan_ten(self) -> None:
        """One person a screen: what comes next is one press, and the next person stands there."""
        self.press("link", re.compile("^Today"))
        self.press("link", "Go one by one")
        person = self.page.locator(".queue-person:not([hidden])")
        for place in range(1, 11):
            expect(self.page.locator("h1")).to_have_text(re.compile(rf"^{place} of "))
            expect(person.get_by_role("heading")).to_have_text(" ".join(PEOPLE[place - 1]))
            self.thumb.press(person.get_by_text("Plan…"))
            self.thumb.press(person.get_by_role("button", name="Tomorrow" if place % 2 else "In 3 days"))
        expect(self.page.locator("h1")).to_have_text(re.compile("^11 of "))
        self.press("link", "Back")
        self.thumb.press(self.page.get_by_role("navigation", name="Main").locator("summary"))
        self.press("link", re.compile("^Tasks"))
        expect(self.page.get_by_role("link", name="Follow up")).to_have_count(10)

    def slip(self) -> None:
        """Everyone becomes a member by mistake, and is a lead again by one press."""
        self.press("link", re.compile("^Contacts"))
        self.press("link", "Select")
        self.thumb.tick("All 400 who fit")
        self.page.get_by_label("What to do").select_option(label="Change the stage of life")
        self.page.get_by_label("Stage of life", exact=True).select_option(label="Member")
        self.press("button", "Change them")
        self.arrive("Change many people")
        self.settle()
        self.press("link", "Back to the list")
        expect(self.page.get_by_text(re.compile("^Member · "))).not_to_have_count(0)

    def take_it_back(self) -> None:
        self.page.go_back()
        self.press("button", "Undo")
        self.arrive("Take back")
        self.settle()
        expect(self.page.get_by_text(re.compile("things taken back$"))).to_be_visible(timeout=SOON_MS)
        self.press("link", re.compile("^Contacts"))
        expect(self.page.get_by_text(re.compile("^Lead · "))).not_to_have_count(0)
        expect(self.page.get_by_text(re.compile("^Member · "))).to_have_count(0)


@pytest.mark.parametrize(
    ("sender", "told"),
    [("google", "Google Contacts export"), ("hubspot", "HubSpot export"), ("excel", "400 rows")],
)
def test_a_newcomers_ten_minutes(
    sender: str, told: str, window: Callable[..., Page], settle: Callable[[], None], studio: str, tmp_path: Path
) -> None:
    maya = Newcomer(window(**PHONE), settle)
    maya.make_a_workspace(studio)
    maya.bring(file_of(sender, tmp_path), told)
    maya.see_them_on_the_board()
    maya.plan_ten()
    maya.slip()
    maya.take_it_back()
