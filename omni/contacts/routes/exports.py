"""Taking people out as a file."""

from __future__ import annotations

from flask import Response

from omni.contacts import exporting
from omni.contacts.doers import actor_of
from omni.contacts.lists import pages
from omni.contacts.routes.asking import asked_for
from omni.contacts.routes.blueprint import contacts
from omni.core import audit
from omni.core.database import transaction
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import render


@contacts.get("/contacts/export")
@allow(Policy.EXPORT_CONTACTS)
def show_export() -> Response:
    """What will be in the file, and the button for it."""
    asked = asked_for()
    return render("contacts/export.html", asked=asked, count=pages.exported(asked).count())


@contacts.post("/contacts/export")
@allow(Policy.EXPORT_CONTACTS, even_suspended=True, queries=2000)
def export() -> Response:
    """The people of the address as CSV."""
    asked = asked_for()
    with transaction():
        audit.record("contacts.exported", current_workspace(), by=actor_of(current_teammate()), filter=asked.address())
    text = "".join(exporting.csv_lines(exporting.export_rows(pages.exported(asked))))
    name = _("contacts") + ".csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response("\ufeff" + text, content_type="text/csv; charset=utf-8", headers=headers)
