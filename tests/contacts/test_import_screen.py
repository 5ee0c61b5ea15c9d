"""The one screen of an import, the wizard behind it, and what its answers do."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from omni.boards.actions.moving import move_card
from omni.boards.models import Board, Card, Stage
from omni.contacts import actions, jobs, queries, undo
from omni.contacts.imports import counting, opening, places, rehearsing, running
from omni.contacts.kinds import ImportState, Lifecycle
from omni.contacts.models import Contact, ContactTag, ImportFile, ImportJob, Tag
from omni.core import actors, clock
from omni.core.ids import encode
from omni.core.tenancy import sweeping
from tests.contacts.conftest import FILES
from tests.contacts.test_pages import work

HUBSPOT = "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Deal Stage\n"


def send(hers: Any, raw: str | bytes, name: str = "people.csv") -> str:
    raw = raw.encode() if isinstance(raw, str) else raw
    answer = hers.post("/contacts/import", {"file": (io.BytesIO(raw), name)}, on="/contacts/import")
    return str(answer.location)


def count_all() -> None:
    """Let the worker count what its finder finds."""
    with sweeping():
        found = list(jobs.counting.uncounted())
    for _workspace, job_id in found:
        jobs.rehearse_import(job_id)


def placed() -> dict[str, tuple[str, str]]:
    rows = Card.select(Card, Contact, Stage, Board).join(Contact).switch(Card).join(Stage).switch(Card).join(Board)
    return {card.contact.display_name: (card.board.name, card.stage.name) for card in rows}


def stage_names(board: str) -> list[str]:
    rows = Stage.select(Stage).join(Board).where(Board.name == board, Stage.archived_at.is_null())
    return [stage.name for stage in rows.order_by(Stage.position)]


def chosen(page: Any, name: str) -> str:
    """Which of the radios of that name is pressed."""
    radios = [one for one in page.page.all("input") if one.get("name") == name]
    return next(one.get("value") for one in radios if one.get("checked") is not None)


def test_known_sender_is_one_screen_and_one_button(hers: Any) -> None:
    job = send(hers, (FILES / "google_contacts_2024_labels.csv").read_bytes(), "contacts.csv")
    page = hers.get(job)
    assert "Looks like a Google Contacts export, 3 rows" in page
    assert "The first 3, as they will be" in page
    go = [one for one in page.page.all("button") if "go" in (one.get("class") or "").split()]
    assert len(go) == 1
    assert "Import 3 people" in page
    assert (chosen(page, "basis"), chosen(page, "board")) == ("unsure", "none")
    assert any(one.get("href") == f"{job}/reading" for one in page.page.all("a"))
    for words in ("They asked us", "They are customers", "They said yes in writing (choose the column)", "Not sure"):
        assert words in page
    assert "Makes a member of those of whom the file says nothing." in page


def test_a_life_column_chooses_by_life(hers: Any) -> None:
    job = send(hers, HUBSPOT + "1,Ana,Kim,a@example.com,,NEW,\n2,Ben,Kim,b@example.com,,customer,\n")
    assert chosen(hers.get(job), "board") == "life"
    hers.post(f"{job}/run", {"basis": "unsure", "board": "life"}, on=job)
    work()
    assert placed() == {"Ana Kim": ("Join", "New lead"), "Ben Kim": ("Keep", "New member")}


def test_a_long_file_is_counted_by_the_worker_while_the_page_watches(hers: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 1)
    job = send(hers, HUBSPOT + "1,Ana,Kim,a@example.com,,NEW,\n2,Ben,Kim,b@example.com,,NEW,\n")
    page = hers.get(job)
    assert "0 of 2" in page
    assert "Import these people" in page
    watching = [one for one in page.page.all("section") if one.get("data-behaviour") == "poll"]
    assert watching[0].get("data-hx-get") == f"{job}/count?show="
    assert "0 of 2" in hers.get(f"{job}/count")
    count_all()
    again = hers.get(f"{job}/count")
    assert "2 create" in again and "Counting what will happen" not in again
    assert "Import 2 people" in hers.get(job)
    assert queries.visible().count() == 0


def test_what_was_counted_is_forgotten_when_the_file_is_read_otherwise(juniper: Any) -> None:
    job = opening.receive(b"Name,Phone\nAna,312 555 0142\n", file_name="f.csv", by=actors.SYSTEM)
    opening.remap(job, opening.open_file(job).reading.roles)
    counting.begin(job)
    assert counting.standing(job)[1]["counts"]["created"] == 1
    opening.remap(job, opening.open_file(job).reading.roles, tags=["x"])
    assert counting.standing(job) == (0, None)


def test_a_count_that_was_overtaken_writes_nothing(juniper: Any) -> None:
    job = opening.receive(b"Name,Phone\nAna,312 555 0142\n", file_name="f.csv", by=actors.SYSTEM)
    opening.remap(job, opening.open_file(job).reading.roles)
    claimed = counting._claim(job.id)
    assert counting._claim(job.id) is None
    opening.remap(job, opening.open_file(job).reading.roles, tags=["x"])
    with pytest.raises(counting.Overtaken):
        counting._hold(claimed, until=None)
    counting.count(job.id)
    assert counting.standing(job)[1]["shown"]["create"][0]["tags"] == ["x"]


def test_the_rehearsal_goes_with_the_file(juniper: Any) -> None:
    job = opening.receive(HUBSPOT.encode() + b"1,Ana,Kim,,,NEW,\n", file_name="f.csv", by=actors.SYSTEM)
    counting.begin(job)
    file = ImportFile.select().where(ImportFile.job == job.id).get()
    assert file.rehearsal["shown"]["create"][0]["name"] == "Ana Kim"
    jobs.drop_import_file(file.id)
    assert counting.standing(job) == (0, None)


STAGES = (
    HUBSPOT + "1,Ana,Kim,a@example.com,,,contacted\n2,Ben,Kim,b@example.com,,,Waitlist\n3,Cleo,Kim,c@example.com,,,\n"
    "4,Dora,Kim,d@example.com,,customer,At risk\n5,Emil,Kim,e@example.com,,,Waitlist\n"
)


def test_stage_names_are_matched_or_offered(juniper: Any) -> None:
    job = opening.receive(STAGES.encode(), file_name="f.csv", by=actors.SYSTEM)
    there = places.boards()
    join = next(board for board in there if board.name == "Join")
    named = places.stages_in(opening.open_file(job), there)
    assert [(one.name, one.count) for one in named] == [("Waitlist", 2), ("contacted", 1), ("At risk", 1)]
    assert named[0].to == places.new_stage_of(join)
    by_id = {encode(stage.id): stage.name for board in there for stage in board.stages}
    assert [by_id[one.to] for one in named[1:]] == ["Contacted", "At risk"]


def test_a_word_of_life_is_a_stage_only_where_one_bears_its_name(juniper: Any) -> None:
    raw = HUBSPOT.replace(",Deal Stage", "") + "1,Ana,Kim,,,Paused\n2,Ben,Kim,,,NEW\n3,Cleo,Kim,,,whatever\n"
    job = opening.receive(raw.encode(), file_name="f.csv", by=actors.SYSTEM)
    assert [one.name for one in places.stages_in(opening.open_file(job), places.boards())] == ["Paused"]


def test_a_new_stage_is_made_once_and_goes_with_the_undo(hers: Any, world: Any) -> None:
    before = stage_names("Join")
    job = send(hers, STAGES)
    page = hers.get(job)
    assert "Waitlist: new stage in Join" in page
    assert stage_names("Join") == before
    hers.post(f"{job}/run", {"basis": "unsure", "board": "life", **answers(page)}, on=job)
    work()
    assert placed() == {
        "Ana Kim": ("Join", "Contacted"),
        "Ben Kim": ("Join", "Waitlist"),
        "Cleo Kim": ("Join", "New lead"),
        "Dora Kim": ("Keep", "At risk"),
        "Emil Kim": ("Join", "Waitlist"),
    }
    assert stage_names("Join") == [*before[:-2], "Waitlist", *before[-2:]]
    again = send(hers, STAGES)
    hers.post(f"{again}/run", {"basis": "unsure", "board": "life", **answers(hers.get(again))}, on=again)
    work()
    assert stage_names("Join").count("Waitlist") == 1
    row = ImportJob.select().order_by(ImportJob.id).get()
    back = undo.undo(undo.get_batch(row.batch_id), by=world.maya)
    assert (stage_names("Join"), back.left) == (before, [])
    undo.undo(back.batch, by=world.maya)
    assert "Waitlist" in stage_names("Join")
    assert placed()["Ben Kim"] == ("Join", "Waitlist")


def answers(page: Any) -> dict[str, str]:
    """What the selects of a page say as it is drawn."""
    found = {}
    for select in page.page.all("select"):
        if (select.get("name") or "").startswith("stage-"):
            options = [one for one in select if one.get("selected") is not None]
            found[select.get("name")] = options[0].get("value")
    return found


def test_a_stage_somebody_stands_in_stays(hers: Any, world: Any) -> None:
    job = send(hers, STAGES)
    hers.post(f"{job}/run", {"basis": "unsure", "board": "life", **answers(hers.get(job))}, on=job)
    work()
    waitlist = Stage.select().where(Stage.name == "Waitlist").get()
    lena = world.person("Lena Lang", "+1 312 555 0177")
    move_card(Card.select().where(Card.contact == lena.id).get(), waitlist, by=world.maya)
    row = ImportJob.select().get()
    back = undo.undo(undo.get_batch(row.batch_id), by=world.maya)
    assert back.left == ["stage.archived_at"]
    assert "Waitlist" in stage_names("Join")


def test_the_boards_first_and_one_board_are_obeyed(hers: Any) -> None:
    keep = Board.select().where(Board.name == "Keep").get()
    job = send(hers, STAGES)
    said = answers(hers.get(job)) | {"stage-0": places.FIRST}
    hers.post(f"{job}/run", {"basis": "unsure", "board": encode(keep.id), **said}, on=job)
    work()
    assert placed() == {
        "Ana Kim": ("Keep", "New member"),
        "Ben Kim": ("Keep", "New member"),
        "Cleo Kim": ("Keep", "New member"),
        "Dora Kim": ("Keep", "At risk"),
        "Emil Kim": ("Keep", "New member"),
    }
    assert {one.lifecycle for one in queries.visible()} == {Lifecycle.MEMBER}


def test_rows_that_fit_two_people_wait_for_a_choice(hers: Any, world: Any) -> None:
    one = world.person("Ana Ruiz", "+1 312 555 0142")
    other = world.person("Ana", "", "ana@example.com")
    rows = "1,Ana,Ruiz,ana@example.com,312 555 0142,,\n"
    job = send(hers, HUBSPOT + rows)
    assert "1 row fits two people" in hers.get(job)
    page = hers.get(f"{job}/choose")
    values = [radio.get("value") for radio in page.page.all("input") if radio.get("name") == "row-1"]
    assert set(values) == {encode(one.id), encode(other.id), "new", "skip"}
    hers.post(f"{job}/choose", {"row-1": encode(other.id)}, on=f"{job}/choose")
    assert "1 update" in hers.get(job)
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert {point.norm for point in queries.points_of(other)} == {"ana@example.com", "+13125550142"}
    assert "ana@example.com" not in {point.norm for point in queries.points_of(one)}


@pytest.mark.parametrize(("choice", "counts"), [("new", (3, 0)), ("row-1", (2, 1)), ("skip", (2, 0))])
def test_a_choice_may_name_a_row_of_the_file(juniper: Any, choice: str, counts: tuple[int, int]) -> None:
    """The rehearsal and the run mean the same person by a row's number."""
    raw = "Name,Phone,Email,City\nAna Ruiz,312 555 0142,,\nAna,,ana@example.com,\n"
    raw += "Ana Ruiz,312 555 0142,ana@example.com,Lima\n"
    job = opening.receive(raw.encode(), file_name="f.csv", by=actors.SYSTEM)
    opening.remap(job, opening.open_file(job).reading.roles)
    opening.choose(job, {"3": choice})
    planned = rehearsing.rehearse(opening.open_file(job)).counts
    opening.answer(job, basis="unsure", board="none")
    running.start(job, by=actors.SYSTEM)
    running.run(job.id)
    job = ImportJob.get_by_id(job.id)
    assert job.counts == planned.as_json()
    assert (job.counts["created"], job.counts["updated"]) == counts
    if choice == "row-1":
        assert queries.visible().where(Contact.city == "Lima").get().display_name == "Ana Ruiz"


@pytest.mark.parametrize(
    ("said", "counts", "company"),
    [
        ({"rule": "both", "keeps": "theirs"}, (1, 1, 0), "Bakery"),
        ({"rule": "both", "keeps": "mine"}, (1, 1, 0), "Mill"),
        ({"rule": "create", "keeps": "theirs"}, (1, 0, 0), "Mill"),
        ({"rule": "update", "keeps": "theirs"}, (0, 1, 1), "Bakery"),
    ],
)
def test_the_wizards_rules_are_kept(hers: Any, world: Any, said: Any, counts: Any, company: str) -> None:
    ana = world.person("Ana Ruiz", "+1 312 555 0142")
    Contact.update(company="Mill").where(Contact.id == ana.id).execute()
    job = send(hers, "Name,Phone,Company,City\nAna Ruiz,312 555 0142,Bakery,Lima\nBen Kim,312 555 0143,,\n", "list.csv")
    fields = {"tags": "spring fair, Fair", "owner": world.theo.user.email, **said}
    hers.post(f"{job}/columns", fields, on=job)
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    row = ImportJob.select().get()
    assert (row.counts["created"], row.counts["updated"], row.counts["refused"]) == counts
    assert queries.get_contact(ana.id).company == company
    ben = queries.visible().where(Contact.given_name == "Ben").first()
    if ben:
        tags = {
            link.tag.name for link in ContactTag.select(ContactTag, Tag).join(Tag).where(ContactTag.contact == ben.id)
        }
        assert tags == {"spring fair", "Fair"}
        assert ben.owner_id == world.theo.id
    again = send(hers, "Name,Phone,Company,City\nAna Ruiz,312 555 0142,Bakery,Lima\n", "list.csv")
    page = hers.post(f"{again}/columns", {"tags": "x" * 61, **said}, on=again, status=422)
    assert "A tag has up to 60 characters" in page


def test_a_double_click_is_one_run(hers: Any) -> None:
    job = send(hers, HUBSPOT + "1,Ana,Kim,a@example.com,,NEW,\n")
    hers.get(job)
    for _ in range(2):
        assert hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job).location == job
    work()
    assert (queries.visible().count(), ImportJob.select().where(ImportJob.state == ImportState.DONE).count()) == (1, 1)


def test_an_amber_row_is_shown_with_its_reason(hers: Any) -> None:
    job = send(hers, HUBSPOT + "1,Ana,Kim,nomail,1.55501E+10,,\n2,,,,,,\n")
    page = hers.get(f"{job}?show=create")
    assert "Excel has rounded this number" in page and "has no @" in page
    assert "nobody to recognise" in hers.get(f"{job}?show=refused")
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    from omni.contacts.models import ImportRow, Note

    assert Note.select().get().body == "Email: nomail\nPhone Number: 1.55501E+10"
    rows = {row.n: row for row in ImportRow.select()}
    assert [reason["words"].split(" ")[0] for reason in rows[1].reasons] == ["“%(typed)s”", "Excel"]
    assert rows[2].raw == ["2", "", "", "", "", "", ""]


def test_a_person_of_nobody_else_is_asked_of_a_stranger(browse: Any, world: Any, juniper: Any) -> None:
    job = opening.receive(HUBSPOT.encode() + b"1,Ana,Kim,,,NEW,\n", file_name="f.csv", by=actors.SYSTEM)
    iris = browse.as_(world.iris)
    for part in ("", "/choose", "/columns", "/reading", "/count"):
        iris.get(f"/contacts/import/{encode(job.id)}{part}", status=404)


def test_a_restricted_candidate_is_no_choice_that_changes_anything(hers: Any, world: Any) -> None:
    one = world.person("Ana Ruiz", "+1 312 555 0142")
    world.person("Ana", "", "ana@example.com")
    actions.restrict(one, reason="asked", by=world.maya)
    job = send(hers, HUBSPOT + "1,Ana,Ruiz,ana@example.com,312 555 0142,,\n")
    hers.post(f"{job}/choose", {"row-1": encode(one.id)}, on=f"{job}/choose")
    assert "at rest" in hers.get(f"{job}?show=refused")


def test_a_stopped_import_goes_on_where_it_was(hers: Any, monkeypatch: Any) -> None:
    rows = "".join(f"{n},Ana,Kim{n},a{n}@example.com,,NEW,\n" for n in range(20))
    job = send(hers, HUBSPOT + rows)
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    row = ImportJob.select().get()
    first_chunk_alone(row, monkeypatch)
    page = hers.get(job)
    assert "8 of 20" in page
    hers.post(f"{job}/stop", {}, on=job)
    work()
    assert queries.visible().count() == 8
    for _ in range(2):
        if "Go on" in hers.get(job):
            hers.post(f"{job}/go-on", {}, on=job)
    work()
    assert (queries.visible().count(), ImportJob.get_by_id(row.id).counts["created"]) == (20, 20)
    assert "Go on" not in hers.get(job)


def first_chunk_alone(job: ImportJob, monkeypatch: Any) -> None:
    """Let a worker do eight rows, and no more in this turn."""
    monkeypatch.setattr(running, "TURN_S", -1)
    with monkeypatch.context() as small:
        small.setattr(rehearsing.chunks, "__defaults__", (8,))
        running.run(job.id)
    monkeypatch.undo()


def test_yes_in_writing_needs_the_column_that_says_so(hers: Any) -> None:
    job = send(hers, HUBSPOT + "1,Ana,Kim,a@example.com,,NEW,\n")
    answer = hers.post(f"{job}/run", {"basis": "written", "board": "none", "written_column": ""}, on=job, status=422)
    assert "Choose the column in which they said yes." in answer
    assert "written" in [one.get("value") for one in answer.page.all("input", name="basis") if "checked" in one.attrib]
    assert ImportJob.get().state is ImportState.MAPPED
    assert not queries.visible().count()


def test_a_birthday_known_in_part_is_shown_as_far_as_it_is_known(hers: Any) -> None:
    job = send(hers, "omni_id,given_name,email 1,birthday\n1,Ana,ana@example.com,1990\n2,Ben,b@example.com,--04\n")
    page = hers.get(job)
    assert "1990" in page and "April" in page


def test_an_import_without_a_worker_says_when_it_will_start(hers: Any, juniper: Any) -> None:
    job = send(hers, HUBSPOT + "1,Ana,Kim,a@example.com,,NEW,\n")
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    assert "takes it up in a moment" in hers.get(job)
    clock.freeze(clock.now() + timedelta(seconds=30))
    try:
        assert "will start when the worker is back" in hers.get(job)
        work()
    finally:
        clock.freeze(None)
    assert queries.visible().count() == 1


def test_a_file_with_an_unclosed_quote_is_kept_and_read_otherwise(hers: Any) -> None:
    raw = b'Name,Phone\nAna Ruiz,312 555 0142\n"Ben Kim,312 555 0143\n'
    answer = hers.post("/contacts/import", {"file": (io.BytesIO(raw), "p.csv")}, on="/contacts/import", status=422)
    assert "The quote opened on line 3 never closes" in answer and "“p.csv”" in answer
    row = ImportJob.get()
    assert (row.state, bytes(ImportFile.get().content)) == (ImportState.RECEIVED, raw)
    job = f"/contacts/import/{encode(row.id)}"
    assert "The quote opened on line 3 never closes" in hers.get(job)
    for part in ("columns", "count", "choose", "left-out.csv"):
        hers.ask("GET", f"{job}/{part}", status=404)
    said = {"encoding": "utf-8", "delimiter": "comma", "numbers_from": "US", "order": ""}
    assert "line 3 never closes" in hers.post(f"{job}/reading", {**said, "quotes": ""}, on=job, status=422)
    assert ImportJob.get().state is ImportState.RECEIVED
    assert hers.post(f"{job}/reading", {**said, "quotes": "words", "next": "y"}, on=job).location == f"{job}/columns"
    hers.post(f"{job}/columns", {}, on=f"{job}/columns")
    assert '"Ben Kim' in hers.get(f"{job}?show=create")
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert {one.display_name for one in queries.visible()} == {"Ana Ruiz", '"Ben Kim'}
