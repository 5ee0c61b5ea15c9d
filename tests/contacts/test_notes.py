"""Notes: whom they name, what lies on them, and how they go and come back."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.accounts.models import Notice, NoticeKind
from omni.contacts import actions, queries
from omni.contacts.actions import Sent
from omni.contacts.mentions import mentioned, read_mentions
from omni.contacts.models import Contact, Note
from omni.contacts.normal import Misread
from omni.contacts.particulars import Attachment, Mention
from omni.contacts.sniffing import MOST_BYTES, clean_name, sniff
from omni.contacts.undo import undo
from omni.core import clock, queue
from omni.core.changes import ChangeBatch
from omni.core.faults import Invalid
from omni.core.ids import encode, new_id
from omni.privacy import export
from omni.privacy.models import ExportScope
from tests.contacts.test_pages import url

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PDF = b"%PDF-1.7\n" + b"x" * 40
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
THEO, TEO, ANA = new_id(), new_id(), new_id()
TEAM = {THEO: "Theo Park", TEO: "Théo Ng", ANA: "Ana María Straße"}


def last_batch() -> ChangeBatch:
    found: ChangeBatch = ChangeBatch.select().order_by(ChangeBatch.created_at.desc()).first()
    return found


def files_of(note: Note) -> list[str]:
    return [file.name for file in queries.list_files([note.id]).get(note.id, [])]


def told(teammate: Any) -> list[Notice]:
    return list(Notice.select().where(Notice.teammate == teammate.id, Notice.kind == NoticeKind.MENTIONED))


# -- mentions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("@Theo Park, call her", {THEO}),
        ("ask @THÉO NG.", {TEO}),
        ("@theo is two people", set()),
        ("(@ana) knows", {ANA}),
        ("@Ana María Strasse!", {ANA}),
        ("@Anabel", set()),
        ("mail theo@park.example", set()),
        ("@@Theo Park", set()),
        ("@", set()),
        ("@Theo Park @Ana @Theo Park", {THEO, ANA}),
    ],
)
def test_names_behind_an_at_are_teammates(body: str, named: set[UUID]) -> None:
    assert mentioned(body, TEAM) == named


@given(st.text(alphabet="@ TheoParkßAna.\n", max_size=60))
def test_the_pieces_of_a_note_are_the_note(body: str) -> None:
    assert "".join(piece.text for piece in read_mentions(body, TEAM)) == body


def test_a_mention_is_one_notice_however_often_it_is_saved(world: Any, juniper: Any) -> None:
    note = actions.add_note(world.lead, f"@{world.theo.name}, @Theo, and @Maya too", by=world.maya)
    assert {row.teammate_id for row in Mention.select()} == {world.theo.id, world.maya.id}
    actions.edit_note(note, "@Theo, please call", version=note.version, by=world.maya)
    assert [notice.count for notice in told(world.theo)] == [1]
    assert told(world.maya) == []
    assert {row.teammate_id for row in Mention.select()} == {world.theo.id}


def test_a_mention_of_someone_who_left_is_plain_text(hers: Any, world: Any) -> None:
    assert world.rex
    page = url(world.lead, "notes")
    shown = hers.follow(hers.post(page, {"body": "Ask @Rex Gone and @Theo"}, on=page))
    assert "Ask @Rex Gone and @Theo" in shown
    assert Mention.select().where(Mention.teammate == world.rex.id).count() == 0
    assert told(world.rex) == []
    assert "@Rex Gone</b>" not in shown.text
    assert Note.get().body == "Ask @Rex Gone and @Theo"


def test_a_teammate_reads_that_a_note_names_them(browse: Any, hers: Any, world: Any) -> None:
    assert world.theo
    page = url(world.lead, "notes")
    part = hers.post_part(page, {"body": "@Theo Park: evenings <b>only</b>"}, on=page)
    assert '<b class="mention">@Theo Park</b>: evenings &lt;b&gt;only&lt;/b&gt;' in part.text
    shown = browse.as_(world.theo).get("/notifications")
    assert "A note names you" in shown
    assert url(world.lead) in shown.text


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.png", PNG, "image/png"),
        ("scan", PDF, "application/pdf"),
        ("plan.xlsx", b"PK\x03\x04rest", "application/zip"),
        ("list.csv", "name\nAna Núñez\n".encode(), "text/plain"),
        ("voice.m4a", b"\x00\x00\x00\x20ftypM4A rest", "audio/mp4"),
        ("photo.heic", b"\x00\x00\x00\x20ftypheicrest", "image/heic"),
    ],
)
def test_a_file_is_what_its_bytes_say(name: str, content: bytes, found: str) -> None:
    assert sniff(name, content) == found


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.png", HTML, "is a web page inside"),
        ("page.html", HTML, "is a web page inside"),
        ("drawing.svg", b"<svg xmlns='x' onload='alert(1)'/>", "is a web page inside"),
        ("wide.txt", "<script>".encode("utf-16"), "is a web page inside"),
        ("photo.png", PDF, "is not what its name says"),
        ("photo.jpg", b"MZ\x90\x00", "is not what its name says"),
        ("setup.exe", b"MZ\x90\x00\x00", "is no picture, document, sound or film"),
        ("run.sh", b"#!/bin/sh\nrm -rf /\n", "is no picture, document, sound or film"),
        ("nothing.txt", b"", "is empty"),
        ("large.pdf", b"%PDF-" + b"x" * MOST_BYTES, "more than 10 MB"),
    ],
)
def test_a_file_that_is_something_else_is_refused(name: str, content: bytes, words: str) -> None:
    found = sniff(name, content)
    assert isinstance(found, Misread)
    assert words in str(found)


@given(st.text(max_size=300))
def test_a_clean_name_is_short_and_leads_nowhere(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= 120
    assert not set("/\\\x00\r\n") & set(clean)


def test_a_note_with_files_is_written_read_and_taken_back(hers: Any, world: Any) -> None:
    page = url(world.lead, "notes")
    files = [(io.BytesIO(PDF), "Plan für Ana.pdf"), (io.BytesIO(PNG), "x.png")]
    hers.post(page, {"body": "Two files", "files": files}, on=page)
    note = Note.get()
    assert files_of(note) == ["Plan für Ana.pdf", "x.png"]
    shown = hers.get(url(world.lead))
    link = next(a.get("href") for a in shown.page.all("a") if "/files/" in (a.get("href") or ""))
    answer = hers.client.get(link)
    assert answer.data == PDF
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''Plan%20f%C3%BCr%20Ana.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    undone = undo(last_batch(), by=world.maya)
    assert hers.client.get(link).status_code == 404
    assert Note.select().count() == 0
    undo(undone.batch, by=world.maya)
    assert files_of(Note.get()) == ["Plan für Ana.pdf", "x.png"]


def test_a_png_that_is_a_page_is_refused_and_the_words_are_kept(hers: Any, world: Any) -> None:
    page = url(world.lead, "notes")
    for send in (hers.post, hers.post_part):
        typed = {"body": "Her photo", "files": [(io.BytesIO(HTML), "photo.png")]}
        answer = send(page, typed, on=page, status=422)
        assert "“photo.png” is a web page inside" in answer
        assert "Her photo" in answer.text
    assert Note.select().count() == Attachment.select().count() == 0


def test_a_note_takes_twenty_files(world: Any, juniper: Any) -> None:
    note = actions.add_note(world.lead, "Many", by=world.maya, files=[Sent("a.png", PNG)] * 20)
    with pytest.raises(Invalid):
        actions.edit_note(note, "More", version=note.version, by=world.maya, files=[Sent("a.png", PNG)])
    assert len(files_of(note)) == 20
    assert Note.get().body == "Many"


def test_a_note_is_changed_and_gains_a_file_and_loses_one(hers: Any, world: Any) -> None:
    note = actions.add_note(world.lead, "First", by=world.maya, files=[Sent("a.png", PNG)])
    page = url(world.lead, f"notes/{encode(note.id)}")
    hers.post(page, {"body": "Second", "files": [(io.BytesIO(PDF), "b.pdf")]}, on=page)
    assert files_of(note) == ["a.png", "b.pdf"]
    hers.asked.clear()
    file = queries.list_files([note.id])[note.id][0]
    hers.post(url(world.lead, f"files/{encode(file.id)}/remove"), {}, on=page)
    assert files_of(note) == ["b.pdf"]
    undo(last_batch(), by=world.maya)
    assert files_of(note) == ["a.png", "b.pdf"]


def test_a_deleted_note_comes_back_with_its_files_and_mentions(hers: Any, world: Any) -> None:
    assert world.theo
    note = actions.add_note(world.lead, "For @Theo", by=world.maya, files=[Sent("a.png", PNG)])
    page = url(world.lead, f"notes/{encode(note.id)}")
    shown = hers.follow(hers.post(f"{page}/delete", {}, on=page))
    assert "For @Theo" not in shown
    assert "noted something that was taken back" in shown
    assert Mention.select().count() == 0
    hers.ask("GET", page, status=404)
    act = next(form.get("action") for form in shown.page.all("form") if "/undo" in (form.get("action") or ""))
    hers.post(act, {}, on=url(world.lead))
    assert "For @Theo" in hers.get(url(world.lead))
    assert files_of(note) == ["a.png"]
    assert [row.teammate_id for row in Mention.select()] == [world.theo.id]
    assert len(told(world.theo)) == 1


def test_a_file_taken_off_is_gone_after_30_days(world: Any, juniper: Any) -> None:
    note = actions.add_note(world.lead, "A file", by=world.maya, files=[Sent("a.png", PNG), Sent("b.pdf", PDF)])
    actions.remove_file(queries.list_files([note.id])[note.id][0], by=world.maya)
    kept = clock.now()
    try:
        for days, left in ((29, 2), (31, 1)):
            clock.freeze(kept + timedelta(days=days))
            queue.work_off("work")
            assert Attachment.select().count() == left
    finally:
        clock.freeze(None)


def test_files_go_with_their_contact(world: Any, juniper: Any) -> None:
    actions.add_note(world.lead, "For @Theo", by=world.maya, files=[Sent("a.png", PNG)])
    Contact.delete().where(Contact.id == world.lead.id).execute()
    assert Attachment.select().count() == Mention.select().count() == 0


def test_an_export_holds_the_files(world: Any, juniper: Any, tmp_path: Path) -> None:
    actions.add_note(world.lead, "A file", by=world.maya, files=[Sent("plan.pdf", PDF)])
    export.write_zip(tmp_path / "all.zip", ExportScope.WORKSPACE, world.maya.user_id, as_of=clock.now())
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        (name,) = (one for one in archive.namelist() if one.startswith("files/"))
        assert name.endswith("-plan.pdf")
        assert archive.read(name) == PDF
        assert name in archive.read("MANIFEST").decode()
        for table in ("field_def", "field_value", "preference", "goal", "goal_checkin", "mention", "attachment"):
            assert f"csv/{table}.csv" in archive.namelist()


def test_iris_gets_404_for_a_file(browse: Any, world: Any, juniper: Any) -> None:
    note = actions.add_note(world.lead, "A file", by=world.maya, files=[Sent("plan.pdf", PDF)])
    file = queries.list_files([note.id])[note.id][0]
    iris = browse.as_(world.iris)
    known = iris.ask("GET", url(world.lead, f"files/{encode(file.id)}"), status=404)
    unknown = iris.ask("GET", url(world.lead, f"files/{encode(new_id())}"), status=404)
    assert known.text == unknown.text
