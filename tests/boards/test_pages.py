"""The pages of the boards, asked both ways."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from omni.boards import actions, queries
from omni.boards.models import Board, Card, CardStay, Stage, StageStat
from omni.config import Config
from omni.contacts.models import Contact
from omni.core import clock, database
from omni.core.ids import encode, new_id
from tests.browse import HTMX

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


def test_a_stage_that_changed_brings_the_whole_board(hers: Any, join: SimpleNamespace, maya: Any) -> None:
    seq = Board.get_by_id(join.board.id).seq
    actions.change_stage(join.new, by=maya, name="Fresh", stale_days=None)
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
    assert Stage.get_by_id(join.new.id).archived_at is None
    assert StageStat.get(StageStat.stage == join.new).n == 1
    hers.post(url, {"target": encode(join.contacted.id)}, on=url)
    assert StageStat.get(StageStat.stage == join.contacted).n == 1


def test_a_move_to_an_archived_stage_offers_those_that_are_left(
    hers: Any, join: SimpleNamespace, newcomer: New, maya: Any
) -> None:
    card = newcomer()
    sheet = f"{url_of(card)}/move"
    hers.get(sheet)
    actions.archive_stage(join.booked, target=None, by=maya)
    for send in (hers.post, hers.post_part):
        answer = send(f"{url_of(card)}/stage", {"stage": encode(join.booked.id)}, on=sheet, status=422)
        assert "Choose one of the stages below." in answer
        offered = [one.get("value") for one in answer.page.all("button", name="stage")]
        assert encode(join.contacted.id) in offered and encode(join.booked.id) not in offered
    assert queries.get_card(card.id).stage_id == join.new.id


@pytest.mark.parametrize(
    ("first", "then"),
    [
        # Chicago sets its clocks back in between, and somebody the server's.
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 10, tzinfo=UTC)),
        (datetime(2026, 11, 3, 15, 0, tzinfo=UTC), datetime(2026, 11, 3, 14, 0, tzinfo=UTC)),
    ],
    ids=["summer time ends", "set back"],
)
def test_a_clock_that_changes_between_two_moves_leaves_no_gap(
    hers: Any, join: SimpleNamespace, newcomer: New, first: datetime, then: datetime
) -> None:
    try:
        clock.freeze(first - timedelta(hours=2))
        card = newcomer()
        for at, stage in ((first, join.contacted), (then, join.booked)):
            clock.freeze(at)
            hers.get(f"{url_of(card)}/move")
            hers.post(f"{url_of(card)}/stage", {"stage": encode(stage.id)}, on=f"{url_of(card)}/move")
            assert "Just arrived" in hers.get(board_url(join))
    finally:
        clock.freeze(None)
    stays = list(CardStay.select().where(CardStay.card == card).order_by(CardStay.id))
    assert [one.stage_id for one in stays] == [join.new.id, join.contacted.id, join.booked.id]
    assert all(one.left_at == other.entered_at for one, other in itertools.pairwise(stays))
    assert all(one.entered_at <= one.left_at for one in stays[:-1]) and stays[-1].left_at is None
    assert queries.get_card(card.id).stage_id == join.booked.id


def test_another_studio_learns_no_more_of_a_card_than_of_none(browse: Any, newcomer: New, world: Any) -> None:
    card, iris = newcomer(), browse.as_(world.iris)
    for path in ("/cards/{}", "/cards/{}/move", "/contacts/{}", "/contacts/{}/merge"):
        key = card.contact_id if "contacts" in path else card.id
        known, none = (iris.ask("GET", path.format(encode(one)), status=404) for one in (key, new_id()))
        assert known.text == none.text
        assert len(known.statements) == len(none.statements)


def test_a_name_is_escaped_on_a_card(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    newcomer("<img src=x onerror=alert(1)>")
    assert "&lt;img src=x" in hers.get(board_url(join)).page.text


def test_a_rep_moves_only_their_own(browse: Any, join: SimpleNamespace, newcomer: New, world: Any) -> None:
    card, free = newcomer("Ana"), newcomer("Ben")
    Contact.update(owner=None).where(Contact.id == free.contact_id).execute()
    his = browse.as_(world.theo)
    page = his.get(board_url(join))
    moves = [one.get("href") for one in page.page.all("a") if (one.get("href") or "").startswith("/cards/")]
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


def url_of(card: Card) -> str:
    return f"/cards/{encode(card.id)}"


def test_a_gate_asks_and_saves_with_the_move(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    card = newcomer()
    fields = {"stage": encode(join.lost.id), "version": "1", "back": board_url(join)}
    sheet = f"{url_of(card)}/move"
    part = hers.post_part(f"{url_of(card)}/stage", fields, on=board_url(join), status=422)
    assert "<dialog" in part.text
    assert "Before Ana goes to Lost" in part
    assert 'name="lost_reason"' in part.text
    assert 'name="phone"' not in part.text
    page = hers.post(f"{url_of(card)}/stage", fields, on=sheet, status=422)
    assert page.page.h1 == "Before Ana goes to Lost"
    assert "Write the reason" not in page
    again = hers.post(f"{url_of(card)}/stage", {**fields, "lost_reason": ""}, on=sheet, status=422)
    assert "Write the reason" in again
    assert queries.get_card(card.id).stage_id == join.new.id
    hers.post(f"{url_of(card)}/stage", {**fields, "lost_reason": "Too far"}, on=sheet)
    moved = queries.get_card(card.id)
    assert (moved.stage_id, moved.lost_reason) == (join.lost.id, "Too far")


def test_an_answer_that_cannot_be_read_keeps_the_gate_shut(
    hers: Any, join: SimpleNamespace, newcomer: New, maya: Any
) -> None:
    card = newcomer()
    actions.change_stage(join.contacted, by=maya, gate=["phone", "value", "owner"])
    fields = {"stage": encode(join.contacted.id), "version": "1", "phone": "312 55", "value": "120"}
    answer = hers.post(f"{url_of(card)}/stage", fields, on=f"{url_of(card)}/move", status=422)
    assert "A US number has 10" in answer
    assert 'value="312 55"' in answer.text
    hers.post(f"{url_of(card)}/stage", {**fields, "phone": "312 555 0188"}, on=f"{url_of(card)}/move")
    moved = queries.get_card(card.id)
    assert (moved.stage_id, moved.value_cents) == (join.contacted.id, 12_000)
    assert [point.norm for point in moved.contact.points] == ["+13125550188"]


def test_the_sheet_says_what_a_stage_asks(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    assert "Asks for the reason" in hers.get(f"{url_of(newcomer())}/move")


def test_a_stage_over_its_limit_says_so_and_refuses_nobody(
    hers: Any, join: SimpleNamespace, newcomer: New, maya: Any
) -> None:
    actions.change_stage(join.new, by=maya, wip_limit=1)
    newcomer("Ana")
    newcomer("Ben")
    page = hers.get(board_url(join))
    for words in ("2 of 1", "1 over.", "2 open", "2 without a next step"):
        assert words in page


def test_the_head_counts_the_whole_stage(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any) -> None:
    for number in range(27):
        card = newcomer(f"Person {number:02}")
    Card.update(stale_at=card.entered_at).execute()
    words: dict[str, Any] = {"title": "", "expected_on": None, "lost_reason": "", "version": None}
    actions.change_card(card, value_cents=120_000, by=maya, **words)
    page = hers.get(board_url(join))
    for said in ("27 past 1 day", "$1,200.00", "2 more"):
        assert said in page


def test_who_rests_is_out_of_the_open_view(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    card, _other = newcomer("Ana"), newcomer("Ben")
    contact = f"/contacts/{encode(card.contact_id)}"
    hers.get(f"{contact}/snooze")
    hers.post(f"{contact}/snooze", {"offered": "2020-01-01"}, on=f"{contact}/snooze", status=422)
    hers.post(f"{contact}/snooze", {"until": "2030-03-01", "reason": "After the move"}, on=f"{contact}/snooze")
    page = hers.get(board_url(join))
    assert card_id(card) not in page.page.text
    assert "1 resting" in page
    resting = f"{board_url(join)}/stages/{encode(join.new.id)}?resting=1"
    for words in ("Ana", "Resting until Mar 1", "After the move"):
        assert words in hers.get(resting)
    assert "Resting until" in hers.get(contact)
    hers.post(f"{contact}/snooze/removal", {}, on=contact)
    assert card_id(card) in hers.get(board_url(join)).page.text


def test_later_from_the_board_takes_the_card_away_by_the_pulse(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    card = newcomer()
    seq = Board.get_by_id(join.board.id).seq
    contact = f"/contacts/{encode(card.contact_id)}"
    answer = hers.post_part(f"{contact}/snooze", {"until": "2030-03-01"}, on=board_url(join))
    assert "<dialog" not in answer.text
    assert "rests until" in answer
    gone = hers.part(f"{board_url(join)}/pulse?since={seq}")
    assert f'data-card="{card_id(card)}"' in gone.text
    assert 'class="card' not in gone.text


def test_a_card_says_what_it_is_about(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any) -> None:
    card = newcomer()
    fields = {"title": "Ten classes", "value": "150", "expected_on": "2026-12-24", "version": "1"}
    hers.post(url_of(card), {**fields, "value": "much"}, on=url_of(card), status=422)
    hers.post(url_of(card), fields, on=url_of(card))
    assert "Ten classes · $150.00" in hers.get(f"/contacts/{encode(card.contact_id)}")
    stale = hers.post(url_of(card), {**fields, "title": "Twelve"}, on=url_of(card), status=409)
    assert 'value="Twelve"' in stale.text
    hers.get(url_of(card))


def test_everything_a_stage_is_set_to_is_kept(hers: Any, join: SimpleNamespace) -> None:
    edit = f"{board_url(join)}/stages/{encode(join.new.id)}/edit"
    fields = {
        "name": "Fresh", "stale_days": "2", "reply_minutes": "30", "wip_limit": "8", "colour": "sky", "outcome": "open",
        "sets_lifecycle": "trial", "gate": ["phone", "owner"],
    }  # fmt: skip
    hers.post(edit.removesuffix("/edit"), {**fields, "wip_limit": "few"}, on=edit, status=422)
    hers.post(edit.removesuffix("/edit"), fields, on=edit)
    stage = Stage.get_by_id(join.new.id)
    assert (stage.name, stage.stale_days, stage.reply_minutes, stage.wip_limit) == ("Fresh", 2, 30, 8)
    assert (stage.colour, stage.sets_lifecycle, stage.gate) == ("sky", "trial", ["phone", "owner"])
    listed = hers.get(f"{board_url(join)}/edit")
    for words in ("silent after 2 days · answers within 30 minutes", "Asks for a phone number, an owner"):
        assert words in listed


def test_several_move_at_once_and_are_asked_once(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any) -> None:
    cards = [newcomer(name) for name in ("Ana", "Ben")]
    chosen = [encode(card.id) for card in cards]
    sheet = f"{board_url(join)}/move?card={chosen[0]}&card={chosen[1]}"
    assert hers.get(sheet).page.h1 == "Move 2 people to…"
    fields = {"card": chosen, "stage": encode(join.contacted.id)}
    assert hers.post(f"{board_url(join)}/move", fields, on=sheet).location == board_url(join)
    assert StageStat.get(StageStat.stage == join.contacted).n == 2
    fields |= {"stage": encode(join.lost.id)}
    asked = hers.post(f"{board_url(join)}/move", fields, on=sheet, status=422)
    assert asked.page.h1 == "Before they go to Lost"
    hers.post(f"{board_url(join)}/move", {**fields, "lost_reason": "Too far"}, on=sheet)
    assert {queries.get_card(card.id).lost_reason for card in cards} == {"Too far"}


def test_a_locked_board_stores_nothing_and_says_when_to_try_again(
    hers: Any, join: SimpleNamespace, newcomer: New, config: Config
) -> None:
    card = newcomer()
    hers.get(board_url(join))
    with locked(config, join.board.id):
        headers = {**HTMX, "X-CSRF-Token": hers.asked[board_url(join)].page.token() or ""}
        fields = {"stage": encode(join.contacted.id)}
        answer = hers.client.post(f"{url_of(card)}/stage", data=fields, headers=headers)
    assert (answer.status_code, bool(answer.headers["Retry-After"])) == (503, True)
    assert "<html" not in answer.text and "Number of this fault: " in answer.text
    assert queries.get_card(card.id).stage_id == join.new.id
    assert StageStat.get(StageStat.stage == join.contacted).n == 0


@pytest.mark.parametrize("dialect", ["sqlite"])  # PostgreSQL is full when its whole disk is
def test_a_full_disk_stores_nothing_and_says_so(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    card = newcomer()
    token = {"X-CSRF-Token": hers.get(board_url(join)).page.token() or ""}
    connection = database.database.connection()
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
    stages = itertools.cycle([join.contacted, join.booked])
    try:
        for to in itertools.islice(stages, 200):
            before = queries.get_card(card.id)
            answer = hers.client.post(f"{url_of(card)}/stage", data={"stage": encode(to.id)}, headers={**HTMX, **token})
            if answer.status_code != 200:
                break
    finally:
        connection.execute("PRAGMA max_page_count = 1073741823")
    assert answer.status_code == 503
    assert "The disk that Omni keeps its data on is full" in answer.text and "Number of this fault: " in answer.text
    now = queries.get_card(card.id)
    assert (now.stage_id, now.version, now.position) == (before.stage_id, before.version, before.position)
    assert StageStat.get(StageStat.stage == to).n == 0
    assert hers.get(board_url(join)).status == 200


@contextmanager
def locked(config: Config, board_id: Any) -> Iterator[None]:
    """Somebody else holds the board for longer than anybody waits, which here is a fifth of a second."""
    if database.is_postgres():
        database.database.connection().execute("SET lock_timeout = '200ms'")
        with psycopg.connect(config.database_url) as other:
            other.execute("SELECT 1 FROM board WHERE id = %s FOR UPDATE", [board_id])
            yield
            other.rollback()
        database.database.connection().execute("SET lock_timeout = '5s'")
        return
    database.database.connection().execute("PRAGMA busy_timeout = 200")
    other = sqlite3.connect(config.data_dir / "omni.db")
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()
    database.database.connection().execute("PRAGMA busy_timeout = 5000")


def test_filtered_totals_equal_the_list(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any, world: Any) -> None:
    cards = [newcomer(f"Person {number:02}") for number in range(30)]
    for card in cards[:27]:
        Contact.update(owner=world.theo.id).where(Contact.id == card.contact_id).execute()
    actions.move_card(cards[28], join.contacted, by=maya)
    words: dict[str, Any] = {"title": "", "expected_on": None, "lost_reason": "", "version": None}
    actions.change_card(queries.get_card(cards[28].id), value_cents=5_000, by=maya, **words)
    his, mine = (f"owner:is:{encode(one.id)}" for one in (world.theo, maya))
    page = hers.get(f"{board_url(join)}?f={his}")
    for said in ("27 of 29", "27 of 30", "0 of 1", "2 more"):
        assert said in page
    assert "27 of 30" in hers.get(f"/contacts?f={his}")
    page = hers.get(f"{board_url(join)}?f={mine}&f=life:is:lead")
    for said in ("2 of 29", "1 of 1", "$50.00", "3 of 30"):
        assert said in page
    assert card_id(cards[0]) not in page.page.text
    assert len(hers.ask("GET", f"{board_url(join)}?f={mine}", status=200).statements) <= 12


def test_a_filter_is_chosen_without_javascript(hers: Any, join: SimpleNamespace, newcomer: New, maya: Any) -> None:
    newcomer()
    hers.get(f"{board_url(join)}/filter")
    chosen = hers.ask("GET", f"{board_url(join)}/filter?f=owner:is:{encode(maya.id)}&f=", status=303)
    assert "Ana Nunez" in hers.get(chosen.location)


def test_a_filter_that_means_nothing_shows_nobody(hers: Any, join: SimpleNamespace, newcomer: New) -> None:
    newcomer()
    hers.get(f"{board_url(join)}?f=moon:is:%00full", status=422)
    page = hers.get(f"{board_url(join)}?f=moon:is:full", status=422)
    assert "This filter means nothing any more" in page
    assert "Ana Nunez" not in page


def test_the_pulse_of_a_filtered_board_stays_filtered(
    hers: Any, join: SimpleNamespace, newcomer: New, maya: Any
) -> None:
    card, other = newcomer("Ana"), newcomer("Ben")
    Contact.update(owner=None).where(Contact.id == other.contact_id).execute()
    seq = Board.get_by_id(join.board.id).seq
    pulse = f"{board_url(join)}/pulse?since={seq}&f=owner:is:{encode(maya.id)}"
    assert hers.part(pulse, status=204).text == ""
    actions.move_card(other, join.contacted, by=maya)
    answer = hers.part(pulse)
    assert card_id(card) in answer.text
    assert card_id(other) not in answer.text


def test_what_was_done_to_a_stage_has_its_way_back(hers: Any, browse: Any, world: Any, join: SimpleNamespace) -> None:
    """With and without htmx; nobody takes back what they might not have done."""
    edit = f"{board_url(join)}/stages/{encode(join.contacted.id)}"
    hers.post(edit, {"name": "Called"}, on=f"{edit}/edit", status=303)
    page = hers.get("/history").page
    assert "Stage Contacted changed" in page.words
    undo = next(form.get("action") for form in page.all("form") if "/undo" in (form.get("action") or ""))
    browse.as_(world.theo).post(undo, {}, on="/history", status=403)
    hers.post(undo, {}, on="/history", status=303)
    assert Stage.get_by_id(join.contacted.id).name == "Contacted"
