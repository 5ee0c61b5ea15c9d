"""Lists of people: filters, orders, columns and saved views, all in the address."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from omni.boards.models import Board
from omni.boards.queries import list_all_stages
from omni.contacts import actions, custom_fields, queries
from omni.contacts.kinds import FieldKind, Lifecycle, Processing
from omni.contacts.lists import pages
from omni.contacts.lists.asked import read_address
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction, Step, clear_next_action, set_next_action
from omni.core import clock, migrations
from omni.core.database import database
from omni.core.ids import encode, new_id
from omni.core.tenancy import Reason, cross_tenant, entered
from omni.start import all_models, sql_by_hand


def names(answer: Any) -> list[str]:
    """The names a page of the list shows, in their order."""
    found = [one for one in answer.page.all("a") if "row-name" in (one.get("class") or "")]
    found += [a for th in answer.page.all("th", scope="row") for a in th.iter("a")]
    return ["".join(one.itertext()).strip() for one in found]


def fitting(*filters: str, text: str = "", sort: str = "") -> set[str]:
    """The names of those who fit."""
    asked = read_address(filters, text=text, sort=sort)
    assert not asked.broken, asked.broken
    return {one.display_name for one in pages.matching(asked)}


@pytest.fixture
def people(world: Any, juniper: Any) -> dict[str, Contact]:
    """Four people of whom something different is known each."""
    ana = world.person("Ana Nunez", "+1 312 555 0142", "ana@example.com")
    mei = world.person("Mei Okafor", "+1 312 555 0143")
    olga = world.person("Olga Pohl", "", "olga@studio.test")
    zoe = world.person("Zoe Kim")
    actions.set_lifecycle(mei, Lifecycle.MEMBER, via="hand", by=world.maya)
    actions.add_tag(ana, "mornings", by=world.maya)
    actions.add_tag(mei, "evenings", by=world.maya)
    actions.set_owner(zoe, None, by=world.maya)
    actions.set_owner(olga, world.theo, by=world.maya)
    Contact.update(city="Oslo", company="100% Yoga").where(Contact.id == ana.id).execute()
    Contact.update(city="New Oslo", company="1000 Yoga").where(Contact.id == mei.id).execute()
    Contact.update(birth_month=2, birth_day=29).where(Contact.id == olga.id).execute()
    return {"ana": ana, "mei": mei, "olga": olga, "zoe": zoe}


def test_every_field_filters_by_what_it_says(world: Any, people: dict[str, Contact]) -> None:
    tags = {tag.name: encode(tag.id) for tag in queries.list_tags()}
    maya, theo = encode(world.maya.id), encode(world.theo.id)
    everyone = {"Ana Nunez", "Mei Okafor", "Olga Pohl", "Zoe Kim"}
    for filters, expected in (
        (["life:is:member"], {"Mei Okafor"}),
        (["life:not:member"], everyone - {"Mei Okafor"}),
        ([f"owner:is:{theo}"], {"Olga Pohl"}),
        (["owner:is:none"], {"Zoe Kim"}),
        ([f"owner:is:{theo}|none"], {"Olga Pohl", "Zoe Kim"}),
        ([f"owner:not:{maya}"], {"Olga Pohl", "Zoe Kim"}),
        (["owner:not:none"], everyone - {"Zoe Kim"}),
        ([f"tag:is:{tags['mornings']}|{tags['evenings']}"], {"Ana Nunez", "Mei Okafor"}),
        ([f"tag:is:{tags['mornings']}", f"tag:is:{tags['evenings']}"], set()),
        ([f"tag:not:{tags['mornings']}"], everyone - {"Ana Nunez"}),
        (["tag:empty:"], {"Olga Pohl", "Zoe Kim"}),
        (["city:is:oslo"], {"Ana Nunez"}),
        (["city:has:OSLO"], {"Ana Nunez", "Mei Okafor"}),
        (["city:starts:new"], {"Mei Okafor"}),
        (["city:not:oslo"], everyone - {"Ana Nunez"}),
        (["city:empty:"], {"Olga Pohl", "Zoe Kim"}),
        (["company:has:0%"], {"Ana Nunez"}),
        (["company:has:100_"], set()),
        (["phone:has:(312) 555-0143"], {"Mei Okafor"}),
        (["phone:empty:"], {"Olga Pohl", "Zoe Kim"}),
        (["email:has:studio"], {"Olga Pohl"}),
        (["email:not:ana@example.com"], everyone - {"Ana Nunez"}),
        (["name:starts:an", "life:is:lead"], {"Ana Nunez"}),
        (["birthday:month:2"], {"Olga Pohl"}),
        (["birthday:empty:"], everyone - {"Olga Pohl"}),
        (["source:is:hand"], everyone),
        (["created:last:1"], everyone),
        (["recent:ago:3"], set()),
    ):
        assert fitting(*filters) == expected, filters


def test_time_is_counted_in_days_of_whoever_looks(world: Any, people: dict[str, Contact]) -> None:
    now = clock.now()
    ana, mei, olga = people["ana"], people["mei"], people["olga"]
    for step in NextAction.select():
        clear_next_action(ref=(step.ref_table, step.ref_id))
    for contact, due_at in ((ana, now - timedelta(hours=30)), (mei, now + timedelta(days=3))):
        set_next_action(contact.id, ref=("task", new_id()), step=Step.CALL, title="Call", due_at=due_at)
    Contact.update(last_touch_at=now - timedelta(days=40)).where(Contact.id == olga.id).execute()
    assert fitting("next:late:") == {"Ana Nunez"}
    assert fitting("next:next:5") == {"Mei Okafor"}
    assert fitting("next:empty:") == {"Olga Pohl", "Zoe Kim"}
    assert fitting("recent:ago:30") == {"Olga Pohl"}
    assert fitting("recent:last:30") == {"Ana Nunez", "Mei Okafor", "Zoe Kim"}
    today = now.astimezone().date().isoformat()
    assert fitting(f"recent:since:{today}") | fitting(f"recent:before:{today}") == fitting()


def test_a_leap_birthday_is_thought_of_in_other_years(people: dict[str, Contact]) -> None:
    clock.freeze(clock.now().replace(year=2027, month=2, day=25, hour=18))
    try:
        assert fitting("birthday:next:3") == {"Olga Pohl"}
        assert fitting("birthday:next:2") == set()
    finally:
        clock.freeze(None)


def test_stages_and_boards_filter_those_who_stand_there(world: Any, people: dict[str, Contact]) -> None:
    first = next(one for one in list_all_stages() if one.name == "New lead")
    other = next(one for one in list_all_stages() if one.name == "Contacted")
    board = Board.get_by_id(first.board_id)
    assert fitting(f"stage:is:{encode(first.id)}") == fitting()
    assert fitting(f"stage:is:{encode(other.id)}") == set()
    assert fitting(f"stage:not:{encode(other.id)}") == fitting()
    assert fitting(f"board:is:{encode(board.id)}") == fitting("stage:filled:") == fitting()


def test_own_fields_filter_sort_and_show_like_any_other(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    by = world.maya
    made = {
        kind: actions.add_field(kind.value.title(), kind, by=by, options=["Red", "Blue"] if kind.has_options else [])
        for kind in (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.DATE, FieldKind.BOOL, FieldKind.MULTI, FieldKind.TEXT)
    }
    told = {
        "ana": ("7", "25.50", "2026-11-27", "yes", ["Red"], "cat"),
        "mei": ("41", "9", "2020-01-01", "no", ["Red", "Blue"], "Dog"),
    }
    for who, values in told.items():
        for field, value in zip(made.values(), values, strict=True):
            read = custom_fields.read_value(field, value)
            actions.set_value(people[who], field, read, by=by)
    red, blue = (one["id"] for one in made[FieldKind.MULTI].options)
    for one, expected in (
        ("own-number:over:10", {"Mei Okafor"}),
        ("own-money:is:25.5", {"Ana Nunez"}),
        ("own-date:before:2021-01-01", {"Mei Okafor"}),
        ("own-bool:is:yes", {"Ana Nunez"}),
        ("own-bool:is:no", {"Mei Okafor"}),
        (f"own-multi:is:{red}", {"Ana Nunez", "Mei Okafor"}),
        (f"own-multi:is:{blue}", {"Mei Okafor"}),
        (f"own-multi:not:{blue}", {"Ana Nunez", "Olga Pohl", "Zoe Kim"}),
        ("own-text:has:DO", {"Mei Okafor"}),
        ("own-text:empty:", {"Olga Pohl", "Zoe Kim"}),
    ):
        assert fitting(one) == expected, one
    shown = hers.get("/contacts?cols=own-number,own-multi&sort=own-number")
    assert names(shown)[:2] == ["Ana Nunez", "Mei Okafor"]
    assert "Red; Blue" in shown
    assert names(hers.get("/contacts?sort=-own-date"))[:2] == ["Ana Nunez", "Mei Okafor"]
    # Put away, the field is gone, and whoever filtered by it sees nobody.
    actions.archive_field(made[FieldKind.NUMBER], by=by)
    assert names(hers.get("/contacts?f=own-number:over:10", status=422)) == []


@pytest.mark.parametrize(
    "broken",
    ["colour:is:red", "life:is:king", "life:has:lead", "life:is:", "created:on:someday", "created:last:many",
     "created:last:99999999", "phone:has:abc", "birthday:month:13", "tag:is:01aaaaaaaaaaaaaaaaaaaaaaaa", "owner:is:x",
     "stage:is:01aaaaaaaaaaaaaaaaaaaaaaaa", "own-shoe:over:3", "city", "::", "created:on:0026-01-01"],
)  # fmt: skip
def test_bad_filter_shows_nobody(hers: Any, world: Any, broken: str) -> None:
    """422, the chip struck through with its way out, nobody in the list, and nothing to do with many."""
    assert world.lead
    answer = hers.get(f"/contacts?f={quote(broken)}&f=life:is:lead", status=422)
    assert names(answer) == []
    assert "0 of 1" in answer
    assert broken in [(one.text or "") for one in answer.page.all("del")]
    assert not [one for one in answer.page.all("a") if "export" in (one.get("href") or "")]
    assert not answer.page.all("form", action="/contacts/bulk")
    chip = next(one for one in answer.page.all("a") if any(each.tag == "del" for each in one.iter()))
    assert names(hers.get(chip.get("href"))) == ["Ana Nunez"]


def test_filtered_totals_equal_the_list(hers: Any, world: Any) -> None:
    for n in range(7):
        contact = world.person(f"Person {n}", f"+1 312 555 01{n:02}")
        actions.add_tag(contact, "mornings" if n % 2 else "evenings", by=world.maya)
    tag = next(tag for tag in queries.list_tags() if tag.name == "mornings")
    page = hers.get(f"/contacts?f=tag:is:{encode(tag.id)}&f=owner:is:{encode(world.maya.id)}")
    assert "3 of 7" in page
    assert sorted(names(page)) == ["Person 1", "Person 3", "Person 5"]


SORTS = ("recent", "name", "created", "next", "company", "city", "birthday", "own-size")


@pytest.fixture
def crowd(world: Any, juniper: Any) -> Iterator[int]:
    """Sixty people; of a third of them each order has nothing to go by, and many are equal in it."""
    dice, by = random.Random(5), world.maya
    size = actions.add_field("Size", FieldKind.NUMBER, by=by)
    for n in range(60):
        contact = world.person(f"{dice.choice('ABC')} Person {n:02}")
        dull = n % 3 == 0
        Contact.update(
            company="" if dull else dice.choice(["acme", "Acme", "Zebra"]),
            city="" if dull else dice.choice(["Oslo", "Bergen"]),
            birth_month=None if dull else dice.randrange(1, 4),
            birth_day=None if dull else dice.randrange(1, 3),
            next_action_at=None if dull else clock.now() + timedelta(days=dice.randrange(3)),
            last_touch_at=clock.now() - timedelta(days=dice.randrange(4)),
        ).where(Contact.id == contact.id).execute()
        if not dull:
            actions.set_value(contact, size, custom_fields.read_value(size, str(dice.randrange(4))), by=by)
    yield 60


@pytest.mark.parametrize("turn", ["", "-"])
def test_pages_of_every_order_join_without_gap_or_repeat(crowd: int, turn: str) -> None:
    for sort in SORTS:
        whole = [one.id for one in pages.list_page(read_address([], sort=turn + sort), limit=200).block.contacts]
        assert len(set(whole)) == crowd, sort
        seen, after = [], ""
        for _ in range(crowd):
            page = pages.list_page(read_address([], sort=turn + sort, after=after), limit=7)
            seen += [one.id for one in page.block.contacts]
            after = page.more.rpartition("after=")[2].replace("%3D", "=") if page.more else ""
            if not after:
                break
        assert seen == whole, sort


def test_who_says_nothing_comes_last_both_ways(crowd: int) -> None:
    for sort in ("company", "-company"):
        page = pages.list_page(read_address([], sort=sort), limit=200)
        said = [one.company.lower() for one in page.block.contacts]
        assert said[40:] == [""] * 20
        assert said[:40] == sorted(said[:40], reverse=sort.startswith("-"))


def test_a_row_that_moves_up_does_not_bring_the_beginning_back(crowd: int) -> None:
    first = pages.list_page(read_address([]), limit=20)
    last = first.block.contacts[-1]
    Contact.update(last_touch_at=clock.now() + timedelta(days=1)).where(Contact.id == last.id).execute()
    after = first.more.rpartition("after=")[2]
    rest = pages.list_page(read_address([], after=after), limit=200)
    assert not {one.id for one in first.block.contacts} & {one.id for one in rest.block.contacts}


@pytest.mark.parametrize("after", ["x", "bnVsbA", "WzEsMl0", "WzEsIjAxIiwiYSJd", "9" * 5000])
def test_a_place_written_by_hand_is_the_beginning(hers: Any, world: Any, after: str) -> None:
    assert world.lead
    for sort in ("recent", "company", "own-size"):
        assert names(hers.get(f"/contacts?sort={sort}&after={after}")) == ["Ana Nunez"]


def test_the_gone_are_in_no_list_and_no_count(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    """Invariant 17, of lists and exports."""
    Contact.update(deleted_at=clock.now()).where(Contact.id == people["ana"].id).execute()
    Contact.update(processing=Processing.ERASING).where(Contact.id == people["mei"].id).execute()
    for sort in ("", "name", "company", "next"):
        page = hers.get(f"/contacts?sort={sort}")
        assert sorted(names(page)) == ["Olga Pohl", "Zoe Kim"]
        assert "2 people" in page
    hers.get("/contacts/export")
    text = hers.post("/contacts/export", {}, on="/contacts/export", status=200).text
    assert "Olga" in text and "Ana" not in text and "Mei" not in text


def test_the_list_costs_eight_statements(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    actions.save_view("Leads", "f=life%3Ais%3Alead", by=world.maya)
    for address in ("/contacts", "/contacts?f=life:is:lead&sort=name", "/contacts?q=ana"):
        hers.ask("GET", address, status=200, queries=8 + ("q=" in address))
    columns = "life,owner,tag,stage,next,recent,phone,email,city,company,birthday,source,created"
    hers.ask("GET", f"/contacts?cols={columns}&f=life:is:lead", status=200, queries=8)


def test_a_filter_is_built_without_a_script(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    chooser = hers.get("/contacts?q=o&choose=filter")
    assert {"City", "Birthday", "Next step"} <= {
        (one.text or "").strip() for one in chooser.page.by_id("list-choose").iter("a")
    }
    for what in ("order", "columns"):
        hers.get(f"/contacts?f=life:is:lead&choose={what}")
    page = hers.get("/contacts?q=o&add=city")
    form = page.page.by_id("filter-new")
    assert {one.get("value") for one in form.iter("input") if one.get("name") == "q"} == {"o"}
    made = hers.ask("GET", "/contacts?q=o&add=city&op=has&v=Oslo", status=303)
    assert made.location == "/contacts?f=city%3Ahas%3AOslo&q=o"
    assert "City contains Oslo" in hers.get(made.location)
    made = hers.ask("GET", "/contacts?add=life&op=is&v=lead&v=member", status=303)
    assert "Stage of life: Lead or Member" in hers.get(made.location)
    assert "Next step in the next 7 days" in hers.follow(
        hers.ask("GET", "/contacts?add=next&op=next&days=7", status=303)
    )
    for wrong in ("add=city&op=has&v=", "add=created&op=last&days=some", "add=life&op=is", "add=created&op=on&day=x"):
        answer = hers.get(f"/contacts?{wrong}", status=422)
        assert answer.page.by_id("filter-fault") is not None
        assert len(names(answer)) == 4


def test_columns_make_a_table_and_the_address_is_tidied(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    tidied = hers.ask("GET", "/contacts?cols=city&cols=phone", status=303)
    assert tidied.location == "/contacts?cols=city%2Cphone"
    page = hers.get(tidied.location)
    assert [th.text or "".join(th.itertext()) for th in page.page.all("th", scope="col")] == ["Name", "City", "Phone"]
    assert len(names(page)) == 4
    assert ("Oslo" in page and "(312) 555-0142" in page.text) or "312" in page


def test_a_viewer_sees_columns_masked(browse: Any, world: Any, people: dict[str, Contact]) -> None:
    page = browse.as_(world.vera).get("/contacts?cols=phone,email")
    assert "555 0142" not in page.text and "ana@example.com" not in page.text
    assert "•••" in page


def test_a_view_is_kept_renamed_moved_and_let_go(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    at = "/contacts?f=life:is:member&cols=city&sort=-name"
    link = next(one.get("href") for one in hers.get(at).page.all("a") if "/views/new" in (one.get("href") or ""))
    made = hers.post("/contacts/views/new", {"name": "Members"}, on=link)
    page = hers.follow(made)
    assert names(page) == ["Mei Okafor"]
    tab = next(one for one in page.page.all("a", aria_current="page") if (one.text or "").strip() == "Members")
    # Written otherwise, the same people are the same view.
    assert tab.get("aria-current") == "page"
    answer = hers.post("/contacts/views/new", {"name": "MEMBERS"}, on=link, status=422)
    assert "You have a view of that name already" in answer
    assert answer.page.by_id("name").get("value") == "MEMBERS"
    hers.post("/contacts/views/new", {"name": ""}, on=link, status=422)
    hers.post("/contacts/views/new", {"name": "In Oslo"}, on="/contacts/views/new?f=city:has:oslo")
    first, second = queries.list_views(world.maya)
    hers.post(f"/contacts/views/{encode(second.id)}/place", {"to": "front"}, on="/contacts/views")
    assert [one.name for one in queries.list_views(world.maya)] == ["In Oslo", "Members"]
    hers.get("/contacts/views")
    hers.post(f"/contacts/views/{encode(first.id)}/name", {"name": "in oslo"}, on="/contacts/views", status=422)
    hers.post(f"/contacts/views/{encode(first.id)}/name", {"name": "Payers"}, on="/contacts/views")
    hers.post(f"/contacts/views/{encode(first.id)}/delete", {}, on="/contacts/views")
    assert [one.name for one in queries.list_views(world.maya)] == ["In Oslo"]
    undo = re.search(r"/history/\w+/undo", hers.ask("GET", "/contacts/views", status=200).text)
    assert undo
    hers.post(undo[0], {})
    assert {one.name: one.query for one in queries.list_views(world.maya)}["Payers"] == made.location.partition("?")[2]


def test_another_teammates_view_is_none(browse: Any, world: Any, juniper: Any) -> None:
    view = actions.save_view("Mine", "q=ana", by=world.maya)
    for who in (world.theo, world.iris):
        theirs = browse.as_(who)
        theirs.get("/contacts/views")
        for act in ("name", "place", "delete"):
            theirs.post(f"/contacts/views/{encode(view.id)}/{act}", {"name": "x"}, status=404)


def cell(contact: Contact, column: str) -> str:
    return f"/contacts/{encode(contact.id)}/cells/{column}"


def test_a_cell_is_changed_where_it_stands_and_taken_back(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    mei = people["mei"]
    size = actions.add_field("Size", FieldKind.NUMBER, by=world.maya)
    colours = actions.add_field("Colours", FieldKind.MULTI, by=world.maya, options=["Red", "Blue"])
    red = colours.options[0]["id"]
    hers.get("/contacts?cols=city,owner,life,tag,phone,email,own-size,own-colours")
    for column, typed, shown in (
        ("city", "Bergen", "Bergen"),
        ("company", "Acme", "Acme"),
        ("owner", encode(world.theo.id), "Theo Park"),
        ("life", "paused", "Paused"),
        ("tag", "noon, evenings", "evenings, noon"),
        ("phone", "312 555 0199", "+1 312 555 0199"),
        ("email", "MEI@studio.test", "mei@studio.test"),
        ("own-size", "41.5", "41.5"),
        ("own-colours", red, "Red"),
    ):
        at = cell(mei, column)
        hers.get(at)
        saved = hers.post_part(at, {"value": typed}, on=at)
        assert shown in saved, (column, saved.text)
        assert "Undo" in saved
        assert shown in hers.part(f"{at}?shown=1")
        # Without a script the same form stands on a page of its own, and leads to the person.
        hers.get(at)
        hers.post(at, {"value": typed}, on=at)
    undo = re.findall(r"/history/\w+/undo", hers.get("/history").text)
    for one in undo[:9]:
        hers.post(one, {}, on="/history")
    fresh = queries.get_contact(mei.id)
    assert (fresh.city, fresh.lifecycle, fresh.owner_id) == ("New Oslo", Lifecycle.MEMBER, world.maya.id)
    assert [tag.name for tag in queries.tags_of([mei.id])[mei.id]] == ["evenings"]
    assert custom_fields.values_of([mei.id], [size, colours]) == {}


def test_a_cell_that_is_wrong_stays_open_with_what_was_typed(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    ana = people["ana"]
    actions.add_field("Size", FieldKind.NUMBER, by=world.maya)
    for column, typed in (("phone", "12"), ("email", "no address"), ("life", "former"), ("own-size", "many"),
                          ("tag", "x" * 70), ("owner", "nobody at all")):  # fmt: skip
        at = cell(ana, column)
        hers.get(at)
        part = hers.post_part(at, {"value": typed}, on=at, status=422)
        assert part.page.all("form", action=at)
        hers.post(at, {"value": typed}, on=at, status=422)
        if column in ("phone", "email", "own-size"):
            assert typed in [one.get("value") for one in part.page.all("input")]
    hers.ask("GET", cell(ana, "created"), status=404)
    hers.ask("GET", cell(ana, "nothing"), status=404)


def test_a_stale_cell_shows_both_and_sent_again_it_wins(hers: Any, world: Any, people: dict[str, Contact]) -> None:
    ana = people["ana"]
    at = cell(ana, "city")
    hers.get(at)
    actions.change_details(ana, {"city": "Rome"}, by=world.theo)
    # Another field is no conflict.
    hers.get(cell(ana, "company"))
    part = hers.post_part(at, {"value": "Bergen"}, on=at, status=409)
    assert "Changed meanwhile to: Rome" in part
    assert "Bergen" in [one.get("value") for one in part.page.all("input")]
    again = hers.post(at, {"value": "Bergen"}, on=at, status=409)
    mark = next(one.get("value") for one in again.page.all("input", name="mark"))
    hers.post(at, {"value": "Bergen", "mark": mark}, on=at)
    assert queries.get_contact(ana.id).city == "Bergen"


def test_a_rep_changes_cells_of_their_own_alone(browse: Any, world: Any, people: dict[str, Contact]) -> None:
    theos = browse.as_(world.theo)
    page = theos.get("/contacts?cols=city")
    links = {one.get("href") for one in page.page.all("a") if "/cells/" in (one.get("href") or "")}
    assert links == {cell(people[name], "city") for name in ("zoe", "olga")}
    theos.ask("GET", cell(people["ana"], "city"), status=403)
    assert "/cells/" not in browse.as_(world.vera).get("/contacts?cols=city").text


@pytest.mark.own_database
def test_views_come_to_a_studio_with_people_and_go(world: Any, config: Any, house: Any) -> None:
    who = world.lead.id
    migrations.down(config.data_dir, config.database_roles, "0008_lists")
    assert "saved_view" not in tables()
    migrations.up(config.data_dir, config.database_roles)
    assert "saved_view" in tables()
    with entered(world.juniper):
        assert Contact.get_by_id(who).display_name == "Ana Nunez"
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


def tables() -> set[str]:
    with cross_tenant(Reason.MIGRATION):
        return set(database.obj.get_tables())


def test_a_count_ends_where_it_says_enough(people: dict[str, Contact]) -> None:
    """However many there are, so many are counted; of more it is said that there are more."""
    page = pages.list_page(read_address([]), most=3)
    assert (page.shown, page.total) == (4, 4)
    assert page.counted(page.total or 0) == "3+"
    assert page.counted(3) == "3"
    assert pages.list_page(read_address([]), most=2).total == 3
    assert pages.list_page(read_address(["life:is:member"]), most=2).shown == 1
    none = pages.list_page(read_address(["city:has:Nowhere"]), most=2)
    assert (none.shown, none.total) == (0, 3)


def test_the_list_asks_the_database_little(hers: Any, people: dict[str, Contact]) -> None:
    page = hers.ask("GET", "/contacts", status=200, queries=8)
    assert len(names(page)) == len(people)
