"""Two contacts who are one person: chosen, compared, merged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request
from werkzeug.utils import redirect

from omni.contacts import actions, forms, homes, merges, queries, wording
from omni.contacts.models import Contact
from omni.contacts.routes.blueprint import contact_url, contacts, get_own
from omni.contacts.routes.picking import chosen, picking
from omni.core import clock, ids
from omni.core.changes import KEPT
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _, local_day
from omni.web import htmx
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@contacts.get("/contacts/<id:contact_id>/merge")
@allow(Policy.MERGE, queries=80)
def merge(contact_id: Id) -> Response:
    """Both side by side, with what would move; without `with` in the address, the way to choose the other."""
    contact = get_own(contact_id)
    other = chosen(contact)
    return show_merge(contact, forms.MergeForm.between(contact, other) if other else None, other)


@contacts.post("/contacts/<id:contact_id>/merge")
@allow(Policy.MERGE, queries=100_000)
def do_merge(contact_id: Id) -> Response:
    """Let the other's everything be this contact's; 409 with both as they are when somebody changed one of them."""
    contact = get_own(contact_id)
    form = forms.MergeForm.of(request)
    other_id = forms.id_in(form.other)
    if queries.find_merged(other_id) == contact.id:
        return htmx.see_other(contact_url(contact))
    other = get_own(other_id)
    form.compare(contact, other)
    words = _("%(loser)s merged into %(winner)s", loser=other.display_name, winner=contact.display_name)
    try:
        if form.ok:
            actions.merge(contact, other, picks=form.picks, versions=form.seen, by=current_teammate())
    except Invalid as fault:
        form.blame(fault)
    except Stale:
        return _stale(contact_id, other_id, form)
    return respond(
        page=show_merge, then=contact_url(contact), toast=Toast(words), form=form, contact=contact, other=other
    )


@contacts.app_errorhandler(queries.Merged)
def follow(fault: queries.Merged) -> Any:
    """Whoever was merged is found where they are now: the same page of the winner, with what was sent."""
    there = request.path.replace(ids.encode(fault.loser_id), ids.encode(fault.winner_id))
    if request.query_string:
        there += "?" + request.query_string.decode()
    return htmx.see_other(there) if request.method == "GET" else redirect(there, 307)


def show_merge(contact: Contact, form: forms.MergeForm | None, other: Contact | None, *, status: int = 200) -> Response:
    sharing = homes.sharing(contact) if not other else []
    return render(
        "contacts/merge.html",
        fragment="contacts/_pick.html",
        status=status,
        contact=contact,
        other=other,
        form=form,
        choices=[(one, form[one.name]) for one in merges.differences(contact, other)] if form and other else [],
        moving=_moving(contact, other) if other else [],
        until=local_day(clock.now() + KEPT - timedelta(days=1), "long"),
        **picking(contact, contact_url(contact, "merge"), list({one.id: one for one in sharing}.values())),
    )


def _stale(contact_id: Id, other_id: Id, typed: forms.MergeForm) -> Response:
    contact, other = queries.get_contact(contact_id), queries.get_contact(other_id)
    form = forms.MergeForm.between(contact, other)
    for name, is_winners in typed.picks.items():
        form[name].data = forms.SIDES[is_winners]
    form.blame("", _("One of the two was changed after you opened this. They are shown as they are now."))
    with htmx.as_a_whole():
        answer = show_merge(contact, form, other, status=409)
    return htmx.retarget(answer, "body", "outerHTML") if htmx.is_partial() else answer


def _moving(contact: Contact, other: Contact) -> list[str]:
    """What would move, in words, the most telling first."""
    counts = actions.count_moving(contact.id, other.id)
    return [wording.rows_of(table, count) for table, count in counts.items() if count]
