"""The studio's own fields: made, renamed, changed in kind, put away."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from omni.contacts import actions, custom_fields, forms, wording
from omni.contacts.actions import ValuesLost
from omni.contacts.kinds import FieldKind
from omni.contacts.particulars import FieldDef
from omni.contacts.routes.blueprint import contacts, done
from omni.core import changes
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _, ngettext
from omni.web import htmx
from omni.web.access import allow
from omni.web.fields import clean
from omni.web.login import current_teammate
from omni.web.respond import render, respond

HERE = "/settings/fields"


@contacts.get("/settings/fields")
@allow(Policy.EDIT_BOARDS)
def list_fields() -> Response:
    """Every field of the studio's own, and the form for a new one."""
    return show_fields(_form(kind=FieldKind.TEXT.value, is_personal=True))


@contacts.post("/settings/fields")
@allow(Policy.EDIT_BOARDS, queries=40)
def add_field() -> Response:
    """Make a field."""
    form = forms.FieldForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            options = [label for _id, label in form.given_options]
            try:
                actions.add_field(form.label.data or "", **_asked(form), options=options, by=current_teammate())
            except Invalid as fault:
                form.blame(fault)
    return respond(
        page=show_fields,
        faulty="contacts/_field_new.html",
        then=HERE,
        toast=done(_("%(field)s added", field=form.label.data or ""), acts),
        form=form,
    )


def show_fields(form: forms.FieldForm) -> Response:
    every = custom_fields.list_defs(with_archived=True)
    return render(
        "contacts/fields.html",
        fields=[one for one in every if one.archived_at is None],
        put_away=[one for one in every if one.archived_at],
        kinds=wording.FIELD_KINDS,
        form=form,
    )


@contacts.get("/settings/fields/<id:field_id>")
@allow(Policy.EDIT_BOARDS)
def edit_field(field_id: Id) -> Response:
    """The form of one field."""
    field = custom_fields.get_def(field_id)
    return show_field(field, _filled(field))


@contacts.post("/settings/fields/<id:field_id>")
@allow(Policy.EDIT_BOARDS, queries=10_000)
def save_field(field_id: Id) -> Response:
    """Change a field; 422 with the values that its new kind would lose, 409 when somebody was faster."""
    field = custom_fields.get_def(field_id)
    form = forms.FieldForm.of(request, pairs=_pairs())
    lost: ValuesLost | None = None
    with changes.watch() as acts:
        if form.ok:
            try:
                actions.edit_field(
                    field,
                    label=form.label.data or "",
                    **_asked(form),
                    options=form.given_options,
                    version=forms.version_in(form),
                    by=current_teammate(),
                )
            except ValuesLost as fault:
                lost = fault
                form.blame("kind", _lost_words(fault.count))
            except Stale as fault:
                return _stale(fault.fresh, form)
            except Invalid as fault:
                form.blame(fault)
    return respond(
        page=show_field,
        faulty="contacts/_field_edit.html",
        then=HERE,
        toast=done(_("%(field)s saved", field=form.label.data or ""), acts),
        form=form,
        field=field,
        lost=lost,
        is_stale=False,
    )


def show_field(
    field: FieldDef, form: forms.FieldForm, lost: ValuesLost | None = None, is_stale: bool = False, status: int = 200
) -> Response:
    context = {"field": field, "form": form, "lost": lost, "is_stale": is_stale}
    fragment = "contacts/_field_edit.html" if htmx.is_partial() and status == 409 else None
    return render("contacts/field.html", fragment=fragment, status=status, **context)


@contacts.post("/settings/fields/<id:field_id>/archive")
@allow(Policy.EDIT_BOARDS, queries=40)
def archive_field(field_id: Id) -> Response:
    """Put the field away, or with `back` bring it back."""
    field = custom_fields.get_def(field_id)
    is_back = bool(request.form.get("back"))
    with changes.watch() as acts:
        if is_back:
            actions.bring_field_back(field, by=current_teammate())
        else:
            actions.archive_field(field, by=current_teammate())
    words = _("%(field)s brought back", field=field.label) if is_back else _("%(field)s put away", field=field.label)
    return respond(page=list_fields, then=HERE, toast=done(words, acts))


def _stale(fresh: FieldDef, form: forms.FieldForm) -> Response:
    form.version.data = str(fresh.version)
    return show_field(fresh, form, is_stale=True, status=409)


def _asked(form: forms.FieldForm) -> dict[str, Any]:
    return {"kind": FieldKind(form.kind.data), "is_personal": bool(form.is_personal.data)}


def _lost_words(count: int) -> str:
    return ngettext("%(num)d value would not fit.", "%(num)d values would not fit.", count)


def _pairs() -> list[tuple[str, str]]:
    """The choices as sent; one whose name was emptied is to go."""
    ids, labels = request.form.getlist("option_id"), request.form.getlist("option_label")
    return [(clean(one)[:32], clean(label)[:200]) for one, label in zip(ids, labels, strict=False)]


def _form(**data: Any) -> forms.FieldForm:
    form = forms.FieldForm(data=data)
    form.prepare()
    return form


def _filled(field: FieldDef) -> forms.FieldForm:
    data = {"label": field.label, "kind": field.kind.value, "is_personal": field.is_personal}
    form = forms.FieldForm(data={**data, "version": str(field.version)})
    form.prepare(pairs=[(one["id"], one["label"]) for one in field.options])
    return form
