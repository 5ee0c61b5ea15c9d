"""Many people at once: ticked or everyone who fits, at once or by a job, taken back as one act."""

from __future__ import annotations

import re
from typing import Any

import pytest

from omni.boards.models import Card
from omni.boards.queries import list_all_stages
from omni.contacts import actions, bulk, jobs, long_undo, queries, undo
from omni.contacts.kinds import BulkAct, BulkState, Kind, Lifecycle
from omni.contacts.many import BulkJob
from omni.contacts.models import Activity, Contact
from omni.core import clock, migrations
from omni.core.changes import ChangeBatch
from omni.core.database import database
from omni.core.ids import encode, new_id
from omni.core.tenancy import Reason, cross_tenant, entered, sweeping
from omni.start import all_models, sql_by_hand

PAGE = "/contacts?tick=1"


@pytest.fixture
def people(world: Any, juniper: Any) -> list[Contact]:
    return [world.person(f"Person {n}", f"+1 312 555 01{n:02}") for n in range(6)]


def tagged(name: str) -> set[str]:
    tag = queries.find_tag(name)
    return {
        one.display_name
        for one in queries.visible()
        if tag and any(each.id == tag.id for each in queries.tags_of([one.id]).get(one.id, []))
    }


def undo_in(text: str) -> str:
    found = re.search(r"/history/\w+/undo", text)
    assert found, "no Undo on the page"
    return found[0]


def test_those_ticked_are_tagged_at_once_and_taken_back(hers: Any, world: Any, people: list[Contact]) -> None:
    actions.add_tag(people[1], "Mornings", by=world.maya)
    page = hers.get(PAGE)
    assert len(page.page.all("input", name="id")) == 6
    ticked = [encode(one.id) for one in people[:3]]
    answer = hers.post("/contacts/bulk", {"id": ticked, "act": "tag", "tag": "mornings"}, on=PAGE)
    assert answer.location == "/contacts"
    assert tagged("mornings") == {"Person 0", "Person 1", "Person 2"}
    page = hers.ask("GET", "/contacts", status=200)
    assert "2 people changed, 1 was so already" in page
    hers.post(undo_in(page.text), {})
    # Who had the tag before has it still.
    assert tagged("mornings") == {"Person 1"}
    assert "2 people tagged Mornings" in hers.get("/history")


def test_every_act_does_what_it_says(hers: Any, world: Any, people: list[Contact]) -> None:
    stage = next(one for one in list_all_stages() if one.name == "Contacted")
    ids = [encode(one.id) for one in people[:2]]
    for fields in (
        {"act": "tag", "tag": "vip"},
        {"act": "untag", "tag": "VIP"},
        {"act": "owner", "owner": encode(world.theo.id)},
        {"act": "owner", "owner": "none"},
        {"act": "life", "life": "member"},
        {"act": "stage", "stage": encode(stage.id)},
        {"act": "away"},
    ):
        hers.get(PAGE)
        hers.post("/contacts/bulk", {"id": ids, **fields}, on=PAGE)
        assert "2 people changed" in hers.ask("GET", "/contacts", status=200), fields
    one = queries.get_contact(people[0].id)
    assert (one.owner_id, one.lifecycle) == (None, Lifecycle.MEMBER)
    assert one.put_away_at is not None
    assert tagged("vip") == set()
    for batch in list(ChangeBatch.select().where(ChangeBatch.kind == "bulk").order_by(ChangeBatch.id.desc())):
        result = undo.undo(batch, by=world.maya)
        assert not result.left, (batch.words, result.left)
    again = queries.get_contact(people[0].id)
    assert (again.owner_id, again.lifecycle, again.put_away_at) == (world.maya.id, Lifecycle.LEAD, None)
    cards = list(Card.select().where(Card.contact == again.id, Card.closed_at.is_null()))
    assert [card.stage.name for card in cards] == ["New lead"]


def test_everyone_who_fits_is_changed_and_nobody_else(hers: Any, world: Any, people: list[Contact]) -> None:
    for one in people[:4]:
        actions.set_lifecycle(one, Lifecycle.TRIAL, via="hand", by=world.maya)
    at = "/contacts/bulk?f=life:is:trial"
    page = hers.get(at)
    assert "Everyone who fits: 4 people." in page
    hers.post("/contacts/bulk", {"act": "tag", "tag": "open day"}, on=at)
    assert tagged("open day") == {f"Person {n}" for n in range(4)}
    hers.get("/contacts?f=life:is:trial&tick=1")
    fields = {"all": "1", "act": "untag", "tag": "open day", "id": encode(people[5].id)}
    hers.post("/contacts/bulk", fields, on="/contacts?f=life:is:trial&tick=1")
    assert tagged("open day") == set()


def test_what_is_missing_is_said_and_those_ticked_stay(hers: Any, world: Any, people: list[Contact]) -> None:
    actions.add_tag(people[0], "known", by=world.maya)
    ids = [encode(one.id) for one in people[:2]]
    for fields, said in (
        ({}, "Choose what to do"),
        ({"act": "tag", "tag": " "}, "Write the tag"),
        ({"act": "untag", "tag": "unknown"}, "There is no tag of that name"),
        ({"act": "owner", "owner": encode(new_id())}, "Choose one of the list"),
        ({"act": "life", "life": "king"}, "Choose one of the list"),
        ({"act": "stage", "stage": encode(new_id())}, "Choose one of the list"),
    ):
        hers.get(PAGE)
        answer = hers.post("/contacts/bulk", {"id": ids, **fields}, on=PAGE, status=422)
        assert said in answer, (fields, answer.text)
        assert [one.get("value") for one in answer.page.all("input", name="id")] == ids
    hers.get(PAGE)
    assert "Tick at least one person" in hers.post("/contacts/bulk", {"act": "away"}, on=PAGE, status=422)
    assert ChangeBatch.select().where(ChangeBatch.kind == "bulk").count() == 0


def test_a_filter_that_means_nothing_changes_nobody(hers: Any, world: Any, people: list[Contact]) -> None:
    page = hers.get("/contacts?f=colour:is:red&tick=1", status=422)
    assert not page.page.all("form", action="/contacts/bulk")
    page = hers.get("/contacts/bulk?f=colour:is:red", status=422)
    assert not page.page.all("form", action="/contacts/bulk")
    sent = {"f": "colour:is:red", "all": "1", "act": "away"}
    hers.get(PAGE)
    hers.post("/contacts/bulk", sent, on=PAGE, status=422)
    assert queries.listed().count() == 6


def test_who_is_at_rest_or_out_of_reach_is_left_out_and_counted(browse: Any, world: Any, people: list[Contact]) -> None:
    actions.restrict(people[0], by=world.maya, reason="asked")
    actions.set_owner(people[1], world.theo, by=world.maya)
    actions.set_owner(people[2], None, by=world.maya)
    Contact.update(deleted_at=clock.now()).where(Contact.id == people[3].id).execute()
    theos = browse.as_(world.theo)
    theos.get(PAGE)
    fields = {"id": [encode(one.id) for one in people[:5]], "act": "life", "life": "former"}
    theos.post("/contacts/bulk", fields, on=PAGE)
    page = theos.ask("GET", "/contacts", status=200)
    said = "0 people changed, 1 is at rest and was left out, 1 is another teammate’s, 2 cannot be changed so"
    assert f"{said}, 1 is not here any more" in page
    assert "Undo" not in page
    # A viewer changes nobody.
    browse.as_(world.vera).ask("GET", "/contacts/bulk", status=403)
    assert not browse.as_(world.vera).get(PAGE).page.all("form", action="/contacts/bulk")


def test_a_stage_that_asks_for_more_leaves_those_out(world: Any, maya: Any, people: list[Contact]) -> None:
    from omni.boards.actions import change_stage  # noqa: F401 - the room is there
    from omni.boards.models import Asks, Stage

    stage = next(one for one in list_all_stages() if one.name == "Contacted")
    Stage.update(gate=[Asks.EMAIL.value]).where(Stage.id == stage.id).execute()
    actions.add_email(people[0], "p0@example.com", by=maya)
    deed = bulk.deed_of(BulkAct.STAGE, encode(stage.id), by=maya)
    done = bulk.do_now(deed, [one.id for one in people[:3]], by=maya)
    assert (done.counts.changed, done.counts.refused) == (1, 2)


# -- by a job ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job takes two at a time, so that six people are three chunks."""
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "CHUNK", 2)


def work() -> None:
    """Let the worker do what its finder finds."""
    with sweeping():
        found = list(jobs.bulk.runnable())
    for _workspace, job_id in found:
        jobs.act_on_many(job_id)


def test_more_than_at_once_become_a_job_with_progress_and_one_undo(
    hers: Any, world: Any, people: list[Contact], few_at_once: None
) -> None:
    hers.get("/contacts/bulk")
    at = hers.post("/contacts/bulk", {"act": "tag", "tag": "all"}, on="/contacts/bulk").location
    waiting = hers.get(at)
    assert "0 of 6" in waiting
    assert waiting.page.by_id("bulk-progress").get("data-hx-trigger") == "omni:poll"
    # Whoever comes later was not chosen.
    world.person("Late Comer")
    work()
    done = hers.get(at)
    assert "6 of 6" in done and "6 people changed" in done
    assert done.page.by_id("bulk-progress").get("data-hx-trigger") is None
    assert "Late Comer" not in tagged("all")
    assert bytes(BulkJob.get().contact_ids) == b""
    assert ChangeBatch.select().where(ChangeBatch.kind == "bulk").count() == 1
    hers.post(undo_in(done.text), {})
    assert tagged("all") == set()


def test_a_stopped_job_keeps_what_it_did_and_undo_takes_that_back(
    hers: Any, world: Any, people: list[Contact], few_at_once: None
) -> None:
    deed = bulk.deed_of(BulkAct.TAG, "some", by=world.maya)
    job = bulk.freeze(deed, [one.id for one in people], by=world.maya, back="/contacts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "TURN_S", 0)
        work()
    assert BulkJob.get().position == 2
    at = f"/contacts/bulk/{encode(job.id)}"
    hers.get(at)
    hers.post(f"{at}/stop", {}, on=at)
    work()
    assert len(tagged("some")) == 2
    page = hers.get(at)
    assert "Stopped. 2 people changed" in page
    hers.post(undo_in(page.text), {})
    assert tagged("some") == set()


def test_an_act_taken_back_while_it_runs_goes_no_further(
    world: Any, maya: Any, people: list[Contact], few_at_once: None
) -> None:
    deed = bulk.deed_of(BulkAct.TAG, "some", by=maya)
    job = bulk.freeze(deed, [one.id for one in people], by=maya, back="/contacts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "TURN_S", 0)
        work()
    undo.undo(undo.get_batch(job.batch_id), by=maya)
    work()
    assert tagged("some") == set()
    assert bulk.get_job(job.id, by=maya).state is BulkState.STOPPED


def test_two_workers_do_nobody_twice(world: Any, maya: Any, people: list[Contact], few_at_once: None) -> None:
    """The one who holds the job works; the other finds it held. What is done again changes nothing."""
    deed = bulk.deed_of(BulkAct.TAG, "once", by=maya)
    job = bulk.freeze(deed, [one.id for one in people], by=maya, back="/contacts")
    assert bulk._claim(job.id)
    bulk.run(job.id, long_undo.pieces)
    assert BulkJob.get().position == 0
    BulkJob.update(lease_until=None).execute()
    bulk.run(job.id, long_undo.pieces)
    bulk.run(job.id, long_undo.pieces)
    lines = Activity.select().where(Activity.kind == Kind.TAGGED, Activity.outcome == "once").count()
    assert (BulkJob.get().position, lines) == (6, 6)


def test_another_teammates_job_is_none(browse: Any, world: Any, people: list[Contact]) -> None:
    deed = bulk.deed_of(BulkAct.TAG, "x", by=world.maya)
    job = bulk.freeze(deed, [people[0].id], by=world.maya, back="/contacts")
    for who in (world.theo, world.iris):
        theirs = browse.as_(who)
        theirs.ask("GET", f"/contacts/bulk/{encode(job.id)}", status=404)


@pytest.mark.own_database
def test_bulk_comes_to_a_studio_with_people_and_goes(world: Any, config: Any, house: Any) -> None:
    who = world.lead.id
    migrations.down(config.data_dir, config.database_roles, "0018_many_at_once")
    assert "bulk_job" not in tables()
    migrations.up(config.data_dir, config.database_roles)
    assert "bulk_job" in tables()
    with entered(world.juniper):
        assert Contact.get_by_id(who).display_name == "Ana Nunez"
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


def tables() -> set[str]:
    with cross_tenant(Reason.MIGRATION):
        return set(database.obj.get_tables())
