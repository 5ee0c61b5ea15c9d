"""The board under mouse, finger and keys; followed by a teammate; and without JavaScript."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from omni.boards import actions, queries
from omni.boards.models import Card, Stage
from omni.core.ids import encode
from omni.core.tenancy import entered
from omni.core.words import use_locale

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TABLET = {"viewport": {"width": 1180, "height": 820}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def board(world: Any) -> Any:
    """Join with four people in New lead: Ana stands on top, then Ben, Eli and Mei."""
    with entered(world.juniper), use_locale("en", "America/Chicago"):
        for name in ("Mei Okafor", "Eli Hart", "Ben Farrow", "Ana Nunez"):
            world.person(name)
        (board,) = [board for board in queries.list_boards() if board.name == "Join"]
        stages = queries.list_stages(board.id)
        cards = {card.contact.given_name: card for stage in stages for card in _cards(stage)}
    path = f"/boards/{encode(board.id)}"
    return SimpleNamespace(path=path, stages=stages, cards=cards, world=world)


def _cards(stage: Stage) -> list[Card]:
    return [queries.get_card(card.id) for card in Card.select().where(Card.stage == stage)]


def standing(board: Any) -> dict[str, list[str]]:
    """Who stands where, by the database."""
    with entered(board.world.juniper):
        found: dict[str, list[str]] = {}
        for stage in board.stages:
            cards = sorted(_cards(stage), key=lambda card: (card.position, card.id))
            found[stage.name] = [card.contact.given_name for card in cards]
        return found


def shown(page: Page, board: Any, stage: int) -> list[str]:
    """Who stands in a stage, by the page."""
    names = page.locator(f"#{list_id(board, stage)} .card-name").all_text_contents()
    return [name.split()[0] for name in names]


def list_id(board: Any, stage: int) -> str:
    return f"stage-{encode(board.stages[stage].id)}-cards"


def card_of(page: Page, board: Any, name: str) -> Any:
    return page.locator(f"#card-{encode(board.cards[name].id)}-row")


def saved(page: Page) -> None:
    expect(page.locator(".toast")).to_contain_text("Moved")


def drag_by_mouse(page: Page, card: Any, target: Any) -> None:
    # Waits until the card stands still and nothing lies over it.
    card.hover(position={"x": 60, "y": 12})
    start, end = card.bounding_box(), target.bounding_box()
    page.mouse.down()
    page.mouse.move(start["x"] + 70, start["y"] + 20, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 14, steps=8)
    expect(target.locator(".landing")).to_be_visible()
    page.mouse.up()


def drag_by_finger(page: Page, card: Any, target: Any, hold_ms: int) -> None:
    client = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    start, end = card.bounding_box(), target.bounding_box()
    x, y = start["x"] + 60, start["y"] + 16
    touch("touchStart", (x, y))
    page.wait_for_timeout(hold_ms)
    to_x, to_y = end["x"] + end["width"] / 2, end["y"] + 14
    for step in range(1, 9):
        touch("touchMove", (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8))
    if hold_ms:
        expect(target.locator(".landing")).to_be_visible()
    touch("touchEnd")


def by_mouse(page: Page, board: Any) -> None:
    drag_by_mouse(page, card_of(page, board, "Ben"), page.locator(f"#{list_id(board, 1)}"))


def by_finger(page: Page, board: Any) -> None:
    drag_by_finger(page, card_of(page, board, "Ben"), page.locator(f"#{list_id(board, 1)}"), hold_ms=300)


def by_key(page: Page, board: Any) -> None:
    card_of(page, board, "Ana").locator(".card-name").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("]")


def by_menu(page: Page, board: Any) -> None:
    card_of(page, board, "Ben").hover()
    card_of(page, board, "Ben").locator(".card-move").click()
    page.locator("#sheet dialog").get_by_role("button", name="Contacted").click()


@pytest.mark.parametrize(
    ("move", "context"),
    [(by_mouse, {}), (by_finger, TABLET), (by_key, {}), (by_menu, {}), (by_menu, PHONE)],
    ids=["mouse", "finger", "key", "menu", "menu on a phone"],
)
def test_drag_by_mouse_touch_and_keyboard_reach_the_same_state(
    opened: Callable[..., Page], board: Any, move: Callable[..., None], context: dict[str, Any]
) -> None:
    page = opened(board.world.maya, board.path, **context)
    move(page, board)
    saved(page)
    assert standing(board)["New lead"] == ["Ana", "Eli", "Mei"]
    assert standing(board)["Contacted"] == ["Ben"]
    assert shown(page, board, 0) == ["Ana", "Eli", "Mei"]
    assert shown(page, board, 1) == ["Ben"]
    expect(page.locator("#announce")).to_contain_text("Moved Ben to Contacted")
    counts = page.locator(".stage-head small").all_text_contents()
    assert counts[:2] in (["3", "1"], ["", ""])


def test_a_card_dropped_between_two_stays_between_them(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    last = card_of(page, board, "Mei").bounding_box()
    start = card_of(page, board, "Ana").bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 62, start["y"] + 30, steps=4)
    page.mouse.move(last["x"] + 60, last["y"] + 10, steps=12)
    expect(page.locator(f"#{list_id(board, 0)} > .card:not(:first-child).landing")).to_be_visible()
    page.mouse.up()
    saved(page)
    order = standing(board)["New lead"]
    assert order == shown(page, board, 0)
    assert order != ["Ana", "Ben", "Eli", "Mei"]


def test_scroll_on_touch_never_moves_a_card(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path, **TABLET)
    before = standing(board)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    drag_by_finger(page, card_of(page, board, "Ben"), page.locator(f"#{list_id(board, 1)}"), hold_ms=0)
    page.wait_for_timeout(400)
    assert standing(board) == before
    assert not posts


def test_keys_lead_from_card_to_card_and_open_it(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    card_of(page, board, "Ana").locator(".card-name").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(card_of(page, board, "Eli").locator(".card-name")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(card_of(page, board, "Ben").locator(".card-name")).to_be_focused()
    page.keyboard.press("]")
    saved(page)
    expect(card_of(page, board, "Ben").locator(".card-name")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(card_of(page, board, "Ana").locator(".card-name")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#board-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator("#sheet dialog")).to_be_visible()


def test_theo_sees_mayas_move_without_losing_focus(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.theo, board.path)
    card_of(page, board, "Mei").locator(".card-name").focus()
    with entered(board.world.juniper), use_locale("en", "America/Chicago"):
        actions.move_card(board.cards["Ben"], board.stages[3], by=board.world.maya)
    expect(page.locator(f"#{list_id(board, 3)} .card")).to_have_count(1, timeout=15_000)
    assert shown(page, board, 0) == ["Ana", "Eli", "Mei"]
    expect(card_of(page, board, "Mei").locator(".card-name")).to_be_focused()
    expect(page.locator(f"#stage-{encode(board.stages[3].id)}-head small")).to_have_text("1")


def test_a_card_that_somebody_else_moved_goes_where_it_is(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    page.route("**/pulse*", lambda route: route.fulfill(status=204))
    with entered(board.world.juniper), use_locale("en", "America/Chicago"):
        actions.move_card(board.cards["Ben"], board.stages[3], by=board.world.max)
    by_key(page, board)
    expect(page.locator(".toast")).to_contain_text("was moved by somebody else")
    assert standing(board)["Trial done"] == ["Ben"]
    page.unroute("**/pulse*")
    expect(page.locator(f"#{list_id(board, 3)} .card")).to_have_count(1, timeout=15_000)


@pytest.mark.parametrize(("move", "context"), [(by_mouse, {}), (by_finger, TABLET)], ids=["mouse", "finger"])
def test_a_card_dragged_onto_a_stage_that_is_gone_goes_back_and_sees_those_left(
    opened: Callable[..., Page], board: Any, move: Callable[..., None], context: dict[str, Any]
) -> None:
    page = opened(board.world.maya, board.path, **context)
    page.route("**/pulse*", lambda route: route.fulfill(status=204))
    with entered(board.world.juniper), use_locale("en", "America/Chicago"):
        actions.archive_stage(board.stages[1], target=None, by=board.world.theo)
    before = standing(board)
    move(page, board)
    sheet = page.locator("#sheet dialog")
    expect(sheet).to_contain_text("Choose one of the stages below.")
    expect(sheet.get_by_role("button", name="Contacted")).to_have_count(0)
    assert shown(page, board, 0) == ["Ana", "Ben", "Eli", "Mei"]
    assert standing(board) == before
    press = sheet.get_by_role("button", name="Trial booked")
    press.tap() if context else press.click()
    saved(page)
    assert standing(board)["Trial booked"] == shown(page, board, 2) == ["Ben"]


def test_a_refused_move_goes_back_and_says_why(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    page.route("**/stage", lambda route: route.fulfill(status=500, body="<p>That went wrong on our side</p>"))
    by_key(page, board)
    expect(page.locator(".toast")).to_contain_text("That went wrong on our side")
    assert shown(page, board, 0) == ["Ana", "Ben", "Eli", "Mei"]
    assert shown(page, board, 1) == []


def test_a_move_on_a_locked_database_goes_back_and_tells_its_number(
    opened: Callable[..., Page], board: Any, config: Any
) -> None:
    page = opened(board.world.maya, board.path, **PHONE)
    with closing(sqlite3.connect(config.data_dir / "omni.db")) as somebody_else:
        somebody_else.execute("BEGIN IMMEDIATE")
        card_of(page, board, "Ben").locator(".card-move").tap()
        page.locator("#sheet dialog").get_by_role("button", name="Contacted").tap()
        # It waits for five seconds, as every write does.
        expect(page.locator(".toast")).to_contain_text("Number of this fault: ", timeout=20_000)
    assert shown(page, board, 0) == ["Ana", "Ben", "Eli", "Mei"]
    assert standing(board)["New lead"] == ["Ana", "Ben", "Eli", "Mei"]
    card_of(page, board, "Ben").locator(".card-move").tap()
    page.locator("#sheet dialog").get_by_role("button", name="Contacted").tap()
    saved(page)
    assert standing(board)["Contacted"] == shown(page, board, 1) == ["Ben"]


def test_undo_from_the_toast_puts_the_card_back(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    by_key(page, board)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_be_visible()
    assert standing(board)["New lead"] == ["Ana", "Ben", "Eli", "Mei"]


def test_move_without_javascript(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path, java_script_enabled=False)
    card_of(page, board, "Ben").locator(".card-move").click()
    expect(page.locator("h1")).to_have_text("Move Ben Farrow to…")
    page.get_by_role("button", name="Contacted").click()
    expect(page.locator("h1")).to_have_text("Join")
    expect(page.locator(".toast")).to_contain_text("Moved Ben to Contacted")
    assert standing(board)["Contacted"] == ["Ben"]


def test_on_a_phone_one_stage_is_seen_at_a_time(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path, **PHONE)
    tabs = page.locator(".board-tabs a")
    expect(tabs.nth(0)).to_have_attribute("aria-current", "true")
    tabs.nth(1).click()
    expect(tabs.nth(1)).to_have_attribute("aria-current", "true")
    expect(tabs.nth(0)).not_to_have_attribute("aria-current", "true")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_scrolling_brings_the_rest_of_a_long_stage(opened: Callable[..., Page], board: Any) -> None:
    with entered(board.world.juniper), use_locale("en", "America/Chicago"):
        for number in range(60):
            board.world.person(f"Person {number:02}")
    page = opened(board.world.maya, board.path)
    cards = page.locator(f"#{list_id(board, 0)} > .card")
    for count in (25, 64):
        expect(cards).to_have_count(count, timeout=10_000)
        cards.last.scroll_into_view_if_needed()
    assert len(set(page.locator(f"#{list_id(board, 0)} .card-name").all_text_contents())) == 64


def test_a_card_dragged_to_the_head_of_its_stage_stays_there(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    head, start = (card_of(page, board, name).bounding_box() for name in ("Ana", "Mei"))
    page.mouse.move(start["x"] + 60, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 62, start["y"] - 8, steps=4)
    page.mouse.move(head["x"] + 60, head["y"] + 4, steps=12)
    expect(page.locator(f"#{list_id(board, 0)} > .card:first-child.landing")).to_be_visible()
    page.mouse.up()
    saved(page)
    assert standing(board)["New lead"] == shown(page, board, 0) == ["Mei", "Ana", "Ben", "Eli"]


def test_two_quick_moves_of_a_card_are_two_moves(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    card_of(page, board, "Ben").locator(".card-name").focus()
    page.keyboard.press("]")
    page.keyboard.press("]")
    expect(page.locator(".toast").last).to_contain_text("Moved Ben to Trial booked")
    assert standing(board)["Trial booked"] == shown(page, board, 2) == ["Ben"]
    expect(card_of(page, board, "Ben").locator(".card-name")).to_be_focused()


def test_a_board_follows_again_after_a_pulse_that_was_refused(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.theo, board.path)
    page.route("**/pulse*", lambda route: route.fulfill(status=503, body="<p>Back in a moment</p>"))
    with page.expect_response("**/pulse*", timeout=10_000):
        pass
    page.unroute("**/pulse*")
    with entered(board.world.juniper), use_locale("en", "America/Chicago"):
        actions.move_card(board.cards["Ben"], board.stages[3], by=board.world.maya)
    expect(page.locator(f"#{list_id(board, 3)} .card")).to_have_count(1, timeout=15_000)
    expect(page.get_by_text("Back in a moment")).to_have_count(0)


def test_a_board_drawn_anew_is_bound_once(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    lists = "[...document.querySelectorAll('.stages .cards')].map((list) => list.sortable)"
    page.evaluate(f"() => {{ window.before = {lists}; }}")
    with entered(board.world.juniper), use_locale("en", "America/Chicago"):
        actions.change_stage(board.stages[0], by=board.world.maya, name="Fresh", stale_days=None)
    expect(page.locator(".stage-head h2").first).to_have_text("Fresh", timeout=15_000)
    assert page.evaluate(f"() => {lists}.every((one, at) => one && one === before[at])")
    by_mouse(page, board)
    saved(page)
    assert standing(board)["Contacted"] == ["Ben"]


def test_a_sheet_gives_the_focus_back_though_the_page_asked_for_news(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    page.locator("#board-pulse").evaluate(
        """() => document.addEventListener("htmx:after:request", () => {
          document.getElementById("board-pulse").dispatchEvent(new CustomEvent("board:pulse"));
        }, { once: true })"""
    )
    card_of(page, board, "Ben").locator(".card-name").focus()
    with page.expect_response("**/pulse*"):
        page.keyboard.press("m")
    expect(page.locator("#sheet dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card_of(page, board, "Ben").locator(".card-move")).to_be_focused()


def test_a_gate_asks_in_a_sheet_and_cancel_puts_the_card_back(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    drag_by_mouse(page, card_of(page, board, "Ben"), page.locator(f"#{list_id(board, 5)}"))
    sheet = page.locator("#sheet dialog")
    expect(sheet).to_contain_text("Before Ben goes to Lost")
    expect(sheet.get_by_label("The reason")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    assert shown(page, board, 0) == ["Ana", "Ben", "Eli", "Mei"]
    drag_by_mouse(page, card_of(page, board, "Ben"), page.locator(f"#{list_id(board, 5)}"))
    page.get_by_role("button", name="Move to Lost").click()
    expect(sheet).to_contain_text("Write the reason")
    sheet.get_by_label("The reason").fill("Too far")
    page.get_by_role("button", name="Move to Lost").click()
    saved(page)
    expect(sheet).to_have_count(0)
    assert shown(page, board, 5) == standing(board)["Lost"] == ["Ben"]


def test_nothing_is_asked_for_while_a_card_is_pressed(opened: Callable[..., Page], board: Any) -> None:
    """A card that was drawn anew between the press and the first step of a drag stayed behind."""
    page = opened(board.world.maya, board.path)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ring = "document.getElementById('board-pulse').dispatchEvent(new CustomEvent('board:ring'))"
    box = card_of(page, board, "Ben").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 12)
    page.mouse.down()
    del asked[:]
    page.evaluate(ring)
    assert asked == []
    end = page.locator(f"#{list_id(board, 1)}").bounding_box()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 14, steps=8)
    page.mouse.up()
    saved(page)
    assert standing(board)["Contacted"] == ["Ben"]
    with page.expect_request(re.compile("/pulse")):
        page.evaluate(ring)


def test_several_are_chosen_by_a_long_press_and_move_together(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path, **PHONE)
    box = card_of(page, board, "Ben").bounding_box()
    client = page.context.new_cdp_session(page)
    at = [{"x": box["x"] + 90, "y": box["y"] + 20}]
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    expect(page.locator(".select-bar")).to_contain_text("1 chosen")
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    card_of(page, board, "Mei").locator(".card-name").tap()
    expect(page.locator(".select-bar")).to_contain_text("2 chosen")
    page.locator(".select-bar").get_by_role("link", name="Move to…").tap()
    page.locator("#sheet dialog").get_by_role("button", name="Contacted").tap()
    saved(page)
    assert standing(board)["Contacted"] == ["Ben", "Mei"]


def test_keys_let_somebody_rest_and_choose_several(opened: Callable[..., Page], board: Any) -> None:
    page = opened(board.world.maya, board.path)
    card_of(page, board, "Ben").locator(".card-name").focus()
    page.keyboard.press("s")
    page.locator("#sheet dialog").get_by_role("button", name="In a week").click()
    expect(page.locator(".toast")).to_contain_text("Ben rests until")
    expect(card_of(page, board, "Ben")).to_have_count(0, timeout=15_000)
    for name in ("Ana", "Eli"):
        card_of(page, board, name).locator(".card-name").focus()
        page.keyboard.press("x")
    expect(page.locator("#announce")).to_contain_text("2 chosen")
    page.keyboard.press("Escape")
    expect(page.locator(".select-bar")).to_be_hidden()
    card_of(page, board, "Ana").locator(".card-name").focus()
    page.keyboard.press("n")
    expect(page.locator("h1")).to_contain_text("Ana")
