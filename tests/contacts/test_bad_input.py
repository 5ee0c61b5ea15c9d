"""What nobody should send and somebody will: what the person sees of it, and what is stored."""

from __future__ import annotations

import io
from typing import Any

import pytest

from omni.boards.models import Card
from omni.contacts import actions, queries
from omni.contacts.kinds import ImportState, PointKind, RowAction
from omni.contacts.models import ContactPoint, ImportFile, ImportJob, ImportRow, Note
from omni.contacts.reading import workbooks
from omni.core.ids import encode
from tests.contacts.test_formats import HEADER, packed
from tests.contacts.test_import_screen import send
from tests.contacts.test_pages import url, work
from tests.contacts.workbooks import Sheet, workbook

FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"


def locked_workbook() -> bytes:
    return b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")


def unpacked_too_large() -> bytes:
    return packed(xl__workbookDOTxml=b" " * 1000, xl__mediaDOTbin=bytes(100_001))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (locked_workbook(), ("password", "Save the sheet as CSV")),
        (workbook(Sheet("People", [HEADER]))[:400], ("This workbook is broken", "Save the sheet as CSV")),
        (unpacked_too_large(), ("too large", "Save the sheet as CSV")),
        (b"\x89PNG\r\n\x1a\n", ("This is an image. Save the list as .xlsx or CSV",)),
        (packed(Index__DocumentDOTiwa=b"x"), ("This is a Numbers file. Export it as .xlsx or CSV",)),
        (b"Name\n" + b"Ana\n" * 100_001, ("This file has 100001 rows; 100000 is the most",)),
        ((",".join(f"c{n}" for n in range(301)) + "\n").encode(), ("This file has 301 columns; 300 is the most",)),
    ],
    ids=["password", "broken", "unpacked", "image", "numbers", "rows", "columns"],
)
def test_a_file_that_is_refused_says_which_and_how_many(
    hers: Any, monkeypatch: Any, raw: bytes, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 100_000)
    sent = {"file": (io.BytesIO(raw), "people.xlsx")}
    answer = hers.post("/contacts/import", sent, on="/contacts/import", status=422)
    assert all(one in answer for one in words), answer.page.words
    assert ImportJob.select().count() == ImportFile.select().count() == queries.visible().count() == 0


def test_bad_cells_are_amber_or_refused_before_and_after(hers: Any) -> None:
    """A day that is none, a NUL byte, a cell far too long, and nobody at all."""
    long = "x" * 20_001
    rows = [
        "Name,Phone,Birthday,Email,Note", "Ana Ruiz,312 555 0142,02/30/1988,,", "B\0en Kim,312 555 0143,,,",
        f"Cleo Lang,312 555 0144,,,{long}", ",,,,no\0body",
    ]  # fmt: skip
    job = send(hers, "\n".join(rows))
    hers.post(f"{job}/columns", {}, on=job)
    amber = hers.get(f"{job}?show=create")
    assert "02/30/1988" in amber and "A byte that stands for nothing was taken out" in amber
    refused = hers.get(f"{job}?show=refused")
    assert "20001 characters" in refused and "nobody to recognise" in refused
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert {one.display_name: one.birth_day for one in queries.visible()} == {"Ana Ruiz": None, "Ben Kim": None}
    assert [one.body for one in Note.select()] == ["Birthday: 02/30/1988"]
    kept = {row.n: row for row in ImportRow.select()}
    assert [kept[n].action for n in (1, 2, 3, 4)] == [RowAction.CREATED] * 2 + [RowAction.REFUSED] * 2
    assert kept[3].raw[-1] == long and kept[4].raw == ["", "", "", "", "nobody"]
    assert kept[1].reasons and kept[2].reasons
    assert ImportJob.get().state is ImportState.DONE
    left_out = hers.ask("GET", f"{job}/left-out.csv", status=200).text
    assert long in left_out and "nobody to recognise" in left_out


@pytest.mark.parametrize(
    "name",
    ["ש" * 100 + " " + "ל" * 99, "x" * 100 + " " + "y" * 99, f"{FAMILY} مريم"],
    ids=["right to left", "long", "combined emoji"],
)
def test_any_name_is_stored_and_shown_as_it_was_typed(hers: Any, name: str) -> None:
    given, _space, family = name.partition(" ")
    typed = {"given_name": given, "family_name": family, "phone": "312 555 0142"}
    page = hers.follow(hers.post("/contacts/new", typed, on="/contacts/new"))
    assert page.page.h1 == name
    (contact,) = queries.visible()
    assert (contact.given_name, contact.family_name, contact.display_name) == (given, family, name)
    for place in ("/contacts", f"/boards/{encode(Card.get().board_id)}", "/today", f"/search?q={family[:30]}"):
        assert name in hers.get(place), place
    too_long = {"given_name": "z" * 101, "family_name": family}
    answer = hers.post("/contacts/new", too_long, on="/contacts/new", status=422)
    assert "up to 100" in answer and "z" * 101 in answer.text
    assert queries.visible().count() == 1


def test_forty_phones_and_three_hundred_tags_are_all_kept_and_shown(hers: Any, world: Any) -> None:
    for n in range(3, 40):
        (value,) = actions.read_person("x", f"+1 312 555 {n:04}", "").phones
        actions.give_point(world.lead, PointKind.PHONE, value, by=world.maya)
    for n in range(40, 42):
        page = url(world.lead, "points")
        hers.post(page, {"kind": "phone", "value": f"+1 312 555 {n:04}"}, on=page)
    for n in range(299):
        actions.add_tag(world.lead, f"tag {n}", by=world.maya, is_told=False)
    at = url(world.lead)
    hers.post(f"{at}/tags", {"tag": "tag 299"}, on=at)
    shown = hers.get(at)
    assert all(f"+1 312 555 {n:04}" in shown for n in range(3, 42))
    assert all(f"tag {n}" in shown for n in range(300))
    phones = ContactPoint.select().where(ContactPoint.contact == world.lead.id, ContactPoint.kind == PointKind.PHONE)
    assert phones.count() == 40
    assert len(queries.tags_of([world.lead.id])[world.lead.id]) == 300
    assert f"/contacts/{encode(world.lead.id)}" in hers.get("/search?q=5550041").text
