"""A studio's own fields: nine kinds that keep what they are told, change shape without loss, and are taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omni.contacts import actions, custom_fields
from omni.contacts.actions.own_fields import ValuesLost
from omni.contacts.kinds import FieldKind
from omni.contacts.models import Contact
from omni.contacts.normal import Misread
from omni.contacts.particulars import FieldDef, FieldValue
from omni.contacts.undo import undo
from omni.core.changes import ChangeBatch
from omni.core.faults import Invalid, Stale
from omni.core.words import use_locale

CHOICES = ("Mornings", "Evenings, late", "Weekends")


@pytest.fixture
def field(maya: Any) -> Any:
    """Makes a field of a kind."""

    def make(kind: str, label: str = "Shoe size") -> FieldDef:
        return actions.add_field(label, FieldKind(kind), by=maya, options=CHOICES)

    return make


def said(contact: Contact, field: FieldDef) -> Any:
    return custom_fields.values_of([contact.id], [field]).get(contact.id, {}).get(field.id)


def last_batch() -> ChangeBatch:
    found: ChangeBatch = ChangeBatch.select().order_by(ChangeBatch.created_at.desc()).first()
    return found


TYPED = [
    ("text", "  Size   40 ", "Size 40", "Size 40"),
    ("long", "One\nTwo", "One\nTwo", "One\nTwo"),
    ("number", "1,234.5", Decimal("1234.5"), "1,234.5"),
    ("number", "-0.25", Decimal("-0.25"), "-0.25"),
    ("money", "19.90", 1990, "$19.90"),
    ("date", "2027-02-28", date(2027, 2, 28), "Feb 28, 2027"),
    ("bool", "No", False, "No"),
    ("url", "example.com/ana", "https://example.com/ana", "https://example.com/ana"),
]


@pytest.mark.parametrize(("kind", "typed", "value", "shown"), TYPED)
def test_each_kind_keeps_what_it_is_told(world: Any, field: Any, kind: str, typed: str, value: Any, shown: str) -> None:
    one = field(kind)
    assert custom_fields.read_value(one, typed) == value
    assert actions.set_value(world.lead, one, value, by=world.maya)
    assert said(world.lead, one) == value
    assert custom_fields.show_value(one, value) == shown
    assert custom_fields.read_value(one, custom_fields.plain_value(one, value)) == value
    assert not actions.set_value(world.lead, one, value, by=world.maya)
    assert actions.set_value(world.lead, one, None, by=world.maya)
    assert FieldValue.select().count() == 0


def test_choices_keep_their_ids_when_they_are_renamed(world: Any, field: Any) -> None:
    several, single = field("multi", "Comes"), field("select", "Likes best")
    chosen = custom_fields.read_value(several, "Evenings, late; weekends")
    assert [custom_fields.plain_value(several, chosen)] == ["Evenings, late; Weekends"]
    actions.set_value(world.lead, several, chosen, by=world.maya)
    actions.set_value(world.lead, single, single.options[0]["id"], by=world.maya)
    options = [(one["id"], "Late" if one["label"].startswith("Evenings") else one["label"]) for one in several.options]
    edit(world, several, options=options)
    assert custom_fields.show_value(several, said(world.lead, several)) == "Late; Weekends"
    with pytest.raises(Invalid) as fault:
        edit(world, single, options=[(single.options[1]["id"], "Evenings")])
    assert fault.value.values == {"label": "Mornings", "count": 1}


def edit(world: Any, field: FieldDef, **wanted: Any) -> FieldDef:
    now = {"label": field.label, "kind": field.kind, "is_personal": field.is_personal, "version": field.version}
    options = [(one["id"], one["label"]) for one in field.options]
    return actions.edit_field(field, **{"options": options, **now, **wanted}, by=world.maya)


WRONG = [
    ("number", "forty", "is not a number"),
    ("number", "NaN", "is not a number"),
    ("number", "1e400", "is not a number"),
    ("money", "19.999", "is not an amount"),
    ("date", "2027-02-30", "is not a day"),
    ("bool", "perhaps", "neither yes nor no"),
    ("select", "Midnight", "is none of"),
    ("multi", "Mornings; Midnight", "is none of"),
    ("url", "javascript:alert(1)", "is not a web address"),
    ("url", "http://[", "is not a web address"),
    ("text", "x" * 201, "up to 200"),
]


@pytest.mark.parametrize(("kind", "typed", "words"), WRONG)
def test_what_does_not_fit_a_kind_is_said_in_words(field: Any, kind: str, typed: str, words: str) -> None:
    found = custom_fields.read_value(field(kind), typed)
    assert isinstance(found, Misread)
    assert words in str(found)


def test_a_number_is_read_as_the_reader_writes_it(field: Any) -> None:
    one = field("number")
    with use_locale("es"):
        assert custom_fields.read_value(one, "1.234,5") == Decimal("1234.5")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.decimals(min_value=-(10**9), max_value=10**9, places=4), cents=st.integers(0, 10**11))
def test_numbers_and_money_come_back_exactly(number: Decimal, cents: int) -> None:
    for kind, value in ((FieldKind.NUMBER, number), (FieldKind.MONEY, cents)):
        one: Any = SimpleNamespace(kind=kind, options=[])
        (columns,) = custom_fields.columns_of(one, value)
        row: Any = SimpleNamespace(**columns)
        assert custom_fields.value_in(one, [row]) == value


def test_a_kind_that_would_lose_values_is_refused_with_the_list(world: Any, field: Any) -> None:
    one = field("text", "Age")
    for n in range(14):
        actions.set_value(world.person(f"Person {n}"), one, "about thirty", by=world.maya)
    actions.set_value(world.lead, one, "31", by=world.maya)
    with pytest.raises(ValuesLost) as fault:
        edit(world, one, kind=FieldKind.NUMBER)
    assert fault.value.count == 14
    assert {lost.shown for lost in fault.value.lost} == {"about thirty"}
    assert custom_fields.get_def(one.id).kind is FieldKind.TEXT
    assert said(world.lead, one) == "31"


def test_a_kind_that_every_value_fits_is_changed_and_taken_back(world: Any, field: Any) -> None:
    one = field("text", "Age")
    actions.set_value(world.lead, one, "31", by=world.maya)
    edit(world, one, kind=FieldKind.NUMBER)
    fresh = custom_fields.get_def(one.id)
    assert said(world.lead, fresh) == Decimal(31)
    undo(last_batch(), by=world.maya)
    back = custom_fields.get_def(one.id)
    assert (back.kind, said(world.lead, back)) == (FieldKind.TEXT, "31")


def test_choices_become_text_and_text_becomes_choices(world: Any, field: Any) -> None:
    one = field("multi", "Comes")
    actions.set_value(world.lead, one, tuple(option["id"] for option in one.options), by=world.maya)
    edit(world, one, kind=FieldKind.LONG)
    fresh = custom_fields.get_def(one.id)
    assert said(world.lead, fresh) == "Mornings; Evenings, late; Weekends"
    with pytest.raises(ValuesLost):
        edit(world, fresh, kind=FieldKind.SELECT, options=[("", one) for one in CHOICES])


@pytest.mark.parametrize("kind", ["text", "date", "select", "multi", "bool"])
def test_undo_takes_a_value_back_and_redo_brings_it_again(world: Any, field: Any, kind: str) -> None:
    one = field(kind)
    typed = {"text": "40", "date": "2027-01-02", "bool": "yes"}.get(kind, "Weekends")
    other = {"text": "41", "date": "2027-01-03", "bool": "no"}.get(kind, "Mornings")
    first, second = custom_fields.read_value(one, typed), custom_fields.read_value(one, other)
    actions.set_value(world.lead, one, first, by=world.maya)
    actions.set_value(world.lead, one, second, by=world.maya)
    undone = undo(last_batch(), by=world.maya)
    assert said(world.lead, one) == first
    undo(undone.batch, by=world.maya)
    assert said(world.lead, one) == second


def test_two_people_in_the_same_field_are_told_of_each_other(world: Any, field: Any) -> None:
    one = field("text")
    actions.set_value(world.lead, one, "40", by=world.maya, was=None)
    with pytest.raises(Stale) as fault:
        actions.set_value(world.lead, one, "41", by=world.max, was=None)
    assert fault.value.fresh == "40"
    assert actions.set_value(world.lead, one, "41", by=world.max, was="40")


def test_names_of_fields_are_one_each_and_their_keys_stay(world: Any, field: Any) -> None:
    one = field("text", "Größe & Maß")
    assert one.key == "grosse_mass"
    for label in ("", "x" * 61, "GRÖSSE  & maß"):
        with pytest.raises(Invalid):
            field("text", label)
    edit(world, one, label="Shoes")
    assert custom_fields.find_def(one.key).label == "Shoes"  # type: ignore[union-attr]
    actions.archive_field(one, by=world.maya)
    assert custom_fields.list_defs() == []
    actions.bring_field_back(custom_fields.get_def(one.id), by=world.maya)
    assert [found.key for found in custom_fields.list_defs()] == [one.key]
    assert field("text", "日本語").key == "field"


def test_what_fields_say_of_many_is_two_statements(world: Any, field: Any) -> None:
    from tests.browse import counted

    fields = [field("text", f"Field {n}") for n in range(9)]
    people = [world.person(f"Person {n}") for n in range(20)]
    for person in people:
        actions.set_value(person, fields[3], person.display_name, by=world.maya)
    with counted() as statements:
        found = custom_fields.values_of([person.id for person in people])
    assert len(statements) == 2
    assert {person.id: {fields[3].id: person.display_name} for person in people} == found
