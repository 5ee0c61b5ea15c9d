"""The queue of Today, one person a screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Response, request
from markupsafe import Markup

from omni.contacts import ports, queries, wording
from omni.contacts.claims import claim, pass_by
from omni.contacts.models import Contact
from omni.contacts.one_by_one import open_queue
from omni.contacts.ports import AgendaItem
from omni.contacts.routes.blueprint import contacts, drawn, get_own
from omni.contacts.routes.calls import CallBox, call_box
from omni.contacts.routes.snoozing import offered_days
from omni.core import ids
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow, can
from omni.web.login import current_teammate
from omni.web.respond import render, respond
from omni.web.session import is_prefetch


@dataclass(frozen=True)
class Screen:
    """One person of the queue: why now, the last words and a draft, the number; `on` leads to the next person."""

    item: AgendaItem
    contact: Contact
    given: str
    box: CallBox
    on: str
    panels: dict[str, list[Markup]] = field(default_factory=dict)


@contacts.get("/today/queue")
@allow(Policy.EDIT_CONTACTS, queries=80)
def queue() -> Response:
    """Who needs this teammate most, and hidden behind them the next; looking at them holds them for 90 seconds."""
    if is_prefetch() or request.method == "HEAD":
        return Response(status=204)
    passed = _id(request.args.get("passed", ""))
    if passed is not None:
        pass_by(passed, current_teammate())
    return show_queue()


def show_queue() -> Response:
    found = open_queue(current_teammate(), can(Policy.EDIT_CONTACTS))
    return render(
        "contacts/queue.html",
        queue=found,
        screens=[_screen(item, item.contact) for item in found.people if item.contact],
        laters=list(offered_days()),
        outcomes=wording.OUTCOMES,
        life_names=wording.LIVES,
    )


@contacts.post("/today/queue/<id:contact_id>/claim")
@allow(Policy.EDIT_CONTACTS, is_poll=True, statuses={409})
def hold_on(contact_id: Id) -> Response:
    """Hold the person for 90 seconds more; 409 when a teammate has them by now."""
    contact = get_own(contact_id)
    if not claim(contact.id, current_teammate()):
        return Response(_("A teammate has this person before them by now."), status=409)
    return respond(page=show_queue, then="/today/queue")


def _screen(item: AgendaItem, contact: Contact) -> Screen:
    on = _on(contact)
    found = [panel for answer in ports.answering.answers() for panel in answer(contact, current_teammate(), on)]
    box = call_box(contact, queries.points_of(contact), back=on)
    return Screen(item, contact, wording.given(contact), box, on, drawn(found))


def _on(contact: Contact) -> str:
    return f"/today/queue?passed={encode(contact.id)}"


def _id(text: str) -> Id | None:
    try:
        return ids.decode(text)
    except ValueError:
        return None
