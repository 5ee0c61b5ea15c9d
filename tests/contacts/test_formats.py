"""Workbooks and contact cards become the same rows a CSV has; what is neither is named."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import Any

import pytest

from omni.contacts import queries
from omni.contacts.reading import foreign, workbooks
from omni.contacts.reading.cards import cut
from omni.contacts.reading.dates import Birthday
from omni.contacts.reading.decoding import Unreadable
from omni.contacts.reading.formats import as_csv
from tests.contacts.test_imports import Bring
from tests.contacts.test_reading import rows_of
from tests.contacts.workbooks import Sheet, moment, workbook

HEADER = ["Name", "Phone", "Birthday", "Created", "Member", "Note"]
PEOPLE = [
    HEADER,
    ["Ana Núñez", 13125550142, date(1988, 4, 9), moment(2024, 3, 15, 14, 30), True, 'says "hi",\ntwice'],
    ["Ben Kim", "(312) 555-0143", "", "", False, 72.5],
    ["", "", "", "", "", ""],
    ["=Cleo", "'0044 20 7946 0018", "--04-09", "", "", "100%"],
]
TEXT = [
    HEADER,
    ["Ana Núñez", "13125550142", "1988-04-09", "2024-03-15 14:30:00", "TRUE", 'says "hi",\ntwice'],
    ["Ben Kim", "(312) 555-0143", "", "", "FALSE", "72.5"],
    ["=Cleo", "'0044 20 7946 0018", "--04-09", "", "", "100%"],
]


def as_text(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in parts.items():
            folder.writestr(name.replace("__", "/").replace("DOT", "."), content)
    return out.getvalue()


def test_a_workbook_equals_its_csv(bring: Bring, world: Any) -> None:
    from omni.core.tenancy import entered
    from tests.contacts.test_imports import everything

    raw = workbook(Sheet("People", PEOPLE))
    assert [row.person for row in rows_of(as_csv(raw).content) if row.person] == [
        row.person for row in rows_of(as_text(TEXT))
    ]
    first = bring(raw, name="people.xlsx")
    assert (first.counts["created"], first.job.options["format"]) == (3, "xlsx")
    before = everything()
    assert bring(as_text(TEXT)).counts["same"] == 3
    assert everything() == before
    with entered(world.iron):
        assert bring(as_text(TEXT)).counts == first.counts | {"refused": 0, "rows": 3}


def test_the_first_visible_sheet_is_read_and_the_others_are_counted() -> None:
    raw = workbook(
        Sheet("Lists", [["x"]], state="hidden"), Sheet("Empty", []), Sheet("People", PEOPLE), Sheet("Old", [["y"]])
    )
    brought = as_csv(raw)
    assert (brought.sheet, brought.left_out) == ("People", 3)
    assert brought.content.startswith(b"Name,Phone,Birthday")


def refused(raw: bytes) -> str:
    with pytest.raises(Unreadable) as fault:
        as_csv(raw)
    return fault.value.words


def test_a_workbook_that_cannot_be_read_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = workbook(Sheet("People", PEOPLE))
    assert refused(b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")) == foreign.PASSWORD
    assert refused(whole[: len(whole) // 2]) == foreign.BROKEN
    assert refused(packed(xl__workbookDOTxml=b"<workbook><sheets>")) == foreign.BROKEN
    assert refused(workbook(Sheet("Nothing", []))) == "No sheet of this workbook holds anything"
    big = packed(xl__workbookDOTxml=b" " * 1000, xl__mediaDOTbin=bytes(workbooks.MAX_UNPACKED))
    assert len(big) < 1_000_000
    assert refused(big) == foreign.LARGE
    monkeypatch.setattr(workbooks, "SECONDS", 0.01)
    assert refused(whole) == foreign.LARGE


def test_a_sheet_too_large_for_its_process_is_refused() -> None:
    """A small file with one cell in the last corner: its seventeen thousand million cells are too much for the process
    that opens it."""
    raw = workbook(Sheet("People", [["Name"], ["Ana"]]))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(
                part.filename, old.read(part).replace(b'r="A2"', b'r="XFD1048576"').replace(b'r="2"', b'r="1048576"')
            )
    assert refused(out.getvalue()) == foreign.LARGE


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"%PDF-1.7", "This is a PDF"),
        (b"\x89PNG\r\n", "This is an image"),
        (b"\xff\xd8\xff\xe0", "This is an image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "This is an old Excel workbook (.xls)"),
        (packed(Index__DocumentDOTiwa=b"x"), "This is a Numbers file"),
        (packed(word__documentDOTxml=b"x"), "This is a Word document"),
        (packed(mimetype=b"x", contentDOTxml=b"x"), "This is an OpenDocument file"),
        (packed(MANIFEST=b"x", dataDOTjson=b"{}"), "This ZIP of Omni is no export of a whole workspace"),
        (packed(readme=b"x"), "This is a ZIP that Omni did not make. Unpack it and bring the CSV in it"),
    ],
)
def test_a_file_of_another_kind_is_named_whatever_it_is_called(raw: bytes, words: str) -> None:
    assert refused(raw).startswith(words)
    assert "CSV" in refused(raw)


CARD_21 = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:N=C3=BA=C3=B1ez;Jos=C3=A9;;;\r\n"
    "TEL;HOME:(312) 555-0143\r\nTEL;CELL;PREF:+1 312 555 0142\r\nEMAIL;INTERNET:jose@example.com\r\n"
    "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:knee=0D=0A=\r\nand back\r\nBDAY:19880409\r\n"
    "PHOTO;ENCODING=BASE64;JPEG:\r\n /9j/4AAQSkZJRgABAQ\r\n AAAQ==\r\n\r\nEND:VCARD\r\n"
)
CARD_30 = (
    "BEGIN:VCARD\nVERSION:3.0\nN:Ruiz;Ana;Luz;;\nFN:Ana Luz Ruiz\nNICKNAME:Anita\nUID:a-1\nCATEGORIES:Trial,VIP\n"
    "item1.EMAIL;type=INTERNET:second@example.com\nitem2.EMAIL;type=INTERNET;type=pref:ana@example.com\n"
    "item2.X-ABLabel:_$!<Work>!$_\nTEL;type=CELL;type=VOICE:+1 312 555 0150\nTEL;type=FAX:+1 312 555 0151\n"
    "ORG:Bakery;Sales\nTITLE:Owner\nADR;type=HOME:;;1 Main St;Chicago;IL;60601;USA\nURL:https://ana.example\n"
    "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-09\nX-SOCIALPROFILE;type=x:https://x.example/ana\n"
    "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\n SkZJRg==\nEND:VCARD\n"
)
CARD_40 = (
    "BEGIN:VCARD\nVERSION:4.0\nFN:Cher\nTEL;VALUE=uri;TYPE=cell:tel:+1-312-555-0161\n"
    'TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+1-312-555-0160;ext=12\nBDAY:--0409\nNOTE:a\\, b\\nc\nEND:VCARD\n'
)
BROKEN = "BEGIN:VCARD\nVERSION:3.0\nN:Lost;Card;;;\nthis line is no property\nEND:VCARD\n"


def test_cards_of_three_versions_are_people() -> None:
    jose, ana, cher = (row.person for row in rows_of(as_csv((CARD_21 + CARD_30 + CARD_40).encode()).content))
    assert jose and ana and cher
    assert (jose.given_name, jose.family_name, jose.birthday) == ("José", "Núñez", Birthday(1988, 4, 9))
    assert [phone.norm for phone in jose.phones] == ["+13125550142", "+13125550143"]
    assert jose.phones[0].label == "Mobile"
    assert jose.note == "knee\nand back"
    assert (ana.name, ana.nickname, ana.company, ana.job_title) == ("Ana Luz Ruiz", "Anita", "Bakery, Sales", "Owner")
    assert [(mail.norm, mail.label) for mail in ana.emails] == [("ana@example.com", "Work"), ("second@example.com", "")]
    assert (ana.tags, ana.birthday, ana.external_id) == (("Trial", "VIP"), Birthday(None, 4, 9), "a-1")
    assert ana.addresses[0].raw == "1 Main St, Chicago, IL 60601, USA"
    assert ana.urls[0].raw == "https://ana.example"
    assert ana.note == "Fax: +1 312 555 0151\nX-SOCIALPROFILE: https://x.example/ana"
    assert (cher.name, cher.birthday, cher.note) == ("Cher", Birthday(None, 4, 9), "a, b\nc")
    assert [(phone.norm, phone.extension) for phone in cher.phones] == [("+13125550160", "12"), ("+13125550161", "")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_cards_are_known_in_every_encoding(encoding: str) -> None:
    people = [row.person for row in rows_of(as_csv(CARD_30.replace("Ana", "José").encode(encoding)).content)]
    assert [person and person.given_name for person in people] == ["José Luz"]


def test_vcard_with_one_broken_card_keeps_the_rest(bring: Bring) -> None:
    unended = "BEGIN:VCARD\nVERSION:3.0\nN:Never;Ended;;;\n"
    raw = "\ufeff" + CARD_21 + BROKEN + unended + CARD_30 + "something else\n" + CARD_40
    result = bring(raw, name="phone.vcf")
    assert (result.counts["rows"], result.counts["created"], result.counts["refused"]) == (5, 3, 2)
    assert {c.display_name for c in queries.visible()} == {"José Núñez", "Ana Luz Ruiz", "Cher"}
    assert str(result.rehearsal.shown["refused"][0].reasons[0]) == "This card is broken; the others were read"
    assert "this line is no property" in result.rehearsal.shown["refused"][0].row.cells[0]
    assert bring(raw).counts["same"] == 3


def test_a_card_is_cut_without_its_picture() -> None:
    assert all("4AAQ" not in card and "END:VCARD" in card for card in cut(CARD_21 + CARD_30))


def test_a_card_with_forty_numbers_loses_none() -> None:
    lines = "".join(f"TEL:+1 312 555 {n:04}\n" for n in range(40))
    row = rows_of(as_csv(f"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\n{lines}END:VCARD\n".encode()).content)[0]
    assert row.person and len(row.person.phones) == 40


def test_a_file_of_no_card_is_refused() -> None:
    assert refused(b"BEGIN:VCARDS\nEND\n") == "No card in this file begins and ends"
