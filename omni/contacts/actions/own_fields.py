"""A studio's own fields: what they say of a person, and the fields themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from omni.contacts import custom_fields
from omni.contacts.actions.life import row_of
from omni.contacts.custom_fields import Value
from omni.contacts.doers import By, actor_of
from omni.contacts.events import ContactChanged
from omni.contacts.folding import fold_name
from omni.contacts.kinds import FieldKind
from omni.contacts.models import Contact
from omni.contacts.normal import Misread
from omni.contacts.particulars import FieldDef, FieldValue
from omni.core import changes, clock
from omni.core.changes import Change, Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id, encode, new_id
from omni.core.tenancy import take_turns
from omni.core.words import Lazy, lazy, marked

# A choice of a field, as a change names it.
CHOICE = "field_choice"
# A field an import made or brought back, as a change names it.
MADE = "field_made"
MOST_FIELDS = 100
MOST_OPTIONS = 200
LONGEST_LABEL = 60
NO_LABEL = lazy("Give the field a name, such as “Shoe size”.")
LONG_LABEL = lazy("A name has up to 60 characters.")
SAME_LABEL = lazy("There is a field of that name already.")
NO_OPTIONS = lazy("Write at least one choice, one a line.")
TOO_MANY_OPTIONS = lazy("Up to 200 choices fit here.")
SAME_OPTION = lazy("“%(label)s” stands there twice.")
OPTION_IN_USE = lazy("“%(label)s” is chosen for %(count)s people. Rename it, or choose something else for them first.")
VALUE_CHANGED = lazy("%(field)s of %(name)s changed")
TOO_MANY = lazy("A studio has up to 100 fields of its own. Put one away first.")


class Was(Enum):
    """What a field said before, where nobody looked."""

    UNSEEN = "unseen"


@dataclass(frozen=True)
class Lost:
    """A value that another kind of field could not hold."""

    contact: Contact
    shown: str


class ValuesLost(Invalid):
    """The kind cannot change: `lost` are some of the values that would not fit, `count` how many there are."""

    def __init__(self, lost: Sequence[Lost], count: int) -> None:
        super().__init__()
        self.lost, self.count = list(lost), count


# -- what they say -----------------------------------------------------------------------------------------------------


def set_value(contact: Contact, field: FieldDef, value: Value, *, by: By, was: Value | Was = Was.UNSEEN) -> bool:
    """Make the field say this of the contact, None nothing; False when it says so already.

    `was` is what it said when the person began; Stale is raised, with what it says now, when that is no longer so.
    """
    names = {"field": field.label, "name": contact.display_name}
    with transaction():
        take_turns(f"fields of {contact.id}")
        rows = list(FieldValue.select().where(FieldValue.contact == contact.id, FieldValue.field == field.id))
        now = custom_fields.value_in(field, rows)
        if now == value:
            return False
        if not isinstance(was, Was) and now != was:
            raise Stale(now)
        with changes.batch("field", VALUE_CHANGED.key, by=actor_of(by), **names) as batch:
            _write(contact.id, field, value, rows, batch)
            publish(ContactChanged(contact.id, (field.key,)), by=actor_of(by))
    return True


def _write(contact_id: Id, field: FieldDef, value: Value, rows: Sequence[FieldValue], batch: changes.Batch) -> None:
    """Change, add and take away rows until they hold the value, each recorded."""
    wanted = {str(columns["v_option"]): columns for columns in custom_fields.columns_of(field, value)}
    spare = [row for row in rows if row.v_option not in wanted]
    for option, columns in wanted.items():
        row = next((one for one in rows if one.v_option == option), None) or (spare.pop() if spare else None)
        if row is None:
            row = FieldValue.create(contact=contact_id, field=field.id, **columns)
            batch.record(row, Op.CREATED, before=None, after=row_of(row), contact_id=contact_id)
            continue
        before = {name: getattr(row, name) for name in columns if getattr(row, name) != columns[name]}
        if before:
            after = {name: columns[name] for name in before}
            FieldValue.update(after).where(FieldValue.id == row.id).execute()
            batch.record(row, Op.UPDATED, before=before, after=after, contact_id=contact_id)
    for row in spare:
        FieldValue.delete().where(FieldValue.id == row.id).execute()
        batch.record(row, Op.DELETED, before=row_of(row), after=None, contact_id=contact_id)


# -- the fields themselves ---------------------------------------------------------------------------------------------


def add_field(
    label: str, kind: FieldKind, *, by: By, options: Sequence[str] = (), is_personal: bool = True
) -> FieldDef:
    """Make a field for every contact. Its key is made of its name and stays when it is renamed."""
    with (
        transaction(),
        changes.batch("field", marked("Field %(field)s made"), by=actor_of(by), field=label.strip()) as batch,
    ):
        take_turns("a studio's own fields")
        known = custom_fields.list_defs(with_archived=True)
        field = _made_field(label, kind, options, known, is_personal=is_personal)
        # Taken back it is put away, since people may have answered it by then.
        before = {"archived_at": clock.now()}
        batch.record(field, Op.UPDATED, before=before, after={"archived_at": None}, contact_id=None)
    return field


def open_field(label: str, kind: FieldKind, *, by: By, options: Sequence[str] = ()) -> FieldDef:
    """Have a field of that name in use: the one there is, brought back where it was put away, else a new one. Taken
    back it is put away again, unless it says something of somebody by then. Raises Invalid."""
    with (
        transaction(),
        changes.batch("field", marked("Field %(field)s made"), by=actor_of(by), field=label) as batch,
    ):
        take_turns("a studio's own fields")
        known = custom_fields.list_defs(with_archived=True)
        field = custom_fields.called(label, known)
        if field is None:
            field = _made_field(label, kind, options, known, is_personal=True)
        elif field.archived_at is None:
            return field
        else:
            _refuse_too_many(known)
            _show(field, None)
        batch.record(field, Op.CREATED, before=None, after={"archived_at": None}, contact_id=None, part=MADE)
    return field


def put_back_made(change: Change, back: changes.Batch, *, by: By) -> list[str]:
    """A field an import made is put away once it says nothing of anybody, and comes again when that is taken back."""
    take_turns("a studio's own fields")
    field: FieldDef | None = FieldDef.select().where(FieldDef.id == change.row_id).first()
    if field is None:
        return []
    if change.op is Op.CREATED and field.archived_at is None:
        held = FieldValue.select().join(Contact).where(FieldValue.field == field.id, Contact.deleted_at.is_null())
        if held.exists():
            return ["field_def.archived_at"]
        _show(field, clock.now())
        back.record(field, Op.DELETED, before={"archived_at": None}, after=None, contact_id=None, part=MADE)
    elif change.op is Op.DELETED and field.archived_at is not None:
        _show(field, None)
        back.record(field, Op.CREATED, before=None, after={"archived_at": None}, contact_id=None, part=MADE)
    return []


def _show(field: FieldDef, archived_at: datetime | None) -> None:
    """Show the field from now on, or from then on no more."""
    step = {"archived_at": archived_at, "version": FieldDef.version + 1}
    FieldDef.update(step).where(FieldDef.id == field.id).execute()


def _made_field(
    label: str, kind: FieldKind, options: Sequence[str], known: Sequence[FieldDef], *, is_personal: bool
) -> FieldDef:
    label = _checked_label(label, known)
    _refuse_too_many(known)
    return FieldDef.create(
        key=_key(label, {one.key for one in known}),
        label=label,
        kind=kind,
        options=_made_options([("", one) for one in options]) if kind.has_options else [],
        is_personal=is_personal,
    )


def _refuse_too_many(known: Sequence[FieldDef]) -> None:
    if sum(one.archived_at is None for one in known) >= MOST_FIELDS:
        raise Invalid(faults={"label": TOO_MANY.key})


def edit_field(
    field: FieldDef,
    *,
    label: str,
    kind: FieldKind,
    is_personal: bool,
    options: Sequence[tuple[str, str]],
    version: int,
    by: By,
) -> FieldDef:
    """Rename the field, change its choices (pairs of id, empty for a new one, and label) or its kind.

    Raises: Stale; ValuesLost where a value does not fit the new kind; Invalid where a choice is still chosen.
    """
    with (
        transaction(),
        changes.batch("field", marked("Field %(field)s changed"), by=actor_of(by), field=field.label) as batch,
    ):
        take_turns("a studio's own fields")
        known = [one for one in custom_fields.list_defs(with_archived=True) if one.id != field.id]
        made = _made_options(options) if kind.has_options else []
        wanted = {"label": _checked_label(label, known), "kind": kind, "is_personal": is_personal, "options": made}
        after = FieldDef(**{**field.__data__, **wanted})
        _refit(field, after, batch)
        before = {name: getattr(field, name) for name in wanted if getattr(field, name) != wanted[name]}
        _update(field, version, {name: wanted[name] for name in before}, batch)
    return field


def add_choice(field: FieldDef, label: str, *, by: By) -> str:
    """Give the field one more choice and answer its id; one of that name is as good. Raises Invalid."""
    with (
        transaction(),
        changes.batch("field", marked("Field %(field)s changed"), by=actor_of(by), field=field.label) as batch,
    ):
        take_turns("a studio's own fields")
        now = custom_fields.get_def(field.id)
        there = next((one["id"] for one in now.options if fold_name(one["label"]) == fold_name(label)), None)
        if there is not None:
            return str(there)
        made = _made_options([*((one["id"], one["label"]) for one in now.options), ("", label)])
        _set_options(now, made)
        batch.record(field, Op.CREATED, before=None, after=made[-1], contact_id=None, part=CHOICE)
    return made[-1]["id"]


def put_back_choice(change: Change, back: changes.Batch, *, by: By) -> list[str]:
    """A choice an import made goes once nobody holds it, and comes again when that is taken back."""
    take_turns("a studio's own fields")
    field: FieldDef | None = FieldDef.select().where(FieldDef.id == change.row_id).first()
    if field is None:
        return []
    one = change.after or change.before or {}
    is_there = one in field.options
    if change.op is Op.CREATED and is_there:
        held = FieldValue.select().join(Contact).where(FieldValue.field == field.id, FieldValue.v_option == one["id"])
        if held.where(Contact.deleted_at.is_null()).exists():
            return ["field_def.options"]
        _set_options(field, [other for other in field.options if other != one])
        back.record(field, Op.DELETED, before=one, after=None, contact_id=None, part=CHOICE)
    elif change.op is Op.DELETED and not is_there:
        _set_options(field, [*field.options, one])
        back.record(field, Op.CREATED, before=None, after=one, contact_id=None, part=CHOICE)
    return []


def _set_options(field: FieldDef, options: list[dict[str, str]]) -> None:
    FieldDef.update(options=options, version=FieldDef.version + 1).where(FieldDef.id == field.id).execute()


def archive_field(field: FieldDef, *, by: By) -> None:
    """Take the field off every page; its values stay for when it is brought back."""
    _set_archived(field, marked("Field %(field)s put away"), clock.now(), by)


def bring_field_back(field: FieldDef, *, by: By) -> None:
    """Show the field again with everything it said."""
    _set_archived(field, marked("Field %(field)s brought back"), None, by)


def _set_archived(field: FieldDef, words: str, at: object, by: By) -> None:
    with transaction(), changes.batch("field", words, by=actor_of(by), field=field.label) as batch:
        _update(field, field.version, {"archived_at": at}, batch)


def _update(field: FieldDef, version: int, after: dict[str, object], batch: changes.Batch) -> None:
    before = {name: getattr(field, name) for name in after}
    stepped = {**after, "version": version + 1}
    if not FieldDef.update(stepped).where(FieldDef.id == field.id, FieldDef.version == version).execute():
        raise Stale(custom_fields.get_def(field.id))
    for name, value in stepped.items():
        setattr(field, name, value)
    if after:
        batch.record(field, Op.UPDATED, before=before, after=after, contact_id=None)


def _refit(before: FieldDef, after: FieldDef, batch: changes.Batch) -> None:
    """Carry every value over to what the field is to be, or refuse with those that would be lost."""
    gone = {one["id"]: one["label"] for one in before.options} if before.kind.has_options else {}
    for one in after.options:
        gone.pop(one["id"], None)
    if before.kind is after.kind:
        _refuse_chosen(before, gone)
        return
    kept: list[tuple[Id, Value, list[FieldValue]]] = []
    lost: list[tuple[Id, Value]] = []
    for contact_id, rows in _rows_by_contact(before).items():
        value = custom_fields.value_in(before, rows)
        fits = custom_fields.read_value(after, custom_fields.plain_value(before, value))
        if isinstance(fits, Misread):
            lost.append((contact_id, value))
        else:
            kept.append((contact_id, fits, rows))
    if lost:
        raise ValuesLost(_named(before, lost[:20]), len(lost))
    for contact_id, value, rows in kept:
        _write(contact_id, after, value, rows, batch)


def _rows_by_contact(field: FieldDef) -> dict[Id, list[FieldValue]]:
    found: dict[Id, list[FieldValue]] = {}
    for row in FieldValue.select().where(FieldValue.field == field.id).order_by(FieldValue.contact, FieldValue.id):
        found.setdefault(row.contact_id, []).append(row)
    return found


def _named(field: FieldDef, lost: Sequence[tuple[Id, Value]]) -> list[Lost]:
    people = {one.id: one for one in Contact.select().where(Contact.id.in_([contact_id for contact_id, _ in lost]))}
    return [Lost(people[contact_id], custom_fields.show_value(field, value)) for contact_id, value in lost]


def _refuse_chosen(field: FieldDef, gone: dict[str, str]) -> None:
    for option, label in gone.items():
        count = FieldValue.select().where(FieldValue.field == field.id, FieldValue.v_option == option).count()
        if count:
            raise _wrong("options", OPTION_IN_USE, label=label, count=count)


def _made_options(given: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """The choices with their ids, a new one for each that has none; a blank one is left out."""
    made: list[dict[str, str]] = []
    for option, label in given:
        label = " ".join(label.split())
        if not label:
            continue
        if len(label) > LONGEST_LABEL:
            raise _wrong("options", LONG_LABEL)
        if fold_name(label) in {fold_name(one["label"]) for one in made}:
            raise _wrong("options", SAME_OPTION, label=label)
        made.append({"id": option or encode(new_id()), "label": label})
    if not made:
        raise _wrong("options", NO_OPTIONS)
    if len(made) > MOST_OPTIONS:
        raise _wrong("options", TOO_MANY_OPTIONS)
    return made


def _checked_label(label: str, known: Sequence[FieldDef]) -> str:
    label = " ".join(label.split())
    if not label:
        raise _wrong("label", NO_LABEL)
    if len(label) > LONGEST_LABEL:
        raise _wrong("label", LONG_LABEL)
    if fold_name(label) in {fold_name(one.label) for one in known}:
        raise _wrong("label", SAME_LABEL)
    return label


def _wrong(name: str, sentence: Lazy, **values: object) -> Invalid:
    return Invalid("", {name: sentence.key}, **values)


def _key(label: str, taken: set[str]) -> str:
    """A name for addresses and files: the label folded, numbered where it is taken."""
    base = re.sub(r"[^a-z0-9]+", "_", fold_name(label)).strip("_")[:50] or "field"
    number = next(n for n in range(1, len(taken) + 2) if (base if n == 1 else f"{base}_{n}") not in taken)
    return base if number == 1 else f"{base}_{number}"
