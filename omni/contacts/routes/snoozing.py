"""Later…: a contact rests until a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Response, request

from omni.contacts import actions, forms
from omni.contacts.models import Contact
from omni.contacts.routes.blueprint import contact_url, contacts, get_own
from omni.contacts.wording import given
from omni.core import clock
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import _, local_day
from omni.web import htmx
from omni.web.access import allow, safe_next
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@contacts.get("/contacts/<id:contact_id>/snooze")
@allow(Policy.MOVE_CARDS)
def ask_snooze(contact_id: Id) -> Response:
    """Until when the contact shall rest."""
    contact = get_own(contact_id)
    return show_snooze(contact, forms.SnoozeForm.of(request), _back(contact, request.args.get("back")))


@contacts.post("/contacts/<id:contact_id>/snooze")
@allow(Policy.MOVE_CARDS)
def snooze(contact_id: Id) -> Response:
    """Let the contact rest."""
    contact = get_own(contact_id)
    form, back = forms.SnoozeForm.of(request), _back(contact, request.form.get("back"))
    toast = None
    if form.ok and form.day:
        batch_id = actions.snooze(contact, form.day, reason=form.reason.data or "", by=current_teammate())
        words = _("%(name)s rests until %(day)s", name=given(contact), day=local_day(form.day, "day"))
        toast = Toast(words, f"/history/{encode(batch_id)}/undo")
    return respond(
        page=show_snooze,
        fragment="contacts/_snoozed.html" if toast else "contacts/_snooze.html",
        then=back,
        toast=toast,
        form=form,
        **_sheet(contact, back),
    )


@contacts.post("/contacts/<id:contact_id>/snooze/removal")
@allow(Policy.MOVE_CARDS)
def wake(contact_id: Id) -> Response:
    """End the rest before its day."""
    contact = get_own(contact_id)
    batch_id = actions.wake(contact, by=current_teammate())
    toast = Toast(_("%(name)s is back", name=given(contact)), f"/history/{encode(batch_id)}/undo") if batch_id else None
    return respond(page=ask_snooze, then=_back(contact, request.form.get("back")), toast=toast)


def show_snooze(contact: Contact, form: forms.SnoozeForm, back: str) -> Response:
    """The sheet "Later…", or its page."""
    return render("contacts/snooze.html", fragment="contacts/_snooze.html", form=form, **_sheet(contact, back))


def _sheet(contact: Contact, back: str) -> dict[str, Any]:
    return {
        "contact": contact,
        "given": given(contact),
        "days": list(offered_days()),
        "back": back,
        "is_sheet": htmx.is_partial(),
    }


def offered_days() -> Iterator[tuple[str, str, str]]:
    """The days that need one press: as addresses write them, by name, and which they are."""
    today = clock.today_in(current_workspace().timezone)
    names = {1: _("Tomorrow"), 3: _("In 3 days"), 7: _("In a week"), 30: _("In 30 days")}
    for count, name in names.items():
        day = today + timedelta(days=count)
        yield day.isoformat(), name, local_day(day, "weekday")


def _back(contact: Contact, wanted: str | None) -> str:
    return safe_next(wanted, contact_url(contact))
