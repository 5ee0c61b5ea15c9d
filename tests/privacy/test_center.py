"""The privacy center: what we hold, taking it along, and leaving."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest

from omni.accounts import queries as accounts
from omni.accounts.models import Session, Teammate, User
from omni.contacts import actions as people
from omni.contacts import queries as contacts
from omni.contacts.kinds import Channel
from omni.core import clock
from omni.core.database import transaction
from omni.core.faults import Invalid, NotFound
from omni.core.ids import encode
from omni.core.policies import Role
from omni.core.tenancy import Reason, TenantModel, Workspace, WorkspaceState, cross_tenant, entered
from omni.privacy import actions, export, queries
from omni.privacy.models import Deletion, ExportJob, ExportScope, ExportState
from tests.browse import sign_in
from tests.faults import Point
from tests.parallel import in_parallel


@pytest.fixture(autouse=True)
def running_clock():
    yield
    clock.freeze(None)


@pytest.fixture
def inside(world):
    with entered(world.juniper):
        yield world


def exported(world, scope=ExportScope.WORKSPACE):
    job = actions.ask_export(world.maya.user_id, scope, by=world.maya.actor)
    actions.make_export(job.id)
    return ExportJob.get_by_id(job.id)


def unzip(job):
    return zipfile.ZipFile(io.BytesIO(actions.file_of(job).read_bytes()))


# -- what we hold, and taking it along ---------------------------------------------------------------------------------


def test_the_center_leads_to_each_right(browse, world):
    page = browse.as_(world.maya).get("/privacy/center").page.words
    for words in ("What we hold", "Export my data", "Correct", "Delete", "Ask us"):
        assert words in page


def test_the_center_shows_the_account_whole(browse, world):
    page = browse.as_(world.maya).get("/privacy/center/held").page.words
    user = world.maya.user
    for value in (user.name, user.email, user.phone, user.company, user.role_title):
        assert value in page


def test_an_export_holds_each_row_of_the_workspace(inside, house):
    assert inside.lead and inside.member
    people.add_note(inside.lead, "Runs a bakery", by=inside.maya)
    job = exported(inside)
    with unzip(job) as archive:
        held = json.loads(archive.read("data.json"))["rows"]
        for answer in queries.sections(ExportScope.WORKSPACE):
            table = answer.model._meta.table_name
            query = queries.rows_of(answer, inside.maya.user_id)
            if query is None:
                continue
            rows = json.loads(archive.read(f"data/{table}.json"))
            sheet = list(csv.reader(io.StringIO(archive.read(f"csv/{table}.csv").decode())))
            assert len(rows) == len(sheet) - 1 == held[table] == query.count(), table
        assert "Ana" in archive.read("data/contact.json").decode()
        assert "Runs a bakery" in archive.read("data/note.json").decode()


def test_a_manifest_names_the_sum_of_each_file(inside):
    with unzip(exported(inside)) as archive:
        sums = json.loads(archive.read("MANIFEST"))["sha256"]
        assert set(sums) == set(archive.namelist()) - {"MANIFEST"}
        for name, checksum in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == checksum


def test_an_export_holds_no_password_and_no_key(inside):
    sign_in(inside.maya)
    with unzip(exported(inside)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"argon2" not in everything
    assert Session.select().where(Session.user == inside.maya.user_id).get().sha256.encode() not in everything


def test_an_export_of_another_workspace_is_nowhere_in_it(inside):
    inside.person("Gym Secret", by=inside.iris)
    with unzip(exported(inside)) as archive:
        assert b"Gym Secret" not in b"".join(archive.read(name) for name in archive.namelist())


def test_a_cell_that_looks_like_a_formula_is_made_text(inside):
    people.add_note(inside.lead, "=HYPERLINK(1)", by=inside.maya)
    with unzip(exported(inside)) as archive:
        assert "'=HYPERLINK(1)" in archive.read("csv/note.csv").decode()
        assert '"=HYPERLINK(1)"' in archive.read("data/note.json").decode()


def test_a_second_request_joins_the_first(inside):
    first = actions.ask_export(inside.maya.user_id, ExportScope.WORKSPACE, by=inside.maya.actor)
    assert actions.ask_export(inside.maya.user_id, ExportScope.WORKSPACE, by=inside.maya.actor) == first


def test_a_rep_exports_their_own_account_alone(browse, world):
    theo = browse.as_(world.theo)
    page = theo.get("/privacy/center/export").page.words
    assert "belongs to its owner" in page


def test_an_export_whose_worker_died_is_found_again(inside):
    job = actions.ask_export(inside.maya.user_id, ExportScope.WORKSPACE, by=inside.maya.actor)
    with transaction():
        ExportJob.update(state=ExportState.RUNNING, lease_until=clock.now() - timedelta(minutes=1)).execute()
    actions.make_export(job.id)
    assert ExportJob.get_by_id(job.id).state is ExportState.DONE


def test_a_cancelled_export_leaves_no_file(inside):
    job = actions.ask_export(inside.maya.user_id, ExportScope.WORKSPACE, by=inside.maya.actor)
    actions.cancel_export(job)
    actions.make_export(job.id)
    assert not actions.file_of(job).exists()
    assert ExportJob.get_by_id(job.id).state is ExportState.CANCELLED


def test_an_export_cancelled_while_it_is_written_leaves_no_file(inside, tmp_path, monkeypatch):
    job = actions.ask_export(inside.maya.user_id, ExportScope.WORKSPACE, by=inside.maya.actor)
    written = Point("export.written", tmp_path)
    for name, value in written.environ.items():
        monkeypatch.setenv(name, value)

    def cancel():
        written.reached()
        modes = [path.stat().st_mode & 0o777 for path in actions.file_of(job).parent.iterdir()]
        actions.cancel_export(job)
        written.release()
        return modes

    _made, modes = in_parallel(inside.juniper, [lambda: actions.make_export(job.id), cancel])
    assert modes == [0o600], "what is being written is for our eyes only"
    assert not list(actions.file_of(job).parent.iterdir())
    assert ExportJob.get_by_id(job.id).state is ExportState.CANCELLED


def test_an_export_says_how_far_it_is_and_stops_when_it_is_cancelled(inside, browse, monkeypatch):
    """Told from beside its snapshot, which sees nothing newer."""
    assert inside.lead and inside.member
    monkeypatch.setattr(export, "TELLING", 5)
    job = actions.ask_export(inside.maya.user_id, ExportScope.WORKSPACE, by=inside.maya.actor)
    pages, go_on = [], actions._go_on

    def look(job, rows):
        go_on(job, rows)
        pages.append((rows, browse.as_(inside.maya).get("/privacy/center/export").page.words))
        if len(pages) == 2:
            actions.cancel_export(job)

    monkeypatch.setattr(actions, "_go_on", look)
    actions.make_export(job.id)
    total = ExportJob.get_by_id(job.id).rows_total
    assert [f"{rows} of {total} rows" in words for rows, words in pages] == [True, True]
    assert pages[0][0] < pages[1][0]
    assert ExportJob.get_by_id(job.id).state is ExportState.CANCELLED
    assert not [place for place in actions._places(job) if place.exists()]


def test_one_of_two_workers_makes_the_export(inside):
    job = actions.ask_export(inside.maya.user_id, ExportScope.WORKSPACE, by=inside.maya.actor)
    claimed = in_parallel(inside.juniper, [lambda: actions._claim(job.id)] * 4)
    assert [one for one in claimed if one is not None] == [job]


def test_old_exports_go(inside):
    job = exported(inside)
    left = actions.file_of(job).with_suffix(".partial")
    left.write_bytes(b"of a worker that died")
    clock.freeze(clock.now() + timedelta(days=8))
    actions.remove_old_export(job.id)
    assert not actions.file_of(job).exists() and not left.exists()
    assert ExportJob.select().count() == 0


def test_nobody_fetches_the_export_of_another(browse, world):
    with entered(world.juniper):
        job = exported(world)
    browse.as_(world.ada).ask("GET", f"/privacy/center/export/{encode(job.id)}.zip", status=404)
    with entered(world.juniper), pytest.raises(NotFound):
        queries.get_export(job.id, world.ada.user_id)


def test_who_may_no_longer_export_the_workspace_does_not_fetch_it_either(browse, world):
    with entered(world.juniper):
        job = exported(world)
        with transaction():
            Teammate.update(role=Role.OWNER).where(Teammate.id == world.ada.id).execute()
            Teammate.update(role=Role.REP).where(Teammate.id == world.maya.id).execute()
    maya = browse.as_(world.maya)
    maya.ask("GET", f"/privacy/center/export/{encode(job.id)}.zip", status=403)
    with entered(world.juniper):
        own = actions.ask_export(world.maya.user_id, ExportScope.ACCOUNT, by=world.maya.actor)
        actions.make_export(own.id)
    with maya.client.get(f"/privacy/center/export/{encode(own.id)}.zip") as answer:
        assert answer.status_code == 200


def test_each_scope_has_an_export_of_its_own(inside):
    whole, own = (
        actions.ask_export(inside.maya.user_id, scope, by=inside.maya.actor)
        for scope in (ExportScope.WORKSPACE, ExportScope.ACCOUNT)
    )
    assert whole != own and own.scope is ExportScope.ACCOUNT


# -- leaving -----------------------------------------------------------------------------------------------------------


def test_a_slip_of_the_thumb_deletes_nothing(inside):
    with pytest.raises(Invalid):
        actions.ask_deletion(inside.maya.user_id, typed_name="Jupiter", by=inside.maya.actor)
    assert Deletion.select().count() == 0


def test_a_deletion_can_be_taken_back_in_time(inside):
    actions.ask_deletion(inside.maya.user_id, typed_name="juniper yoga", by=inside.maya.actor)
    assert Workspace.get_by_id(inside.juniper.id).state is WorkspaceState.CLOSED
    actions.take_back_deletion(inside.maya.user_id, by=inside.maya.actor)
    assert Workspace.get_by_id(inside.juniper.id).state is WorkspaceState.ACTIVE
    clock.freeze(clock.now() + timedelta(days=31))
    assert list(queries.due_deletions()) == []


def test_nothing_is_lost_before_the_grace_is_over(inside):
    deletion = actions.ask_deletion(inside.maya.user_id, typed_name="Juniper Yoga", by=inside.maya.actor)
    assert inside.lead
    clock.freeze(clock.now() + timedelta(days=29))
    actions.carry_out_deletion(deletion.id)
    assert contacts.get_contact(inside.lead.id)


def test_a_deleted_account_leaves_no_row_of_its_workspace(inside, house):
    assert inside.lead and inside.opted_out
    inside.person("Gym Guest", by=inside.iris)
    file = actions.file_of(exported(inside))
    deletion = actions.ask_deletion(inside.maya.user_id, typed_name="Juniper Yoga", by=inside.maya.actor)
    clock.freeze(clock.now() + timedelta(days=31))
    actions.carry_out_deletion(deletion.id)
    with cross_tenant(Reason.OPERATOR):
        for room in house:
            for model in room.models:
                if issubclass(model, TenantModel):
                    assert model.select().where(model.workspace == inside.juniper.id).count() == 0, model.__name__
    assert not file.exists()
    user = User.get_by_id(inside.maya.user_id)
    assert (user.name, user.phone, user.password_hash) == ("Former teammate", "", "")
    assert Workspace.get_by_id(inside.juniper.id).state is WorkspaceState.PURGED
    with entered(inside.iron):
        assert Teammate.select().count() == 1
        assert [each.display_name for each in contacts.visible()] == ["Gym Guest"]


def test_carrying_a_deletion_out_twice_changes_nothing_more(inside):
    deletion = actions.ask_deletion(inside.maya.user_id, typed_name="Juniper Yoga", by=inside.maya.actor)
    clock.freeze(clock.now() + timedelta(days=31))
    actions.carry_out_deletion(deletion.id)
    done_at = Deletion.get_by_id(deletion.id).done_at
    actions.carry_out_deletion(deletion.id)
    assert Deletion.get_by_id(deletion.id).done_at == done_at


def test_a_workspace_with_another_owner_goes_on(inside):
    with transaction():
        Teammate.update(role=Role.OWNER).where(Teammate.id == inside.ada.id).execute()
    deletion = actions.ask_deletion(inside.maya.user_id, typed_name="Juniper Yoga", by=inside.maya.actor)
    assert Workspace.get_by_id(inside.juniper.id).state is WorkspaceState.ACTIVE
    clock.freeze(clock.now() + timedelta(days=31))
    actions.carry_out_deletion(deletion.id)
    assert [owner.user.name for owner in accounts.list_owners()] == ["Ada Cole"]


def test_asking_to_delete_needs_the_password_again(browse, world):
    maya = browse.as_(world.maya)
    with transaction():
        Session.update(stepped_up_at=clock.now() - timedelta(minutes=11)).execute()
    answer = maya.post(
        "/privacy/center/delete", {"workspace_name": "Juniper Yoga"}, on="/privacy/center/delete", status=200
    )
    assert "Your password, once more" in answer
    assert Deletion.select().count() == 0


# -- unsubscribing -----------------------------------------------------------------------------------------------------


@pytest.fixture
def link(inside):
    return f"/unsubscribe/{actions.unsubscribe_token(inside.lead.id)}"


def test_unsubscribe_acts_on_post_alone(browse, inside, link):
    browse.get(link)
    assert not contacts.has_stopped(Channel.EMAIL, "ana@example.com")
    answer = browse.client.post(link)
    assert answer.status_code == 200
    assert contacts.has_stopped(Channel.EMAIL, "ana@example.com")


def test_unsubscribing_twice_says_the_same(browse, inside, link):
    first, second = browse.client.post(link), browse.client.post(link)
    assert first.status_code == second.status_code == 200
    assert b"You are unsubscribed" in second.data


def test_the_link_is_the_same_each_time_it_is_asked_for(inside):
    assert actions.unsubscribe_token(inside.lead.id) == actions.unsubscribe_token(inside.lead.id)


def test_a_forged_link_is_not_found(browse, inside):
    assert browse.client.post("/unsubscribe/" + "0" * 40).status_code == 404
