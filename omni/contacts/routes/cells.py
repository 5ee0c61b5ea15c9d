"""A cell of the list that is a table, changed where it stands; without a script, on a page of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from omni.accounts import queries as accounts
from omni.contacts import actions, facts, forms, queries, wording
from omni.contacts.kinds import Lifecycle, PointKind
from omni.contacts.lists.blocks import Block
from omni.contacts.lists.fields import ListField, Registry
from omni.contacts.models import Contact
from omni.contacts.routes.blueprint import contact_url, contacts, done, get_own
from omni.core import changes, ids
from omni.core.faults import Invalid, NotFound, Stale
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import render, respond

PAGE, FRAGMENT = "contacts/cell.html", "contacts/_cell.html"


@dataclass(frozen=True)
class Editor:
    """How a field is typed, what the form is filled with, and the write behind it."""

    form: Callable[[], type[Any]]
    filled: Callable[[Contact], Any]
    write: Callable[[Contact, Any], object]
    given: dict[str, Any]


@contacts.get("/contacts/<id:contact_id>/cells/<column>")
@allow(Policy.EDIT_CONTACTS, queries=20)
def edit_cell(contact_id: Id, column: str) -> Response:
    """The cell as a form; as it was when `shown` asks for that."""
    contact, field = get_own(contact_id), _field(column)
    form = None if request.args.get("shown") else _filled(contact, field)
    return render(PAGE, fragment=FRAGMENT, **cell_of(contact, field, form))


@contacts.post("/contacts/<id:contact_id>/cells/<column>")
@allow(Policy.EDIT_CONTACTS, queries=80)
def save_cell(contact_id: Id, column: str) -> Response:
    """Make the cell say what was typed; 422 keeps it open, 409 shows what somebody else made of it meanwhile."""
    contact, field = get_own(contact_id), _field(column)
    editor = _editor(field, contact)
    form = editor.form().of(request, **editor.given)
    with changes.watch() as acts:
        if form.ok:
            try:
                actions.change_seen(
                    contact,
                    form.mark.data or "",
                    says=lambda one: _mark(field, one),
                    write=lambda one: editor.write(one, form),
                )
            except Stale:
                fresh = queries.get_contact(contact_id)
                # Two people who typed the same are of one mind.
                if _typed(form) != editor.filled(fresh):
                    return _stale(fresh, field, form)
            except Invalid as fault:
                form.blame("value", next(iter(fault.faults.values()), "") or _(fault.words, **fault.values))
    fresh = queries.get_contact(contact_id)
    context = cell_of(fresh, field, None if form.ok else form)
    del context["form"]
    return respond(
        page=lambda form: render(PAGE, **context, form=form),
        fragment=FRAGMENT,
        then=contact_url(contact),
        toast=done(_("%(field)s of %(name)s saved", field=field.label, name=fresh.display_name), acts),
        form=form,
        **context,
    )


def cell_of(contact: Contact, field: ListField, form: Any, now_said: str | None = None) -> dict[str, Any]:
    """What a cell shows; with a form it is one."""
    said = field.read(Block([contact]), contact)
    return {
        "contact": contact,
        "field": field,
        "said": said,
        "form": form,
        "editing": form is not None,
        "now_said": now_said,
    }


def _stale(contact: Contact, field: ListField, form: Any) -> Response:
    """409: what the cell says now, what was typed in the form; sent again it wins."""
    form.mark.data = _mark(field, contact)
    now_said = field.read(Block([contact]), contact) or _("empty")
    return render(PAGE, fragment=FRAGMENT, status=409, **cell_of(contact, field, form, now_said))


def _field(column: str) -> ListField:
    found = Registry().find(column)
    if found is None or not found.is_editable:
        raise NotFound
    return found


def _filled(contact: Contact, field: ListField) -> Any:
    editor = _editor(field, contact)
    form = editor.form()(data={"value": editor.filled(contact), "mark": _mark(field, contact)})
    form.prepare(**editor.given)
    return form


def _typed(form: Any) -> Any:
    said = form.value.data
    return ids.encode(said) if isinstance(said, Id) else said or ""


def _mark(field: ListField, contact: Contact) -> str:
    """A short mark of what a cell says."""
    said = _editor(field, contact).filled(contact)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _editor(field: ListField, contact: Contact) -> Editor:
    make = _EDITORS.get(field.key)
    return make() if make else _of_fact(facts.get_fact(contact, field.key))


def _of_fact(fact: facts.Fact) -> Editor:
    def write(contact: Contact, form: Any) -> None:
        if fact.field:
            actions.set_value(contact, fact.field, form.said, by=current_teammate())
        else:
            actions.change_details(contact, form.columns, by=current_teammate())

    def filled(contact: Contact) -> Any:
        return facts.get_fact(contact, fact.name).typed

    return Editor(lambda: forms.fact_form(fact), filled, write, {})


def _of_point(kind: PointKind) -> Editor:
    def filled(contact: Contact) -> str:
        point = queries.primary_point(contact, kind)
        extension = f" x{point.extension}" if point and point.extension else ""
        return wording.point_text(point, masked=False) + extension if point else ""

    def write(contact: Contact, form: Any) -> None:
        actions.set_first_point(contact, kind, form.read, by=current_teammate())

    return Editor(lambda: forms.PointCell, filled, write, {"given_kind": kind})


def _set_owner(contact: Contact, form: Any) -> None:
    owner = accounts.get_teammate(form.value.data) if form.value.data else None
    actions.set_owner(contact, owner, by=current_teammate())


def _tag_names(contact: Contact) -> str:
    return ", ".join(tag.name for tag in queries.tags_of([contact.id]).get(contact.id, []))


_EDITORS: dict[str, Callable[[], Editor]] = {
    "owner": lambda: Editor(
        lambda: forms.OwnerCell,
        lambda contact: ids.encode(contact.owner_id) if contact.owner_id else "",
        _set_owner,
        {},
    ),
    "life": lambda: Editor(
        lambda: forms.LifeCell,
        lambda contact: contact.lifecycle.value,
        lambda contact, form: actions.set_lifecycle(
            contact, Lifecycle(form.value.data), via="hand", by=current_teammate()
        ),
        {},
    ),
    "tag": lambda: Editor(
        lambda: forms.TagsCell,
        _tag_names,
        lambda contact, form: actions.set_tags(contact, form.names, by=current_teammate()),
        {},
    ),
    "phone": lambda: _of_point(PointKind.PHONE),
    "email": lambda: _of_point(PointKind.EMAIL),
}
