"""A whole workspace out of its ZIP: into an empty one everything comes back, into its own nothing changes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from argparse import Namespace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import vobject

from omni.accounts.models import Teammate
from omni.boards import actions as boards
from omni.boards.models import Board, Card, Stage, StageStat
from omni.contacts import actions, gate, ledger, queries, search
from omni.contacts.actions.files import Sent
from omni.contacts.cli import COMMANDS
from omni.contacts.exports import sheets
from omni.contacts.exports.people import of_contacts
from omni.contacts.kinds import Basis, CallOutcome, Channel, FieldKind, Tie
from omni.contacts.models import Contact, ExternalRef
from omni.contacts.next_actions import NextAction
from omni.contacts.particulars import Attachment
from omni.core import actors, clock
from omni.core.commands import CommandFault
from omni.core.database import transaction
from omni.core.policies import Purpose, Role
from omni.core.tenancy import entered
from omni.privacy import export, moving_in
from omni.privacy.archive import Unusable
from omni.privacy.models import ExportScope
from omni.privacy.queries import moving
from omni.tasks import actions as tasks
from omni.tasks.models import Task
from tests.world import World

OWN = {"text": "Size 40", "number": 38, "money": 1990, "bool": True, "date": date(2027, 2, 28)}
# What is in a file is the same on either database.
ONE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
PDF = b"%PDF-1.4\n" + bytes(range(256)) + b"\n%%EOF\n"


@pytest.fixture
def rich(world: World) -> World:
    """A studio in which something stands in every table that moves; Iris of Iron Gym helps out there."""
    by = world.maya
    assert world.iron
    with entered(world.juniper), transaction():
        iris = Teammate.create(user=world.iris.user, role=Role.ADMIN)
        ana, mei, olga = world.lead, world.member, world.opted_out
        kim, jun = world.family_phone
        actions.set_owner(ana, iris, by=by)
        actions.link(kim, jun, Tie.PARENT, by=by)
        actions.add_tag(ana, "mornings", by=by)
        for kind, value in OWN.items():
            field = actions.add_field(f"Own {kind}", FieldKind(kind), by=by)
            actions.set_value(ana, field, value, by=by)
        several = actions.add_field("Own several", FieldKind.MULTI, by=by, options=("Red", "Blue"))
        actions.set_value(ana, several, tuple(one["id"] for one in several.options), by=by)
        actions.add_note(ana, "=Runs a bäckerei\nsays @Iris Stone", by=iris, files=[Sent("plan.pdf", PDF)])
        actions.set_preference(ana, "Looks for", "evenings", by=by)
        goal = actions.add_goal(ana, {"name": "Headstand", "start": 0.0, "target": 10.5}, by=by)
        actions.check_in(ana, goal, 2.25, on=date(2026, 11, 2), by=by)
        actions.save_view("Leads", "f=life%3Ais%3Alead", by=iris)
        actions.log_call(ana, CallOutcome.REACHED, client_key="one", by=iris)
        ExternalRef.create(contact=ana, sender="hubspot", external_id="42")
        actions.restrict(mei, reason="asked", by=by)
        actions.record_consent(ana, channel=Channel.SMS, basis=Basis.WRITTEN, source="test", by=by, words="yes, please")
        tasks.add_task(ana, title="Call about Tuesday", due_on=date(2026, 12, 1), due_time=time(17, 30), by=iris)
        card = Card.select().where(Card.contact == ana.id).get()
        stages = list(Stage.select().where(Stage.board == card.board_id).order_by(Stage.position))
        boards.move_card(card, stages[1], by=by)
        Card.update(value_cents=4900, title="Ten classes").where(Card.id == card.id).execute()
        actions.put_away(olga, by=by)
        gone = world.person("Gone Girl", "+1 312 555 0177")
        actions.add_note(gone, "Nobody reads this", by=by)
        Contact.update(deleted_at=clock.now()).where(Contact.id == gone.id).execute()
    return world


def saved(world: World, to: Path) -> Path:
    with entered(world.juniper):
        export.write_zip(to, ExportScope.WORKSPACE, world.maya.user_id, as_of=clock.now())
    return to


def rows() -> dict[str, list[Any]]:
    """Everything in the tables that move, and in those that follow from them."""
    models = [*(one.model for one in moving()), StageStat, NextAction]
    return {
        model._meta.table_name: sorted(str(sorted(row.__data__.items(), key=str)) for row in model.select())
        for model in models
    }


def settle() -> None:
    """What the workers do once a workspace has moved in."""
    for stage in Stage.select().where(Stage.recount_at.is_null(False)):
        boards.recount(stage.id)


def test_export_import_is_identity(rich: World, tmp_path: Path) -> None:
    """Invariant 16, of a whole workspace."""
    file = saved(rich, tmp_path / "all.zip")
    with entered(rich.juniper):
        before = rows()
        assert [name for name, found in before.items() if not found] == [], "tables without a row that speaks for them"
        moved = moving_in.move_in(file, by=actors.SYSTEM)
        assert (moved.came, moved.changed, moved.gone) == ({}, {}, {})
        assert sum(moved.same.values()) > 40 and moved.left["contact"] == 1
        assert rows() == before
        sheet = "".join(sheets.lines(of_contacts()))
    with entered(rich.iron):
        moved = moving_in.move_in(file, by=actors.SYSTEM)
        settle()
        left = {"contact", "contact_point", "lifecycle_span", "activity", "note", "card", "card_stay", "task"}
        assert set(moved.left) == left
        again = moving_in.move_in(file, by=actors.SYSTEM)
        assert (again.came, again.changed, again.gone, again.left) == ({}, {}, {}, moved.left)
        assert again.same == moved.came
        assert told("".join(sheets.lines(of_contacts()))) == told(sheet)


def told(sheet: str) -> list[dict[str, str]]:
    """The rows of a sheet without the ids, and without those who do not work in both studios."""
    rows = csv.DictReader(io.StringIO(sheet.replace("maya@example.com", "")))
    return sorted(({**row, "omni_id": ""} for row in rows), key=lambda row: row["display_name"])


def test_what_moved_in_works(rich: World, tmp_path: Path) -> None:
    file = saved(rich, tmp_path / "all.zip")
    with entered(rich.juniper):
        asked = {one.display_name: gate.may_process(one, Purpose.COMMUNICATE, Channel.SMS) for one in queries.visible()}
    rules = {name: verdict.rule for name, verdict in asked.items()}
    assert len(set(rules.values())) > 2
    with entered(rich.iron):
        moving_in.move_in(file, by=actors.SYSTEM)
        settle()
        ana = search.find("ana nunez")[0]
        assert search.find("5550142") == [ana] and ana.owner_id == rich.iris.id
        card = Card.select(Card, Stage, Board).join(Stage).switch(Card).join(Board).where(Card.contact == ana.id).get()
        assert (card.board.name, card.stage.name, card.title) == ("Join", "Contacted", "Ten classes")
        assert {board.name for board in Board.select()} == {"Join", "Keep"} and Board.select().count() == 2
        stat = StageStat.get(StageStat.stage == card.stage_id)
        assert (stat.n, stat.value_cents) == (1, 4900)
        due = Task.get(Task.contact == ana.id, Task.title == "Call about Tuesday")
        assert (due.assignee_id, due.due_time, due.due_at) == (rich.iris.id, time(17, 30), ana.next_action_at)
        assert NextAction.get(NextAction.contact == ana.id, NextAction.ref_id == due.id).due_at == due.due_at
        assert bytes(Attachment.get(Attachment.contact == ana.id).content) == PDF
        for name, rule in rules.items():
            (person,) = [one for one in queries.visible() if one.display_name == name]
            assert gate.may_process(person, Purpose.COMMUNICATE, Channel.SMS).rule is rule, name
        assert gate.is_suppressed(Channel.SMS, ledger.address_hmac(Channel.SMS, "+13125550144"))
        assert not [one for one in queries.visible() if one.display_name == "Gone Girl"]
        boards.move_card(card, Stage.get(Stage.board == card.board_id, Stage.name == "Trial done"), by=rich.iris)


@ONE
def test_the_cards_of_a_workspace_are_read_by_an_address_book(rich: World, tmp_path: Path) -> None:
    with zipfile.ZipFile(saved(rich, tmp_path / "all.zip")) as archive:
        cards = list(vobject.readComponents(archive.read("contacts.vcf").decode()))
    assert {"Ana Nunez", "Olga Pohl"} <= {card.fn.value for card in cards}
    assert "Gone Girl" not in {card.fn.value for card in cards}


def test_nothing_changed_or_deleted_since_comes_back(rich: World, tmp_path: Path) -> None:
    file = saved(rich, tmp_path / "all.zip")
    with entered(rich.juniper):
        Contact.update(city="Oslo").where(Contact.id == rich.lead.id).execute()
        Attachment.delete().where(Attachment.contact == rich.lead.id).execute()
        before = rows()
        moved = moving_in.move_in(file, by=actors.SYSTEM)
        assert (moved.came, moved.changed, moved.gone) == ({}, {"contact": 1}, {"attachment": 1})
        assert rows() == before


@ONE
def test_a_workspace_with_people_of_its_own_takes_no_other_one(rich: World, tmp_path: Path) -> None:
    file = saved(rich, tmp_path / "all.zip")
    rich.person("Iron Ira", by=rich.iris)
    with entered(rich.iron):
        before = rows()
        with pytest.raises(Unusable, match="moves into an empty one"):
            moving_in.move_in(file, by=actors.SYSTEM)
        assert rows() == before


def changed(file: Path, to: Path, name: str, change: Any, *, is_signed: bool) -> Path:
    """The ZIP with one file in it changed, and its sum too where somebody saw to that."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        held = {one: old.read(one) for one in old.namelist()}
        held[name] = change(held[name])
        if is_signed:
            manifest = json.loads(held["MANIFEST"])
            manifest["sha256"][name] = hashlib.sha256(held[name]).hexdigest()
            held["MANIFEST"] = json.dumps(manifest).encode()
        for one, content in held.items():
            new.writestr(one, content)
    return to


BROKEN: list[tuple[str, Any, bool, str]] = [
    ("data/contact.json", lambda raw: raw.replace(b"Ana", b"Eve"), False, "a file in it has changed"),
    ("data/contact.json", lambda raw: raw.replace(b'"lead"', b'"king"'), True, "cannot be read"),
    ("data/card.json", lambda raw: raw.replace(b'"stage_id": "', b'"stage_id": "!'), True, "cannot be read"),
    ("data/note.json", lambda raw: raw[:-40], True, "cannot be read"),
    ("data.json", lambda raw: raw.replace(b'"workspace",', b'"account",'), True, "no export of a whole workspace"),
    ("data.json", lambda raw: raw.replace(b'"version": 1', b'"version": 2'), True, "newer Omni"),
    ("MANIFEST", lambda _raw: b"[]", False, "no export of a whole workspace"),
]


@ONE
def test_a_file_that_is_not_as_it_was_written_changes_nothing(rich: World, tmp_path: Path) -> None:
    good = saved(rich, tmp_path / "all.zip")
    with entered(rich.iron):
        before = rows()
        for name, change, is_signed, words in BROKEN:
            bad = changed(good, tmp_path / "bad.zip", name, change, is_signed=is_signed)
            with pytest.raises(Unusable, match=words):
                moving_in.move_in(bad, by=actors.SYSTEM)
            assert rows() == before, name


@ONE
def test_the_command_tells_people_and_rows(rich: World, tmp_path: Path) -> None:
    file = saved(rich, tmp_path / "all.zip")

    def bring(slug: str, **more: Any) -> Any:
        options = {"board": None, "stage": None, "basis": "unsure", "dry_run": False, **more}
        return COMMANDS[0].run(Namespace(file=file, workspace=slug, **options)).data

    tried = bring(rich.iron.slug, dry_run=True)
    with entered(rich.iron):
        assert queries.visible().count() == 0 and Board.select().count() == 2
    done = bring(rich.iron.slug)
    assert tried == done
    counted = {name: done[name] for name in ("format", "rows", "created", "updated", "duplicate", "same", "refused")}
    assert counted == {"format": "zip", "rows": 6, "created": 5, "updated": 0, "duplicate": 0, "same": 0, "refused": 1}
    assert done["reasons"] == [{"row": 0, "reason": "1 deleted, merged or about to be"}] and done["tables"]["note"] == 1
    again = bring(rich.iron.slug)
    assert (again["created"], again["duplicate"], again["same"], again["refused"]) == (0, 5, 5, 1)


@ONE
def test_the_command_names_what_is_wrong(rich: World, tmp_path: Path) -> None:
    good = saved(rich, tmp_path / "all.zip")
    bad = changed(good, tmp_path / "bad.zip", "data/tag.json", lambda raw: raw + b" ", is_signed=False)
    options = {"board": None, "stage": None, "basis": "unsure", "dry_run": False}
    with pytest.raises(CommandFault, match=r"bad.zip: This ZIP is not as it was written"):
        COMMANDS[0].run(Namespace(file=bad, workspace=rich.iron.slug, **options))
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert not moving_in.is_archive(other)
