"""The pages of contacts, asked both ways."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from omni.contacts import actions, gate, jobs, queries
from omni.contacts.imports import opening
from omni.contacts.kinds import Channel, Lifecycle
from omni.contacts.models import Contact, ImportFile, ImportJob
from omni.contacts.reading.table import MAX_BYTES
from omni.core import actors
from omni.core.faults import TooLarge
from omni.core.ids import encode
from omni.core.policies import Purpose
from omni.core.tenancy import sweeping
from tests.contacts.conftest import FILES
from tests.contacts.senders import FILES as SENDERS
from tests.contacts.workbooks import Sheet, workbook


def url(contact: Contact, part: str = "") -> str:
    return f"/contacts/{encode(contact.id)}" + (f"/{part}" if part else "")


def work() -> None:
    """Let the worker do what its finder finds."""
    with sweeping():
        found = list(jobs.runnable_imports())
    for _workspace, job_id in found:
        jobs.run_import(job_id)


def test_the_empty_list_says_what_to_do(hers: Any) -> None:
    page = hers.get("/contacts")
    assert page.page.h1 == "Contacts"
    assert "No one here yet" in page
    assert "Import contacts" in page


def test_the_list_shows_people_with_their_totals(hers: Any, world: Any) -> None:
    assert world.lead and world.member
    page = hers.get("/contacts?f=life:is:member")
    assert "1 of 2" in page
    assert "Mei Okafor" in page
    assert "Ana Nunez" not in page


def test_filtered_totals_equal_the_list(hers: Any, world: Any) -> None:
    for n in range(7):
        contact = world.person(f"Person {n}", f"+1 312 555 01{n:02}")
        actions.add_tag(contact, "mornings" if n % 2 else "evenings", by=world.maya)
    tag = next(tag for tag in queries.list_tags() if tag.name == "mornings")
    page = hers.get(f"/contacts?f=tag:is:{encode(tag.id)}&f=owner:is:{encode(world.maya.id)}")
    assert "3 of 7" in page
    assert len(page.page.all("li")) >= 3
    assert [f"Person {n}" in page for n in range(7)] == [bool(n % 2) for n in range(7)]


@pytest.mark.parametrize("sort", ["", "name"])
def test_pages_of_the_list_join_without_gap_or_repeat(hers: Any, world: Any, sort: str) -> None:
    names = {f"Person {n:03}" for n in range(120)}
    for name in sorted(names):
        world.person(name)
    seen: list[str] = []
    address = f"/contacts?sort={sort}"
    for _ in range(3):
        page = hers.get(address)
        seen += re.findall(
            r"Person \d{3}", " ".join(a.text or "" for a in page.page.all("a") if "row-name" in (a.get("class") or ""))
        )
        more = [a.get("href") for a in page.page.all("a") if "after=" in (a.get("href") or "")]
        address = more[0] if more else ""
        if not address:
            break
    assert len(seen) == 120
    assert set(seen) == names


@pytest.mark.parametrize(
    "address",
    [
        f"/contacts?sort=name&after={'9' * 30}",
        f"/contacts?sort=name&after={'9' * 5000}",
        "/contacts?after=99999999999999999999-00000000000000000000000000",
        "/contacts?f=life:is:%00&q=%00",
        "/contacts/export?q=%00abc",
        "/contacts/new/twins?given_name=%00&family_name=Nunez%00",
        "/search?q=a%00b",
        "/search?q=31%002",
        "/history?after=%00",
    ],
)
def test_an_address_written_by_hand_is_a_page_all_the_same(hers: Any, world: Any, address: str) -> None:
    assert world.lead
    hers.get(address, status=422 if "life:is:%00" in address else 200)


def test_adding_a_contact_leads_to_their_page(hers: Any) -> None:
    hers.get("/contacts/new")
    answer = hers.post(
        "/contacts/new", {"given_name": "Rosa", "family_name": "Kim", "phone": "312 555 0123"}, on="/contacts/new"
    )
    page = hers.follow(answer)
    assert page.page.h1 == "Rosa Kim"
    assert "+1 312 555 0123" in page
    assert "New lead" in page


def test_a_new_contact_lands_where_the_form_says(hers: Any) -> None:
    answer = hers.post("/contacts/new", {"given_name": "Rosa", "stage": "none"}, on="/contacts/new")
    page = hers.follow(answer)
    assert "New lead" not in page


def test_a_wrong_phone_and_email_come_back_with_what_was_typed(hers: Any) -> None:
    typed = {"given_name": "Rosa", "phone": "312 555 01", "email": "rosa"}
    answer = hers.post("/contacts/new", typed, on="/contacts/new", status=422)
    assert "Two things to put right" in answer
    assert "A US number has 10, such as 312 555 0123" in answer
    assert 'value="312 555 01"' in answer.text
    part = hers.post_part("/contacts/new", typed, on="/contacts/new", status=422)
    assert "Two things to put right" in part
    assert queries.visible().count() == 0


def test_an_empty_contact_is_nobody(hers: Any) -> None:
    answer = hers.post("/contacts/new", {}, on="/contacts/new", status=422)
    assert "somebody to recognise" in answer


def test_a_pasted_signature_is_one_person(hers: Any) -> None:
    blob = "Rosa Kim\nPilates teacher\nrosa@example.com\n(312) 555-0123"
    page = hers.follow(hers.post("/contacts/new", {"paste": blob}, on="/contacts/new"))
    assert page.page.h1 == "Rosa Kim"
    assert "rosa@example.com" in page


def test_a_likely_twin_is_shown_while_typing(hers: Any, world: Any) -> None:
    assert world.lead
    part = hers.part("/contacts/new/twins?phone=312+555+0142")
    assert "There is a Ana Nunez already" in part
    part = hers.part("/contacts/new/twins?given_name=Jun&family_name=Nunez&phone=312+555+0142")
    assert "The same household?" in part


def test_the_contact_page_asks_the_database_little(hers: Any, world: Any) -> None:
    contact = world.lead
    actions.add_note(contact, "Runs a bakery", by=world.maya)
    page = hers.ask("GET", url(contact), status=200)
    assert "Runs a bakery" in page
    assert len(page.statements) <= 31, "\n".join(page.statements)


def test_editing_a_contact_changes_their_details(hers: Any, world: Any) -> None:
    contact = world.lead
    page = url(contact, "edit")
    typed = {"given_name": "Anna", "family_name": "Nunez", "phone": "312 555 0199", "email": "", "company": "Bakery"}
    shown = hers.follow(hers.post(page, typed, on=page))
    assert shown.page.h1 == "Anna Nunez"
    assert "+1 312 555 0199" in shown
    assert [one.display_name for one in queries.search_contacts("555 0199")] == ["Anna Nunez"]
    assert queries.search_contacts("555 0142") == []


def test_an_extension_is_kept_and_changed_behind_its_number(hers: Any) -> None:
    made = hers.post("/contacts/new", {"given_name": "Rosa", "phone": "312 555 0123 x12"}, on="/contacts/new")
    contact, page = queries.visible().get(), f"{made.location}/edit"
    assert [(one.norm, one.extension) for one in queries.points_of(contact)] == [("+13125550123", "12")]
    hers.post(page, {"given_name": "Rosa", "phone": "312 555 0123 x7"}, on=page)
    assert [(one.norm, one.extension) for one in queries.points_of(contact)] == [("+13125550123", "7")]


@pytest.mark.parametrize("version", ["", "junk", "٣", "9" * 30])
def test_a_version_nobody_was_shown_changes_nothing(hers: Any, world: Any, version: str) -> None:
    note = actions.add_note(world.lead, "First", by=world.maya)
    for page, typed in (
        (url(world.lead, "edit"), {"given_name": "Anna"}),
        (url(world.lead, f"notes/{encode(note.id)}"), {"body": "Mine"}),
    ):
        hers.get(page)
        hers.post(page, typed | {"version": version}, on=page, status=409)


def test_a_stale_edit_is_409_with_both(hers: Any, world: Any) -> None:
    contact = world.lead
    page = url(contact, "edit")
    hers.get(page)
    fresh = queries.get_contact(contact.id)
    person = actions.read_person("Ana Ruiz", "+1 312 555 0142", "")
    actions.edit_contact(fresh, person, version=fresh.version, by=world.max)
    answer = hers.post(page, {"given_name": "Anna", "family_name": "Nunez"}, on=page, status=409)
    assert 'value="Anna"' in answer.text
    assert "Max Berg changed this after you opened it" in answer
    assert "Family name is now Ruiz" in answer
    hers.asked[page] = answer
    hers.post(page, {"given_name": "Anna", "family_name": "Nunez"}, on=page)


def test_a_note_is_added_with_and_without_htmx(hers: Any, world: Any) -> None:
    contact = world.lead
    page = url(contact, "notes")
    part = hers.post_part(page, {"body": "Evenings only"}, on=page)
    assert "Evenings only" in part
    shown = hers.follow(hers.post(page, {"body": "Old knee injury"}, on=page))
    assert "Old knee injury" in shown
    assert "Evenings only" in shown


def test_an_empty_note_is_422(hers: Any, world: Any) -> None:
    page = url(world.lead, "notes")
    assert "A note cannot be empty" in hers.post(page, {"body": " "}, on=page, status=422)
    assert "A note cannot be empty" in hers.post_part(page, {"body": " "}, on=page, status=422)


def test_a_stale_note_is_409_with_the_fresh_words(hers: Any, world: Any) -> None:
    contact = world.lead
    note = actions.add_note(contact, "First", by=world.maya)
    page = url(contact, f"notes/{encode(note.id)}")
    hers.get(page)
    actions.edit_note(note, "Second", version=1, by=world.max)
    answer = hers.post(page, {"body": "Mine"}, on=page, status=409)
    assert "Second" in answer
    assert "Mine" in answer.text


def test_a_pinned_note_stands_on_top(hers: Any, world: Any) -> None:
    contact = world.lead
    note = actions.add_note(contact, "Allergic to lavender", by=world.maya)
    hers.get(url(contact))
    hers.post(url(contact, f"notes/{encode(note.id)}/pin"), {"pinned": "y"}, on=url(contact))
    assert "Kept on top" in hers.get(url(contact))


def test_owner_life_and_tags_change_by_their_forms(hers: Any, world: Any) -> None:
    contact = world.lead
    page = url(contact, "details")
    hers.post(url(contact, "life"), {"life": "member"}, on=page)
    hers.post(url(contact, "owner"), {"owner": encode(world.theo.id)}, on=page)
    hers.post(url(contact, "tags"), {"tag": "mornings"}, on=page)
    shown = hers.get(url(contact))
    for words in ("Member", "Theo’s", "mornings"):
        assert words in shown
    tag = queries.list_tags()[0]
    hers.get(page)
    hers.post(url(contact, f"tags/{encode(tag.id)}/remove"), {}, on=page)
    assert queries.tags_of([contact.id]) == {}


def test_a_lead_cannot_become_a_former_member(hers: Any, world: Any) -> None:
    contact = world.lead
    answer = hers.post(url(contact, "life"), {"life": "former"}, on=url(contact, "details"), status=422)
    assert "was never a member" in answer
    assert queries.get_contact(contact.id).lifecycle is Lifecycle.LEAD


def test_the_timeline_is_paged_and_filtered(hers: Any, world: Any) -> None:
    contact = world.lead
    for n in range(40):
        actions.add_note(contact, f"Line {n:02}", by=world.maya)
    page = hers.get(url(contact, "timeline?kind=note"))
    assert "Line 39" in page
    assert "Line 05" not in page
    more = next(a.get("href") for a in page.page.all("a") if "after=" in (a.get("href") or ""))
    rest = hers.get(more)
    assert "Line 05" in rest
    assert "Line 39" not in rest


NOBODYS = "01890000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("after", ["junk", "2026-01-01~", f"2026-01-01~{NOBODYS}", f"9999-12-31T00:00Z~{NOBODYS}"])
def test_the_timeline_behind_no_line_of_ours_is_a_page_all_the_same(hers: Any, world: Any, after: str) -> None:
    hers.get(url(world.lead, f"timeline?after={after}"))


def test_consent_is_shown_and_written_down(hers: Any, world: Any) -> None:
    contact = world.lead
    page = url(contact, "consent")
    assert "Never asked" in hers.get(page)
    hers.post(page, {"channel": "sms", "norm": "+13125550142", "basis": "asked", "words": "at the desk"}, on=page)
    shown = hers.get(page)
    assert "Agreed to messages about what they asked for" in shown
    assert "at the desk" in shown


def test_a_yes_without_a_basis_is_422(hers: Any, world: Any) -> None:
    page = url(world.lead, "consent")
    answer = hers.post(page, {"channel": "sms", "norm": "+13125550142"}, on=page, status=422)
    assert "Choose how they agreed" in answer


@pytest.mark.parametrize("sent", [{"channel": "junk"}, {"channel": "email"}, {"norm": "+13125550100"}, {"norm": ""}])
def test_a_yes_for_an_address_they_have_not_is_422(hers: Any, world: Any, sent: dict[str, str]) -> None:
    page = url(world.lead, "consent")
    fields = {"channel": "sms", "norm": "+13125550142", "basis": "asked"} | sent
    assert "no longer there" in hers.post(page, fields, on=page, status=422)


def test_stop_messages_stops_everyone_on_the_number(hers: Any, world: Any) -> None:
    mother, child = world.family_phone
    world.agree(mother)
    page = url(mother, "opt-out")
    assert "Jun Kim share" in hers.get(page)
    hers.post(page, {"channel": "sms", "words": "please stop"}, on=page)
    verdict = gate.may_process(queries.get_contact(child.id), Purpose.SERVICE, Channel.SMS)
    assert not verdict.is_open
    assert "Texts, stopped" in hers.get(url(child))


def test_a_restricted_contact_is_marked_everywhere(hers: Any, world: Any) -> None:
    contact = world.lead
    page = url(contact, "restriction")
    hers.post(page, {"reason": "asked by phone"}, on=page)
    assert "is at rest" in hers.get(url(contact))
    assert "Locked" in hers.get("/contacts")
    hers.get(page)
    hers.post(url(contact, "restriction/lift"), {}, on=page)
    assert "Locked" not in hers.get("/contacts")


def test_search_finds_by_letters_and_digits(hers: Any, world: Any) -> None:
    assert world.lead and world.member
    for text in ("ana", "NUÑEZ", "55 501 42", "312-555-0142", "an", "example.com nu"):
        assert "Ana Nunez" in hers.get(f"/search?q={text}"), text
    assert "Nobody is called" in hers.get("/search?q=zzz")


def test_a_viewer_sees_masked_addresses_and_changes_nothing(browse: Any, world: Any, juniper: Any) -> None:
    contact = world.lead
    hers = browse.as_(world.vera)
    page = hers.get(url(contact))
    assert "555 0142" not in page.text
    assert "ana@example.com" not in page.text
    assert "tel:" not in page.text
    assert "Edit" not in page
    hers.ask("GET", url(contact, "edit"), status=403)
    assert "555 0142" not in hers.get("/contacts").text
    assert "555 0142" not in hers.get(url(contact, "consent")).text


def test_a_rep_changes_their_own_and_nobodys_only(browse: Any, world: Any, juniper: Any) -> None:
    contact = world.lead
    theos = browse.as_(world.theo)
    theos.get(url(contact))
    theos.ask("GET", url(contact, "edit"), status=403)
    actions.set_owner(contact, world.theo, by=world.maya)
    theos.ask("GET", url(contact, "edit"), status=200)
    theos.ask("GET", "/contacts/import", status=403)


def test_a_stranger_gets_404_everywhere(browse: Any, world: Any, juniper: Any) -> None:
    contact = world.lead
    note = actions.add_note(contact, "secret", by=world.maya)
    iris = browse.as_(world.iris)
    parts = (
        "",
        "edit",
        "details",
        "timeline",
        "notes",
        "consent",
        "opt-out",
        "restriction",
        f"notes/{encode(note.id)}",
    )
    for part in parts:
        answer = iris.ask("GET", url(contact, part), status=404)
        assert "secret" not in answer.text
    assert "Ana" not in iris.get("/search?q=ana").page.words.replace("Ana, or 555 01", "")


def test_undo_in_history_takes_an_edit_back(hers: Any, world: Any) -> None:
    contact = world.lead
    actions.edit_contact(
        contact, actions.read_person("Anna Ruiz", "+1 312 555 0142", ""), version=contact.version, by=world.maya
    )
    page = hers.get("/history")
    act = next(form.get("action") for form in page.page.all("form") if "/undo" in (form.get("action") or ""))
    hers.post(act, {}, on="/history")
    assert queries.get_contact(contact.id).display_name == "Ana Nunez"
    hers.post(act, {}, on="/history", status=410)


def test_undo_lists_what_was_edited_since(hers: Any, world: Any) -> None:
    contact = world.lead
    first = actions.read_person("Anna Ruiz", "+1 312 555 0142", "ana@example.com")
    actions.edit_contact(contact, first, version=contact.version, by=world.maya)
    page = hers.get("/history")
    act = next(form.get("action") for form in page.page.all("form") if "/undo" in (form.get("action") or ""))
    second = actions.read_person("Annika Ruiz", "+1 312 555 0142", "ana@example.com")
    actions.edit_contact(contact, second, version=contact.version, by=world.max)
    shown = hers.follow(hers.post(act, {}, on="/history"))
    assert "changed since by Max and w" in shown
    now = queries.get_contact(contact.id)
    assert (now.given_name, now.family_name) == ("Annika", "Nunez")


def test_today_of_a_new_studio_shows_the_first_hour(hers: Any) -> None:
    page = hers.get("/today")
    assert page.page.h1 == "Today"
    assert "Bring your people" in page
    assert "Nobody needs you now" in page
    hers.post("/today/first-steps", {}, on="/today")
    assert "Bring your people" not in hers.get("/today")


def test_the_details_tell_the_time_where_the_person_is(hers: Any, world: Any) -> None:
    page = url(world.lead)
    assert "Chicago, now " in hers.get(page)
    for zone, words in (("America/New_York", "New York, now "), ("Mars/Olympus_Mons", "Olympus Mons")):
        Contact.update(timezone=zone).where(Contact.id == world.lead.id).execute()
        assert words in hers.get(page)


def test_a_new_lead_stands_on_today(hers: Any, world: Any) -> None:
    world.person("Rosa Kim", "+1 312 555 0123")
    page = hers.get("/today")
    assert "Rosa Kim" in page
    assert "One person needs you" in page


def test_an_import_goes_from_file_to_people_on_one_screen(hers: Any, world: Any) -> None:
    raw = (FILES / "google_contacts_2024_labels.csv").read_bytes()
    answer = hers.post("/contacts/import", {"file": (io.BytesIO(raw), "contacts.csv")}, on="/contacts/import")
    page = hers.follow(answer)
    assert page.page.h1 == "Check before anything changes"
    assert "Looks like a Google Contacts export, 3 rows" in page
    assert "Import 3 people" in page
    job = answer.location
    hers.post(f"{job}/run", {"basis": "asked", "board": "none"}, on=job)
    assert "The worker takes it up in a moment" in hers.get(job)
    work()
    done = hers.get(job)
    assert "3 of 3" in done
    assert "Undo this import" in done
    assert queries.visible().count() == 3
    undo = next(form.get("action") for form in done.page.all("form") if "/undo" in (form.get("action") or ""))
    hers.post(undo, {}, on=job)
    assert queries.visible().count() == 0
    assert "Taken back" in hers.get(job)


def test_an_unknown_sender_gets_the_wizard(hers: Any) -> None:
    raw = b"Nome;Telefono mobile;E-mail;Besonderes\nAna Ruiz;312 555 0142;ana@example.com;knee\n"
    answer = hers.post("/contacts/import", {"file": (io.BytesIO(raw), "liste.csv")}, on="/contacts/import")
    job = answer.location
    page = hers.follow(answer)
    assert page.page.h1 == "What the columns hold"
    hers.get(f"{job}/reading")
    hers.post(
        f"{job}/columns", {"column-0": "name", "column-1": "phone", "column-2": "email", "column-3": "note"}, on=job
    )
    check = hers.get(job)
    assert "Import 1 person" in check
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert [c.display_name for c in queries.visible()] == ["Ana Ruiz"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"%PDF-1.7 nothing", "This is a PDF. Save the list as .xlsx or CSV"),
        (b"PK\x03\x04[Content_Types].xml", "This workbook is broken. Save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        (b"", "Choose a file"),
        (b"Activity - Subject,Person - Name\nCall,Ana\n", "This is an activities export"),
        (",".join(f"c{n}" for n in range(301)).encode(), "301 columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_422_with_the_reason(hers: Any, raw: bytes, words: str) -> None:
    fields = {"file": (io.BytesIO(raw), "f.csv")} if raw else {}
    answer = hers.post("/contacts/import", fields, on="/contacts/import", status=422)
    assert words in answer
    assert ImportJob.select().count() == ImportFile.select().count() == queries.visible().count() == 0


def test_a_file_above_20_mb_is_413_and_nothing_is_kept(hers: Any) -> None:
    too_large = b"x" * (MAX_BYTES + 1)
    with pytest.raises(TooLarge):
        opening.receive(too_large, file_name="f.csv", by=actors.SYSTEM)
    hers.get("/contacts/import")
    answer = hers.ask("POST", "/contacts/import", status=413, data=too_large + b"x" * 300_000)
    assert "It is larger than the 20 MB this page takes, so nothing was kept." in answer
    assert ImportJob.select().count() == ImportFile.select().count() == queries.visible().count() == 0


def test_a_workbook_says_which_sheet_was_read(hers: Any) -> None:
    header, row = SENDERS["hubspot"]
    people = Sheet("People", [header.split(","), row.split(",")])
    raw = io.BytesIO(workbook(people, Sheet("Old", [["x"]]), Sheet("Older", [["y"]])))
    answer = hers.post("/contacts/import", {"file": (raw, "people.xlsx")}, on="/contacts/import")
    page = hers.follow(answer)
    assert "Sheet People was read, 2 others were left out." in page
    hers.post(f"{answer.location}/run", {"basis": "unsure", "board": "none"}, on=answer.location)
    work()
    assert queries.visible().count() == ImportJob.get().counts["rows"] == 1


def test_rows_left_out_come_back_with_their_reason(hers: Any) -> None:
    raw = b"Name,Phone\nAna Ruiz,312 555 0142\n,\n=cmd,\n" + b",\n"
    answer = hers.post("/contacts/import", {"file": (io.BytesIO(raw), "f.csv")}, on="/contacts/import")
    job = answer.location
    hers.get(job)
    hers.post(f"{job}/columns", {}, on=job)
    hers.get(job)
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert "Rows left out" in hers.get(job)
    text = hers.ask("GET", f"{job}/left-out.csv", status=200).text
    assert "Name,Phone,Reason" in text
    assert "nobody to recognise" in text


def test_the_export_is_safe_and_comes_back_unchanged(hers: Any, world: Any, bring: Any) -> None:
    assert world.lead and world.member
    world.person("=Sum Formula", "+1 312 555 0160")
    answer = hers.post("/contacts/export", {}, on="/contacts/export", status=200)
    assert "'=Sum" in answer.text
    assert "'+13125550142" in answer.text
    again = bring(answer.body)
    assert again.job.sender == "omni"
    assert again.counts["same"] == 3, again.rehearsal.shown


def test_a_form_sent_twice_makes_one_import(hers: Any) -> None:
    raw = (FILES / "hubspot_contacts.csv").read_bytes()
    answer = hers.post("/contacts/import", {"file": (io.BytesIO(raw), "h.csv")}, on="/contacts/import")
    job = answer.location
    hers.get(job)
    for _ in range(2):
        hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert queries.visible().count() == 2
