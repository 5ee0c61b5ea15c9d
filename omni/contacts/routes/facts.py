"""The details of a contact, each changed where it stands: a fact, or a way to reach them."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from omni.contacts import actions, facts, forms, homes, queries, wording
from omni.contacts.facts import Ask, Fact
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.reading.people import Value
from omni.contacts.routes.blueprint import contact_url, contacts, done, get_own, is_masked, may_edit
from omni.core import changes
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.together import Part, beside
from omni.core.words import _, marked
from omni.web import htmx
from omni.web.access import allow
from omni.web.forms import Form
from omni.web.login import current_teammate
from omni.web.respond import render, respond

PAGE, FRAGMENT = "contacts/facts.html", "contacts/_details.html"
NEW_POINT = "new-point"
CHANGED_BY = marked("%(name)s changed this after you opened it. It now says: %(value)s.")
CHANGED = marked("Somebody changed this after you opened it. It now says: %(value)s.")


def details_part(contact: Contact) -> Part[dict[str, Any]]:
    """What the details tell: the facts, the ways to reach them and who shares one, the tags."""
    asked = homes.addresses.each(contact=contact.id)
    sharing = Part(asked, lambda mine, theirs: (queries.in_order(mine), homes.by_point(mine, theirs)))
    tags = Part(
        (queries.tagged.bound(contacts=[contact.id]),), lambda rows: queries.by_contact(rows).get(contact.id, [])
    )
    return beside(facts=facts.facts_of(contact), points=sharing, tags=tags)


def details_of(
    contact: Contact,
    told: dict[str, Any] | None = None,
    *,
    editing: str = "",
    fact_form: Form | None = None,
    now_said: str = "",
) -> dict[str, Any]:
    """What the details show; `editing` names the one that is a form."""
    told = details_part(contact).read() if told is None else told
    every, (points, sharing) = told["facts"], told["points"]
    return {
        "contact": contact,
        "points": points,
        # Those behind the first eight lie folded, but for one that is being changed.
        "all_points": any(encode(point.id) == editing for point in points[8:]),
        "sharing": sharing,
        "point_kinds": wording.POINTS,
        "point_text": wording.point_text,
        "masked": is_masked(),
        "facts": [fact for fact in every if not fact.is_blank or fact.name == editing],
        "blanks": [fact for fact in every if fact.is_blank and fact.name != editing],
        "tags": told["tags"],
        "editing": editing,
        "fact_form": fact_form,
        "now_said": now_said,
        "can_edit": may_edit(contact),
    }


def show_details(contact: Contact, editing: str, form: Form, now_said: str = "", status: int = 200) -> Response:
    context = details_of(contact, editing=editing, fact_form=form, now_said=now_said)
    return render(PAGE, fragment=FRAGMENT, status=status, **context)


@contacts.get("/contacts/<id:contact_id>/facts")
@allow(Policy.VIEW_CONTACTS, queries=14)
def all_facts(contact_id: Id) -> Response:
    """The details alone."""
    return render(PAGE, fragment=FRAGMENT, **details_of(queries.get_contact(contact_id)))


@contacts.get("/contacts/<id:contact_id>/facts/<fact>")
@allow(Policy.EDIT_CONTACTS, queries=16)
def edit_fact(contact_id: Id, fact: str) -> Response:
    """The form of one detail, in its place."""
    contact = get_own(contact_id)
    return show_details(contact, fact, _filled(facts.get_fact(contact, fact)))


@contacts.post("/contacts/<id:contact_id>/facts/<fact>")
@allow(Policy.EDIT_CONTACTS, queries=60)
def save_fact(contact_id: Id, fact: str) -> Response:
    """Make one detail say what was typed; 409 with both when somebody else changed it first."""
    contact = get_own(contact_id)
    one = facts.get_fact(contact, fact)
    form = forms.fact_form(one).of(request)
    with changes.watch() as acts:
        if form.ok:
            try:
                _save(contact, one, form)
            except Stale:
                fresh = queries.get_contact(contact_id)
                return _stale(fresh, facts.get_fact(fresh, fact), form)
    return _answer(contact, fact, form, _("%(field)s saved", field=one.label), acts)


def _save(contact: Contact, fact: Fact, form: forms.FactForm) -> None:
    if form.mark.data != fact.mark:
        wanted = form.said if fact.field else form.columns
        # Two people who typed the same are of one mind.
        if wanted == (fact.value if fact.field else fact.columns):
            return
        raise Stale
    if fact.field:
        actions.set_value(contact, fact.field, form.said, by=current_teammate(), was=fact.value)
    else:
        actions.change_details(contact, form.columns, by=current_teammate(), was=fact.columns)


def _stale(contact: Contact, fact: Fact, form: forms.FactForm) -> Response:
    form.mark.data = fact.mark
    return show_details(contact, fact.name, form, _told(contact, fact.shown), 409)


def _told(contact: Contact, value: str) -> str:
    who = queries.last_editor(contact)
    value = value or _("empty")
    return _(CHANGED_BY, name=who[0], value=value) if who and who[0] else _(CHANGED, value=value)


def _filled(fact: Fact) -> forms.FactForm:
    data = dict(fact.columns or {}) if fact.ask is Ask.BIRTHDAY else {"value": fact.typed}
    form = forms.fact_form(fact)(data={**data, "mark": fact.mark})
    form.prepare()
    return form


# -- ways to reach somebody --------------------------------------------------------------------------------------------


@contacts.get("/contacts/<id:contact_id>/points")
@allow(Policy.EDIT_CONTACTS, queries=16)
def new_point(contact_id: Id) -> Response:
    """The form for one more phone, email, handle, web or street address."""
    form = forms.PointForm()
    form.prepare()
    return show_details(get_own(contact_id), NEW_POINT, form)


@contacts.post("/contacts/<id:contact_id>/points")
@allow(Policy.EDIT_CONTACTS, queries=60)
def add_point(contact_id: Id) -> Response:
    """Give the contact one more way to reach them."""
    contact = get_own(contact_id)
    form = forms.PointForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            try:
                actions.give_point(contact, form.chosen_kind, form.read, by=current_teammate())
            except Invalid as fault:
                form.blame(fault)
    return _answer(contact, NEW_POINT, form, _("Added to %(name)s", name=contact.display_name), acts)


@contacts.get("/contacts/<id:contact_id>/points/<id:point_id>")
@allow(Policy.EDIT_CONTACTS, queries=16)
def edit_point(contact_id: Id, point_id: Id) -> Response:
    """The form of one address, in its place."""
    contact = get_own(contact_id)
    point = queries.get_point(point_id, contact)
    form = forms.PointForm(data={"value": _typed(point), "label": point.label, "mark": _mark(point)})
    form.prepare(given_kind=point.kind)
    return show_details(contact, encode(point.id), form)


@contacts.post("/contacts/<id:contact_id>/points/<id:point_id>")
@allow(Policy.EDIT_CONTACTS, queries=60)
def save_point(contact_id: Id, point_id: Id) -> Response:
    """Change an address or its label; 409 with both when somebody else changed it first."""
    contact = get_own(contact_id)
    point = queries.get_point(point_id, contact)
    form = forms.PointForm.of(request, given_kind=point.kind)
    with changes.watch() as acts:
        if form.ok:
            try:
                if form.mark.data != _mark(point):
                    raise Stale
                actions.change_point(contact, point, form.read, by=current_teammate(), was=_value(point))
            except Stale:
                point = queries.get_point(point_id, contact)
                form.mark.data = _mark(point)
                return show_details(contact, encode(point.id), form, _told(contact, _typed(point)), 409)
            except Invalid as fault:
                form.blame(fault)
    return _answer(contact, encode(point.id), form, _("%(field)s saved", field=wording.POINTS[point.kind]), acts)


@contacts.post("/contacts/<id:contact_id>/points/<id:point_id>/first")
@allow(Policy.EDIT_CONTACTS, queries=60)
def first_point(contact_id: Id, point_id: Id) -> Response:
    """Make the address the first choice of its kind."""
    contact = get_own(contact_id)
    with changes.watch() as acts:
        actions.make_primary(contact, queries.get_point(point_id, contact), by=current_teammate())
    return _answer(contact, "", None, _("First choice saved"), acts)


@contacts.post("/contacts/<id:contact_id>/points/<id:point_id>/remove")
@allow(Policy.EDIT_CONTACTS, queries=60)
def remove_point(contact_id: Id, point_id: Id) -> Response:
    """Take the address off."""
    contact = get_own(contact_id)
    point = queries.get_point(point_id, contact)
    with changes.watch() as acts:
        actions.remove_point(contact, point, by=current_teammate())
    return _answer(contact, "", None, _("%(value)s removed", value=wording.point_text(point, masked=False)), acts)


def _answer(contact: Contact, editing: str, form: Form | None, words: str, acts: list[Id]) -> Response:
    """The details as they are now; with a fault the form in its place, with what was typed."""
    is_done = form is None or form.ok
    is_shown = htmx.is_partial() or not is_done
    context = details_of(contact, editing="" if is_done else editing, fact_form=form) if is_shown else {}
    return respond(
        page=lambda: render(PAGE, **context),
        fragment=FRAGMENT,
        then=contact_url(contact),
        toast=done(words, acts),
        form=form,
        **context,
    )


def _typed(point: ContactPoint) -> str:
    extension = f" x{point.extension}" if point.extension else ""
    return wording.point_text(point, masked=False) + extension


def _mark(point: ContactPoint) -> str:
    return " ".join(f"{point.norm} · {point.label}·".split())


def _value(point: ContactPoint) -> Value:
    return Value(point.norm, point.raw, point.label, point.extension)
