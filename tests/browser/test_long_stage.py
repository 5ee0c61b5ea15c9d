"""A stage of twelve thousand on a phone: it opens as one of 120 does, it ends, and its cards move as quickly."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from peewee import chunked, fn
from playwright.sync_api import Page, expect

from omni.boards import queries
from omni.boards.models import Card, CardStay, StageStat, Via
from omni.boards.positions import spread
from omni.boards.queries import FURTHER, PAGE
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.database import transaction
from omni.core.ids import encode, new_id
from omni.core.tenancy import entered
from omni.core.words import use_locale

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FEW, MANY = 120, 12_000
# Scrolls the stage on as a thumb does, a frame at a time, until nothing further comes.
TO_THE_END = """
async list => {
  while (list.querySelector(".stage-more:not([hidden])")) {
    list.scrollTop = list.scrollHeight;
    await new Promise(requestAnimationFrame);
  }
}
"""


@pytest.fixture
def long_stage(world: Any) -> Any:
    """A board whose first stage `fill` brings to so many cards, each called by its place."""
    with entered(world.juniper), use_locale("en", "America/Chicago"):
        (board,) = [board for board in queries.list_boards() if board.name == "Join"]
        first, second = queries.list_stages(board.id)[:2]

    def fill(count: int) -> None:
        now, maya = clock.now(), world.maya.id
        with entered(world.juniper), transaction():
            there = Card.select().where(Card.stage == first.id).count()
            last = Card.select(fn.MAX(Card.position)).where(Card.stage == first.id).scalar()
            people, cards, stays = [], [], []
            for number, position in enumerate(spread(last, None, count - there), start=there + 1):
                contact, card, name = new_id(), new_id(), f"P{number}"
                people.append(
                    {"id": contact, "given_name": name, "display_name": name, "owner": maya, "last_touch_at": now}
                )
                place = {"board": board.id, "stage": first.id, "entered_at": now}
                cards.append({"id": card, "contact": contact, "position": position, **place})
                stays.append({"card": card, "via": Via.LANDING, "by": maya, **place})
            for model, rows in ((Contact, people), (Card, cards), (CardStay, stays)):
                for block in chunked(rows, 500):
                    model.insert_many(block).execute()
            StageStat.update(n=count).where(StageStat.stage == first.id).execute()

    path = f"/boards/{encode(board.id)}"
    return SimpleNamespace(path=path, first=encode(first.id), second=encode(second.id), fill=fill)


def drawn(page: Page) -> tuple[int, int]:
    """How many bytes the page came with, and how many elements stand on it."""
    size = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
    return int(size), int(page.evaluate("document.querySelectorAll('*').length"))


@pytest.mark.timeout(400)
def test_a_stage_of_12000_opens_as_one_of_120_and_scrolls_to_its_last_card(
    opened: Callable[..., Page], long_stage: Any, world: Any
) -> None:
    long_stage.fill(FEW)
    few = drawn(opened(world.maya, long_stage.path, **PHONE))
    long_stage.fill(MANY)
    page = opened(world.maya, long_stage.path, **PHONE)
    many = drawn(page)
    assert many[1] == few[1]
    assert many[0] == pytest.approx(few[0], rel=0.02)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/stages/" in request.url else None)
    cards = page.locator(f"#stage-{long_stage.first}-cards")
    cards.evaluate(TO_THE_END)
    names = cards.evaluate("list => [...list.querySelectorAll('.card-name')].map(name => name.textContent)")
    assert names == [f"P{n}" for n in range(1, MANY + 1)]
    assert len(asked) == -(-(MANY - PAGE) // FURTHER)
    last = cards.locator(".card").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    last.locator(".card-move").tap()
    page.locator("#sheet dialog").get_by_role("button", name="Contacted").tap()
    expect(page.locator(f"#stage-{long_stage.first}-tab small")).to_have_text("11,999")
    expect(cards.locator(".card")).to_have_count(MANY - 1)
