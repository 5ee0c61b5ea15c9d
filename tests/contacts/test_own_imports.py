"""Columns of a file that fill the studio's own fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from omni.contacts import actions, custom_fields
from omni.contacts.kinds import FieldKind, ImportState
from omni.contacts.models import Contact, ImportJob, ImportRow, Note
from omni.contacts.particulars import FieldDef
from omni.contacts.undo import get_batch, undo
from tests.contacts.test_import_screen import send
from tests.contacts.test_pages import work

OPTIONS = {FieldKind.SELECT: ["Beginner", "Middle"], FieldKind.MULTI: ["Mat", "Chair, tall", "Reformer"]}
ROWS = [
    ("Plan", FieldKind.TEXT, "Ten a month", "Ten a month"),
    ("Story", FieldKind.LONG, "Came by bike", "Came by bike"),
    ("Page", FieldKind.URL, "https://ana.example", "https://ana.example"),
    ("Visits", FieldKind.NUMBER, "12.5", Decimal("12.5")),
    ("Owes", FieldKind.MONEY, "19.90", 1990),
    ("Since when", FieldKind.DATE, "9/27/2024", date(2024, 9, 27)),
    ("Waiver", FieldKind.BOOL, "Yes", True),
    ("Level", FieldKind.SELECT, "middle", "Middle"),
    ("Likes", FieldKind.MULTI, "Reformer; Chair, tall", ("Chair, tall", "Reformer")),
]


@pytest.fixture
def fields(juniper: Any, maya: Any) -> dict[str, FieldDef]:
    """One field of each kind, by its label."""
    return {
        label: actions.add_field(label, kind, options=OPTIONS.get(kind, ()), by=maya)
        for label, kind, _cell, _value in ROWS
    }


def said_of(name: str) -> dict[str, Any]:
    """What the own fields say of somebody, choices by their labels."""
    contact = Contact.get(Contact.display_name == name)
    defs = {one.id: one for one in custom_fields.list_defs()}
    return {defs[key].label: _labelled(defs[key], value) for key, value in _values(contact).items()}


def _values(contact: Contact) -> dict[Any, Any]:
    return custom_fields.values_of([contact.id]).get(contact.id, {})


def _labelled(field: FieldDef, value: Any) -> Any:
    labels = {one["id"]: one["label"] for one in field.options}
    return tuple(labels[one] for one in value) if isinstance(value, tuple) else labels.get(value, value)


def file_of(*people: str, header: str = "") -> str:
    """A file in which each person says all of it."""
    names = header or ",".join(label.upper() for label, *_rest in ROWS)
    cells = ",".join(f'"{cell}"' for _label, _kind, cell, _value in ROWS)
    return "\n".join([f"Name,Email,{names}", *(f"{one},{one.lower()}@example.com,{cells}" for one in people)])


EVERYTHING = {label: value for label, _kind, _cell, value in ROWS}


def test_a_column_called_as_an_own_field_fills_it(bring: Callable[..., Any], fields: Any) -> None:
    done = bring(file_of("Ana", "Ben"))
    assert done.counts["created"] == 2
    assert said_of("Ana") == said_of("Ben") == EVERYTHING
    assert not Note.select().exists()
    again = bring(file_of("Ana", "Ben"))
    assert (again.counts["created"], again.counts["updated"], again.counts["same"]) == (0, 0, 2)


def test_undo_gives_an_own_field_back_what_it_said(bring: Callable[..., Any], fields: Any, maya: Any) -> None:
    bring("Name,Email,Visits,Level,Likes\nAna,ana@example.com,3,Beginner,Mat\n")
    before = said_of("Ana")
    done = bring(file_of("Ana"))
    assert done.counts["updated"] == 1
    shown = {change.field: (change.before, change.after) for change in done.rehearsal.shown["update"][0].changes}
    assert shown["Visits"] == ("3", "12.5")
    assert shown["Level"] == ("Beginner", "Middle")
    assert shown["Likes"] == ("Mat", "Chair, tall; Reformer")
    assert said_of("Ana") == EVERYTHING
    assert undo(get_batch(done.job.batch_id), by=maya).left == []
    assert said_of("Ana") == before


def test_a_later_row_only_fills_what_an_earlier_one_left_blank(bring: Callable[..., Any], fields: Any) -> None:
    done = bring("Name,Email,Visits,Level\nAna,ana@example.com,3,\nAna,ana@example.com,4,Middle\n")
    assert done.counts == done.rehearsal.counts.as_json()
    assert said_of("Ana") == {"Visits": Decimal(3), "Level": "Middle"}


def test_what_is_no_value_of_the_field_is_told_and_kept_in_a_note(bring: Callable[..., Any], fields: Any) -> None:
    done = bring("Name,Email,Visits,Waiver,Level\nAna,ana@example.com,many,perhaps,Expert\n")
    assert done.counts["created"] == 1
    assert said_of("Ana") == {}
    (row,) = ImportRow.select().where(ImportRow.job == done.job.id)
    assert [reason["values"]["typed"] for reason in row.reasons] == ["many", "perhaps", "Expert"]
    assert Note.get().body == "Visits: many\nWaiver: perhaps\nLevel: Expert"


def test_a_column_is_chosen_for_an_own_field(hers: Any, fields: Any) -> None:
    job = send(hers, "Name,Email,How often\nAna,ana@example.com,7\n")
    page = hers.get(f"{job}/columns")
    assert page.page.value("column-2") == "question"
    key = f"own-{fields['Visits'].key}"
    assert key in [one.get("value") for one in page.page.by_id("column-2").iter("option")]
    hers.post(f"{job}/columns", {"column-0": "name", "column-1": "email", "column-2": key}, on=f"{job}/columns")
    assert hers.get(f"{job}/columns").page.value("column-2") == key
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert said_of("Ana") == {"Visits": Decimal(7)}


def test_a_field_put_away_meanwhile_leaves_its_column_to_the_note(hers: Any, fields: Any, maya: Any) -> None:
    job = send(hers, "Name,Email,Visits\nAna,ana@example.com,7\n")
    actions.archive_field(fields["Visits"], by=maya)
    assert hers.get(f"{job}/columns").page.value("column-2") == "question"
    hers.post(f"{job}/columns", {"column-2": f"own-{fields['Visits'].key}"}, on=f"{job}/columns")
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert ImportJob.get().state is ImportState.DONE
    assert Note.get().body == "Visits: 7"


LEVELS = """Name,Email,Level,Likes
Ana,ana@example.com,Expert,Mat; Barre
Ben,ben@example.com,Expert,
Cy,c@example.com,Novice,"Mat, Aerial"
"""


def mapped(hers: Any, answers: dict[str, str]) -> str:
    """The file's columns taken as they are called, and answers to the choices nobody has yet, by their words."""
    job = send(hers, LEVELS)
    assert "4 choices" in hers.get(f"{job}/columns")
    first = hers.post(f"{job}/columns", {}, on=f"{job}/columns")
    assert first.location == f"{job}/columns#import-values"
    page = hers.get(f"{job}/columns")
    asked = {label.text.partition(",")[0]: label.get("for") for label in page.page.all("label") if label.text}
    sent = {asked[text]: to for text, to in answers.items()}
    assert hers.post(f"{job}/columns", sent, on=f"{job}/columns").location == job
    return job


def test_a_choice_nobody_has_yet_is_made_taken_for_another_or_left_out(hers: Any, fields: Any, maya: Any) -> None:
    middle = custom_fields.get_def(fields["Level"].id).options[1]["id"]
    answers = {"Level: Expert": "new", "Level: Novice": middle, "Likes: Barre": "new", "Likes: Aerial": "out"}
    job = mapped(hers, answers)
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    assert said_of("Ana") == {"Level": "Expert", "Likes": ("Mat", "Barre")}
    assert said_of("Ben") == {"Level": "Expert"}
    assert said_of("Cy") == {"Level": "Middle", "Likes": ("Mat",)}
    assert not Note.select().exists()
    undo(get_batch(ImportJob.get().batch_id), by=maya)
    assert labels_of(fields["Level"]) == OPTIONS[FieldKind.SELECT]
    assert labels_of(fields["Likes"]) == OPTIONS[FieldKind.MULTI]


def test_a_choice_that_somebody_took_since_outlives_the_undo(hers: Any, fields: Any, maya: Any, world: Any) -> None:
    job = mapped(hers, dict.fromkeys(("Level: Expert", "Level: Novice", "Likes: Barre", "Likes: Aerial"), "new"))
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    level = custom_fields.get_def(fields["Level"].id)
    actions.set_value(world.lead, level, level.options[-1]["id"], by=maya)
    undone = undo(get_batch(ImportJob.get().batch_id), by=maya)
    assert undone.left == ["field_def.options"]
    assert labels_of(fields["Level"]) == [*OPTIONS[FieldKind.SELECT], level.options[-1]["label"]]
    undo(undone.batch, by=maya)
    assert len(labels_of(fields["Level"])) == 4
    assert said_of("Ana")["Likes"] == ("Mat", "Barre")


def labels_of(field: FieldDef) -> list[str]:
    return [one["label"] for one in custom_fields.get_def(field.id).options]
