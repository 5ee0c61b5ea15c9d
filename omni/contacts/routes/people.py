"""One contact: made, shown, changed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, request

from omni.accounts import queries as accounts
from omni.contacts import actions, forms, homes, ports, queries, wording
from omni.contacts.calls import Call, find_asking
from omni.contacts.gate import is_minor, why_not_call
from omni.contacts.kinds import Kind, Lifecycle
from omni.contacts.mentions import read_mentions
from omni.contacts.models import Contact
from omni.contacts.reading.pasting import read_pasted
from omni.contacts.reading.people import Person
from omni.contacts.routes.blueprint import contact_url, contacts, drawn, get_own, may_edit
from omni.contacts.routes.calls import CallBox, box_for
from omni.contacts.routes.facts import details_of, details_part
from omni.contacts.routes.goals import goals_of, goals_part
from omni.contacts.twins import Twin, find_twins
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.together import Part, beside
from omni.core.words import _
from omni.web import htmx
from omni.web.access import allow, can
from omni.web.fields import clean
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

# Nobody has sent it, so its fields are drawn once for everybody.
_NEW_NOTE = forms.NoteForm()


@contacts.get("/contacts/new")
@allow(Policy.EDIT_CONTACTS)
def new() -> Response:
    """The form for a new contact; `board` and `stage` in the address choose the place beforehand."""
    return show_new(forms.ContactForm.of(request, data=_given("board", "stage")))


@contacts.post("/contacts/new")
@allow(Policy.EDIT_CONTACTS, queries=60)
def add() -> Response:
    """Make the contact, and go to their page."""
    form = forms.ContactForm.of(request)
    contact: Contact | None = None
    if form.ok:
        try:
            contact = actions.add_contact(form.person(), by=current_teammate(), place=form.place)
        except Invalid as fault:
            form.blame(fault)
    name = contact.display_name if contact else ""
    return respond(
        page=show_new,
        faulty="contacts/_new.html",
        then=lambda: contact_url(contact) if contact else "/contacts",
        toast=Toast(_("%(name)s added", name=name)),
        form=form,
        twins=find_twins(form.person()) if not contact else [],
    )


def show_new(form: forms.ContactForm, twins: list[Twin] | None = None) -> Response:
    return render("contacts/new.html", form=form, twins=twins or [])


@contacts.get("/contacts/new/twins")
@allow(Policy.EDIT_CONTACTS)
def twins() -> Response:
    """Who might be the person being typed."""
    return render("contacts/twins.html", fragment="contacts/_twins.html", twins=find_twins(_typed()))


@contacts.get("/contacts/<id:contact_id>")
@allow(Policy.VIEW_CONTACTS, queries=14)
def show(contact_id: Id) -> Response:
    """Name, life, next step and last words; the timeline; the details beside it."""
    return show_contact(queries.get_contact(contact_id))


def show_contact(contact: Contact) -> Response:
    return render("contacts/show.html", **page_of(contact))


@contacts.get("/contacts/<id:contact_id>/timeline")
@allow(Policy.VIEW_CONTACTS)
def timeline(contact_id: Id) -> Response:
    """The timeline alone: of one kind, or older lines."""
    contact = queries.get_contact(contact_id)
    fragment = "contacts/_more_lines.html" if request.args.get("after") else "contacts/_timeline.html"
    return render("contacts/timeline.html", fragment=fragment, **timeline_of(contact))


def show_timeline(contact: Contact, form: forms.NoteForm) -> Response:
    """The timeline with the form for a note open."""
    context = timeline_of(contact, form)
    return render("contacts/timeline.html", fragment="contacts/_timeline.html", **context)


@contacts.get("/contacts/<id:contact_id>/edit")
@allow(Policy.EDIT_CONTACTS)
def edit(contact_id: Id) -> Response:
    """The form with everything the details show."""
    contact = get_own(contact_id)
    data = forms.fields_of(contact, queries.points_of(contact))
    return show_edit(contact, forms.EditForm.of(request, data=data))


@contacts.post("/contacts/<id:contact_id>/edit")
@allow(Policy.EDIT_CONTACTS, queries=60)
def save(contact_id: Id) -> Response:
    """Make the contact say what the form says; 409 with both when somebody else changed it first."""
    contact = get_own(contact_id)
    form = forms.EditForm.of(request)
    if form.ok:
        person = form.person(queries.points_of(contact))
        try:
            actions.edit_contact(contact, person, version=forms.version_in(form), by=current_teammate())
        except Stale:
            return _stale(contact_id, form)
        except Invalid as fault:
            form.blame(fault)
    return respond(
        page=show_edit,
        faulty="contacts/_edit.html",
        then=contact_url(contact),
        toast=Toast(_("%(name)s saved", name=contact.display_name)),
        contact=contact,
        form=form,
        fresh=None,
    )


def show_edit(contact: Contact, form: forms.EditForm, fresh: dict[str, Any] | None = None) -> Response:
    return render("contacts/edit.html", contact=contact, form=form, fresh=fresh)


@contacts.post("/contacts/<id:contact_id>/life")
@allow(Policy.EDIT_CONTACTS, queries=60)
def change_life(contact_id: Id) -> Response:
    """Put the contact into another stage of life."""
    contact = get_own(contact_id)
    form = forms.LifeForm.of(request)
    if form.ok:
        try:
            actions.set_lifecycle(contact, Lifecycle(form.life.data), via="hand", by=current_teammate())
        except Invalid as fault:
            form.blame("life", _(fault.words, **fault.values))
    words = _("%(name)s is now: %(life)s", name=contact.display_name, life=wording.LIVES[contact.lifecycle])
    return respond(page=show_details, then=contact_url(contact), toast=Toast(words), form=form, contact=contact)


@contacts.get("/contacts/<id:contact_id>/details")
@allow(Policy.EDIT_CONTACTS)
def details(contact_id: Id) -> Response:
    """Owner, stage of life and tags, each with its form."""
    return show_details(get_own(contact_id))


def show_details(contact: Contact, form: Any = None) -> Response:
    life = form if isinstance(form, forms.LifeForm) else _filled(forms.LifeForm, life=contact.lifecycle.value)
    owner = form if isinstance(form, forms.OwnerForm) else _filled(forms.OwnerForm, owner=contact.owner_id)
    tag = form if isinstance(form, forms.TagForm) else _filled(forms.TagForm)
    tags = queries.tags_of([contact.id]).get(contact.id, [])
    return render("contacts/details.html", contact=contact, life=life, owner=owner, tag=tag, tags=tags)


@contacts.post("/contacts/<id:contact_id>/owner")
@allow(Policy.EDIT_CONTACTS, queries=60)
def change_owner(contact_id: Id) -> Response:
    """Give the contact to a teammate, or to nobody."""
    contact = get_own(contact_id)
    form = forms.OwnerForm.of(request)
    if form.ok:
        owner = accounts.get_teammate(form.owner.data) if form.owner.data else None
        actions.set_owner(contact, owner, by=current_teammate())
    return respond(
        page=show_details, then=contact_url(contact), toast=Toast(_("Owner saved")), form=form, contact=contact
    )


@contacts.post("/contacts/<id:contact_id>/tags")
@allow(Policy.EDIT_CONTACTS, queries=60)
def tag(contact_id: Id) -> Response:
    """Tag the contact."""
    contact = get_own(contact_id)
    form = forms.TagForm.of(request)
    if form.ok:
        actions.add_tag(contact, form.tag.data or "", by=current_teammate())
    return respond(
        page=show_details,
        then=contact_url(contact, "details"),
        toast=Toast(_("Tagged %(tag)s", tag=form.tag.data or "")),
        form=form,
        contact=contact,
    )


@contacts.post("/contacts/<id:contact_id>/tags/<id:tag_id>/remove")
@allow(Policy.EDIT_CONTACTS, queries=60)
def untag(contact_id: Id, tag_id: Id) -> Response:
    """Take a tag off."""
    contact = get_own(contact_id)
    taken = queries.get_tag(tag_id)
    actions.remove_tag(contact, taken, by=current_teammate())
    return respond(
        page=show_details,
        then=contact_url(contact, "details"),
        toast=Toast(_("%(tag)s taken off", tag=taken.name)),
        contact=contact,
    )


def page_of(contact: Contact) -> dict[str, Any]:
    """Everything the contact's page shows."""
    panels = [panel for answer in ports.panels.answers() for panel in answer(contact, current_teammate())]
    told = _known(contact).read()
    story, details = timeline_of(contact, told=told["story"]), details_of(contact, told["details"])
    consents = queries.consents_of(contact, details["points"])
    return {
        **story,
        **details,
        **goals_of(contact, told["goals"]),
        "panels": drawn(panels),
        "standing": next((panel.standing for panel in panels if panel.standing), None),
        "home": told["home"],
        "ties": wording.TIES,
        "box": _box(contact, details["points"], consents, told["asking"]),
        "outcomes": wording.OUTCOMES,
        "owner": story["names"].get(contact.owner_id, ""),
        "life_name": str(wording.LIVES[contact.lifecycle]),
        "lives": wording.lives(told["spans"]),
        "consents": consents,
        "channels": wording.CHANNELS,
        "minor": is_minor(contact),
        "can_merge": bool(can(Policy.MERGE)),
    }


def _known(contact: Contact) -> Part[dict[str, Any]]:
    """What this room knows of the contact, asked in one statement."""
    return beside(
        story=timeline_part(contact),
        details=details_part(contact),
        goals=goals_part(contact),
        home=homes.home_of(contact),
        spans=queries.spans(contact),
        asking=find_asking(contact.id, current_teammate().id),
    )


def _box(contact: Contact, points: list[Any], consents: list[queries.AddressConsent], asking: Call | None) -> CallBox:
    phone = queries.phone_to_call(points)
    may_ring = all(one.may_ring for one in consents if one.point is phone)
    refusal = why_not_call(contact, phone.norm, may_ring=may_ring) if phone else ""
    return box_for(phone, refusal, asking)


def timeline_part(contact: Contact) -> Part[dict[str, Any]]:
    """The page of the timeline that the address asks for, and everybody's names."""
    page = queries.timeline(contact, kind=_kind(), after=_after(request.args.get("after", "")))
    return beside(page=page, names=queries.team_names())


def timeline_of(
    contact: Contact, form: forms.NoteForm | None = None, told: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One page of the timeline, with the names its lines speak of."""
    told = timeline_part(contact).read() if told is None else told
    page, (team, here) = told["page"], told["names"]
    return {
        "contact": contact,
        "form": form or _NEW_NOTE,
        "writing": form is not None,
        "pinned": page.pinned,
        "story": page,
        "kind": _kind(),
        "kinds": wording.KINDS,
        "icons": wording.ICONS,
        "ties": wording.TIES,
        "names": {each: wording.first_name(name) for each, name in team.items()},
        "mates": json.dumps(sorted(here.values()), ensure_ascii=False),
        "pieces": lambda body: read_mentions(body, here),
        "files": page.files,
        "receipts": queries.receipts_of(page.lines),
        "when": wording.when,
        "how_back": wording.how_back,
        "rest_day": wording.rest_day,
        "given": wording.given(contact),
        "life_names": wording.LIVES,
        "channel_names": wording.CHANNELS,
        "entries": wording.ENTRIES,
        "can_edit": may_edit(contact),
    }


def _kind() -> Kind | None:
    asked = request.args.get("kind")
    return next((one for one in Kind if one.value == asked), None) if asked else None


def _stale(contact_id: Id, form: forms.EditForm) -> Response:
    """409: the form as typed, beside what the contact now says; sent again it wins."""
    fresh = queries.get_contact(contact_id)
    now = forms.fields_of(fresh, queries.points_of(fresh))
    typed = {name: form[name].data for name in now if name != "version"}
    changed = {name: now[name] for name in typed if (now[name] or "") != (typed[name] or "")}
    form.version.data = str(fresh.version)
    shown = [(form[name].label.text, value or _("empty")) for name, value in changed.items()]
    fragment = "contacts/_edit.html" if htmx.is_partial() else None
    return render(
        "contacts/edit.html",
        fragment=fragment,
        status=409,
        contact=fresh,
        form=form,
        fresh={"fields": shown, "who": queries.last_editor(fresh)},
    )


def _typed() -> Person:
    """What stands in the fields so far, as far as it can be read."""
    words = " ".join(request.args.get(name, "") for name in ("given_name", "family_name"))
    typed = [words, request.args.get("phone", ""), request.args.get("email", "")]
    return read_pasted(clean("\n".join(typed))[:1000], current_workspace().country)


def _given(*names: str) -> dict[str, str]:
    return {name: request.args[name] for name in names if name in request.args}


def _filled(kind: type[Any], **data: Any) -> Any:
    form = kind(data=data)
    form.prepare()
    return form


def _after(text: str) -> tuple[datetime, Id] | None:
    at, _sep, line_id = text.partition("~")
    try:
        moment, last = datetime.fromisoformat(at), UUID(line_id)
    except ValueError:
        return None
    return (moment, last) if moment.tzinfo else None
