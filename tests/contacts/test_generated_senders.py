"""Two hundred files of invented people: each is known by its columns, its sums are right, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest

from omni.contacts import queries
from omni.contacts.imports import opening, rehearsing
from omni.contacts.kinds import PointKind
from omni.contacts.models import Note
from omni.contacts.reading.headers import find_sender
from omni.contacts.reading.roles import Role, fold_header
from omni.contacts.reading.senders import SENDERS
from omni.contacts.reading.table import read_table
from tests.contacts.generated import Made, files
from tests.contacts.test_imports import Bring
from tests.contacts.test_reading import rows_of

EVERY = files(200)


def told(made: Made) -> opening.Opened:
    job, table = opening.look_at(made.raw, file_name=f"{made.name}.csv")
    assert job.sender == made.sender, made.name
    return opening.Opened(table, opening.reading_of(job, table))


def test_two_hundred_files_are_known_and_nothing_of_them_is_lost() -> None:
    for made in EVERY:
        sender = find_sender(read_table(made.raw).header)
        assert sender and sender.key == made.sender, made.name
        read = rows_of(made.raw)
        assert len(read) == len(made.rows), made.name
        for row, expected in zip(read, made.rows, strict=True):
            where = (made.name, row.n)
            if expected.is_nobody:
                assert row.person is None, where
                continue
            assert row.person is not None, where
            named = f"{expected.given} {expected.family}"
            assert row.person.name == named, where
            assert [mail.norm for mail in row.person.emails][:1] == [expected.email][: bool(expected.email)], where
            assert [phone.norm for phone in row.person.phones] == [expected.phone][: bool(expected.phone)], where
            assert row.person.company == expected.company, where
            assert all(words in row.person.note for words in expected.note), (where, row.person.note)


def test_every_name_of_a_column_stands_in_one_of_the_files() -> None:
    """Of a role that several columns of a sender have, each is in a file of that sender."""
    heard: dict[str, set[str]] = {}
    for made in EVERY:
        heard.setdefault(made.sender, set()).update(map(fold_header, read_table(made.raw).header))
    spoken = {Role.EMAIL, Role.PHONE, Role.COMPANY, Role.LIFE}
    for sender in SENDERS:
        for role in spoken if sender.key in heard else ():
            names = {name for name, known in sender.roles.items() if known is role}
            if names & heard[sender.key]:
                assert names <= heard[sender.key], (sender.key, role)


def test_the_plan_of_two_hundred_files_adds_up(juniper: Any) -> None:
    for made in EVERY:
        counts = rehearsing.rehearse(told(made)).counts
        nobody = sum(row.is_nobody for row in made.rows)
        assert counts.rows == len(made.rows) == counts.created + counts.updated + counts.duplicate + counts.refused
        assert (counts.created, counts.refused) == (len(made.rows) - nobody, nobody), made.name


@pytest.mark.parametrize("made", EVERY[::17], ids=lambda made: made.name)
def test_some_of_them_come_in_whole_and_change_nothing_twice(bring: Bring, made: Made) -> None:
    first = bring(made.raw, name=f"{made.name}.csv", basis="customer")
    assert first.counts == first.rehearsal.counts.as_json()
    people = [row for row in made.rows if not row.is_nobody]
    assert queries.visible().count() == len(people) == first.counts["created"]
    stored = {
        point.norm
        for contact in queries.visible()
        for point in queries.points_of(contact)
        if point.kind in (PointKind.EMAIL, PointKind.PHONE)
    }
    assert {row.email for row in people if row.email} | {row.phone for row in people if row.phone} <= stored
    notes = "\n".join(note.body for note in Note.select())
    assert all(words in notes for row in people for words in row.note)
    again = bring(made.raw, name=f"{made.name}.csv", basis="customer")
    assert again.counts["same"] == len(people)
