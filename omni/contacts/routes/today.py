"""Today: what needs this teammate now."""

from __future__ import annotations

from flask import Response

from omni.contacts import agenda
from omni.contacts.routes.blueprint import contacts
from omni.contacts.routes.snoozing import offered_days
from omni.core import clock
from omni.core.policies import Policy, Reach, Role, allows
from omni.web.access import allow, can
from omni.web.login import current_teammate
from omni.web.respond import render, respond


@contacts.get("/today")
@allow(Policy.VIEW_CONTACTS, queries=10)
def today() -> Response:
    """Who waits, what is due, who is new, who comes; and for a new studio the first steps."""
    return show_today()


def show_today() -> Response:
    teammate = current_teammate()
    day = agenda.list_today(teammate)
    shows_steps = teammate.checklist_closed_at is None and Role(teammate.role) in (Role.OWNER, Role.ADMIN)
    return render(
        "contacts/today.html",
        day=day,
        date=clock.now(),
        visits=day.beside.visits,
        lately=day.beside.lately if allows(Role(teammate.role), Policy.VIEW_INSIGHTS) is Reach.FULL else None,
        can_go=bool(can(Policy.EDIT_CONTACTS)),
        laters=list(offered_days()),
        steps=day.steps if shows_steps and not day.steps_done else [],
    )


@contacts.post("/today/first-steps")
@allow(Policy.VIEW_CONTACTS)
def close_steps() -> Response:
    """Put the first steps away, for this teammate."""
    agenda.close_steps(current_teammate())
    return respond(page=show_today, then="/today")
