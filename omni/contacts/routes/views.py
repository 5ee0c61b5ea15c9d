"""Saved views: kept from the list, and looked after on a page of their own."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from omni.contacts import actions, forms, queries
from omni.contacts.lists import sentences
from omni.contacts.lists.asked import Asked
from omni.contacts.routes.asking import asked_for
from omni.contacts.routes.blueprint import contacts
from omni.core import ids
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

VIEWS = "/contacts/views"


@contacts.get(VIEWS)
@allow(Policy.EDIT_CONTACTS)
def views() -> Response:
    """The teammate's views, each with its name to change, its place, and a way to let it go."""
    return show_views()


def show_views(form: Any = None, view: Any = None) -> Response:
    found = queries.list_views(current_teammate())
    names = {one.id: form if view is not None and one.id == view.id else _named(one.name) for one in found}
    return render("contacts/views.html", views=found, names=names)


@contacts.get(f"{VIEWS}/new")
@allow(Policy.EDIT_CONTACTS)
def new_view() -> Response:
    """The form that keeps the list of the address under a name."""
    return show_new_view(forms.ViewForm.of(request))


@contacts.post(f"{VIEWS}/new")
@allow(Policy.EDIT_CONTACTS, queries=30)
def save_view() -> Response:
    """Keep the list, and go back to it."""
    form, asked = forms.ViewForm.of(request), asked_for()
    if form.ok:
        try:
            actions.save_view(form.name.data or "", asked.query, by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    toast = Toast(_("View %(view)s saved", view=form.name.data or ""))
    return respond(page=show_new_view, then=asked.address(), toast=toast, form=form)


def show_new_view(form: forms.ViewForm) -> Response:
    asked: Asked = asked_for()
    said = [sentences.sentence(one) for one in asked.filters]
    return render("contacts/view_new.html", form=form, asked=asked, said=said)


@contacts.post(f"{VIEWS}/<id:view_id>/name")
@allow(Policy.EDIT_CONTACTS, queries=30)
def rename_view(view_id: Id) -> Response:
    """Give the view another name."""
    view = queries.get_view(view_id, current_teammate())
    form = forms.ViewForm.of(request)
    if form.ok:
        try:
            actions.rename_view(view, form.name.data or "", by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    return respond(page=show_views, then=VIEWS, toast=Toast(_("Name saved")), form=form, view=view)


@contacts.post(f"{VIEWS}/<id:view_id>/place")
@allow(Policy.EDIT_CONTACTS, queries=150)
def shift_view(view_id: Id) -> Response:
    """Move the view one place towards the beginning, or the end."""
    view = queries.get_view(view_id, current_teammate())
    actions.shift_view(view, step=-1 if request.form.get("to") == "front" else 1, by=current_teammate())
    return respond(page=show_views, then=VIEWS, toast=Toast(_("%(view)s moved", view=view.name)))


@contacts.post(f"{VIEWS}/<id:view_id>/delete")
@allow(Policy.EDIT_CONTACTS, queries=30)
def delete_view(view_id: Id) -> Response:
    """Let the view go; its people stay, and Undo brings it back."""
    view = queries.get_view(view_id, current_teammate())
    batch_id = actions.delete_view(view, by=current_teammate())
    toast = Toast(_("View %(view)s let go", view=view.name), f"/history/{ids.encode(batch_id)}/undo")
    return respond(page=show_views, then=VIEWS, toast=toast)


def _named(name: str) -> forms.ViewForm:
    form = forms.ViewForm(data={"name": name})
    form.prepare()
    return form
