"""What files say, without a database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.contacts.exports.sheets import guarded
from omni.contacts.kinds import Lifecycle
from omni.contacts.normal import Misread, Phone, read_email, read_phone, show_phone
from omni.contacts.reading.cells import bare
from omni.contacts.reading.dates import Birthday, Order, decide_order, read_birthday, read_instant
from omni.contacts.reading.decoding import Unreadable, guess_encoding
from omni.contacts.reading.headers import find_sender, map_columns
from omni.contacts.reading.pasting import read_pasted
from omni.contacts.reading.people import Person, split_name
from omni.contacts.reading.roles import Role
from omni.contacts.reading.rows import RowRead, plan_reading, read_row
from omni.contacts.reading.table import read_table
from tests.contacts.conftest import FILES as FOLDER
from tests.contacts.senders import FILES, file_of

SIGNATURE = "Best regards,\nRosa Kim\nStudio Manager\nJuniper Yoga\n+1 312 555 0142"
CARD = "BEGIN:VCARD\nVERSION:3.0\nN:Kim;Rosa;;;\nFN:Rosa Kim\nORG:Juniper\nTITLE:Coach\nTEL:+13125550142\nEND:VCARD"


def rows_of(raw: bytes | str, country: str = "US", **more: Any) -> list[RowRead]:
    table = read_table(raw.encode() if isinstance(raw, str) else raw)
    sender = find_sender(table.header)
    reading = plan_reading(
        table,
        map_columns(table.header, sender),
        country=country,
        zone="America/Chicago",
        sender=sender.key if sender else "",
        tag_marks=sender.tag_marks if sender else ",;",
        **more,
    )
    return [read_row(n, cells, reading) for n, cells in table.rows()]


def person_of(raw: bytes | str, **more: Any) -> Person:
    person = rows_of(raw, **more)[0].person
    assert person is not None
    return person


@pytest.mark.parametrize("key", sorted(FILES))
def test_every_sender_is_recognised(key: str) -> None:
    table = read_table(file_of(key).encode())
    sender = find_sender(table.header)
    assert sender is not None and sender.key == key
    person = person_of(file_of(key))
    assert person.given_name == "Ana"
    assert person.family_name == "Ruiz"
    assert person.phones[0].norm == "+13125550142"
    assert person.emails[0].norm == "ana@example.com"


def test_google_cells_hold_several_values_and_drop_its_own_groups() -> None:
    person = person_of(file_of("google"))
    assert [phone.norm for phone in person.phones] == ["+13125550142", "+13125550143"]
    assert person.tags == ("Trial",)
    assert person.birthday == Birthday(None, 4, 9)
    assert person.emails[0].label == "Work"


def test_a_star_means_the_value_it_stands_before() -> None:
    header = "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\n"
    row = "Ana,Ruiz,,* Work,one@example.com ::: two@example.com,Home ::: * Mobile,312 555 0142 ::: 312 555 0143\n"
    person = person_of(header + row)
    assert [mail.norm for mail in person.emails] == ["one@example.com", "two@example.com"]
    phones = [(phone.norm, phone.label) for phone in person.phones]
    assert phones == [("+13125550143", "Mobile"), ("+13125550142", "Home")]


def test_outlooks_title_is_no_job_and_its_categories_are_tags() -> None:
    person = person_of(file_of("outlook"))
    assert person.job_title == "Owner"
    assert person.tags == ("Trial", "VIP")
    assert person.birthday == Birthday(1988, 4, 9)


def test_facebook_prefixes_go_and_its_questions_become_a_note() -> None:
    person = person_of(file_of("facebook"))
    assert person.external_id == "123"
    assert person.note == "what_is_your_goal?: Sleep better"
    assert person.created_at is not None and person.created_at.hour == 8


def test_pipedrive_mails_are_split_by_commas() -> None:
    assert [mail.norm for mail in person_of(file_of("pipedrive")).emails] == ["ana@example.com", "ruiz@example.com"]


def test_thunderbirds_split_birthday_is_one_day() -> None:
    assert person_of(file_of("thunderbird")).birthday == Birthday(1988, 4, 9)


def test_atomic_background_is_a_note() -> None:
    assert "Met at the fair" in person_of(file_of("atomic")).note


def test_omnis_own_file_keeps_life_and_labels() -> None:
    person = person_of(file_of("omni"))
    assert person.life is Lifecycle.MEMBER
    assert person.phones[0].label == "Mobile"
    assert person.tags == ("Trial", "VIP")


@pytest.mark.parametrize(
    ("name", "encoding", "count"),
    [
        ("atomic_crm.csv", "utf-8", 1),
        ("gohighlevel_contacts.csv", "utf-8", 2),
        ("google_contacts_2024_labels.csv", "utf-8", 3),
        ("google_contacts_legacy_utf16.csv", "utf-16-le", 1),
        ("hubspot_contacts.csv", "utf-8", 4),
        ("outlook_desktop_cp1252.csv", "cp1252", 1),
    ],
)
def test_the_given_files_are_read(name: str, encoding: str, count: int) -> None:
    table = read_table((FOLDER / name).read_bytes())
    assert (table.encoding, table.row_count) == (encoding, count)
    assert find_sender(table.header) is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_are_told_apart(encoding: str) -> None:
    raw = "Name,Phone\nJosé Núñez,312 555 0142\nZoë Müller,312 555 0143\n".encode(encoding)
    assert [row.person.name for row in rows_of(raw) if row.person] == ["José Núñez", "Zoë Müller"]


def test_utf16_without_a_mark_is_told_by_its_zero_bytes() -> None:
    assert guess_encoding("Name,Phone\nAna,1\n".encode("utf-16-le")) == "utf-16-le"
    assert guess_encoding("Name,Phone\nAna,1\n".encode("utf-16-be")) == "utf-16-be"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters_are_told_apart(mark: str) -> None:
    raw = "\n".join(mark.join(cells) for cells in [("Name", "Phone", "Note"), ("Ana", "312 555 0142", "a, b")])
    if mark == ",":
        raw = raw.replace("a, b", '"a, b"')
    assert read_table(raw.encode()).delimiter == mark
    assert person_of(raw).note == "a, b"


def test_a_cell_may_hold_several_lines() -> None:
    assert person_of('Name,Note\nAna,"one\ntwo, ""three"""\n').note == 'one\ntwo, "three"'


def test_a_file_of_one_column_is_read() -> None:
    rows = rows_of("Email\nana@example.com\nben@example.com\n")
    assert [row.person.name for row in rows if row.person] == ["ana@example.com", "ben@example.com"]


def test_an_unclosed_quote_names_its_line() -> None:
    with pytest.raises(Unreadable, match="The quote opened on line 3 never closes"):
        read_table(b'Name,Phone\nAna,1\n"Ben,2\nCleo,3\n')


def test_too_many_columns_and_rows_are_refused_with_the_number() -> None:
    with pytest.raises(Unreadable, match="301 columns"):
        read_table((",".join(f"c{n}" for n in range(301)) + "\n").encode())
    with pytest.raises(Unreadable, match="100001 rows"):
        read_table(("Name,Phone\n" + "Ana,1\n" * 100_001).encode())


def test_a_bad_phone_in_a_good_row_goes_into_the_note() -> None:
    row = rows_of("Name,Phone,Email\nAna,12,nomail\n")[0]
    assert row.person is not None
    assert row.person.note == "Phone: 12\nEmail: nomail"
    assert [str(reason) for reason in row.reasons] == [
        "“12” has 2 digits. A US number has 10, such as 312 555 0123",
        "“nomail” has no @. An email looks like ana@example.com",
    ]


def test_a_number_rounded_by_excel_is_said_so() -> None:
    row = rows_of("Name,Phone\nAna,1.55501E+10\n")[0]
    assert "Excel has rounded this number" in str(row.reasons[0])


def test_a_day_that_does_not_exist_goes_into_the_note() -> None:
    row = rows_of("Name,Birthday\nAna,30/02/1988\n")[0]
    assert row.person is not None and row.person.birthday is None
    assert row.person.note == "Birthday: 30/02/1988"


def test_a_row_of_nobody_is_refused() -> None:
    row = rows_of("Name,Phone,Tags\n,,vip\n")[0]
    assert row.person is None
    assert "nobody to recognise" in str(row.reasons[-1])


def test_a_cell_of_20001_characters_is_refused_and_never_cut() -> None:
    row = rows_of(f"Name,Note\nAna,{'x' * 20_001}\n")[0]
    assert row.person is None
    assert "20001 characters" in str(row.reasons[0])


def test_a_nul_byte_is_taken_out_and_said() -> None:
    row = rows_of(b"Name,Phone\nA\x00na,312 555 0142\n")[0]
    assert row.person is not None and row.person.given_name == "Ana"
    assert "stands for nothing" in str(row.reasons[0])


@pytest.mark.parametrize("cell", ["=1+1", "+13125550142", "-1", "@name", "\tx", "plain", "'quoted"])
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    assert bare(guarded(cell)) == cell


def test_yes_in_writing_is_read_from_its_column() -> None:
    rows = rows_of("Name,Opted in\nAna,Yes\nBen,no\nCleo,\n", written_column=1)
    assert [row.person.wrote_yes for row in rows if row.person] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("1988-04-09", Order.MONTH_FIRST, Birthday(1988, 4, 9)),
        (" --04-09", Order.MONTH_FIRST, Birthday(None, 4, 9)),
        ("--0409", Order.MONTH_FIRST, Birthday(None, 4, 9)),
        ("4/9/1988", Order.MONTH_FIRST, Birthday(1988, 4, 9)),
        ("4/9/1988", Order.DAY_FIRST, Birthday(1988, 9, 4)),
        ("09.04.88", Order.DAY_FIRST, Birthday(1988, 4, 9)),
        ("1604-04-09", Order.MONTH_FIRST, Birthday(None, 4, 9)),
        ("--02-29", Order.MONTH_FIRST, Birthday(None, 2, 29)),
        ("April 9, 1988", Order.MONTH_FIRST, Birthday(1988, 4, 9)),
        ("9 de abril de 1988", Order.DAY_FIRST, Birthday(1988, 4, 9)),
        ("1989-02-29", Order.MONTH_FIRST, None),
        ("someday", Order.MONTH_FIRST, None),
    ],
)
def test_birthdays_are_read_as_far_as_they_go(text: str, order: Order, day: Birthday | None) -> None:
    assert read_birthday(text, order) == day


def test_a_part_above_twelve_decides_the_order_of_a_column() -> None:
    assert decide_order(["3/4/2020", "15/4/2020"], Order.MONTH_FIRST) is Order.DAY_FIRST
    assert decide_order(["3/4/2020", "4/15/2020"], Order.DAY_FIRST) is Order.MONTH_FIRST
    assert decide_order(["3/4/2020"], Order.DAY_FIRST) is Order.DAY_FIRST


def test_two_shapes_of_one_instant_are_the_same() -> None:
    first = read_instant("3/15/2024 2:30 PM", Order.MONTH_FIRST, "America/Chicago")
    assert first == read_instant("2024-03-15 14:30", Order.MONTH_FIRST, "America/Chicago")
    assert first == read_instant("2024-03-15T19:30:00Z", Order.MONTH_FIRST, "America/Chicago")


def test_phones_are_read_in_the_workspaces_country() -> None:
    assert read_phone("(312) 555-0142 x12", "US") == Phone("+13125550142", "12")
    assert read_phone("090-0000-1111", "JP") == Phone("+819000001111", "")
    assert isinstance(read_phone("555-1234", "US"), Misread)
    assert show_phone("+13125550142") == "+1 312 555 0142"


def test_mails_are_folded_and_asked_of_no_server() -> None:
    assert read_email(" JOHN@Example.com ") == "john@example.com"
    assert "stops after @" in str(read_email("rosa@"))


@pytest.mark.parametrize(
    ("whole", "parts"),
    [("Rosa Kim", ("Rosa", "Kim")), ("Kim, Rosa", ("Rosa", "Kim")), ("Cher", ("Cher", "")), ("a@b.example", ("", ""))],
)
def test_one_name_column_is_split(whole: str, parts: tuple[str, str]) -> None:
    assert split_name(whole) == parts


def test_a_pasted_blob_is_one_person() -> None:
    person = read_pasted("Rosa Kim | Pilates\nM: (312) 555-0142\nrosa@example.com", "US")
    assert (person.given_name, person.family_name) == ("Rosa", "Kim")
    assert person.phones[0].norm == "+13125550142"
    assert person.emails[0].norm == "rosa@example.com"


@pytest.mark.parametrize(
    ("blob", "name", "work"),
    [
        ("Rosa Kim | Pilates\nM: (312) 555-0142\nrosa@example.com", "Rosa Kim", ("", "Pilates")),
        (SIGNATURE, "Rosa Kim", ("Studio Manager", "Juniper Yoga")),
        ("Rosa Kim\nManager at Juniper\n312-555-0142\nwww.juniper.example", "Rosa Kim", ("Manager", "Juniper")),
        ("Rosa Kim – Owner, Juniper\nrosa@example.com", "Rosa Kim", ("Owner", "Juniper")),
        ("Rosa Kim\t312 555 0142\trosa@example.com\tJuniper", "Rosa Kim", ("", "Juniper")),
        ("Rosa Kim\nHi, may I come on Monday?\n312 555 0142", "Rosa Kim", ("", "")),
        (CARD, "Rosa Kim", ("Coach", "Juniper")),
        ("BEGIN:VCARD", "", ("", "")),
        ("", "", ("", "")),
    ],
)  # fmt: skip
def test_a_signature_a_row_and_a_card_are_one_person(blob: str, name: str, work: tuple[str, str]) -> None:
    person = read_pasted(blob, "US")
    assert f"{person.given_name} {person.family_name}".strip() == name
    assert (person.job_title, person.company) == work
    assert not name or person.phones or person.emails


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_nobody(blob: str) -> None:
    assert isinstance(read_pasted(blob, "US"), Person)


def test_columns_of_nobody_go_into_the_note() -> None:
    assert map_columns(["Shoe size", "Vorname", "Handy"], None) == [Role.QUESTION, Role.GIVEN, Role.PHONE]
    assert person_of("Vorname,Shoe size\nAna,38\n").note == "Shoe size: 38"
