"""What the address of a list asks for, as views of this room read it, and the part of a page that builds a filter."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from omni.contacts import forms, ports
from omni.contacts.lists import sentences
from omni.contacts.lists.asked import Asked, Filter, read_address, read_filter
from omni.contacts.lists.fields import Choices, ListField
from omni.contacts.lists.operators import BARE, OF_DAYS, Op, Shape
from omni.contacts.ports import Finding
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import can
from omni.web.fields import clean
from omni.web.login import current_teammate

_DAYS = frozenset({Op.ON, Op.SINCE, Op.BEFORE})


def asked_for() -> Asked:
    """What the address asks for, or the form that was made of it."""
    given = request.values
    return read_address(
        [clean(one) for one in given.getlist("f")],
        text=clean(given.get("q", "")),
        columns=given.getlist("cols"),
        sort=given.get("sort", ""),
        after=given.get("after", ""),
        tick=given.get("tick", "") if can(Policy.EDIT_CONTACTS) else "",
    )


def form_for_many(asked: Asked) -> forms.BulkForm:
    """The form that does something with many people of a list."""
    return forms.BulkForm.of(request, team=asked.registry.here, stages=asked.registry.stages)


def offered(query: str) -> list[Finding]:
    """What other rooms can do for the people of a list."""
    teammate = current_teammate()
    return [one for answer in ports.for_many.answers() for one in answer(teammate, query)]


@dataclass(frozen=True)
class Building:
    """A filter on its way: the field, what may be asked of it, what was chosen so far, and what is wrong with it."""

    field: ListField
    op: Op
    values: tuple[str, ...]
    fault: str = ""

    @property
    def ops(self) -> Choices:
        return [(op.value, str(sentences.OPS[op])) for op in self.field.ops]

    @property
    def takes_days(self) -> bool:
        return bool(set(self.field.ops) & OF_DAYS)

    @property
    def takes_day(self) -> bool:
        return bool(set(self.field.ops) & _DAYS)

    @property
    def takes_month(self) -> bool:
        return Op.MONTH in self.field.ops

    @property
    def takes_text(self) -> bool:
        return self.field.choices is None and self.field.shape in (Shape.TEXT, Shape.DIGITS, Shape.NUMBER, Shape.MONEY)

    @property
    def choices(self) -> Choices:
        return self.field.choices() if self.field.choices else []

    @property
    def months(self) -> Choices:
        return [(str(number), sentences.month(number)) for number in range(1, 13)]


def building(asked: Asked) -> Building | None:
    """The filter the address is about to add, where it is."""
    found = asked.registry.find(request.args.get("add", ""))
    if found is None:
        return None
    op = _op(found)
    values = _values(op)
    wrong = "op" in request.args and _built(found, op, values, asked) is None
    return Building(found, op, values, _fault(found, op) if wrong else "")


def built(asked: Asked) -> str:
    """The address with the filter in it that was just made; empty when none was."""
    found = asked.registry.find(request.args.get("add", ""))
    if found is None or "op" not in request.args:
        return ""
    made = _built(found, _op(found), _values(_op(found)), asked)
    if made is None:
        return ""
    parts = Asked(asked.registry, (*asked.filters, made), asked.text, asked.columns, asked.sort, asked.is_turned)
    return parts.address() if made not in asked.filters else asked.address()


def _built(found: ListField, op: Op, values: tuple[str, ...], asked: Asked) -> Filter | None:
    return read_filter(Filter(found, op, values).text, asked.registry)


def _op(found: ListField) -> Op:
    word = request.args.get("op", "")
    return next((op for op in found.ops if op == word), found.ops[0])


def _values(op: Op) -> tuple[str, ...]:
    """What was typed for this operator: each kind of value has a name of its own."""
    if op in BARE:
        return ()
    name = "days" if op in OF_DAYS else "day" if op in _DAYS else "month" if op is Op.MONTH else "v"
    return tuple(value for value in (clean(one).strip() for one in request.args.getlist(name)) if value)


def _fault(found: ListField, op: Op) -> str:
    if op in OF_DAYS:
        return _("Give a number of days, such as 30.")
    if op in _DAYS:
        return _("Choose a day, such as 2026-11-27.")
    if found.choices is not None:
        return _("Choose at least one.")
    if found.shape in (Shape.NUMBER, Shape.MONEY):
        return _("Give a number, such as 25.5.")
    return _("Write what to look for.")
