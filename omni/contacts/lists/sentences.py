"""Filters in words: the sentence on a chip, and the words of a choice of operators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from omni.contacts.lists.asked import Filter
from omni.contacts.lists.fields import ListField
from omni.contacts.lists.operators import Op, Shape
from omni.contacts.normal import show_phone
from omni.core.tenancy import current_workspace
from omni.core.words import Lazy, _, lazy, local_day, money, ngettext, number

OPS: dict[Op, Lazy] = {
    Op.HAS: lazy("contains"),
    Op.IS: lazy("is"),
    Op.NOT: lazy("is not"),
    Op.STARTS: lazy("starts with"),
    Op.ON: lazy("on the day"),
    Op.SINCE: lazy("since the day"),
    Op.BEFORE: lazy("before the day"),
    Op.LAST: lazy("in the last … days"),
    Op.AGO: lazy("more than … days ago"),
    Op.NEXT: lazy("in the next … days"),
    Op.LATE: lazy("is late"),
    Op.MONTH: lazy("in the month"),
    Op.OVER: lazy("is over"),
    Op.UNDER: lazy("is under"),
    Op.EMPTY: lazy("says nothing"),
    Op.FILLED: lazy("says something"),
}
_SENTENCES: dict[Op, Lazy] = {
    Op.HAS: lazy("%(field)s contains %(value)s"),
    Op.IS: lazy("%(field)s: %(value)s"),
    Op.NOT: lazy("%(field)s: not %(value)s"),
    Op.STARTS: lazy("%(field)s starts with %(value)s"),
    Op.ON: lazy("%(field)s: %(value)s"),
    Op.SINCE: lazy("%(field)s since %(value)s"),
    Op.BEFORE: lazy("%(field)s before %(value)s"),
    Op.MONTH: lazy("%(field)s in %(value)s"),
    Op.OVER: lazy("%(field)s over %(value)s"),
    Op.UNDER: lazy("%(field)s under %(value)s"),
    Op.LATE: lazy("%(field)s: late"),
    Op.EMPTY: lazy("%(field)s: nothing"),
    Op.FILLED: lazy("%(field)s: anything"),
}


def sentence(one: Filter) -> str:
    """The filter as a person says it: "City contains Oslo", "Tags: mornings or evenings"."""
    field, values = one.field.label, one.values
    if one.op in (Op.LAST, Op.AGO, Op.NEXT):
        return _of_days(one.op, field, int(values[0]))
    words = shown(one.field, one.op, values)
    told = _or(words)
    return _(_SENTENCES[one.op].key, field=field, value=told)


def _or(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s or %(last)s", first=", ".join(words[:-1]), last=words[-1])


def _of_days(op: Op, field: str, count: int) -> str:
    if op is Op.LAST:
        return ngettext("%(field)s in the last day", "%(field)s in the last %(num)d days", count, field=field)
    if op is Op.AGO:
        return ngettext("%(field)s over a day ago", "%(field)s over %(num)d days ago", count, field=field)
    return ngettext("%(field)s in the next day", "%(field)s in the next %(num)d days", count, field=field)


def shown(field: ListField, op: Op, values: Sequence[str]) -> list[str]:
    """The values of a filter as people read them."""
    if field.choices is not None:
        words = dict(field.choices())
        return [words.get(value, value) for value in values]
    if op is Op.MONTH:
        return [month(int(value)) for value in values]
    if op in (Op.ON, Op.SINCE, Op.BEFORE):
        return [local_day(date.fromisoformat(value)) for value in values]
    if field.shape is Shape.MONEY:
        return [money(round(Decimal(value) * 100), current_workspace().currency) for value in values]
    if field.shape is Shape.NUMBER:
        return [number(Decimal(value)) for value in values]
    return [show_phone(value) if value.startswith("+") else value for value in values]


def month(number_: int) -> str:
    """The month's own name."""
    return local_day(date(2000, number_, 1), "LLLL")
