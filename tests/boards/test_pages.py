"""The pages of the boards, asked both ways."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from omni.boards import actions, queries
from omni.boards.models import Board, Card, Stage, StageStat
from omni.contacts.models import Contact
from omni.core.ids import encode

New = Callable[..., Card]


def board_url(join: SimpleNamespace) -> str:
    return f"/boards/{encode(join.board.id)}"


def card_id(card: Card) -> str:
    return f"card-{encode(card.id)}-row"


def test_boards_leads_to_the_first_board(hers: Any, join: SimpleNamespace) -> None:
    assert hers.ask("GET", "/boards", status=303).location == board_url(join)


def test_the_board_shows_its_stages_and_cards(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    card = newcomer()
    page = hers.get(board_url(join))
    assert page.page.h1 == "Join"
    for words in ("New lead", "Lost", "Ana Nunez", "Just arrived", "Add next step", "Move to…"):
        assert words in page
    assert page.page.by_id(card_id(card)).get("data-version") == "1"


def test_an_empty_board_says_what_to_do(hers: Any, join: SimpleNamespace) -> None:
    assert "No one here yet. The first person is usually in your phone." in hers.get(board_url(join))


def test_a_board_asks_the_database_twelve_times_at_most(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    for name in ("Ana", "Ben", "Eli"):
        newcomer(name)
    assert len(hers.ask("GET", board_url(join), status=200).statements) <= 12


def test_a_stage_shows_25_and_the_way_to_the_rest(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    names = [f"Person {number:02}" for number in range(30)]
    for name in names:
        newcomer(name)
    page = hers.get(board_url(join))
    shown = [name for name in names if name in page]
    assert shown == names[5:]
    more = next(one.get("href") for one in page.page.all("a") if "/stages/" in (one.get("href") or ""))
    rest = hers.get(more)
    assert [name for name in names if name in rest] == names[:5]


def test_the_sheet_says_what_each_stage_brings_about(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    page = hers.get(f"/cards/{encode(newcomer().id)}/move")
    assert page.page.h1 == "Move Ana Nunez to…"
    for words in ("Here now", "Makes Ana a trial", "Makes Ana a member"):
        assert words in page


def test_a_card_moves_without_javascript(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    card = newcomer()
    sheet = f"/cards/{encode(card.id)}/move"
    answer = hers.post(f"/cards/{encode(card.id)}/stage", {"stage": encode(join.contacted.id)}, on=sheet)
    assert answer.location == board_url(join)
    page = hers.ask("GET", board_url(join), status=200)
    assert "Moved Ana to Contacted" in page
    assert "Undo" in page
    assert queries.get_card(card.id).stage_id == join.contacted.id


def test_a_card_moves_by_htmx(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    card = newcomer()
    hers.get(board_url(join))
    fields = {"stage": encode(join.contacted.id), "version": "1", "via": "drag"}
    answer = hers.post_part(f"/cards/{encode(card.id)}/stage", fields, on=board_url(join))
    assert answer.page.by_id(card_id(card)).get("data-version") == "2"
    assert "Moved Ana to Contacted" in answer
    assert {stage.get("id") for stage in answer.page.all("div", class_="stage-head")} or "stage-head" in answer.text


def test_a_stale_move_is_409_with_the_card_as_it_is(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any) -> None:
    card = newcomer()
    hers.get(board_url(join))
    actions.move_card(card, join.done, by=maya)
    fields = {"stage": encode(join.contacted.id), "version": "1"}
    url = f"/cards/{encode(card.id)}/stage"
    part = hers.post_part(url, fields, on=board_url(join), status=409)
    assert part.page.by_id(card_id(card)).get("data-version") == "2"
    assert "was moved by somebody else" in part
    page = hers.post(url, fields, on=board_url(join), status=409)
    assert "was moved by somebody else" in page
    assert queries.get_card(card.id).stage_id == join.done.id


def test_an_unknown_stage_is_422_with_the_live_ones(
    hers: Any, join: SimpleNamespace, keep: SimpleNamespace, newcomer: New
) -> None:
    card = newcomer()
    url = f"/cards/{encode(card.id)}/stage"
    for stage in (encode(keep.active.id), "nonsense", ""):
        for post in (hers.post, hers.post_part):
            answer = post(url, {"stage": stage, "version": "1"}, on=f"/cards/{encode(card.id)}/move", status=422)
            assert "Contacted" in answer
    assert queries.get_card(card.id).stage_id == join.new.id


def test_the_pulse_is_silent_until_something_moves(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any) -> None:
    card, other = newcomer("Ana"), newcomer("Ben")
    seq = Board.get_by_id(join.board.id).seq
    pulse = f"{board_url(join)}/pulse?since="
    assert hers.part(f"{pulse}{seq}", status=204).text == ""
    actions.move_card(card, join.contacted, by=maya)
    answer = hers.part(f"{pulse}{seq}")
    assert card_id(card) in answer.text
    assert card_id(other) not in answer.text
    assert f"since={seq + 1}" in answer.text
    assert f'data-list="stage-{encode(join.contacted.id)}-cards"' in answer.text


def test_a_pulse_after_a_long_sleep_brings_the_whole_board(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    for number in range(55):
        newcomer(f"Person {number:02}")
    answer = hers.part(f"{board_url(join)}/pulse?since=0")
    assert "board-stages" in answer.text
    assert answer.text.count('class="card"') == 25


def test_a_stage_that_changed_brings_the_whole_board(hers: Any, join: SimpleNamespace) -> None:
    seq = Board.get_by_id(join.board.id).seq
    actions.change_stage(join.new, name="Fresh", stale_days=None)
    answer = hers.part(f"{board_url(join)}/pulse?since={seq}")
    assert "Fresh" in answer
    assert "board-stages" in answer.text


def test_a_card_that_left_the_board_leaves_the_page(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any) -> None:
    from omni.contacts.undo import undo
    from omni.core.changes import ChangeBatch

    card = newcomer()
    seq = Board.get_by_id(join.board.id).seq
    undo(ChangeBatch.get(ChangeBatch.kind == "add"), by=maya)
    answer = hers.part(f"{board_url(join)}/pulse?since={seq}")
    assert f'data-card="{card_id(card)}"' in answer.text
    assert 'class="card"' not in answer.text


def test_the_stages_can_be_changed(hers: Any, join: SimpleNamespace) -> None:
    edit = f"{board_url(join)}/edit"
    hers.get(edit)
    stage = f"{board_url(join)}/stages/{encode(join.new.id)}"
    hers.post(stage, {"name": "Fresh", "stale_days": "2"}, on=edit)
    hers.post(f"{board_url(join)}/stages", {"name": "Waitlist", "stale_days": ""}, on=edit)
    hers.post(f"{stage}/place", {"step": "1"}, on=edit)
    hers.post(board_url(join), {"name": "Joining"}, on=edit)
    page = hers.get(board_url(join))
    assert page.page.h1 == "Joining"
    names = [stage.name for stage in queries.list_stages(join.board.id)]
    assert names[:2] == ["Contacted", "Fresh"]
    assert "Waitlist" in names


def test_a_stage_without_a_name_is_422_and_keeps_what_was_typed(hers: Any, join: SimpleNamespace) -> None:
    edit = f"{board_url(join)}/edit"
    answer = hers.post(f"{board_url(join)}/stages", {"name": "", "stale_days": "many"}, on=edit, status=422)
    assert "Give the stage a name." in answer
    assert "“many” does not fit." in answer
    assert 'value="many"' in answer.text


def test_a_stage_with_cards_is_archived_with_a_target(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    newcomer()
    url = f"{board_url(join)}/stages/{encode(join.new.id)}/archive"
    answer = hers.post(url, {"target": ""}, on=url, status=422)
    assert "Cards stand in this stage. Choose where they go." in answer
    hers.post(url, {"target": encode(join.contacted.id)}, on=url)
    assert StageStat.get(StageStat.stage == join.contacted).n == 1


def test_a_name_is_escaped_on_a_card(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    newcomer("<img src=x onerror=alert(1)>")
    assert "&lt;img src=x" in hers.get(board_url(join)).page.text


def test_a_rep_moves_only_their_own(browse: Any, join: SimpleNamespace, newcomer: New, world: Any) -> None:
    card, free = newcomer("Ana"), newcomer("Ben")
    Contact.update(owner=None).where(Contact.id == free.contact_id).execute()
    his = browse.as_(world.theo)
    page = his.get(board_url(join))
    moves = [one.get("href") for one in page.page.all("a") if (one.get("href") or "").endswith("/move")]
    assert moves == [f"/cards/{encode(free.id)}/move"]
    his.get(f"/cards/{encode(card.id)}/move", status=403)


def test_a_stranger_gets_404_everywhere(browse: Any, join: SimpleNamespace, newcomer: New, world: Any) -> None:
    card = newcomer()
    stage: Stage = join.new
    strangers = browse.as_(world.iris)
    for url in (
        board_url(join),
        f"{board_url(join)}/pulse?since=0",
        f"{board_url(join)}/stages/{encode(stage.id)}",
        f"{board_url(join)}/edit",
        f"/cards/{encode(card.id)}/move",
    ):
        strangers.get(url, status=404)


def test_addresses_nobody_wrote_lead_to_the_board_and_no_fault(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    card = newcomer()
    for since in ("99999999999999999999", "-1", "x"):
        assert card_id(card) in hers.part(f"{board_url(join)}/pulse?since={since}").text
    stage = f"{board_url(join)}/stages/{encode(join.new.id)}"
    for after in (f"1.a%00b.{encode(card.id)}", "1.%F0%9F.x", "nonsense"):
        assert card_id(card) in hers.get(f"{stage}?after={after}").page.text
