"""What a filter may ask of a field, and the condition it becomes.

Every shape of field has its operators. A condition is written on the field's column; `Place` says for which contacts a
condition on that column holds, since a phone or a studio's own field stands in another table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, NodeList, Value

from omni.core import clock
from omni.core.words import current_zone

MOST_DAYS = 36_500


class Shape(StrEnum):
    """How the values of a field compare."""

    TEXT = "text"
    DIGITS = "digits"
    CHOICE = "choice"
    DAY = "day"
    MOMENT = "moment"
    BIRTHDAY = "birthday"
    NUMBER = "number"
    MONEY = "money"


class Op(StrEnum):
    """The middle word of `f=field:op:value`."""

    IS = "is"
    NOT = "not"
    HAS = "has"
    STARTS = "starts"
    ON = "on"
    SINCE = "since"
    BEFORE = "before"
    LAST = "last"
    AGO = "ago"
    NEXT = "next"
    LATE = "late"
    MONTH = "month"
    OVER = "over"
    UNDER = "under"
    EMPTY = "empty"
    FILLED = "filled"


BARE = frozenset({Op.EMPTY, Op.FILLED, Op.LATE})
OF_DAYS = frozenset({Op.LAST, Op.AGO, Op.NEXT})
_TIMES = (Op.LAST, Op.AGO, Op.ON, Op.SINCE, Op.BEFORE)
OPS: dict[Shape, tuple[Op, ...]] = {
    Shape.TEXT: (Op.HAS, Op.IS, Op.STARTS, Op.NOT),
    Shape.DIGITS: (Op.HAS,),
    Shape.CHOICE: (Op.IS, Op.NOT),
    Shape.DAY: (Op.NEXT, *_TIMES),
    Shape.MOMENT: _TIMES,
    Shape.BIRTHDAY: (Op.NEXT, Op.MONTH),
    Shape.NUMBER: (Op.OVER, Op.UNDER, Op.IS),
    Shape.MONEY: (Op.OVER, Op.UNDER, Op.IS),
}


class BadFilter(ValueError):
    """The value means nothing to this field."""


@dataclass(frozen=True)
class Place:
    """A column, for which contacts a condition on it holds, and the condition that it says something at all."""

    column: Any
    people: Callable[[Any], Any]
    is_there: Any


def condition(shape: Shape, op: Op, values: Sequence[Any], place: Place) -> Any:
    """Which contacts fit `op` and any of the values. Raises BadFilter."""
    if op is Op.EMPTY:
        return ~place.people(place.is_there)
    if op is Op.FILLED:
        return place.people(place.is_there)
    if op is Op.LATE:
        return place.people(place.column < clock.now())
    if op is Op.NOT:
        return ~place.people(_any(shape, Op.IS, values, place) & place.is_there)
    return place.people(_any(shape, op, values, place) & place.is_there)


def _any(shape: Shape, op: Op, values: Sequence[Any], place: Place) -> Any:
    if shape is Shape.CHOICE:
        return place.column.in_(list(values))
    return reduce(or_, (_ONE[shape](op, value, place) for value in values))


def _text(op: Op, value: str, place: Place) -> Any:
    before, after = ("%" if op is Op.HAS else ""), ("%" if op in (Op.HAS, Op.STARTS) else "")
    return like(place.column, f"{before}{escaped(value)}{after}")


def like(column: Any, pattern: str) -> Any:
    """Whether the column fits a pattern, upper and lower case alike; `!` takes a sign's meaning away."""
    return column ** NodeList((Value(pattern), SQL("ESCAPE '!'")))


def says(column: Any) -> Any:
    """Whether a column of text says anything. Not bound, since SQLite sees no index behind a value that is bound."""
    return NodeList((column, SQL("<> ''")))


def escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _digits(_op: Op, value: str, place: Place) -> Any:
    digits = "".join(letter for letter in value if letter.isdecimal())
    if not digits:
        raise BadFilter(value)
    return like(place.column, f"%{digits}%")


def _day(op: Op, value: str, place: Place) -> Any:
    first, end = days_of(op, value)
    return _between(place.column, first, end)


def _moment(op: Op, value: str, place: Place) -> Any:
    first, end = days_of(op, value)
    return _between(place.column, first and midnight(first), end and midnight(end))


def _between(column: Any, first: Any, end: Any) -> Any:
    if first is None:
        return column < end
    return column >= first if end is None else (column >= first) & (column < end)


def days_of(op: Op, value: str) -> tuple[date | None, date | None]:
    """The first day an operator of time means, and the day behind its last one. Raises BadFilter."""
    if op in OF_DAYS:
        today, count = clock.now().astimezone(current_zone()).date(), timedelta(days=whole(value, MOST_DAYS))
        if op is Op.AGO:
            return None, today - count
        day = timedelta(days=1)
        return (today, today + count + day) if op is Op.NEXT else (today - count, today + day)
    day_meant = read_day(value)
    if op is Op.BEFORE:
        return None, day_meant
    return day_meant, (day_meant + timedelta(days=1) if op is Op.ON else None)


def read_day(value: str) -> date:
    """The day of `2026-11-27`. Raises BadFilter."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise BadFilter(value) from None
    if not 1800 <= day.year <= 2200:
        raise BadFilter(value)
    return day


def midnight(day: date) -> datetime:
    """The instant at which the day begins for whoever looks at the list."""
    return datetime.combine(day, time(), current_zone())


def whole(value: str, most: int) -> int:
    """A whole number up to `most`. Raises BadFilter."""
    if not (value.isascii() and value.isdigit() and len(value) < 10) or int(value) > most:
        raise BadFilter(value)
    return int(value)


def _number(op: Op, value: str, place: Place) -> Any:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise BadFilter(value) from None
    if not amount.is_finite() or abs(amount) > 10**12:
        raise BadFilter(value)
    number = float(amount)
    return _compared(op, place.column, number)


def _money(op: Op, value: str, place: Place) -> Any:
    try:
        cents = Decimal(value) * 100
    except InvalidOperation:
        raise BadFilter(value) from None
    if not cents.is_finite() or abs(cents) > 10**14:
        raise BadFilter(value)
    return _compared(op, place.column, float(cents))


def _compared(op: Op, column: Any, number: float) -> Any:
    if op is Op.OVER:
        return column > number
    return column < number if op is Op.UNDER else column == number


def _birthday(op: Op, value: str, place: Place) -> Any:
    month, day = place.column
    if op is Op.MONTH:
        return month == _month(value)
    today, count = clock.now().astimezone(current_zone()).date(), whole(value, 366)
    spans: dict[int, set[int]] = {}
    for n in range(count + 1):
        one = today + timedelta(days=n)
        spans.setdefault(one.month, set()).add(one.day)
        # Who was born on the 29th of February is thought of on the 28th in other years.
        if (one.month, one.day) == (2, 28):
            spans[2].add(29)
    return reduce(or_, ((month == number) & day.in_(sorted(days)) for number, days in spans.items()))


def _month(value: str) -> int:
    number = whole(value, 12)
    if not number:
        raise BadFilter(value)
    return number


_ONE: dict[Shape, Callable[[Op, str, Place], Any]] = {
    Shape.TEXT: _text,
    Shape.DIGITS: _digits,
    Shape.DAY: _day,
    Shape.MOMENT: _moment,
    Shape.BIRTHDAY: _birthday,
    Shape.NUMBER: _number,
    Shape.MONEY: _money,
}
