"""Who belongs to a contact, and who shares their household."""

from __future__ import annotations

from flask import Response, request

from omni.contacts import actions, families, forms, homes, queries, wording
from omni.contacts.models import Contact
from omni.contacts.routes.blueprint import contact_url, contacts, get_own
from omni.contacts.routes.picking import chosen, picking
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@contacts.get("/contacts/<id:contact_id>/household")
@allow(Policy.EDIT_CONTACTS)
def household(contact_id: Id) -> Response:
    """A contact's people, with the way to link more; `q` looks for somebody, `with` has chosen them."""
    return show_household(get_own(contact_id), forms.TieForm())


@contacts.post("/contacts/<id:contact_id>/household")
@allow(Policy.EDIT_CONTACTS, queries=60)
def link(contact_id: Id) -> Response:
    """Link somebody, and let them share a household."""
    contact = get_own(contact_id)
    form = forms.TieForm.of(request)
    other = get_own(forms.id_in(form.other)) if form.other.data else None
    if form.ok and other is not None:
        try:
            actions.link(contact, other, form.kind, by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    name = other.display_name if other else ""
    return respond(
        page=show_household,
        then=contact_url(contact),
        toast=Toast(_("%(name)s and %(other)s linked", name=contact.display_name, other=name)),
        contact=contact,
        form=form,
        other=other,
    )


@contacts.post("/contacts/<id:contact_id>/household/name")
@allow(Policy.EDIT_CONTACTS, queries=60)
def rename(contact_id: Id) -> Response:
    """Call the household something else."""
    contact = get_own(contact_id)
    home = homes.home_of(contact).read().household
    if home is None:
        raise NotFound
    form = forms.HouseholdForm.of(request)
    if form.ok:
        actions.rename_household(home, form.name.data or "", contact, by=current_teammate())
    return respond(
        page=show_household,
        then=contact_url(contact, "household"),
        toast=Toast(_("Household saved")),
        contact=contact,
        form=form,
    )


@contacts.post("/contacts/<id:contact_id>/household/leave")
@allow(Policy.EDIT_CONTACTS, queries=60)
def leave(contact_id: Id) -> Response:
    """Take the contact out of the household."""
    contact = get_own(contact_id)
    actions.move_out(contact, by=current_teammate())
    words = _("%(name)s taken out of the household", name=contact.display_name)
    return respond(page=show_household, then=contact_url(contact, "household"), toast=Toast(words), contact=contact)


@contacts.post("/contacts/<id:contact_id>/household/<id:tie_id>/remove")
@allow(Policy.EDIT_CONTACTS, queries=60)
def unlink(contact_id: Id, tie_id: Id) -> Response:
    """Take one tie off."""
    contact = get_own(contact_id)
    tie = families.get_tie(tie_id, contact)
    other = queries.get_contact(tie.b_id if tie.a_id == contact.id else tie.a_id)
    actions.unlink(tie, contact, other, by=current_teammate())
    words = _("%(name)s and %(other)s no longer linked", name=contact.display_name, other=other.display_name)
    return respond(page=show_household, then=contact_url(contact, "household"), toast=Toast(words), contact=contact)


def show_household(
    contact: Contact, form: forms.TieForm | forms.HouseholdForm | None = None, other: Contact | None = None
) -> Response:
    home = homes.home_of(contact).read()
    naming = form if isinstance(form, forms.HouseholdForm) else None
    if naming is None and home.household:
        naming = forms.HouseholdForm(data={"name": home.household.name})
    tie = form if isinstance(form, forms.TieForm) else forms.TieForm()
    other = other or chosen(contact)
    if other:
        tie.ask(contact, other)
    return render(
        "contacts/household.html",
        fragment="contacts/_pick.html",
        contact=contact,
        home=home,
        ties=wording.TIES,
        form=tie,
        naming=naming,
        other=other,
        **picking(contact, contact_url(contact, "household"), _likely(contact, home)),
    )


def _likely(contact: Contact, home: homes.Home) -> list[Contact]:
    """Who shares a phone or an e-mail with them and is not linked yet."""
    known = {one.contact.id for one in home.relatives}
    sharing = homes.sharing(contact)
    return [one for one in {one.id: one for one in sharing}.values() if one.id not in known]
