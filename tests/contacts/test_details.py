"""The details of a contact, changed where they stand, by a plain browser and by htmx."""

from __future__ import annotations

from typing import Any

import pytest

from omni.contacts import actions, custom_fields, queries
from omni.contacts.kinds import FieldKind
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.reading.dates import Birthday, Order, read_birthday
from omni.contacts.reading.people import Value
from omni.core.ids import encode
from tests.contacts.test_pages import url


def points(contact: Contact) -> list[tuple[str, str, bool]]:
    return [(point.norm, point.label, point.is_primary) for point in queries.points_of(contact)]


def point_of(contact: Contact, norm: str) -> ContactPoint:
    return next(point for point in queries.points_of(contact) if point.norm == norm)


USUAL = [
    ("pronouns", {"value": "she/her"}, "she/her"),
    ("nickname", {"value": "Anita"}, "Anita"),
    ("company", {"value": "Bakery"}, "Bakery"),
    ("job_title", {"value": "Baker"}, "Baker"),
    ("city", {"value": "Łódź"}, "Łódź"),
    ("language", {"value": "es-MX"}, "Spanish (Mexico)"),
    ("timezone", {"value": "Europe/Madrid"}, "Madrid, now"),
    ("source_detail", {"value": "the market"}, "Added by hand, the market"),
    ("birthday", {"birth_year": "1990"}, "1990"),
    ("birthday", {"birth_month": "2"}, "February"),
    ("birthday", {"birth_month": "2", "birth_day": "29"}, "Feb 29"),
    ("birthday", {"birth_year": "1990", "birth_month": "4"}, "April 1990"),
    ("birthday", {"birth_year": "1990", "birth_month": "4", "birth_day": "9"}, "April 9, 1990"),
]


@pytest.mark.parametrize(("name", "typed", "shown"), USUAL)
def test_a_detail_is_changed_where_it_stands(
    hers: Any, world: Any, name: str, typed: dict[str, str], shown: str
) -> None:
    page = url(world.lead, f"facts/{name}")
    part = hers.post_part(page, typed, on=page)
    assert shown in part
    assert "Undo" in part
    assert shown in hers.get(url(world.lead))
    act = next(form.get("action") for form in part.page.all("form") if "/undo" in (form.get("action") or ""))
    hers.post(act, {}, on=url(world.lead))
    assert shown not in hers.get(url(world.lead)).page.words.replace("Added by hand", "")
    hers.asked.pop(page)
    hers.follow(hers.post(page, typed, on=page))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"birth_month": "2", "birth_day": "30"}, "February has no day 30."),
        ({"birth_year": "2023", "birth_month": "2", "birth_day": "29"}, "February has no day 29."),
        ({"birth_day": "3"}, "A day needs its month."),
        ({"birth_month": "13"}, "Give a whole number from 1 to 12"),
    ],
)
def test_a_birthday_that_is_none_is_refused_in_words(hers: Any, world: Any, typed: dict[str, str], words: str) -> None:
    page = url(world.lead, "facts/birthday")
    assert words in hers.post(page, typed, on=page, status=422)
    assert words in hers.post_part(page, typed, on=page, status=422)
    assert words in hers.post(
        url(world.lead, "edit"), {"given_name": "Ana", **typed}, on=url(world.lead, "edit"), status=422
    )
    assert queries.get_contact(world.lead.id).birth_month is None


@pytest.mark.parametrize("text", ["1990", "1990-04", "--04", "--02-29", "1990-04-09"])
def test_a_birthday_in_part_is_read_as_it_is_written(text: str) -> None:
    assert str(read_birthday(text, Order.MONTH_FIRST)) == text
    assert Birthday(1990).month is None


def test_two_people_editing_the_same_detail_see_each_other(hers: Any, world: Any) -> None:
    page = url(world.lead, "facts/company")
    hers.get(page)
    actions.change_details(world.lead, {"company": "Bakery"}, by=world.max)
    for send in (hers.post, hers.post_part):
        answer = send(page, {"value": "Brewery"}, on=page, status=409)
        assert "Max Berg changed this after you opened it. It now says: Bakery." in answer
        assert 'value="Brewery"' in answer.text
    assert queries.get_contact(world.lead.id).company == "Bakery"
    hers.asked[page] = hers.ask("GET", page, status=200)
    hers.post(page, {"value": "Brewery"}, on=page)
    assert queries.get_contact(world.lead.id).company == "Brewery"


def test_another_detail_may_be_edited_at_the_same_time(hers: Any, world: Any) -> None:
    page = url(world.lead, "facts/company")
    hers.get(page)
    actions.change_details(world.lead, {"city": "Chicago"}, by=world.max)
    hers.post(page, {"value": "Brewery"}, on=page)
    fresh = queries.get_contact(world.lead.id)
    assert (fresh.company, fresh.city) == ("Brewery", "Chicago")


def test_an_unknown_detail_is_404(hers: Any, world: Any) -> None:
    hers.ask("GET", url(world.lead, "facts/shoe"), status=404)


def test_a_person_has_many_ways_to_reach_them(hers: Any, world: Any) -> None:
    page = url(world.lead, "points")
    for kind, value, label in (
        ("phone", "312 555 0199 x7", "work"),
        ("email", "ANA@work.example.com", "work"),
        ("handle", "@ana.yoga", "Instagram"),
        ("url", "ana.example.com", ""),
        ("address", "12 Elm Street\u202e, Chicago", "home"),
    ):
        hers.post(page, {"kind": kind, "value": value, "label": label}, on=page)
    assert points(world.lead) == [
        ("+13125550142", "", True),
        ("+13125550199", "work", False),
        ("ana@example.com", "", True),
        ("ana@work.example.com", "work", False),
        ("@ana.yoga", "Instagram", True),
        ("ana.example.com", "", True),
        ("12 elm street, chicago", "home", True),
    ]
    shown = hers.get(url(world.lead))
    for words in ("+1 312 555 0199", "@ana.yoga", "12 Elm Street, Chicago", "Instagram"):
        assert words in shown


def test_a_number_is_made_first_and_changed_and_removed_and_all_taken_back(hers: Any, world: Any) -> None:
    new = url(world.lead, "points")
    hers.post(new, {"kind": "phone", "value": "312 555 0199"}, on=new)
    second = url(world.lead, f"points/{encode(point_of(world.lead, '+13125550199').id)}")
    hers.post_part(f"{second}/first", on=second)
    assert points(world.lead)[0] == ("+13125550199", "", True)
    hers.asked.clear()
    part = hers.post_part(second, {"value": "312 555 0177", "label": "cell"}, on=second)
    assert ("+13125550177", "cell", True) in points(world.lead)
    hers.post(f"{second}/remove", on=second)
    assert points(world.lead)[0] == ("+13125550142", "", True)
    assert [one.display_name for one in queries.search_contacts("555 0177")] == []
    hers.get("/history")
    acts = [
        form.get("action") for form in hers.asked["/history"].page.all("form") if "/undo" in (form.get("action") or "")
    ]
    hers.post(acts[0], {}, on="/history")
    assert ("+13125550177", "cell", True) in points(world.lead)
    assert [one.display_name for one in queries.search_contacts("555 0177")] == ["Ana Nunez"]
    assert "Undo" in part


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"kind": "phone", "value": "312 555 01"}, "has 8 digits"),
        ({"kind": "email", "value": "ana"}, "has no @"),
        ({"kind": "url", "value": "no address"}, "is not a web address"),
        ({"kind": "phone", "value": ""}, "Write it first"),
        ({"kind": "phone", "value": "+1 312 555 0142"}, "Ana Nunez has this already"),
        ({"kind": "pigeon", "value": "x"}, "Choose one of the list"),
        ({"kind": "handle", "value": "x" * 501}, "up to 500 fit"),
    ],
)
def test_a_way_that_is_none_comes_back_with_what_was_typed(
    hers: Any, world: Any, typed: dict[str, str], words: str
) -> None:
    page = url(world.lead, "points")
    assert words in hers.post(page, typed, on=page, status=422)
    part = hers.post_part(page, typed, on=page, status=422)
    assert words in part
    assert f'value="{typed["value"]}"' in part.text


def test_two_people_editing_the_same_number_see_each_other(hers: Any, world: Any) -> None:
    point = point_of(world.lead, "+13125550142")
    page = url(world.lead, f"points/{encode(point.id)}")
    hers.get(page)
    actions.change_point(world.lead, point, Value("+13125550155", "+13125550155"), by=world.max)
    answer = hers.post(page, {"value": "312 555 0166"}, on=page, status=409)
    assert "+1 312 555 0155" in answer
    assert 'value="312 555 0166"' in answer.text


# -- fields of the studio's own ----------------------------------------------------------------------------------------


def test_an_own_field_is_made_filled_and_taken_back(hers: Any, world: Any) -> None:
    home = "/settings/fields"
    hers.post(home, {"label": "Looks for", "kind": "multi", "options": "Mornings\nEvenings\n"}, on=home)
    assert "Several of a list" in hers.get(home)
    field = custom_fields.list_defs()[0]
    assert not field.is_personal
    page = url(world.lead, "facts/own-looks_for")
    chosen = [one["id"] for one in field.options]
    part = hers.post_part(page, {"value": chosen}, on=page)
    assert "Mornings; Evenings" in part
    assert "Mornings; Evenings" in hers.get(url(world.lead))
    assert "Your own fields" in hers.get("/settings")


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [("number", "forty", "is not a number"), ("date", "2027-02-30", "is not a day"), ("url", "x", "not a web address")],
)
def test_a_wrong_value_of_an_own_field_comes_back(hers: Any, world: Any, kind: str, typed: str, words: str) -> None:
    actions.add_field("Thing", FieldKind(kind), by=world.maya)
    page = url(world.lead, "facts/own-thing")
    for send in (hers.post, hers.post_part):
        answer = send(page, {"value": typed}, on=page, status=422)
        assert words in answer
        assert f'value="{typed}"' in answer.text


def test_a_change_of_kind_that_loses_values_is_refused_with_the_list(hers: Any, world: Any) -> None:
    field = actions.add_field("Age", FieldKind.TEXT, by=world.maya)
    for n in range(14):
        actions.set_value(world.person(f"Person {n}"), field, f"about {n}", by=world.maya)
    page = f"/settings/fields/{encode(field.id)}"
    for send in (hers.post, hers.post_part):
        answer = send(page, {"label": "Age", "kind": "number"}, on=page, status=422)
        assert "14 values would not fit" in answer
        assert "about 13" in answer
    assert custom_fields.get_def(field.id).kind is FieldKind.TEXT


def test_choices_are_renamed_added_and_taken_away_on_their_page(hers: Any, world: Any) -> None:
    field = actions.add_field("Comes", FieldKind.SELECT, by=world.maya, options=["Mornings", "Evenings"])
    ids = [one["id"] for one in field.options]
    actions.set_value(world.lead, field, ids[0], by=world.maya)
    page = f"/settings/fields/{encode(field.id)}"
    typed = {"label": "Comes", "kind": "select", "option_id": ids, "options": "Noon"}
    hers.post(page, {**typed, "option_label": ["Early", "Evenings"]}, on=page)
    assert [one["label"] for one in custom_fields.get_def(field.id).options] == ["Early", "Evenings", "Noon"]
    assert "Early" in hers.get(url(world.lead))
    hers.asked.clear()
    answer = hers.post(page, {**typed, "option_label": ["", "Evenings"]}, on=page, status=422)
    assert "“Early” is chosen for" in answer


def test_a_stale_field_is_409_and_one_put_away_leaves_the_page(hers: Any, world: Any) -> None:
    field = actions.add_field("Age", FieldKind.TEXT, by=world.maya)
    actions.set_value(world.lead, field, "thirty", by=world.maya)
    page = f"/settings/fields/{encode(field.id)}"
    hers.get(page)
    fresh = custom_fields.get_def(field.id)
    actions.edit_field(fresh, label="Years", kind=fresh.kind, is_personal=True, options=[], version=1, by=world.max)
    answer = hers.post(page, {"label": "Old", "kind": "text"}, on=page, status=409)
    assert "It is now called Years" in answer
    assert 'value="Old"' in answer.text
    hers.asked.clear()
    hers.post(f"{page}/archive", {}, on=page)
    assert "thirty" not in hers.get(url(world.lead))
    hers.asked.clear()
    hers.post(f"{page}/archive", {"back": "y"}, on="/settings/fields")
    assert "thirty" in hers.get(url(world.lead))


def test_a_rep_fills_fields_and_makes_none(browse: Any, world: Any, juniper: Any) -> None:
    theos = browse.as_(world.theo)
    theos.ask("GET", "/settings/fields", status=403)
    assert "Your own fields" not in theos.get("/settings")
    theos.ask("GET", url(world.lead, "facts/nickname"), status=403)


def test_a_viewer_sees_details_and_changes_none(browse: Any, world: Any, juniper: Any) -> None:
    veras = browse.as_(world.vera)
    shown = veras.get(url(world.lead, "facts"))
    assert "555 0142" not in shown.text
    assert not [form for form in shown.page.all("form") if "/facts" in (form.get("action") or "")]


def test_iris_gets_404_for_every_detail(browse: Any, world: Any, juniper: Any) -> None:
    field = actions.add_field("Age", FieldKind.TEXT, by=world.maya)
    point = point_of(world.lead, "+13125550142")
    iris = browse.as_(world.iris)
    for path in (
        url(world.lead, "facts"),
        url(world.lead, "facts/nickname"),
        url(world.lead, f"points/{encode(point.id)}"),
        f"/settings/fields/{encode(field.id)}",
    ):
        iris.ask("GET", path, status=404)
