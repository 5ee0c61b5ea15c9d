"""A workspace's own ZIP, sent by the browser: into an empty workspace all of it, among people its people alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from omni.boards.models import Board
from omni.contacts import actions, queries
from omni.contacts.imports import whole
from omni.contacts.kinds import FieldKind, ImportState
from omni.contacts.models import ImportFile, ImportJob, Note
from omni.contacts.reading import archives
from omni.core.policies import RIGHTS, Policy
from omni.core.tenancy import entered
from tests.contacts.test_import_screen import send
from tests.contacts.test_pages import work
from tests.privacy.test_moving_in import ONE, changed, saved
from tests.world import World


@pytest.fixture
def raw(world: World, tmp_path: Path) -> bytes:
    """The ZIP of a studio with a note and a field of its own."""
    with entered(world.juniper):
        actions.add_note(world.lead, "Runs a bäckerei", by=world.maya)
        size = actions.add_field("Shoe size", FieldKind.NUMBER, by=world.maya)
        actions.set_value(world.lead, size, 38, by=world.maya)
    return saved(world, tmp_path / "all.zip").read_bytes()


@pytest.fixture
def iron(world: World, raw: bytes) -> Iterator[World]:
    """Work inside Iron Gym, where nobody is yet."""
    assert world.iron
    with entered(world.iron):
        yield world


def names() -> set[str]:
    return {one.display_name for one in queries.visible()}


def test_a_whole_workspace_moves_into_an_empty_one(browse: Any, iron: World, raw: bytes) -> None:
    hers = browse.as_(iron.iris)
    job = send(hers, raw, "juniper.zip")
    page = hers.get(job)
    assert "“juniper.zip” is the ZIP of Juniper Yoga" in page
    assert "1 notes" in page and "2 boards" in page
    for part in ("reading", "columns", "count", "choose", "left-out.csv"):
        hers.get(f"{job}/{part}", status=404)
    assert not names()
    for _ in range(2):
        hers.post(f"{job}/move-in", {}, on=job)
    assert "Stop the import" not in hers.get(job)
    work()
    with entered(iron.juniper):
        there = names()
    assert names() == there and "Ana Nunez" in there
    assert Note.get().body == "Runs a bäckerei"
    assert Board.select().count() == 2
    (row,) = ImportJob.select()
    assert (row.state, row.counts["created"]) == (ImportState.DONE, len(there))
    page = hers.get(job)
    assert "Undo this import" not in page and "See everyone" in page
    # The same file again is an import of its people, who are here under ids of their own.
    assert f"{len(there)} same" in hers.get(send(hers, raw, "again.zip"))


def test_among_people_its_people_come_in_and_at_home_they_are_the_same(browse: Any, iron: World, raw: bytes) -> None:
    iron.person("Iron Ira", by=iron.iris)
    hers = browse.as_(iron.iris)
    job = send(hers, raw, "juniper.zip")
    page = hers.get(job)
    assert "here its people come in" in page and "Looks like an Omni export" in page
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert {"Iron Ira", "Ana Nunez"} <= names()
    assert not Note.select().where(Note.body == "Runs a bäckerei").exists()
    with entered(iron.juniper):
        hers = browse.as_(iron.maya)
        job = send(hers, raw, "juniper.zip")
        everybody = len(names())
        assert f"{everybody} same" in hers.get(job)


@ONE
def test_who_may_not_save_a_workspace_brings_its_people_alone(
    browse: Any, iron: World, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RIGHTS, Policy.EXPORT_WORKSPACE, RIGHTS[Policy.OPERATE])
    hers = browse.as_(iron.iris)
    assert "here its people come in" in hers.get(send(hers, raw, "juniper.zip"))


@ONE
def test_what_fails_moves_nothing_in_and_says_why(browse: Any, iron: World, raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "good.zip").write_bytes(raw)
    torn = changed(tmp_path / "good.zip", tmp_path / "bad.zip", "data/note.json", lambda one: one[:-9], is_signed=True)
    hers = browse.as_(iron.iris)
    job = send(hers, torn.read_bytes(), "bad.zip")
    hers.post(f"{job}/move-in", {}, on=job)
    work()
    assert "A row of this file cannot be read" in hers.get(job)
    assert not names()
    # Somebody came between the look and the press.
    job = send(hers, raw, "good.zip")
    iron.person("Iron Ira", by=iron.iris)
    hers.post(f"{job}/move-in", {}, on=job)
    work()
    assert "moves into an empty one" in hers.get(job)
    assert names() == {"Iron Ira"}


def packed(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in parts:
            folder.writestr(name, content)
    return out.getvalue()


OURS = (("MANIFEST", b'{"sha256": {}}'), ("data.json", b'{"format": "omni-export", "scope": "contact"}'))


@ONE
def test_a_zip_that_is_none_of_ours_or_means_harm_is_refused_with_words(
    browse: Any, iron: World, raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = browse.as_(iron.iris)
    (tmp_path / "good.zip").write_bytes(raw)
    torn = changed(tmp_path / "good.zip", tmp_path / "bad.zip", "contacts.csv", lambda one: one + b"x", is_signed=False)
    away = "This ZIP is not as it was written"
    refused = [
        (packed(("people.csv", b"Name\nAna\n")), "This is a ZIP that Omni did not make. Unpack it"),
        (packed(*OURS), "This ZIP of Omni is no export of a whole workspace"),
        (packed(*OURS, ("../people.csv", b"")), away),
        (packed(*OURS, ("/etc/people.csv", b"")), away),
    ]
    for n, (bad, words) in enumerate(refused):
        assert words in refusal(hers, bad, f"{n}.zip")
    iron.person("Iron Ira", by=iron.iris)
    assert away in refusal(hers, torn.read_bytes(), "torn.zip")
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    assert "larger than 1 GB unpacked" in refusal(hers, raw, "bomb.zip")
    assert not ImportJob.select().exists() and not ImportFile.select().exists()


def refusal(hers: Any, raw: bytes, name: str) -> Any:
    return hers.post("/contacts/import", {"file": (io.BytesIO(raw), name)}, on="/contacts/import", status=422)


@ONE
def test_the_way_in_is_shut_to_a_stranger(browse: Any, iron: World, raw: bytes) -> None:
    job = whole.receive(raw, file_name="juniper.zip", by=iron.iris)
    hers = browse.as_(iron.maya)
    url = f"/contacts/import/{job.id}"
    hers.get(url, status=404)
    hers.post(f"{url}/move-in", {}, on="/contacts/import", status=404)
