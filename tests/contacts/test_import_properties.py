"""Whatever stands in a file, and whatever was answered: the rehearsal is the run, the second time changes nothing, what
is exported comes in as it was, and no answer opens what a person shut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from omni.contacts import actions, custom_fields, queries, undo
from omni.contacts.exports import sheets
from omni.contacts.exports.people import of_contacts
from omni.contacts.imports import new_fields, opening, rehearsing, running
from omni.contacts.imports.new_fields import NEW_FIELD
from omni.contacts.kinds import Channel, ConsentKind, FieldKind, Lifecycle, Scope
from omni.contacts.models import ConsentEvent, ImportJob
from omni.contacts.reading.dates import Birthday
from omni.contacts.reading.people import Person, Value
from omni.core import actors
from omni.core.database import transaction
from omni.core.faults import Gone
from omni.core.tenancy import entered
from tests.contacts.test_imports import everything

HEADER = "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,City,Notes,Visits,Level,Colour"
cells = st.tuples(
    st.sampled_from(["", "", "1", "2", "3", "4"]),
    st.sampled_from(["Ana", "Anna", "A", "Ben", "Cleo", "", "José"]),
    st.sampled_from(["Kim", "Ruiz", "", "Núñez"]),
    st.sampled_from(["", "", "a@example.com", "b@example.com", "bad@", "C@Example.com"]),
    st.sampled_from(["", "", "312 555 0142", "(312) 555-0143", "12", "1.55501E+10"]),
    st.sampled_from(["", "NEW", "customer", "Waitlist"]),
    st.sampled_from(["", "Chicago", "Lima"]),
    st.sampled_from(["", "knee", "x" * 20_001]),
    st.sampled_from(["", "3", "7", "many"]),
    st.sampled_from(["", "Beginner", "Expert"]),
    # A column nobody knows: the first file makes a field of it.
    st.sampled_from(["", "green", "Green", "blue", "4", "yes"]),
)
files = st.lists(cells, min_size=1, max_size=14)
answers = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(["both", "create", "update"]),
        "keeps_mine": st.booleans(),
        "tags": st.sampled_from([[], ["fair"], ["Fair", "spring"]]),
    }
)
choices = st.dictionaries(st.integers(1, 14).map(str), st.sampled_from(["new", "skip", "row-1", "row-2"]), max_size=4)
ALIKE = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def fields(juniper: Any, maya: Any) -> None:
    """What the file's last columns are called."""
    make_fields(maya)


def make_fields(maya: Any) -> None:
    actions.add_field("Visits", FieldKind.NUMBER, by=maya)
    actions.add_field("Level", FieldKind.SELECT, options=["Beginner"], by=maya)


class Forgotten(Exception):
    """Ends an example and takes all of it back."""


@contextmanager
def forgotten() -> Iterator[None]:
    with suppress(Forgotten), transaction():
        yield
        raise Forgotten


def text_of(rows: list[tuple[str, ...]]) -> bytes:
    return "\n".join([HEADER, *(",".join(row) for row in rows)]).encode()


def bring(
    raw: bytes, *, basis: str = "unsure", said: Any = None, chosen: Any = None
) -> tuple[ImportJob, dict[str, int]]:
    """Bring the file in, and answer the job and what its rehearsal said."""
    job = opening.receive(raw, file_name="f.csv", by=actors.SYSTEM)
    new = new_fields.offers_in(opening.open_file(job))
    words = [NEW_FIELD if n in new else word for n, word in enumerate(job.mapping)]
    opening.remap(job, words, new_fields={str(n): one.as_json() for n, one in new.items()}, **(said or {}))
    opening.choose(job, chosen or {})
    planned = rehearsing.rehearse(opening.open_file(job)).counts.as_json()
    opening.answer(job, basis="unsure", board="none")
    running.start(job, by=actors.SYSTEM)
    running.run(job.id)
    return ImportJob.get_by_id(job.id), planned


@ALIKE
@given(first=files, second=files, said=answers, chosen=choices)
def test_plan_equals_run(juniper: Any, first: Any, second: Any, said: Any, chosen: Any) -> None:
    with forgotten():
        bring(text_of(first))
        job, planned = bring(text_of(second), said=said, chosen=chosen)
        assert job.counts == planned
        parts = sum(planned[name] for name in ("created", "updated", "duplicate", "refused"))
        assert parts == planned["rows"] == len(second)


@ALIKE
@given(rows=files)
def test_same_file_twice_changes_nothing(juniper: Any, rows: Any) -> None:
    with forgotten():
        once, _planned = bring(text_of(rows))
        before = everything()
        again, _planned = bring(text_of(rows))
        assert (again.counts["created"], again.counts["updated"]) == (0, 0)
        assert again.counts["refused"] == once.counts["refused"]
        assert everything() == before


WORD = st.text(alphabet="Aaéß=+-@',;\"1 |", max_size=9).map(lambda text: " ".join(text.split()))
NUMBERS = st.sampled_from(["+13125550142", "+13125550143", "+442079460018"])
MAILS = st.sampled_from(["a@example.com", "b@example.com", "o'neil@example.com"])
somebody = st.builds(
    Person,
    given_name=st.sampled_from(["Ana", "Ben", "=Formula", "-1", "José", "Mei"]),
    family_name=WORD,
    nickname=WORD,
    pronouns=WORD,
    language=st.sampled_from(["", "es", "pt-BR"]),
    company=WORD,
    job_title=WORD,
    city=WORD,
    birthday=st.sampled_from([None, Birthday(1990), Birthday(None, 2), Birthday(1990, 2), Birthday(2001, 2, 28)])
    | st.just(Birthday(None, 2, 29)),
    phones=st.lists(
        NUMBERS.map(lambda number: Value(number, number)), max_size=2, unique_by=lambda value: value.norm
    ).map(tuple),
    emails=st.lists(MAILS.map(lambda mail: Value(mail, mail)), max_size=2, unique_by=lambda value: value.norm).map(
        tuple
    ),
    tags=st.lists(st.sampled_from(["fair", "Spring", "=1+1", "a, b"]), max_size=3, unique=True).map(tuple),
    life=st.sampled_from([*Lifecycle]),
)


@settings(ALIKE, max_examples=10)
# Whom the name gate takes for one person becomes one, as in any file: these are different people.
@given(
    known=st.lists(somebody, min_size=1, max_size=5, unique_by=lambda person: person.given_name),
    numbers=st.lists(st.none() | st.decimals(-999, 999, places=2), min_size=5, max_size=5),
)
def test_what_is_exported_comes_in_as_it_was(juniper: Any, world: Any, known: list[Person], numbers: Any) -> None:
    """Invariant 16: into the same workspace nothing changes, and out of an empty one it comes as it went in."""
    assert world.iron
    with forgotten():
        visits, level = custom_fields.list_defs()
        for person, number in zip(known, numbers, strict=False):
            contact = actions.add_contact(person, by=world.maya)
            actions.set_value(contact, visits, number, by=world.maya)
            actions.set_value(contact, level, level.options[0]["id"] if number else None, by=world.maya)
        sheet = "".join(sheets.lines(of_contacts()))
        before = everything()
        job, _planned = bring(sheet.encode())
        assert (job.counts["same"], job.counts["rows"]) == (len(known), len(known)), job.counts
        assert everything() == before
        with entered(world.iron):
            make_fields(world.iris)
            bring(sheet.encode())
            again = "".join(sheets.lines(of_contacts()))
        assert again == sheet


acts = st.lists(
    st.sampled_from(["asked", "customer", "written", "unsure", "stop texts", "undo the last"]), min_size=1, max_size=7
)
ADDRESS = (Channel.SMS, "+13125550142")


@ALIKE
@given(history=acts)
def test_no_import_loosens_what_a_person_shut(juniper: Any, world: Any, history: list[str]) -> None:
    raw = b"Name,Phone,Agreed\nAna Ruiz,312 555 0142,yes\nAna Ruiz,312 555 0142,yes\n"
    with forgotten():
        stopped, jobs = False, []
        for act in history:
            before = ConsentEvent.select().count()
            if act == "stop texts":
                actions.opt_out_address(*ADDRESS, by=actors.SYSTEM, source="text")
                stopped = True
            elif act == "undo the last":
                for job in jobs[-1:]:
                    with suppress(Gone):
                        undo.undo(undo.get_batch(job.batch_id), by=world.maya)
            else:
                job = opening.receive(raw, file_name="f.csv", by=actors.SYSTEM)
                opening.answer(job, basis=act, board="none", written_column=2)
                running.start(job, by=actors.SYSTEM)
                running.run(job.id)
                jobs.append(ImportJob.get_by_id(job.id))
                written = list(ConsentEvent.select().order_by(ConsentEvent.id).offset(before))
                assert {row.kind for row in written} <= {ConsentKind.GRANTED}
                assert len({(row.channel, row.scope) for row in written}) == len(written)
                assert not (act == "unsure" and written)
                assert not (stopped and written)
            state = queries.consent_of(*ADDRESS)
            assert state.is_stopped == stopped
            assert not (stopped and any(state.allows(scope) for scope in (Scope.SERVICE, Scope.MARKETING)))
