"""Columns of a file that fill the studio's own fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from omni.contacts import actions, custom_fields
from omni.contacts.actions import own_fields
from omni.contacts.imports import new_fields, opening
from omni.contacts.imports.new_fields import NEW_FIELD
from omni.contacts.imports.rehearsing import rehearse
from omni.contacts.kinds import FieldKind, ImportState
from omni.contacts.models import Contact, ImportJob, ImportRow, Note
from omni.contacts.particulars import FieldDef
from omni.contacts.undo import get_batch, undo
from omni.core.policies import RIGHTS, Policy
from tests.contacts.test_import_screen import send
from tests.contacts.test_imports import everything
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


GROWN = """Name,Email,Plan,Visits,Joined on,Waiver,Page,Story,Member no
Ana,ana@example.com,Ten a month,3,27/9/2024,yes,www.ana.example,Came by bike,0042
Ben,ben@example.com,Drop-in,7.5,3/10/2024,No,,"Two
lines",0043
Cy,c@example.com,drop-in,,,,https://cy.example,Rides,0044
Di,d@example.com,Ten a month,0,1/2/2025,,,,
"""
BECOME = {
    "Plan": FieldKind.SELECT,
    "Visits": FieldKind.NUMBER,
    "Joined on": FieldKind.DATE,
    "Waiver": FieldKind.BOOL,
    "Page": FieldKind.URL,
    "Story": FieldKind.LONG,
    "Member no": FieldKind.TEXT,
}
ALL_NEW = {f"column-{n}": NEW_FIELD for n in range(2, 2 + len(BECOME))}


def grown(hers: Any, name: str = "people.csv") -> str:
    """The file whose unknown columns are to become fields, answered."""
    job = send(hers, GROWN, name)
    assert hers.post(f"{job}/columns", ALL_NEW, on=f"{job}/columns").location == job
    return job


def start(hers: Any, job: str) -> ImportJob:
    hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job)
    work()
    return ImportJob.select().order_by(ImportJob.id.desc()).get()


def kinds() -> dict[str, FieldKind]:
    return {one.label: one.kind for one in custom_fields.list_defs()}


def test_a_column_nobody_knows_becomes_a_field_of_the_kind_it_holds(hers: Any, juniper: Any) -> None:
    job = send(hers, GROWN)
    page = hers.get(f"{job}/columns")
    offered = {one.get("value"): one.text for one in page.page.by_id("column-2").iter("option")}
    assert offered[NEW_FIELD] == "A new field · One of a list"
    assert NEW_FIELD not in [one.get("value") for one in page.page.by_id("column-0").iter("option")]
    hers.post(f"{job}/columns", ALL_NEW, on=f"{job}/columns")
    assert hers.get(f"{job}/columns").page.value("column-4") == NEW_FIELD
    assert "The import makes 7 new fields: Plan, Visits" in hers.get(job)
    assert kinds() == {}
    done = start(hers, job)
    assert kinds() == BECOME
    assert said_of("Ana") == {
        "Plan": "Ten a month",
        "Visits": Decimal(3),
        "Joined on": date(2024, 9, 27),
        "Waiver": True,
        "Page": "https://www.ana.example",
        "Story": "Came by bike",
        "Member no": "0042",
    }
    assert said_of("Cy")["Plan"] == "Drop-in"
    assert not Note.select().exists()
    assert done.counts["created"] == 4


def test_a_file_with_a_new_field_does_what_its_rehearsal_said_and_nothing_twice(hers: Any, juniper: Any) -> None:
    job = grown(hers)
    row = ImportJob.get()
    planned = rehearse(opening.open_file(row)).counts.as_json()
    assert start(hers, job).counts == planned
    before = everything()
    again = send(hers, GROWN, "again.csv")
    assert hers.get(f"{again}/columns").page.value("column-2") == "own-plan"
    assert start(hers, again).counts["same"] == 4
    assert (everything(), kinds()) == (before, BECOME)


def test_the_fields_an_import_made_go_with_its_undo_and_come_with_the_next_file(
    hers: Any, maya: Any, world: Any
) -> None:
    world.person("Ana", "", "ana@example.com")
    done = start(hers, grown(hers))
    undone = undo(get_batch(done.batch_id), by=maya)
    assert (undone.left, kinds()) == ([], {})
    assert said_of("Ana") == {}
    again = undo(undone.batch, by=maya)
    assert kinds() == BECOME
    assert said_of("Ana")["Visits"] == Decimal(3)
    undo(again.batch, by=maya)
    assert kinds() == {}
    start(hers, grown(hers, "again.csv"))
    assert kinds() == BECOME
    assert FieldDef.select().count() == len(BECOME)


def test_a_field_put_away_is_brought_back_by_the_column_of_its_name(hers: Any, maya: Any) -> None:
    plan = actions.add_field("plan", FieldKind.TEXT, by=maya)
    actions.archive_field(plan, by=maya)
    job = send(hers, GROWN)
    page = hers.get(f"{job}/columns")
    offered = {one.get("value"): one.text for one in page.page.by_id("column-2").iter("option")}
    assert offered[NEW_FIELD] == "The field put away · A line of text"
    hers.post(f"{job}/columns", {"column-2": NEW_FIELD}, on=f"{job}/columns")
    done = start(hers, job)
    assert kinds() == {"plan": FieldKind.TEXT}
    assert said_of("Ana") == {"plan": "Ten a month"}
    undo(get_batch(done.batch_id), by=maya)
    assert kinds() == {}


def test_a_new_field_somebody_filled_since_outlives_the_undo(hers: Any, maya: Any, world: Any) -> None:
    done = start(hers, grown(hers))
    visits = custom_fields.find_def("visits")
    assert visits
    actions.set_value(world.lead, visits, Decimal(9), by=maya)
    assert undo(get_batch(done.batch_id), by=maya).left == ["field_def.archived_at"]
    assert kinds() == {"Visits": FieldKind.NUMBER}


@pytest.mark.parametrize("column", ["column-0", "column-3"])
def test_a_column_omni_knows_becomes_no_field(hers: Any, maya: Any, column: str) -> None:
    actions.add_field("VISITS", FieldKind.NUMBER, by=maya)
    job = send(hers, GROWN)
    before = ImportJob.get().mapping
    page = hers.post(f"{job}/columns", {column: NEW_FIELD, "column-2": NEW_FIELD}, on=f"{job}/columns", status=422)
    assert "One of these columns cannot become a field" in page
    assert page.page.value("column-2") == NEW_FIELD
    assert (ImportJob.get().mapping, kinds()) == (before, {"VISITS": FieldKind.NUMBER})


def test_a_field_more_than_a_studio_may_have_is_refused_in_words(
    hers: Any, maya: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner in (new_fields, own_fields):
        monkeypatch.setattr(owner, "MOST_FIELDS", 1)
    job = send(hers, GROWN)
    two = {"column-2": NEW_FIELD, "column-3": NEW_FIELD}
    assert "Put one away first" in hers.post(f"{job}/columns", two, on=f"{job}/columns", status=422)
    hers.post(f"{job}/columns", {"column-2": NEW_FIELD}, on=f"{job}/columns")
    # Meanwhile somebody makes another one.
    actions.add_field("Shoe size", FieldKind.NUMBER, by=maya)
    page = hers.post(f"{job}/run", {"basis": "unsure", "board": "none"}, on=job, status=422)
    assert "Put one away first" in page
    assert (ImportJob.get().state, list(kinds())) == (ImportState.CHECKED, ["Shoe size"])
    assert not Contact.select().where(Contact.display_name == "Ana").exists()


def test_who_may_not_change_fields_is_offered_none_and_refused(hers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RIGHTS, Policy.EDIT_BOARDS, RIGHTS[Policy.OPERATE])
    job = send(hers, GROWN)
    assert NEW_FIELD not in [one.get("value") for one in hers.get(f"{job}/columns").page.all("option")]
    page = hers.post(f"{job}/columns", {"column-2": NEW_FIELD}, on=f"{job}/columns", status=422)
    assert "Only those who may change fields can make one" in page
    assert NEW_FIELD not in ImportJob.get().mapping


def test_a_year_alone_is_no_day_of_a_field(bring: Callable[..., Any], fields: Any) -> None:
    bring("Name,Since when\nAna,2024\n")
    assert said_of("Ana") == {}
    assert Note.get().body == "Since when: 2024"
