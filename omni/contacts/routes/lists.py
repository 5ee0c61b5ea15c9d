"""The list, its search, and its export."""

from __future__ import annotations

from flask import Response, request

from omni.contacts import exporting, forms, listing, queries, wording
from omni.contacts.doers import actor_of
from omni.contacts.routes.blueprint import contacts, is_masked
from omni.core import audit
from omni.core.database import transaction
from omni.core.ids import encode
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import _
from omni.web.access import allow, can
from omni.web.fields import clean
from omni.web.login import current_teammate
from omni.web.respond import render


@contacts.get("/contacts")
@allow(Policy.VIEW_CONTACTS, queries=20)
def index() -> Response:
    """The people who fit the address, newest touched first."""
    asked = _asked()
    page = listing.list_page(asked)
    fragment = "contacts/_more_rows.html" if asked.after else "contacts/_list.html"
    return render(
        "contacts/index.html",
        fragment=fragment,
        asked=asked,
        page=page,
        standings=queries.standings(entry.contact.id for entry in page.entries),
        masked=is_masked(),
        lives=forms.lives(),
        owners=forms.owners(),
        tags=[(encode(tag.id), tag.name) for tag in queries.list_tags()],
        life_names=wording.LIVES,
        when=wording.when,
        point_text=wording.point_text,
        can_add=bool(can(Policy.EDIT_CONTACTS)),
        can_import=bool(can(Policy.IMPORT)),
        can_export=bool(can(Policy.EXPORT_CONTACTS)),
        can_link=bool(can(Policy.EDIT_LINKS)),
    )


@contacts.get("/search")
@allow(Policy.VIEW_CONTACTS)
def find() -> Response:
    """Whom a few letters or digits mean."""
    text = clean(request.args.get("q", ""))[:200]
    found = queries.search_contacts(text) if text.strip() else []
    words = queries.last_words([contact.id for contact in found])
    return render(
        "contacts/search.html",
        fragment="contacts/_found.html",
        text=text,
        found=found,
        words=words,
        life_names=wording.LIVES,
    )


@contacts.get("/contacts/export")
@allow(Policy.EXPORT_CONTACTS)
def show_export() -> Response:
    """What will be in the file, and the button for it."""
    asked = _asked()
    return render("contacts/export.html", asked=asked, count=listing.matching(asked).count())


@contacts.post("/contacts/export")
@allow(Policy.EXPORT_CONTACTS, even_suspended=True, queries=2000)
def export() -> Response:
    """The people of the address as CSV."""
    asked = _asked()
    with transaction():
        audit.record("contacts.exported", current_workspace(), by=actor_of(current_teammate()), filter=asked.address())
    text = "".join(exporting.csv_lines(exporting.export_rows(listing.matching(asked))))
    name = _("contacts") + ".csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response("\ufeff" + text, content_type="text/csv; charset=utf-8", headers=headers)


def _asked() -> listing.Asked:
    """What the address asks for, or the form that was made of it."""
    given = request.values
    filters, text = [clean(one) for one in given.getlist("f")], clean(given.get("q", ""))
    return listing.read_address(filters, text, given.get("sort", ""), given.get("after", ""))
