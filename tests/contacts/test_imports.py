"""Files into people: the plan equals the run, the same file again changes nothing, undo restores."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from omni.contacts import actions, bulk, gate, long_undo, queries, search, undo
from omni.contacts.exports import sheets
from omni.contacts.exports.people import of_contacts
from omni.contacts.gate import Rule
from omni.contacts.imports import opening, running
from omni.contacts.imports.ahead import read_ahead
from omni.contacts.imports.rehearsing import CHUNK
from omni.contacts.kinds import Channel, ImportState, Kind, Lifecycle, PointKind
from omni.contacts.models import (
    Activity,
    ConsentEvent,
    Contact,
    ContactPoint,
    ContactSearch,
    ContactTag,
    ExternalRef,
    ImportJob,
    ImportRow,
    LifecycleSpan,
    Note,
)
from omni.contacts.particulars import FieldValue
from omni.contacts.reading.people import Person
from omni.core import actors, clock
from omni.core.policies import Purpose
from tests.contacts.conftest import FILES
from tests.contacts.senders import FILES as SENDERS
from tests.contacts.senders import file_of

Bring = Callable[..., SimpleNamespace]
WATCHED = (Contact, ContactPoint, ContactTag, ContactSearch, ExternalRef, FieldValue, LifecycleSpan, Note)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the tables that an import changes, apart from versions, counters and instants of the write."""
    left_out = {"created_at", "version", "last_touch_at", "workspace", "unpaired"}
    shown = {}
    for model in WATCHED:
        columns = [name for name in model._meta.sorted_field_names if name not in left_out]
        rows = [tuple(str(row.__data__[name]) for name in columns) for row in model.select()]
        shown[model._meta.table_name] = sorted(rows)
    return shown


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("*.csv")))
def test_the_given_files_add_up_and_change_nothing_twice(bring: Bring, name: str) -> None:
    raw = (FILES / name).read_bytes()
    first = bring(raw, name=name)
    assert first.job.state is ImportState.DONE
    counts = first.counts
    parts = counts["created"] + counts["updated"] + counts["duplicate"] + counts["refused"]
    assert parts == counts["rows"]
    assert counts == first.rehearsal.counts.as_json()
    before = everything()
    second = bring(raw, name=name)
    assert second.counts["created"] == second.counts["updated"] == 0
    assert second.counts["same"] == counts["rows"] - counts["refused"]
    assert everything() == before


@pytest.mark.parametrize("key", sorted(SENDERS))
def test_every_senders_file_comes_in_once(bring: Bring, key: str) -> None:
    assert bring(file_of(key)).counts["created"] == 1
    assert bring(file_of(key)).counts["same"] == 1
    assert queries.visible().get().display_name == "Ana Ruiz"


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("*.csv")))
def test_undo_takes_a_file_back_and_redo_brings_it_again(bring: Bring, name: str, world: Any) -> None:
    ana = world.person("Camille Durand", "", "camille@example.com")
    before = everything()
    result = bring((FILES / name).read_bytes(), basis="customer")
    after = everything()
    back = undo.undo(undo.get_batch(result.job.batch_id), by=world.maya)
    assert back.left == []
    assert {c.id for c in queries.visible()} == {ana.id}
    now = everything()
    hidden = {str(row.id) for row in Contact.select().where(Contact.deleted_at.is_null(False))}
    for table, rows in before.items():
        if table in ("contact_search", "external_ref"):
            assert now[table] == rows
        assert [row for row in now[table] if not hidden & set(row)] == rows, table
    undo.undo(back.batch, by=world.maya)
    assert {c.display_name for c in queries.visible()} >= {"Camille Durand"}
    assert queries.visible().count() == sum(1 for row in after["contact"])


def test_an_update_fills_and_replaces_and_undo_restores_it(bring: Bring, world: Any) -> None:
    contact = world.person("Ana Ruiz", "+1 312 555 0142", "ana@example.com")
    before = everything()
    result = bring("Name,Email,Phone,Company,Tags\nAna Ruiz,ana@example.com,312 555 0199,Bakery,spring fair\n")
    assert result.counts["updated"] == 1
    assert {c.field for c in result.rehearsal.shown["update"][0].changes} == {"company", "phone", "tag"}
    fresh = queries.get_contact(contact.id)
    assert fresh.company == "Bakery"
    assert [p.norm for p in queries.points_of(fresh) if p.kind is PointKind.PHONE] == ["+13125550142", "+13125550199"]
    undo.undo(undo.get_batch(result.job.batch_id), by=world.maya)
    assert everything() == before


def test_who_is_known_since_spring_came_in_today(bring: Bring) -> None:
    before = clock.now()
    bring("Name,Email,Created\nAna Ruiz,ana@example.com,2024-03-28\n")
    contact = queries.visible().get()
    assert LifecycleSpan.select().where(LifecycleSpan.contact == contact.id).get().from_at.year == 2024
    line = Activity.select().where(Activity.contact == contact.id).get()
    assert line.kind is Kind.ARRIVED and before <= line.happened_at <= clock.now()


def test_blank_cells_never_erase(bring: Bring, world: Any) -> None:
    world.person("Ana Ruiz", "+1 312 555 0142", "ana@example.com")
    assert bring("Name,Email,Phone,Company\nAna Ruiz,ana@example.com,,\n").counts["same"] == 1


def test_one_phone_for_two_children_makes_two_people(bring: Bring) -> None:
    result = bring("Name,Phone\nAna Kim,312 555 0142\nJun Kim,312 555 0142\n")
    assert result.counts["created"] == 2


def test_a_row_that_fits_two_people_waits_for_a_person(bring: Bring, world: Any) -> None:
    world.person("Ana Ruiz", "+1 312 555 0142")
    world.person("Ana", "", "ana@example.com")
    result = bring("Name,Phone,Email\nAna Ruiz,312 555 0142,ana@example.com\n")
    assert (result.counts["duplicate"], result.counts["same"]) == (1, 0)
    assert "fits two people" in str(result.rehearsal.shown["choose"][0].reasons[-1])


def test_a_suppressed_address_is_refused_unnamed(bring: Bring) -> None:
    actions.opt_out_address(Channel.SMS, "+13125550142", by=actors.SYSTEM, source="text")
    result = bring("Name,Phone\nAna Ruiz,312 555 0142\n")
    assert result.counts["refused"] == 1
    assert str(result.rehearsal.shown["refused"][0].reasons[0]) == "They asked not to be contacted"


def test_a_restricted_contact_is_not_overwritten(bring: Bring, world: Any) -> None:
    contact = world.person("Ana Ruiz", "+1 312 555 0142")
    actions.restrict(contact, reason="asked", by=world.maya)
    result = bring("Name,Phone,Company\nAna Ruiz,312 555 0142,Bakery\n")
    assert result.counts["refused"] == 1
    assert queries.get_contact(contact.id).company == ""


def test_a_file_moves_life_forward_and_never_back(bring: Bring, world: Any) -> None:
    contact = world.person("Ana Ruiz", "+1 312 555 0142")
    bring("Name,Phone,Status\nAna Ruiz,312 555 0142,Member\n")
    assert queries.get_contact(contact.id).lifecycle is Lifecycle.MEMBER
    assert bring("Name,Phone,Status\nAna Ruiz,312 555 0142,Lead\n").counts["same"] == 1
    assert queries.get_contact(contact.id).lifecycle is Lifecycle.MEMBER


@pytest.mark.parametrize(
    ("basis", "service", "offers"),
    [("asked", Rule.CONSENTED, Rule.NO_CONSENT), ("unsure", Rule.NO_CONSENT, Rule.NO_CONSENT)],
)
def test_the_one_answer_becomes_a_basis(bring: Bring, basis: str, service: Rule, offers: Rule) -> None:
    bring("Name,Phone\nAna Ruiz,312 555 0142\n", basis=basis)
    contact = queries.visible().get()
    assert gate.may_process(contact, Purpose.SERVICE, Channel.SMS).rule is service
    assert gate.may_process(contact, Purpose.COMMUNICATE, Channel.SMS).rule is offers


def test_a_written_yes_counts_only_where_its_column_says_so(bring: Bring) -> None:
    raw = "Name,Phone,Opted in\nAna Ruiz,312 555 0142,yes\nBen Kim,312 555 0143,no\n"
    bring(raw, basis="written", written=2)
    verdicts = {c.given_name: gate.may_process(c, Purpose.COMMUNICATE, Channel.SMS).rule for c in queries.visible()}
    assert verdicts == {"Ana": Rule.CONSENTED, "Ben": Rule.NO_CONSENT}


def test_a_basis_is_written_once_and_taken_back_with_the_file(bring: Bring, world: Any) -> None:
    raw = "Name,Phone\nAna Ruiz,312 555 0142\nAna Ruiz,312 555 0142\n"
    result = bring(raw, basis="customer")
    assert ConsentEvent.select().count() == 1
    bring(raw, basis="customer")
    assert ConsentEvent.select().count() == 1
    undo.undo(undo.get_batch(result.job.batch_id), by=world.maya)
    state = queries.consent_of(Channel.SMS, "+13125550142")
    assert not state.granted and not state.is_stopped and not state.refused


def test_people_land_where_the_answer_says(bring: Bring, world: Any) -> None:
    from omni.boards.models import Board, Card, Stage
    from omni.core.ids import encode

    keep = Board.select().where(Board.name == "Keep").get()
    raw = "Name,Phone,Stage\nAna Ruiz,312 555 0142,\nBen Kim,312 555 0143,At risk\n"
    result = bring(raw, board=encode(keep.id))
    placed = {
        card.contact.given_name: card.stage.name
        for card in Card.select(Card, Contact, Stage).join(Contact).switch(Card).join(Stage)
    }
    assert placed == {"Ana": "New member", "Ben": "At risk"}
    assert {c.lifecycle for c in queries.visible()} == {Lifecycle.MEMBER}
    undo.undo(undo.get_batch(result.job.batch_id), by=world.maya)
    assert queries.visible().count() == 0
    assert Card.select().where(Card.closed_at.is_null()).count() == 0


def test_by_life_leads_go_to_join_and_members_to_keep(bring: Bring) -> None:
    from omni.boards.models import Board, Card

    bring("Name,Phone,Status\nAna Ruiz,312 555 0142,lead\nBen Kim,312 555 0143,member\n", board="life")
    placed = {
        card.contact.given_name: card.board.name
        for card in Card.select(Card, Contact, Board).join(Contact).switch(Card).join(Board)
    }
    assert placed == {"Ana": "Join", "Ben": "Keep"}


def test_export_import_is_identity(bring: Bring, world: Any) -> None:
    for key in ("google", "thunderbird", "outlook"):
        bring(file_of(key).replace("Ruiz", key.title()).replace("0142", f"01{len(key)}9").replace("ana@", f"{key}@"))
    world.person("=Formula -1", "+44 20 7946 0018")
    first = "".join(sheets.lines(of_contacts()))
    assert bring(first).counts["same"] == 4
    from omni.core.tenancy import entered

    with entered(world.iron):
        job = opening.receive(first.encode(), file_name="all.csv", by=actors.SYSTEM)
        opening.answer(job, basis="unsure", board="none")
        running.start(job, by=actors.SYSTEM)
        running.run(job.id)
        second = "".join(sheets.lines(of_contacts()))
    strip_owner = world.maya.user.email
    assert second == first.replace(strip_owner, "")


def test_one_bad_row_does_not_take_the_others_with_it(bring: Bring, juniper: Any, monkeypatch: Any) -> None:
    """The database refuses a row that the plan thought good: it is refused, the others stay."""
    from peewee import IntegrityError

    from omni.contacts.imports.writing import Writer

    create = Writer._create

    def refuse(self: Writer, outcome: Any, contact_id: Any) -> None:
        if outcome.row.person.given_name == "Ben":
            raise IntegrityError("no")
        create(self, outcome, contact_id)

    monkeypatch.setattr(Writer, "_create", refuse)
    job = opening.receive(
        b"Name,Phone\nAna Kim,312 555 0142\nBen Kim,312 555 0143\nCleo Kim,312 555 0144\n",
        file_name="f.csv",
        by=actors.SYSTEM,
    )
    opening.answer(job, basis="unsure", board="none")
    running.start(job, by=actors.SYSTEM)
    running.run(job.id)
    job = ImportJob.select().where(ImportJob.id == job.id).get()
    assert (job.counts["created"], job.counts["refused"]) == (2, 1)
    assert {c.given_name for c in queries.visible()} == {"Ana", "Cleo"}
    row = ImportRow.select().where(ImportRow.job == job.id, ImportRow.n == 2).get()
    assert row.reasons[-1]["words"] == "This row could not be stored"


def test_two_workers_run_one_import_once(juniper: Any) -> None:
    job = opening.receive(b"Name,Phone\nAna Kim,312 555 0142\n", file_name="f.csv", by=actors.SYSTEM)
    opening.answer(job, basis="unsure", board="none")
    assert running.start(job, by=actors.SYSTEM)
    assert not running.start(job, by=actors.SYSTEM)
    assert running._claim(job.id)
    running.run(job.id)
    assert queries.visible().count() == 0
    ImportJob.update(lease_until=clock.now()).where(ImportJob.id == job.id).execute()
    running.run(job.id)
    assert queries.visible().count() == 1


def long_file(rows: int = 3 * CHUNK + 7) -> bytes:
    lines = [
        "First Name,Last Name,Email,Phone",
        *(f"Ana,Kim{n},ana{n}@example.com,312 555 {n:04}" for n in range(rows)),
    ]
    return "\n".join(lines).encode()


def test_rows_read_ahead_are_the_rows_of_the_file(juniper: Any) -> None:
    job = opening.receive(long_file(), file_name="f.csv", by=actors.SYSTEM)
    opened = opening.open_file(job)
    ahead = [row for rows in read_ahead(opened, after=5) for row in rows]
    assert ahead == list(opened.rows(after=5))
    assert [row.person.words for row in ahead] == [row.person.words for row in opened.rows(after=5)]


def test_the_second_process_ends_with_who_listens_to_it(juniper: Any) -> None:
    job = opening.receive(long_file(), file_name="f.csv", by=actors.SYSTEM)
    chunks = read_ahead(opening.open_file(job), after=0)
    assert len(next(chunks)) == CHUNK
    assert len(multiprocessing.active_children()) == 1
    chunks.close()
    assert not multiprocessing.active_children()


def test_what_stops_the_second_process_is_raised_in_the_first(juniper: Any) -> None:
    opened = opening.open_file(opening.receive(long_file(), file_name="f.csv", by=actors.SYSTEM))
    broken = replace(opened, reading=replace(opened.reading, roles=()))
    with pytest.raises(IndexError):
        list(read_ahead(broken, after=0))


def test_a_long_file_comes_in_whole_and_every_person_is_found(bring: Bring, world: Any) -> None:
    rows = CHUNK + 7
    result = bring(long_file(rows), basis="customer")
    assert result.counts == result.rehearsal.counts.as_json()
    assert result.counts["created"] == rows
    assert [one.family_name for one in search.find("kim412")] == ["Kim412"]
    assert [one.family_name for one in search.find("555 0412")] == ["Kim412"]
    batch = undo.get_batch(result.job.batch_id)
    assert long_undo.is_long(batch)
    job = long_undo.begin(batch, by=world.maya)
    bulk.run(job.id, long_undo.pieces)
    assert bulk.get_job(job.id, by=world.maya).counts["changed"] == rows
    assert queries.visible().count() == 0


def test_a_stopped_import_can_be_taken_back(juniper: Any, world: Any) -> None:
    job = opening.receive(b"Name,Phone\nAna Kim,312 555 0142\n", file_name="f.csv", by=actors.SYSTEM)
    opening.answer(job, basis="unsure", board="none")
    running.start(job, by=actors.SYSTEM)
    assert running.stop(job)
    running.run(job.id)
    assert queries.visible().count() == 0


def test_the_file_goes_after_seven_days_and_undo_stays(bring: Bring, world: Any) -> None:
    from datetime import timedelta

    from omni.contacts import jobs
    from omni.contacts.models import ImportFile
    from omni.core.tenancy import sweeping

    result = bring("Name,Phone\nAna Kim,312 555 0142\n,\n")
    clock.freeze(clock.now() + timedelta(days=8))
    try:
        with sweeping():
            found = list(jobs.expired_files())
        for _workspace, file_id in found:
            jobs.drop_import_file(file_id)
        assert ImportFile.select().count() == 0
        assert ImportRow.select().where(ImportRow.raw.is_null(False)).count() == 0
        assert undo.undo(undo.get_batch(result.job.batch_id), by=world.maya).restored == 1
    finally:
        clock.freeze(None)


def test_find_or_create_meets_one_person_once(juniper: Any, world: Any) -> None:
    from omni.contacts.kinds import Entry

    first, is_new = actions.find_or_create(
        "Rosa Kim", "312 555 0123", "", Entry.REFERRAL, "Tom's link", by=actors.SYSTEM
    )
    again, is_new_again = actions.find_or_create(
        "rosa kim", "(312) 555-0123", "rosa@example.com", Entry.FORM, by=actors.SYSTEM
    )
    assert (is_new, is_new_again) == (True, False)
    assert first.id == again.id
    assert {p.norm for p in queries.points_of(again)} == {"+13125550123", "rosa@example.com"}
    child, is_new_child = actions.find_or_create("Jun Kim", "312 555 0123", "", Entry.FORM, by=actors.SYSTEM)
    assert is_new_child
    assert child.id != first.id


def test_spans_neither_overlap_nor_gap(juniper: Any, world: Any) -> None:
    contact = actions.add_contact(Person(given_name="Ana"), by=world.maya)
    for state in (Lifecycle.TRIAL, Lifecycle.MEMBER, Lifecycle.PAUSED, Lifecycle.MEMBER, Lifecycle.FORMER):
        assert actions.set_lifecycle(contact, state, via="hand", by=world.maya)
        assert not actions.set_lifecycle(contact, state, via="hand", by=world.maya)
    spans = queries.list_spans(contact)
    assert [span.state.value for span in spans] == ["lead", "trial", "member", "paused", "member", "former"]
    assert all(one.to_at == other.from_at for one, other in pairwise(spans))
    assert spans[-1].to_at is None
