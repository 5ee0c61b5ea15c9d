"""What a contact agreed to, and the ways to write down a yes, a stop, and a rest."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from omni.contacts import actions, forms, queries, wording
from omni.contacts.kinds import Basis, Channel
from omni.contacts.models import Contact
from omni.contacts.routes.blueprint import contact_url, contacts, get_own, is_masked, may_edit
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy, Purpose
from omni.core.words import _, lazy
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

NO_SUCH_ADDRESS = lazy("This address is no longer there. Load the page again.")


@contacts.get("/contacts/<id:contact_id>/consent")
@allow(Policy.VIEW_CONTACTS, purpose=Purpose.CONSENT)
def consent(contact_id: Id) -> Response:
    """Each address, where it stands, and every row that says so, with the words."""
    return show_consent(queries.get_contact(contact_id))


def show_consent(contact: Contact, form: forms.ConsentForm | None = None) -> Response:
    consents = queries.consents_of(contact)
    return render(
        "contacts/consent.html",
        contact=contact,
        form=form or _consent_form(),
        consents=consents,
        channels=wording.CHANNELS,
        bases=wording.BASES,
        when=wording.when,
        point_text=wording.point_text,
        masked=is_masked(),
        names=queries.names_of({row.by_id for one in consents for row in one.rows if row.by_id}),
        can_edit=may_edit(contact),
        restriction=queries.open_restriction(contact),
        given=wording.given(contact),
    )


@contacts.post("/contacts/<id:contact_id>/consent")
@allow(Policy.EDIT_CONTACTS, purpose=Purpose.CONSENT, queries=60)
def grant(contact_id: Id) -> Response:
    """Write down a yes, or that they want messages again. Raises: Invalid for an address the contact has not."""
    contact = get_own(contact_id)
    form = forms.ConsentForm.of(request)
    if form.ok:
        _grant(contact, form)
    return respond(
        page=show_consent,
        then=contact_url(contact, "consent"),
        toast=Toast(_("Written down")),
        contact=contact,
        form=form,
    )


@contacts.get("/contacts/<id:contact_id>/opt-out")
@allow(Policy.EDIT_CONTACTS, purpose=Purpose.CONSENT)
def ask_opt_out(contact_id: Id) -> Response:
    """What stops, and for whom."""
    form = forms.OptOutForm.of(request, data={"channel": "all"})
    return show_opt_out(get_own(contact_id), form)


@contacts.post("/contacts/<id:contact_id>/opt-out")
@allow(Policy.EDIT_CONTACTS, purpose=Purpose.CONSENT, even_suspended=True, queries=100)
def opt_out(contact_id: Id) -> Response:
    """Stop the messages at once."""
    contact = get_own(contact_id)
    form = forms.OptOutForm.of(request)
    if form.ok:
        _stop(contact, form)
    return respond(
        page=show_opt_out,
        faulty="contacts/_opt_out.html",
        then=contact_url(contact),
        toast=Toast(_("Messages to %(name)s have stopped", name=wording.given(contact))),
        contact=contact,
        form=form,
        sharing=[],
        given=wording.given(contact),
    )


def show_opt_out(contact: Contact, form: forms.OptOutForm) -> Response:
    return render(
        "contacts/opt_out.html", contact=contact, form=form, sharing=_sharing(contact), given=wording.given(contact)
    )


@contacts.get("/contacts/<id:contact_id>/restriction")
@allow(Policy.EDIT_CONTACTS)
def ask_restriction(contact_id: Id) -> Response:
    """What resting means, and the button for it."""
    return show_restriction(get_own(contact_id), forms.RestrictForm.of(request))


@contacts.post("/contacts/<id:contact_id>/restriction")
@allow(Policy.EDIT_CONTACTS, even_suspended=True, queries=60)
def restrict(contact_id: Id) -> Response:
    """Put the contact at rest."""
    contact = get_own(contact_id)
    form = forms.RestrictForm.of(request)
    if form.ok:
        actions.restrict(contact, reason=form.reason.data or "", by=current_teammate())
    return respond(
        page=show_restriction,
        then=contact_url(contact),
        toast=Toast(_("%(name)s is at rest", name=wording.given(contact))),
        contact=contact,
        form=form,
    )


@contacts.post("/contacts/<id:contact_id>/restriction/lift")
@allow(Policy.EDIT_CONTACTS, queries=60)
def lift(contact_id: Id) -> Response:
    """Let the contact be worked with again."""
    contact = get_own(contact_id)
    actions.lift_restriction(contact, by=current_teammate())
    return respond(
        page=show_restriction,
        then=contact_url(contact),
        toast=Toast(_("%(name)s is no longer at rest", name=wording.given(contact))),
        contact=contact,
    )


def show_restriction(contact: Contact, form: forms.RestrictForm) -> Response:
    return render(
        "contacts/restriction.html",
        contact=contact,
        form=form,
        restriction=queries.open_restriction(contact),
        when=wording.when,
        given=wording.given(contact),
    )


@contacts.post("/contacts/<id:contact_id>/do-not-contact")
@allow(Policy.EDIT_CONTACTS, even_suspended=True, queries=60)
def do_not_contact(contact_id: Id) -> Response:
    """Mark the contact "do not contact", or take the mark off."""
    contact = get_own(contact_id)
    if request.form.get("value") == "n":
        actions.clear_do_not_contact(contact, by=current_teammate())
    else:
        actions.set_do_not_contact(contact, by=current_teammate())
    return respond(
        page=show_consent, then=contact_url(contact, "consent"), toast=Toast(_("Written down")), contact=contact
    )


def _grant(contact: Contact, form: forms.ConsentForm) -> None:
    sent = (form.channel.data, form.norm.data)
    meant = next((one for one in queries.consents_of(contact) if (one.channel, one.point.norm) == sent), None)
    if meant is None:
        raise Invalid(NO_SUCH_ADDRESS.key)
    channel, norm, words, by = meant.channel, meant.point.norm, form.words.data or "", current_teammate()
    if meant.state.is_stopped:
        actions.resume(contact, channel, by=by, words=words, source="teammate", norm=norm)
    basis = Basis(form.basis.data)
    actions.record_consent(contact, channel=channel, basis=basis, source="teammate", by=by, norm=norm, words=words)


def _stop(contact: Contact, form: forms.OptOutForm) -> None:
    wanted = [Channel.SMS, Channel.EMAIL] if form.channel.data == "all" else [Channel(form.channel.data)]
    reached = {one.channel for one in queries.consents_of(contact)}
    for channel in wanted:
        if channel in reached:
            actions.opt_out(contact, channel, by=current_teammate(), words=form.words.data or "")
    if form.channel.data == "all":
        actions.set_do_not_contact(contact, by=current_teammate())


def _sharing(contact: Contact) -> list[Contact]:
    """Who else loses messages because they share an address."""
    others: dict[Any, Contact] = {}
    for one in queries.consents_of(contact):
        for other in actions.contacts_at(one.channel, one.point.norm):
            if other.id != contact.id and other.is_here:
                others[other.id] = other
    return list(others.values())


def _consent_form() -> forms.ConsentForm:
    form = forms.ConsentForm()
    form.prepare()
    return form
