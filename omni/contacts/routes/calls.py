"""Calls by hand: the number, and how it went."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request
from markupsafe import Markup

from omni.contacts import actions, forms, ports, queries, wording
from omni.contacts.actions import LoggedCall
from omni.contacts.calls import Call, find_asking
from omni.contacts.gate import why_not_call
from omni.contacts.kinds import CallOutcome
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.routes.blueprint import contact_url, contacts, drawn, get_own
from omni.core.faults import Invalid
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow, safe_next
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@dataclass(frozen=True)
class CallBox:
    """The question how a call went, hidden until there is one; then what was said, and what may come next.

    `refusal` says why nobody may call `phone`. `done` names what waited for the call.
    """

    phone: ContactPoint | None
    refusal: str = ""
    client_key: str = field(default_factory=lambda: secrets.token_hex(16))
    back: str = ""
    fault: str = ""
    is_asking: bool = False
    said: str = ""
    done: tuple[str, ...] = ()
    is_wrong: bool = False
    offers: tuple[Markup, ...] = ()


def call_box(contact: Contact, points: list[ContactPoint], *, back: str = "", **more: Any) -> CallBox:
    """The box on a page of the contact: it asks where a call of the last hour was not told."""
    phone = queries.phone_to_call(points)
    if phone is None:
        return CallBox(None)
    asking = find_asking(contact.id, current_teammate().id).read()
    return box_for(phone, why_not_call(contact, phone.norm), asking, back=back, **more)


def box_for(phone: ContactPoint | None, refusal: str, asking: Call | None, **more: Any) -> CallBox:
    """The box of one phone, with the call that was not told."""
    more = {"client_key": asking.client_key, "is_asking": True, **more} if asking and phone else more
    return CallBox(phone, refusal, **more)


@contacts.get("/contacts/<id:contact_id>/calls")
@allow(Policy.EDIT_CONTACTS)
def calls(contact_id: Id) -> Response:
    """The number to call, and how it went."""
    contact = get_own(contact_id)
    back = safe_next(request.args.get("back"), contact_url(contact))
    box = call_box(contact, queries.points_of(contact), back=back, is_asking=True)
    return show_calls(contact, box)


@contacts.post("/contacts/<id:contact_id>/calls")
@allow(Policy.EDIT_CONTACTS, queries=80)
def call(contact_id: Id) -> Response:
    """Write down that the dialler opens; or, with an outcome, how the call went."""
    contact = get_own(contact_id)
    form = forms.CallForm.of(request)
    logged = _log(contact, form) if form.ok else None
    back = safe_next(form.back.data, contact_url(contact))
    return respond(
        page=show_calls,
        fragment="contacts/_call.html",
        then=back if logged else contact_url(contact, "calls"),
        toast=_toast(contact, logged) if logged else None,
        form=form,
        contact=contact,
        box=_answer(contact, form, logged, back),
        given=wording.given(contact),
        outcomes=wording.OUTCOMES,
    )


def show_calls(contact: Contact, box: CallBox) -> Response:
    return render(
        "contacts/calls.html",
        contact=contact,
        box=box,
        given=wording.given(contact),
        outcomes=wording.OUTCOMES,
        point_text=wording.point_text,
    )


def _log(contact: Contact, form: forms.CallForm) -> LoggedCall | None:
    key, outcome = form.client_key.data or secrets.token_hex(16), form.outcome.data
    try:
        if outcome:
            return actions.log_call(contact, CallOutcome(outcome), client_key=key, by=current_teammate())
        actions.start_call(contact, client_key=key, by=current_teammate())
    except Invalid as fault:
        form.blame(fault)
    return None


def _answer(contact: Contact, form: forms.CallForm, logged: LoggedCall | None, back: str) -> CallBox:
    points = queries.points_of(contact)
    if logged is None:
        key = form.client_key.data or secrets.token_hex(16)
        fault = next(iter(form.faults.values()), "")
        return call_box(contact, points, back=back, client_key=key, fault=fault, is_asking=True)
    outcome = logged.call.outcome
    is_wrong = outcome is CallOutcome.WRONG_NUMBER
    told = {"is_asking": False, "client_key": secrets.token_hex(16), "said": wording.call_said(outcome, contact)}
    offers = () if is_wrong else _offers(contact, wording.after_call(outcome, contact), back)
    return call_box(contact, points, back=back, done=tuple(logged.done), is_wrong=is_wrong, offers=offers, **told)


def _offers(contact: Contact, title: str, back: str) -> tuple[Markup, ...]:
    found = [panel for answer in ports.offers.answers() for panel in answer(contact, current_teammate(), title, back)]
    return tuple(drawn(found).get("offer", []))


def _toast(contact: Contact, logged: LoggedCall) -> Toast:
    if logged.batch_id is None:
        return Toast(_("This call was written down already"))
    return Toast(wording.call_said(logged.call.outcome, contact), f"/history/{encode(logged.batch_id)}/undo")
