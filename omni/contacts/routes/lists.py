"""The list of people: its page, and finding somebody by a few letters."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from omni.contacts import forms, queries, wording
from omni.contacts.finding import find_all
from omni.contacts.lists import pages, sentences
from omni.contacts.lists.asked import Asked
from omni.contacts.routes.asking import asked_for, building, built, form_for_many, offered
from omni.contacts.routes.blueprint import contacts, is_masked, may_edit
from omni.core.policies import Policy
from omni.core.words import _
from omni.web import htmx
from omni.web.access import allow, can
from omni.web.fields import clean
from omni.web.login import current_teammate
from omni.web.respond import render

CHOICES = ("filter", "order", "columns")


@contacts.get("/contacts")
# At most eight, and two that a search asks before there is a list.
@allow(Policy.VIEW_CONTACTS, queries=10)
def index() -> Response:
    """The people who fit the address; 422 and nobody when it has a filter that means nothing any more."""
    asked = asked_for()
    if address := built(asked) or _tidied(asked):
        return htmx.see_other(address)
    return show_list(asked)


def show_list(asked: Asked) -> Response:
    page = pages.list_page(asked, is_masked=is_masked())
    adding, choosing = building(asked), _choosing()
    is_fault = bool(asked.broken) or bool(adding and adding.fault)
    return render(
        "contacts/index.html",
        fragment=_part(asked, choosing, adding),
        status=422 if is_fault else 200,
        adding=adding,
        choosing=choosing,
        views=_views(asked),
        can_add=bool(can(Policy.EDIT_CONTACTS)),
        can_import=bool(can(Policy.IMPORT)),
        can_export=bool(can(Policy.EXPORT_CONTACTS)),
        can_merge=bool(can(Policy.MERGE)),
        can_link=bool(can(Policy.EDIT_LINKS)),
        for_many=offered(asked.query),
        bulk_form=_bulk_form(asked),
        **list_of(asked, page),
    )


def list_of(asked: Asked, page: pages.Listing) -> dict[str, Any]:
    """What the list itself shows."""
    return {
        "asked": asked,
        "page": page,
        "chips": [(one.text, sentences.sentence(one)) for one in asked.filters],
        "life_names": wording.LIVES,
        "when": wording.when,
        "may_edit": may_edit,
    }


def _tidied(asked: Asked) -> str:
    """The canonical address, where columns came one by one out of a form."""
    return asked.address() if len(request.args.getlist("cols")) > 1 else ""


def _views(asked: Asked) -> list[dict[str, Any]]:
    """The tabs atop the list: everyone, and the teammate's own views."""
    tabs = [{"label": _("Everyone"), "href": "/contacts", "current": not asked.query}]
    for view in queries.list_views(current_teammate()) if can(Policy.EDIT_CONTACTS) else ():
        tabs.append({"label": view.name, "href": f"/contacts?{view.query}", "current": view.query == asked.query})
    return tabs


def _bulk_form(asked: Asked) -> forms.BulkForm | None:
    """The form for those ticked, where somebody is ticking."""
    if not asked.is_ticking or not can(Policy.EDIT_CONTACTS):
        return None
    return form_for_many(asked)


def _choosing() -> str:
    """What is being chosen above the list."""
    given = request.args.get("choose", "")
    return given if given in CHOICES else ""


def _part(asked: Asked, choosing: str, adding: Any) -> str:
    """What htmx gets: what is to be chosen, further rows, or the list."""
    if choosing or adding:
        return "contacts/_list_choose.html"
    return "contacts/_more_rows.html" if asked.after else "contacts/_list.html"


@contacts.get("/search")
@allow(Policy.VIEW_CONTACTS, queries=20)
def find() -> Response:
    """What a few letters or digits mean; with `sheet` as the sheet that lies over any page."""
    found = find_all(clean(request.args.get("q", ""))[:200], current_teammate())
    fragment = "contacts/_palette.html" if request.args.get("sheet") else "contacts/_found.html"
    place = "palette-found" if request.args.get("sheet") or request.args.get("place") else "found"
    return render("contacts/search.html", fragment=fragment, found=found, place=place, life_names=wording.LIVES)
