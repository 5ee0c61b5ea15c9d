"""What several views draw: the list, and a thread with the list beside it."""

from typing import Any

from flask import Response, request

from omni.accounts import queries as team
from omni.contacts import queries as contacts
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.messaging import listing, pages
from omni.messaging.forms import AssignForm, NameForm, SnoozeForm
from omni.messaging.listing import View
from omni.messaging.models import Conversation
from omni.messaging.pages import Composer, Thread
from omni.messaging.routes.blueprint import id_in, is_masked
from omni.web.access import can
from omni.web.login import current_teammate
from omni.web.respond import render


def list_beside(chosen: Id | None) -> dict[str, Any]:
    """The list beside a thread: rows of the view in the address, and the count on each tab."""
    view = _view()
    teammate = current_teammate()
    page = listing.list_page(view, teammate, before=id_in(request.args.get("after")))
    faces = pages.list_faces(page.rows, view=view, chosen=chosen, is_masked=is_masked())
    counts = listing.count_views(teammate)
    tabs = [
        {
            "label": str(words),
            "href": f"/inbox?view={each.value}",
            "count": counts.get(each) or None,
            "current": each is view,
        }
        for each, words in pages.VIEWS.items()
        if each not in pages.RARE or counts.get(each) or each is view
    ]
    more = f"/inbox?view={view.value}&after={encode(page.next_before)}" if page.next_before else None
    return {
        "rows": faces, "tabs": tabs, "more": more, "view": view.value, "empty_words": str(pages.EMPTY[view]),
        "mark": pages.rows_mark(faces), "chosen": encode(chosen) if chosen else "",
    }  # fmt: skip


def show_thread(
    conversation: Conversation,
    *,
    thread: Thread | None = None,
    composer: Composer | None = None,
    assign_form: AssignForm | None = None,
    name_form: NameForm | None = None,
    snooze_form: SnoozeForm | None = None,
) -> Response:
    """A conversation's page, the list beside it where there is room."""
    contact = conversation.contact
    if composer is None and contact is not None and can(Policy.SEND_TEXTS):
        composer = pages.composer(contact, conversation, is_in_thread=True, by=current_teammate())
    assigned = {"teammate": conversation.assignee_id}
    standing = contacts.standings([contact.id]).get(contact.id) if contact else None
    return render(
        "messaging/show.html",
        thread=thread or pages.thread(conversation, is_masked=is_masked(), reader=current_teammate()),
        composer=composer,
        contact=contact,
        assign_form=assign_form or AssignForm.of(request, data=assigned, teammates=team.list_teammates()),
        name_form=name_form or NameForm(),
        snooze_form=snooze_form or SnoozeForm(),
        snooze_times=pages.snooze_times(),
        stage=standing.stage if standing else "",
        **list_beside(conversation.id),
    )


def _view() -> View:
    try:
        return View(request.args.get("view", View.WAITING.value))
    except ValueError:
        return View.WAITING
