"""The fields of people, each in one place: its key and label, how it is filtered, sorted, shown and edited.

`Registry` is made once a request: what a field needs of the database (choices, the studio's own fields) is read when it
is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from peewee import fn

from omni.contacts import custom_fields, ports, queries, wording
from omni.contacts.folding import fold
from omni.contacts.kinds import Entry, FieldKind, Lifecycle, PointKind
from omni.contacts.lists.blocks import Block
from omni.contacts.lists.operators import BARE, OPS, BadFilter, Op, Place, Shape, condition, says
from omni.contacts.models import Contact, ContactPoint, ContactSearch, ContactTag
from omni.contacts.particulars import FieldDef, FieldValue
from omni.core import ids
from omni.core.ids import Id
from omni.core.together import beside
from omni.core.words import Lazy, _, lazy

NOBODY = "none"
OWN = "own-"
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Order:
    """One way to put people in order: `columns` ascending, or all descending; `is_there` leaves out those of whom the
    columns say nothing, who then come last."""

    columns: tuple[Any, ...]
    reads: type[int] | type[str] | type[float] | type[date]
    is_down: bool = False
    is_there: Any = None
    join: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class ListField:
    """One field of people. `read` words it for a row; the cell of one that is editable can be changed in the list."""

    key: str
    label: str
    shape: Shape
    place: Place | None
    ops: tuple[Op, ...]
    read: Callable[[Block, Contact], str]
    choices: Callable[[], Choices] | None = None
    order: Order | None = None
    is_editable: bool = False
    own: FieldDef | None = None
    where: Callable[[Op, Sequence[str]], Any] | None = None
    is_number: bool = False
    is_column: bool = True

    def condition(self, op: Op, values: Sequence[str]) -> Any:
        """Which contacts fit. Raises BadFilter."""
        if op not in self.ops or (not values and op not in BARE):
            raise BadFilter(op)
        if self.choices is not None and op not in BARE:
            known = {value for value, _words in self.choices()}
            if not set(values) <= known:
                raise BadFilter(",".join(values))
        if self.where is not None:
            return self.where(op, values)
        assert self.place is not None  # noqa: S101 - a field has one or the other
        return condition(self.shape, op, values, self.place)


class Registry:
    """Every field a list knows at this moment."""

    def find(self, key: str) -> ListField | None:
        found = _PLAIN.get(key)
        if found is not None:
            return found(self)
        return self._own.get(key) if key.startswith(OWN) else None

    @cached_property
    def all(self) -> list[ListField]:
        return [*(make(self) for make in _PLAIN.values()), *self._own.values()]

    @property
    def columns(self) -> list[ListField]:
        return [one for one in self.all if one.is_column]

    @property
    def sorts(self) -> list[ListField]:
        return [one for one in self.all if one.order is not None]

    @cached_property
    def owners(self) -> Choices:
        return [(NOBODY, _("Nobody")), *self.teammates]

    @cached_property
    def teammates(self) -> Choices:
        """Who works here, then those who left and whose people nobody took over."""
        everyone, here = self._read["team"]
        return [*self.here, *_named(one for one in everyone.items() if one[0] not in here)]

    @cached_property
    def here(self) -> Choices:
        """Who works here."""
        return _named(self._read["team"][1].items())

    @cached_property
    def tags(self) -> Choices:
        return [(ids.encode(tag.id), tag.name) for tag in self._read["tags"]]

    @property
    def boards(self) -> list[ports.BoardPlace]:
        """The boards people may be put on."""
        return list(self._read.get("boards", ()))

    @cached_property
    def stages(self) -> Choices:
        return [
            (ids.encode(stage.id), _("%(board)s, %(stage)s", board=board.name, stage=stage.name))
            for board in self.boards
            for stage in board.stages
        ]

    @property
    def defs(self) -> list[FieldDef]:
        """The studio's own fields."""
        return list(self._read["defs"])

    @cached_property
    def _own(self) -> dict[str, ListField]:
        return {f"{OWN}{one.key}": _own_field(one) for one in self.defs}

    @cached_property
    def _read(self) -> dict[str, Any]:
        """What any field needs of the database, in one statement."""
        places = ports.places.answer()
        boards = {"boards": places()} if places else {}
        return beside(team=queries.team_names(), tags=queries.tags(), defs=custom_fields.defs(), **boards).read()


def _named(people: Iterable[tuple[Id, str]]) -> Choices:
    return [(ids.encode(who), name) for who, name in sorted(people, key=lambda one: (fold(one[1]), one[0].int))]


def _column(column: Any, is_there: Any) -> Place:
    return Place(column, lambda told: told, is_there)


def _typed(key: str, column: Any, *, sorted_by: bool = False) -> Callable[[Registry], ListField]:
    def make(_registry: Registry) -> ListField:
        return ListField(
            key=key,
            label=wording.field_name(key),
            shape=Shape.TEXT,
            place=_column(column, says(column)),
            ops=(*OPS[Shape.TEXT], Op.FILLED, Op.EMPTY),
            read=lambda _block, contact: str(getattr(contact, key)),
            order=Order((fn.LOWER(column),), str, is_there=says(column)) if sorted_by else None,
            is_editable=True,
        )

    return make


def _instant(
    key: str, column: Any, label: Lazy, order: Order | None, *, ops: tuple[Op, ...] = ()
) -> Callable[[Registry], ListField]:
    def make(_registry: Registry) -> ListField:
        return ListField(
            key=key,
            label=str(label),
            shape=Shape.MOMENT,
            place=_column(column, column.is_null(False)),
            ops=ops or OPS[Shape.MOMENT],
            read=lambda _block, contact: wording.when(getattr(contact, column.name)),
            order=order,
        )

    return make


def _of_points(kind: PointKind) -> Place:
    column = ContactPoint.norm
    return Place(
        column,
        lambda told: Contact.id.in_(ContactPoint.select(ContactPoint.contact).where(ContactPoint.kind == kind, told)),
        column.is_null(False),
    )


def _points(key: str, kind: PointKind, shape: Shape) -> Callable[[Registry], ListField]:
    def make(_registry: Registry) -> ListField:
        return ListField(
            key=key,
            label=wording.field_name(key),
            shape=shape,
            place=_of_points(kind),
            ops=(*OPS[shape], Op.FILLED, Op.EMPTY),
            read=lambda block, contact: block.point(contact, kind),
            is_editable=True,
        )

    return make


def _name(_registry: Registry) -> ListField:
    return ListField(
        key="name",
        label=_("Name"),
        shape=Shape.TEXT,
        place=_column(Contact.display_name, says(Contact.display_name)),
        ops=OPS[Shape.TEXT],
        read=lambda _block, contact: str(contact.display_name),
        order=Order(
            (ContactSearch.fold,),
            str,
            join=lambda query: query.join(ContactSearch, on=(ContactSearch.contact == Contact.id)),
        ),
    )


def _life(_registry: Registry) -> ListField:
    return ListField(
        key="life",
        label=wording.field_name("life"),
        shape=Shape.CHOICE,
        place=_column(Contact.lifecycle, Contact.lifecycle.is_null(False)),
        ops=OPS[Shape.CHOICE],
        read=lambda _block, contact: str(wording.LIVES[contact.lifecycle]),
        choices=lambda: [(one.value, str(wording.LIVES[one])) for one in Lifecycle],
        is_editable=True,
    )


def _owner(registry: Registry) -> ListField:
    def where(op: Op, values: Sequence[str]) -> Any:
        people = [ids.decode(value) for value in values if value != NOBODY]
        told = Contact.owner.in_(people)
        if NOBODY in values:
            told = told | Contact.owner.is_null() if people else Contact.owner.is_null()
        if op is Op.IS:
            return told
        # Nobody is not somebody either, which NULL would not say by itself.
        return ~told if NOBODY in values else ~told | Contact.owner.is_null()

    return ListField(
        key="owner",
        label=wording.field_name("owner"),
        shape=Shape.CHOICE,
        place=None,
        ops=OPS[Shape.CHOICE],
        read=lambda block, contact: block.owners.get(contact.owner_id, "") if contact.owner_id else "",
        choices=lambda: registry.owners,
        is_editable=True,
        where=where,
    )


def _source(_registry: Registry) -> ListField:
    return ListField(
        key="source",
        label=wording.field_name("source"),
        shape=Shape.CHOICE,
        place=_column(Contact.source, Contact.source.is_null(False)),
        ops=OPS[Shape.CHOICE],
        read=lambda _block, contact: str(wording.ENTRIES[contact.source]),
        choices=lambda: [(one.value, str(wording.ENTRIES[one])) for one in Entry],
    )


def _people_of(links: Any) -> Callable[[Op, Sequence[Id]], Any]:
    """The condition of a field that stands in rows of its own, by the ids chosen: `links(None)` are all its rows."""

    def where(op: Op, chosen: Sequence[Id]) -> Any:
        if op in (Op.EMPTY, Op.FILLED):
            told = Contact.id.in_(links(None))
            return told if op is Op.FILLED else ~told
        told = Contact.id.in_(links(chosen))
        return told if op is Op.IS else ~told

    return where


def _tag(registry: Registry) -> ListField:
    def links(chosen: Sequence[Id] | None) -> Any:
        query = ContactTag.select(ContactTag.contact)
        return query if chosen is None else query.where(ContactTag.tag.in_(list(chosen)))

    where = _people_of(links)
    return ListField(
        key="tag",
        label=wording.field_name("tags"),
        shape=Shape.CHOICE,
        place=None,
        ops=(*OPS[Shape.CHOICE], Op.FILLED, Op.EMPTY),
        read=lambda block, contact: ", ".join(tag.name for tag in block.tags.get(contact.id, [])),
        choices=lambda: registry.tags,
        is_editable=True,
        where=lambda op, values: where(op, [ids.decode(value) for value in values]),
    )


def _standing(registry: Registry, op: Op, stage_ids: Sequence[Id] | None) -> Any:
    desk = ports.standing_in.answer()
    if desk is None:
        raise BadFilter("stage")
    return _people_of(desk)(op, stage_ids or [])


def _stage(registry: Registry) -> ListField:
    return ListField(
        key="stage",
        label=wording.field_name("stage"),
        shape=Shape.CHOICE,
        place=None,
        ops=(*OPS[Shape.CHOICE], Op.FILLED, Op.EMPTY),
        read=lambda block, contact: block.stage(contact),
        choices=lambda: registry.stages,
        where=lambda op, values: _standing(registry, op, [ids.decode(value) for value in values]),
    )


def _board(registry: Registry) -> ListField:
    def where(op: Op, values: Sequence[str]) -> Any:
        stages = [s.id for board in registry.boards if ids.encode(board.id) in values for s in board.stages]
        return _standing(registry, op, stages)

    return ListField(
        key="board",
        label=_("Board"),
        shape=Shape.CHOICE,
        place=None,
        ops=OPS[Shape.CHOICE],
        read=lambda _block, _contact: "",
        choices=lambda: [(ids.encode(board.id), board.name) for board in registry.boards],
        where=where,
        is_column=False,
    )


def _next_step(_registry: Registry) -> ListField:
    column = Contact.next_action_at
    return ListField(
        key="next",
        label=_("Next step"),
        shape=Shape.MOMENT,
        place=_column(column, column.is_null(False)),
        ops=(Op.LATE, Op.NEXT, Op.ON, Op.BEFORE, Op.SINCE, Op.FILLED, Op.EMPTY),
        read=lambda block, contact: block.step(contact),
        order=Order((column,), int, is_there=column.is_null(False)),
    )


def _birthday(_registry: Registry) -> ListField:
    month, day = Contact.birth_month, Contact.birth_day
    is_there = month.is_null(False) & day.is_null(False)
    return ListField(
        key="birthday",
        label=wording.field_name("birthday"),
        shape=Shape.BIRTHDAY,
        place=Place((month, day), lambda told: told, is_there),
        ops=(*OPS[Shape.BIRTHDAY], Op.FILLED, Op.EMPTY),
        read=lambda _block, contact: wording.birthday(contact),
        order=Order((month, day), int, is_there=is_there),
    )


_PLAIN: Mapping[str, Callable[[Registry], ListField]] = {
    "name": _name,
    "life": _life,
    "owner": _owner,
    "tag": _tag,
    "stage": _stage,
    "board": _board,
    "next": _next_step,
    "recent": _instant(
        "recent", Contact.last_touch_at, lazy("Last contact"), Order((Contact.last_touch_at,), int, is_down=True)
    ),
    "phone": _points("phone", PointKind.PHONE, Shape.DIGITS),
    "email": _points("email", PointKind.EMAIL, Shape.TEXT),
    "city": _typed("city", Contact.city, sorted_by=True),
    "company": _typed("company", Contact.company, sorted_by=True),
    "job_title": _typed("job_title", Contact.job_title),
    "birthday": _birthday,
    "source": _source,
    "created": _instant("created", Contact.created_at, lazy("First seen"), Order((), str, is_down=True)),
}


# -- a studio's own fields ---------------------------------------------------------------------------------------------

_SHAPES = {
    FieldKind.TEXT: Shape.TEXT,
    FieldKind.LONG: Shape.TEXT,
    FieldKind.URL: Shape.TEXT,
    FieldKind.NUMBER: Shape.NUMBER,
    FieldKind.MONEY: Shape.MONEY,
    FieldKind.DATE: Shape.DAY,
    FieldKind.BOOL: Shape.CHOICE,
    FieldKind.SELECT: Shape.CHOICE,
    FieldKind.MULTI: Shape.CHOICE,
}
_COLUMNS = {
    FieldKind.NUMBER: FieldValue.v_num,
    FieldKind.MONEY: FieldValue.v_num,
    FieldKind.BOOL: FieldValue.v_num,
    FieldKind.DATE: FieldValue.v_date,
    FieldKind.SELECT: FieldValue.v_option,
    FieldKind.MULTI: FieldValue.v_option,
}
_YES, _NO = "yes", "no"


def _own_field(one: FieldDef) -> ListField:
    shape, column = _SHAPES[one.kind], _COLUMNS.get(one.kind, FieldValue.v_text)
    mine = FieldValue.select(FieldValue.contact).where(FieldValue.field == one.id)
    place = Place(column, lambda told: Contact.id.in_(mine.where(told)), column.is_null(False))
    is_bool = one.kind is FieldKind.BOOL

    def where(op: Op, values: Sequence[str]) -> Any:
        return condition(shape, op, [float(value == _YES) for value in values], place)

    return ListField(
        key=f"{OWN}{one.key}",
        label=one.label,
        shape=shape,
        place=place,
        ops=(*OPS[shape], Op.FILLED, Op.EMPTY),
        read=lambda block, contact: custom_fields.show_value(one, block.own(contact, one)),
        choices=_own_choices(one),
        order=_own_order(one, column),
        is_editable=True,
        own=one,
        where=where if is_bool else None,
        is_number=shape in (Shape.NUMBER, Shape.MONEY),
    )


def _own_choices(one: FieldDef) -> Callable[[], Choices] | None:
    if one.kind is FieldKind.BOOL:
        return lambda: [(_YES, _("Yes")), (_NO, _("No"))]
    return (lambda: [(each["id"], each["label"]) for each in one.options]) if one.kind.has_options else None


def _own_order(one: FieldDef, column: Any) -> Order | None:
    if one.kind not in (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.DATE):
        return None
    said = (FieldValue.contact == Contact.id) & (FieldValue.field == one.id)
    return Order(
        (column,),
        date if one.kind is FieldKind.DATE else float,
        is_there=Contact.id.in_(FieldValue.select(FieldValue.contact).where(FieldValue.field == one.id)),
        join=lambda query: query.join(FieldValue, on=said),
    )
