"""Deleting a contact for good, and giving what is known of one person out."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from math import ceil
from typing import Any

from flask import Blueprint, Response, request

from omni.contacts import queries as contacts
from omni.core import audit, clock
from omni.core.database import transaction
from omni.core.faults import Gone, NotFound, Stale
from omni.core.ids import Id, encode
from omni.core.policies import Policy, Purpose
from omni.core.words import _, lazy, ngettext
from omni.privacy import erasing, export, queries
from omni.privacy.erasing import Line
from omni.privacy.models import Erasure
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

goodbyes = Blueprint("goodbyes", __name__)

# These pages count the rows of every table that tells of a person, one statement each.
EVERY_TABLE = 90
# And these go through each of them.
EVERY_ROW = 2000
ROOMS = {
    "contacts": lazy("Person and timeline"),
    "messaging": lazy("Texts"),
    "boards": lazy("Boards"),
    "tasks": lazy("Tasks"),
    "referrals": lazy("Referral links"),
    "privacy": lazy("Privacy"),
    "core": lazy("Undo, links and the audit"),
}


@goodbyes.get("/contacts/<id:contact_id>/erase")
@allow(Policy.DELETE_CONTACTS, purpose=Purpose.LAW, queries=EVERY_TABLE)
def show_erasure(contact_id: Id) -> Response:
    """Before: what would go. Then: how long it can be taken back. After: what went, and what had to stay."""
    erasure = queries.find_erasure(contact_id)
    return show_standing(erasure) if erasure else show_preview(contacts.get_contact(contact_id))


@goodbyes.post("/contacts/<id:contact_id>/erase")
@allow(Policy.DELETE_CONTACTS, step_up=True, even_suspended=True, purpose=Purpose.LAW, queries=EVERY_ROW)
def erase(contact_id: Id) -> Response:
    """Hide the contact, and delete them in 72 hours; 409 with fresh counts when something came in meanwhile."""
    erasure = queries.find_erasure(contact_id)
    if erasure is None:
        contact = contacts.get_contact(contact_id)
        try:
            erasure = erasing.ask_erasure(contact, shown=request.form.get("shown", ""), by=current_teammate())
        except Stale as fault:
            return show_preview(contact, changed=_(fault.words), status=409)
    toast = Toast(_("%(name)s is out of every list", name=_name_of(erasure)))
    return respond(page=show_standing, then=f"/contacts/{encode(contact_id)}/erase", toast=toast, erasure=erasure)


@goodbyes.delete("/contacts/<id:contact_id>/erase")
@allow(Policy.DELETE_CONTACTS, even_suspended=True, purpose=Purpose.LAW, queries=EVERY_ROW)
def take_back(contact_id: Id) -> Response:
    """Keep the contact after all."""
    erasure = queries.find_erasure(contact_id)
    if erasure is None:
        # Somebody else was quicker; the contact's page, if there is one, says that all is well.
        return respond(page=show_all, then=f"/contacts/{encode(contacts.get_contact(contact_id).id)}")
    name = _name_of(erasure)
    try:
        erasing.take_back(erasure, by=current_teammate())
    except NotFound:
        raise Gone(erasing.TOO_LATE.key) from None
    toast = Toast(_("%(name)s stays", name=name))
    return respond(page=show_all, then=f"/contacts/{encode(contact_id)}", toast=toast)


@goodbyes.post("/contacts/<id:contact_id>/erase/end")
@allow(Policy.DELETE_CONTACTS, even_suspended=True, purpose=Purpose.LAW, queries=EVERY_ROW)
def take_back_plainly(contact_id: Id) -> Response:
    """The same for a browser without script, which can only POST."""
    return take_back(contact_id)


@goodbyes.get("/settings/privacy/deleted")
@allow(Policy.DELETE_CONTACTS, purpose=Purpose.LAW)
def show_all() -> Response:
    """Who is on the way out, with the way back; and the receipts of who is gone."""
    erasures = queries.list_erasures()
    people = contacts.list_leaving([one.subject for one in erasures])
    return render(
        "privacy/deleted.html",
        leaving=[(one, people[one.subject], time_left(one)) for one in erasures if one.subject in people],
        gone=[one for one in erasures if one.done_at],
        by=contacts.names_of({one.asked_by for one in erasures}),
    )


@goodbyes.get("/contacts/<id:contact_id>/copy")
@allow(Policy.EXPORT_CONTACTS, purpose=Purpose.LAW, queries=EVERY_TABLE)
def show_copy(contact_id: Id) -> Response:
    """What a person's own copy would hold, and the button for it."""
    contact = contacts.get_contact(contact_id)
    lines = [line for line in erasing.plan(contact.id) if line.answer.export]
    return render("privacy/copy.html", contact=contact, parts=by_room(lines))


@goodbyes.post("/contacts/<id:contact_id>/copy")
@allow(Policy.EXPORT_CONTACTS, step_up=True, even_suspended=True, purpose=Purpose.LAW, queries=EVERY_ROW)
def copy(contact_id: Id) -> Response:
    """Everything known of one person, as a ZIP."""
    contact = contacts.get_contact(contact_id)
    with transaction():
        audit.record("contact.exported", contact, by=current_teammate().actor)
    packed = export.person_zip(contact.id, contact.display_name, as_of=clock.now())
    name = f"omni-person-{clock.now():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(packed, content_type="application/zip", headers=headers)


def show_preview(contact: Any, *, changed: str = "", status: int = 200) -> Response:
    lines = erasing.plan(contact.id)
    return render(
        "privacy/erase.html",
        fragment="privacy/_erase.html" if status != 200 else None,
        status=status,
        contact=contact,
        parts=by_room(lines),
        shown=erasing.fingerprint(lines),
        changed=changed,
    )


def show_standing(erasure: Erasure) -> Response:
    receipt = erasure.receipt or {}
    return render(
        "privacy/erasing.html",
        erasure=erasure,
        name=_name_of(erasure),
        by=contacts.names_of([erasure.asked_by]).get(erasure.asked_by, ""),
        left=time_left(erasure),
        part=_part_left(erasure),
        receipt=receipt,
        parts=by_room(erasing.lines_of(receipt.get("counts", {}))),
    )


def by_room(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """The lines of a plan under the names of their rooms."""
    order = list(ROOMS)
    lines = sorted(lines, key=lambda line: order.index(line.room))
    return [(str(ROOMS[room]), list(theirs)) for room, theirs in groupby(lines, key=lambda line: line.room)]


def time_left(erasure: Erasure) -> str:
    """How long it can still be taken back, in words; nothing once the time is over."""
    minutes = ceil((erasure.due_at - clock.now()).total_seconds() / 60)
    if minutes < 1 or not erasure.is_pending:
        return ""
    if minutes < 60:
        return ngettext("%(num)d minute left", "%(num)d minutes left", minutes)
    return ngettext("%(num)d hour left", "%(num)d hours left", ceil(minutes / 60))


def _part_left(erasure: Erasure) -> int:
    """The same as a part of the whole, in percent."""
    whole: datetime = erasure.created_at
    return max(0, min(100, int(100 * (erasure.due_at - clock.now()) / (erasure.due_at - whole))))


def _name_of(erasure: Erasure) -> str:
    person = contacts.list_leaving([erasure.subject]).get(erasure.subject)
    return person.display_name if person else _("Erased person")
