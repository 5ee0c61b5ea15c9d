"""A list as a file: whom it holds and in which order, what each format tells of them, and that it comes back."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from omni.accounts.models import Session
from omni.contacts import actions, queries
from omni.contacts.actions.facts import give_point
from omni.contacts.exports import cards, people, sheets
from omni.contacts.kinds import FieldKind, Lifecycle, PointKind
from omni.contacts.lists.asked import read_address
from omni.contacts.lists.fields import Registry
from omni.contacts.models import Contact
from omni.contacts.reading.cells import bare
from omni.contacts.reading.people import Value
from omni.contacts.reading.roles import fold_header
from omni.contacts.reading.senders import SENDERS
from omni.core import audit, clock
from omni.core.audit import AuditEvent
from omni.core.tenancy import entered
from tests.contacts.test_imports import everything

AT = "/contacts/export"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=90)


@pytest.fixture
def ana(world: Any, juniper: Any) -> Contact:
    """Ana, of whom something is known in every column that a name may break."""
    ana: Contact = world.person("Ana Núñez; the one", "+1 312 555 0142", "ana@example.com")
    columns = {"city": "Oslo", "company": "Smith, Sons", "birth_month": 2, "birth_day": 29, "nickname": "An\\na"}
    Contact.update(columns).where(Contact.id == ana.id).execute()
    actions.add_tag(ana, "mornings, early", by=world.maya)
    actions.set_lifecycle(ana, Lifecycle.TRIAL, via="hand", by=world.maya)
    shoe = actions.add_field("Shoe size", FieldKind.NUMBER, by=world.maya)
    colour = actions.add_field("Phone 1", FieldKind.SELECT, by=world.maya, options=("Red", "=Blue"))
    actions.set_value(ana, shoe, 38, by=world.maya)
    actions.set_value(ana, colour, colour.options[1]["id"], by=world.maya)
    return ana


def sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def saved(hers: Any, address: str = AT, **fields: str) -> Any:
    """The file behind the button of this page, asked for as it stands there."""
    hers.get(address)
    return hers.post(AT, fields, on=address, status=200)


@pytest.mark.parametrize(("kind", "content"), [("csv", "text/csv; charset=utf-8"), ("vcf", "text/vcard; charset=utf-8"),
                                               ("json", "application/json")])  # fmt: skip
def test_a_list_is_saved_in_each_format(hers: Any, world: Any, ana: Contact, kind: str, content: str) -> None:
    assert world.member
    links = [one.get("href") for one in hers.get("/contacts?q=ana&sort=name").page.all("a")]
    assert f"{AT}?q=ana&sort=name&as={kind}" in links
    page = hers.get(f"{AT}?q=ana&sort=name&as={kind}")
    assert "1 person in one file" in page
    answer = saved(hers, f"{AT}?q=ana&sort=name&as={kind}")
    today = clock.now().astimezone(ZoneInfo(world.juniper.timezone)).date()
    assert answer.headers["Content-Type"] == content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="contacts-{today}.{kind}"'
    text = answer.body.decode()
    assert "Ana" in text and "Mei" not in text


def test_the_sheet_holds_the_columns_the_order_and_the_name_of_the_view(hers: Any, world: Any, ana: Contact) -> None:
    assert world.member
    actions.save_view("Próbas: élan", "cols=phone%2Clife%2Cown-shoe_size%2Cstage&sort=-name", by=world.maya)
    answer = saved(hers, f"{AT}?cols=phone,life,own-shoe_size,stage&sort=-name&as=csv")
    assert 'filename="probas-elan-' in answer.headers["Content-Disposition"]
    rows = sheet(answer.body.decode())
    name = ["omni_id", "given_name", "family_name", "display_name"]
    phones = [f"phone {n}{part}" for n in range(1, 6) for part in (" label", "")]
    assert list(rows[0]) == [*name, *phones, "life", "Shoe size", "stage"]
    assert [(row["given_name"], row["Shoe size"], row["stage"]) for row in rows] == [
        ("Mei", "", "New lead"),
        ("Ana", "38", "New lead"),
    ]


def test_everything_stands_in_a_sheet_and_no_cell_is_a_formula(hers: Any, ana: Contact, world: Any) -> None:
    world.person("=HYPERLINK(1) '+1")
    world.person("'=quoted")
    text = saved(hers).body.decode()
    assert text.startswith("\ufeffomni_id,")
    rows = {row["given_name"]: row for row in sheet(text)}
    assert rows["Ana"]["phone 1"] == "'+13125550142"
    assert (rows["Ana"]["birthday"], rows["Ana"]["tags"]) == ("'--02-29", "mornings, early")
    assert rows["Ana"]["Phone 1 (own-phone_1)"] == "'=Blue"
    assert {"'=HYPERLINK(1)", "''=quoted"} <= set(rows)
    cells = [cell for row in rows.values() for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_put_away_are_saved_and_the_gone_are_not(hers: Any, world: Any, ana: Contact) -> None:
    """Invariant 17, of exports."""
    actions.put_away(ana, by=world.maya)
    Contact.update(deleted_at=clock.now()).where(Contact.id == world.member.id).execute()
    page = hers.get(AT)
    assert "1 person in one file" in page and "1 of them is put away" in page
    told = json.loads(saved(hers, f"{AT}?as=json").body)
    (only,) = told["people"]
    assert only["given_name"] == "Ana" and only["put_away"]


def test_data_tells_everything_of_everybody(hers: Any, ana: Contact) -> None:
    told = json.loads(saved(hers, f"{AT}?as=json").body)
    assert (told["format"], told["version"]) == ("omni-contacts", 1)
    (row,) = told["people"]
    assert row["phones"] == [{"label": "", "value": "+13125550142"}]
    assert row["tags"] == ["mornings, early"] and row["company"] == "Smith, Sons" and row["birthday"] == "--02-29"
    assert row["fields"] == {"shoe_size": "38", "phone_1": "=Blue"}
    assert {field["key"]: field["label"] for field in told["fields"]} == {
        "shoe_size": "Shoe size",
        "phone_1": "Phone 1",
    }
    assert (row["life"], row["stage"]) == ("trial", "New lead")


def test_nobody_is_saved_where_nobody_fits(hers: Any, ana: Contact) -> None:
    page = hers.get(f"{AT}?q=zzz")
    assert "0 people in one file" in page and not [one for one in page.page.all("button") if "Save" in (one.text or "")]
    assert hers.get(f"{AT}?f={quote('colour:is:red')}", status=422)
    assert hers.post(AT, {"f": "colour:is:red"}, status=422)
    assert AuditEvent.select().where(AuditEvent.verb == "contacts.exported").count() == 0
    assert json.loads(saved(hers, f"{AT}?q=zzz&as=json").body)["people"] == []


def test_who_took_what_and_when_is_written_down(hers: Any, ana: Contact, world: Any) -> None:
    saved(hers, f"{AT}?q=ana&as=vcf")
    line = AuditEvent.select().where(AuditEvent.verb == "contacts.exported").get()
    assert line.actor_id == world.maya.id
    assert audit.details_of([line])[line.id] == {"filter": "/contacts?q=ana", "format": "vcf", "people": 1}


def test_who_may_not_export_finds_no_way_to_it(browse: Any, world: Any, ana: Contact) -> None:
    theo = browse.as_(world.theo)
    assert AT not in {(one.get("href") or "").partition("?")[0] for one in theo.get("/contacts").page.all("a")}
    theo.ask("GET", AT, status=403)
    theo.post(AT, {}, on="/contacts", status=403)


def test_a_file_asks_for_the_password_again_after_ten_minutes(hers: Any, ana: Contact) -> None:
    hers.get(f"{AT}?as=vcf")
    Session.update(stepped_up_at=clock.now() - timedelta(minutes=11)).execute()
    answer = hers.post(AT, {}, on=f"{AT}?as=vcf", status=200)
    assert "Your password, once more" in answer


def test_whoever_moves_meanwhile_is_saved_once(world: Any, juniper: Any, monkeypatch: Any) -> None:
    """A text puts somebody first in the list while the file is on its way; who is erased meanwhile is in it no more."""
    monkeypatch.setattr(people, "BLOCK", 2)
    made = [world.person(f"Person {n}") for n in range(6)]
    told = iter(people.who(read_address([])))
    seen = [next(told)["given_name"], next(told)["display_name"]]
    assert seen[1] == "Person 4"
    Contact.update(last_touch_at=clock.now() + timedelta(hours=1)).where(Contact.id == made[0].id).execute()
    Contact.update(deleted_at=clock.now()).where(Contact.id == made[2].id).execute()
    assert [one["display_name"] for one in told] == ["Person 3", "Person 1", "Person 0"]


SORTS = ("recent", "-recent", "name", "-name", "company", "-city", "birthday", "own-shoe_size")


def test_the_file_has_the_order_of_the_list(hers: Any, world: Any, ana: Contact) -> None:
    for n in range(5):
        one = world.person(f"{'BCDBC'[n]} Person")
        known = {"company": "Acme" if n % 2 else "", "city": "Oslo" if n % 3 else ""}
        Contact.update(known).where(Contact.id == one.id).execute()
    for sort in SORTS:
        told = [f"/contacts/{one['omni_id']}" for one in people.who(read_address([], sort=sort))]
        links = dict.fromkeys(one.get("href") for one in hers.get(f"/contacts?sort={sort}").page.all("a"))
        assert len(told) == 6
        assert [href for href in links if href in told] == told, sort


def test_a_tag_with_a_comma_in_it_comes_back_as_one(hers: Any, world: Any, juniper: Any, bring: Any) -> None:
    actions.add_tag(world.lead, "Tuesdays, late", by=world.maya)
    again = bring(saved(hers, f"{AT}?as=csv").body)
    assert (again.counts["same"], again.counts["updated"]) == (1, 0), again.rehearsal.shown


def test_a_sheet_of_chosen_columns_changes_nothing_when_it_comes_back(hers: Any, ana: Contact, bring: Any) -> None:
    again = bring(saved(hers, f"{AT}?cols=phone,stage,next,recent,source,created&as=csv").body)
    assert again.job.sender == "omni" and again.counts["same"] == 1, again.rehearsal.shown
    assert queries.visible().count() == 1


# -- what is written, by itself ----------------------------------------------------------------------------------------


def facts(**given: Any) -> people.Facts:
    return {**dict.fromkeys((*people.OWN, "omni_id", "birthday"), ""), "tags": [],
            **{name: [] for name in people.PLURALS.values()}, **given}  # fmt: skip


def clean(text: str) -> str:
    """What is left of a text in a card: no sign that is none, and one kind of new line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or sign >= " ")


@given(name=TEXT, family=TEXT, tags=st.lists(TEXT.filter(lambda tag: clean(tag).strip()), max_size=3), label=TEXT)
def test_vobject_reads_every_card_we_write(name: str, family: str, tags: list[str], label: str) -> None:
    known = facts(
        omni_id="01", given_name=name, family_name=family, display_name=name, company=family, tags=tags,
        birthday="--04-09", phones=[{"label": label, "value": "+13125550142 x12"}],
        emails=[{"label": "Home", "value": "ana@example.com"}, {"label": "", "value": "b@example.com"}],
        addresses=[{"label": "work", "value": name}],
    )  # fmt: skip
    written = "".join(cards.lines([known] * 2))  # type: ignore[arg-type]
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    read = list(vobject.readComponents(written))
    assert len(read) == 2
    for card in read:
        assert card.n.value.given == clean(name) and card.n.value.family == clean(family)
        assert card.fn.value == clean(name)
        assert card.contents["categories"][0].value == [clean(tag) for tag in tags] if tags else True
        assert card.tel.value == "+13125550142 x12" and "PREF" in card.tel.params["TYPE"]
        assert [mail.value for mail in card.contents["email"]] == ["ana@example.com", "b@example.com"]


@given(TEXT.filter(lambda text: "\x00" not in text))
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    assert not sheets.guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\x00"))
    assert bare(sheets.guarded(text)).strip() == text.strip()


# -- what is said of the files -----------------------------------------------------------------------------------------


def test_the_page_of_files_names_every_column(world: Any, ana: Contact) -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
    chosen = sheets.cells_of([], [field for field in Registry().columns if field.own is None])
    (person,) = people.People(people.who(read_address([])).packed, [])
    headers = {header for sender in SENDERS for header in (*sender.signature, *sender.any_of)} - {"vcard"}
    between = re.compile(r"(phone|email) [2-4]|(url|address) 2")
    named = [*(header for header in {**sheets.cells_of([]), **chosen} if not between.match(header)), *person]
    assert [name for name in named if f"`{name}`" not in page] == []
    known = {fold_header(name) for name in re.findall(r"`([^`]+)`", page)}
    assert headers - known <= {"uid", "formatted name"}
    with_type = "".join(cards.lines(people.who(read_address([]))))
    assert {line.partition(":")[0].partition(";")[0] for line in with_type.splitlines()} <= {
        "BEGIN", "VERSION", "END", *re.findall(r"`([A-Z-]+)`", page),
    }  # fmt: skip


@pytest.fixture
def everybody(world: Any, ana: Contact) -> list[Contact]:
    """People of whom something stands in every column of the sheet."""
    said = {"pronouns": "she/her", "language": "es-MX", "job_title": "=Baker", "timezone": "Europe/Oslo"}
    Contact.update({**said, "source_detail": "+ a flyer"}).where(Contact.id == ana.id).execute()
    actions.set_owner(ana, world.maya, by=world.maya)
    for kind, text in ((PointKind.URL, "https://ana.example"), (PointKind.ADDRESS, "Main St 1, Oslo")):
        give_point(ana, kind, Value(text.lower(), text, "Home"), by=world.maya)
    yes = actions.add_field("Waiver", FieldKind.BOOL, by=world.maya)
    several = actions.add_field("Likes", FieldKind.MULTI, by=world.maya, options=("Mat", "Chair, tall"))
    actions.set_value(ana, yes, False, by=world.maya)
    actions.set_value(ana, several, tuple(one["id"] for one in several.options), by=world.maya)
    return [ana, world.member, world.family_phone[0], world.person("Nobody Else")]


def test_export_import_is_identity(hers: Any, world: Any, everybody: list[Contact], bring: Any, juniper: Any) -> None:
    """Invariant 16, of a list saved as it stands there."""
    raw = saved(hers, f"{AT}?as=csv").body
    rows = sheet(raw.decode())
    assert [name for name in rows[0] if not any(row[name] for row in rows) and " " not in name] == []
    before = everything()
    again = bring(raw)
    assert again.counts["same"] == again.counts["rows"] == len(rows), again.rehearsal.shown
    assert everything() == before
    with entered(world.iron):
        make_alike(world)
        done = bring(raw)
        assert done.counts["created"] == len(rows), done.rehearsal.shown
        there = sheet("".join(sheets.lines(people.of_contacts())))
    # Maya, who owns Ana, works in one of the studios alone.
    assert alike(there) == alike(rows)


def alike(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(({**row, "owner": ""} for row in rows), key=lambda row: row["omni_id"])


def make_alike(world: Any) -> None:
    """The fields of the first studio, as the second has them."""
    actions.add_field("Shoe size", FieldKind.NUMBER, by=world.iris)
    actions.add_field("Phone 1", FieldKind.SELECT, by=world.iris, options=("Red", "=Blue"))
    actions.add_field("Waiver", FieldKind.BOOL, by=world.iris)
    actions.add_field("Likes", FieldKind.MULTI, by=world.iris, options=("Mat", "Chair, tall"))
