"""What a contact likes, and what they want to reach: the part of their page that tells it, and its forms."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from omni.contacts import actions, forms, goals, queries, wording
from omni.contacts.models import Contact
from omni.contacts.particulars import Goal
from omni.contacts.routes.blueprint import contact_url, contacts, done, get_own, may_edit
from omni.core import changes, clock
from omni.core.faults import Invalid, Stale
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.together import Part, beside
from omni.core.words import _
from omni.web import htmx
from omni.web.access import allow
from omni.web.forms import Form
from omni.web.login import current_teammate
from omni.web.respond import render, respond

PAGE, FRAGMENT = "contacts/goals.html", "contacts/_goals.html"
# Nobody has sent these, so they are drawn once for everybody.
_NEW_PREFERENCE, _NEW_GOAL = forms.PreferenceForm(), forms.GoalForm()


def goals_part(contact: Contact) -> Part[dict[str, Any]]:
    """What the part tells. Of a sensitive goal only those know who may change the contact."""
    likes, progress = goals.list_preferences(contact), goals.list_progress(contact, with_sensitive=may_edit(contact))
    return beside(preferences=likes, progress=progress)


def goals_of(contact: Contact, told: dict[str, Any] | None = None, **given: Form) -> dict[str, Any]:
    """What the part shows, with its forms."""
    context = {
        **(goals_part(contact).read() if told is None else told),
        "contact": contact,
        "goal_states": wording.GOAL_STATES,
        "preference_form": _NEW_PREFERENCE,
        "goal_form": _NEW_GOAL,
        "checkin_form": _blank(forms.CheckinForm, on=clock.today_in(current_workspace().timezone)),
        "checked": None,
        "can_edit": may_edit(contact),
    }
    return {**context, **given}


@contacts.get("/contacts/<id:contact_id>/goals")
@allow(Policy.VIEW_CONTACTS, queries=14)
def list_goals(contact_id: Id) -> Response:
    """What the contact likes and wants to reach."""
    return render(PAGE, fragment=FRAGMENT, **goals_of(queries.get_contact(contact_id)))


@contacts.post("/contacts/<id:contact_id>/preferences")
@allow(Policy.EDIT_CONTACTS, queries=60)
def add_preference(contact_id: Id) -> Response:
    """Note what the contact likes."""
    contact = get_own(contact_id)
    form = forms.PreferenceForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            try:
                actions.set_preference(contact, form.key.data or "", form.value.data or "", by=current_teammate())
            except Invalid as fault:
                form.blame(fault)
    given = {} if form.ok else {"preference_form": form}
    return _answer(contact, form, _("Noted for %(name)s", name=contact.display_name), acts, **given)


@contacts.post("/contacts/<id:contact_id>/preferences/<id:preference_id>/remove")
@allow(Policy.EDIT_CONTACTS, queries=60)
def remove_preference(contact_id: Id, preference_id: Id) -> Response:
    """Forget it."""
    contact = get_own(contact_id)
    row = goals.get_preference(preference_id, contact)
    with changes.watch() as acts:
        actions.remove_preference(contact, row, by=current_teammate())
    return _answer(contact, None, _("%(what)s removed", what=row.key), acts)


@contacts.post("/contacts/<id:contact_id>/goals")
@allow(Policy.EDIT_CONTACTS, queries=60)
def add_goal(contact_id: Id) -> Response:
    """Note what the contact wants to reach."""
    contact = get_own(contact_id)
    form = forms.GoalForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            try:
                actions.add_goal(contact, form.wanted, by=current_teammate())
            except Invalid as fault:
                form.blame(fault)
    given = {} if form.ok else {"goal_form": form}
    return _answer(contact, form, _("Goal for %(name)s saved", name=contact.display_name), acts, **given)


@contacts.get("/contacts/<id:contact_id>/goals/<id:goal_id>")
@allow(Policy.EDIT_CONTACTS)
def edit_goal(contact_id: Id, goal_id: Id) -> Response:
    """The form of one goal."""
    contact = get_own(contact_id)
    goal = goals.get_goal(goal_id, contact)
    names = ("name", "unit", "start", "target", "due_on", "is_sensitive")
    data = {name: getattr(goal, name) for name in names}
    form = _blank(forms.GoalForm, **data, status=goal.status.value, version=str(goal.version))
    return show_goal(contact, goal, form)


@contacts.post("/contacts/<id:contact_id>/goals/<id:goal_id>")
@allow(Policy.EDIT_CONTACTS, queries=60)
def save_goal(contact_id: Id, goal_id: Id) -> Response:
    """Change a goal; 409 with what was typed when somebody was faster."""
    contact = get_own(contact_id)
    goal = goals.get_goal(goal_id, contact)
    form = forms.GoalForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            try:
                version = forms.version_in(form)
                actions.edit_goal(contact, goal, form.wanted, version=version, by=current_teammate())
            except Stale as fault:
                form.version.data = str(fault.fresh.version)
                return show_goal(contact, fault.fresh, form, is_stale=True, status=409)
    return respond(
        page=show_goal,
        faulty="contacts/_goal_edit.html",
        then=contact_url(contact),
        toast=done(_("%(goal)s saved", goal=form.name.data or ""), acts),
        form=form,
        contact=contact,
        goal=goal,
        is_stale=False,
    )


def show_goal(
    contact: Contact, goal: Goal, form: forms.GoalForm, is_stale: bool = False, status: int = 200
) -> Response:
    context = {"contact": contact, "goal": goal, "form": form, "is_stale": is_stale}
    fragment = "contacts/_goal_edit.html" if htmx.is_partial() and status == 409 else None
    return render("contacts/goal.html", fragment=fragment, status=status, **context)


@contacts.post("/contacts/<id:contact_id>/goals/<id:goal_id>/delete")
@allow(Policy.EDIT_CONTACTS, queries=200)
def delete_goal(contact_id: Id, goal_id: Id) -> Response:
    """Take a goal away."""
    contact = get_own(contact_id)
    goal = goals.get_goal(goal_id, contact)
    with changes.watch() as acts:
        actions.delete_goal(contact, goal, by=current_teammate())
    words = _("%(goal)s deleted", goal=goal.name)
    return respond(page=list_goals, then=contact_url(contact), toast=done(words, acts), contact=contact)


@contacts.post("/contacts/<id:contact_id>/goals/<id:goal_id>/checkins")
@allow(Policy.EDIT_CONTACTS, queries=60)
def check_in(contact_id: Id, goal_id: Id) -> Response:
    """Note how far the contact was on a day."""
    contact = get_own(contact_id)
    goal = goals.get_goal(goal_id, contact)
    form = forms.CheckinForm.of(request)
    is_reached = False
    with changes.watch() as acts:
        if form.ok:
            on = form.on.data or clock.today_in(current_workspace().timezone)
            is_reached = actions.check_in(contact, goal, form.value.data, on=on, by=current_teammate())
    words = _("%(goal)s is reached", goal=goal.name) if is_reached else _("Checked in: %(goal)s", goal=goal.name)
    given = {} if form.ok else {"checkin_form": form, "checked": goal.id}
    return _answer(contact, form, words, acts, **given)


def _answer(contact: Contact, form: Form | None, words: str, acts: list[Id], **given: Any) -> Response:
    is_shown = htmx.is_partial() or (form is not None and not form.ok)
    context = goals_of(contact, **given) if is_shown else {}
    return respond(
        page=lambda: render(PAGE, **context),
        fragment=FRAGMENT,
        then=contact_url(contact),
        toast=done(words, acts),
        form=form,
        **context,
    )


def _blank(kind: type[Any], **data: Any) -> Any:
    form = kind(data=data)
    form.prepare()
    return form
