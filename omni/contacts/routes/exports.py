"""Taking people out as a file."""

from __future__ import annotations

from typing import Any

from flask import Response, request, stream_with_context

from omni.contacts import queries
from omni.contacts.doers import actor_of
from omni.contacts.exports.files import FORMATS, Format, chunks, file_name, people_of
from omni.contacts.lists import pages
from omni.contacts.routes.asking import asked_for
from omni.contacts.routes.blueprint import contacts
from omni.core import audit
from omni.core.database import transaction
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import render

EXPORT = "/contacts/export"


@contacts.get(EXPORT)
@allow(Policy.EXPORT_CONTACTS, statuses={422})
def show_export() -> Response:
    """What will be in the file, and the button for it; 422 when the address has a filter that means nothing."""
    asked = asked_for()
    everyone, chosen = pages.exported(asked), _format()
    kinds = [
        {"label": one.name, "href": asked.address(EXPORT, **{"as": one.key}), "current": one is chosen}
        for one in FORMATS.values()
    ]
    return render(
        "contacts/export.html",
        status=422 if asked.broken else 200,
        asked=asked,
        chosen=chosen,
        kinds=kinds,
        count=everyone.count(),
        away=everyone.where(queries.is_put_away()).count(),
    )


@contacts.post(EXPORT)
# For each five hundred people a handful of statements: ten thousand people and some.
@allow(Policy.EXPORT_CONTACTS, step_up=True, even_suspended=True, queries=200, statuses={422})
def export() -> Response:
    """The people of the address as a file, written while it is fetched."""
    asked, form, teammate = asked_for(), _format(), current_teammate()
    if asked.broken:
        return show_export()
    people = people_of(form, asked)
    with transaction():
        about: dict[str, Any] = {"filter": asked.address(), "format": form.key, "people": len(people)}
        audit.record("contacts.exported", current_workspace(), by=actor_of(teammate), **about)
    view = next((one.name for one in queries.list_views(teammate) if one.query == asked.query), "")
    name = file_name(form, view)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    body = stream_with_context(chunks(form, people, asked))
    return Response(body, content_type=form.content_type, headers=headers)


def _format() -> Format:
    return FORMATS.get(request.values.get("as", ""), FORMATS["csv"])
