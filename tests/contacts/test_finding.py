"""The search page and its sheet: people, pages, and what can be done."""

from __future__ import annotations

from typing import Any

from omni.contacts.finding import find_all
from omni.core.ids import encode


def labels(found: Any) -> list[str]:
    return [one.label for one in found]


def test_a_person_is_found_with_what_can_be_done_for_them(hers: Any, world: Any, maya: Any) -> None:
    ana, at = world.lead, f"/contacts/{encode(world.lead.id)}"
    found = find_all("555 0142", maya)
    assert [one.id for one in found.people] == [ana.id]
    assert labels(found.acts) == ["Call Ana", "Text Ana", "Move Ana to…", "Next step for Ana"]
    page = hers.get("/search?q=ana")
    assert {f"{at}/calls", f"{at}/messages", f"/tasks/new?contact={encode(ana.id)}"} <= {
        link.get("href") for link in page.page.all("a")
    }
    assert labels(find_all("ana", world.vera).acts) == []


def test_pages_and_acts_are_found_by_the_beginnings_of_their_words(world: Any, maya: Any) -> None:
    assert labels(find_all("imp con", maya).places) == ["Import contacts"]
    assert labels(find_all("REF", maya).places) == ["Referrals", "New referral link"]
    assert labels(find_all("join", maya).places) == ["Join"]
    assert labels(find_all("add", maya).places)[0] == "Add contact"
    assert labels(find_all("add", world.vera).places) == []
    assert find_all("xyzzy", maya).count == 0
    assert len(find_all("", maya).places) == 6


def test_the_sheet_is_the_page_without_javascript(hers: Any, world: Any, maya: Any) -> None:
    assert world.lead
    assert "Nobody is called “xyzzy”" in hers.get("/search?q=xyzzy")
    part = hers.part("/search?sheet=1")
    assert part.page.all("dialog")
    assert "Ana Nunez" in hers.part("/search?q=nunez&place=palette")
    assert len(hers.ask("GET", "/search?q=ana", status=200).statements) <= 14
