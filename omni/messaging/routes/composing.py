"""Writing to a contact: the thread or its empty place, the box one types in, and what comes of sending."""

import secrets as random
from collections.abc import Sequence
from datetime import time
from typing import Any

from flask import Response, request

from omni.contacts import queries as contacts
from omni.contacts.kinds import Basis, PointKind
from omni.contacts.models import Contact
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.words import gettext, lazy
from omni.messaging import actions, explaining, pages, queries
from omni.messaging.forms import ComposeForm
from omni.messaging.models import Conversation, Media, Message
from omni.messaging.pages import Composer
from omni.messaging.routes.blueprint import id_in, inbox, is_masked, thread_url
from omni.messaging.routes.drawing import list_beside, show_thread
from omni.messaging.routes.files import take_files
from omni.messaging.routes.lists import index
from omni.messaging.states import State
from omni.web import htmx
from omni.web.access import allow, can, require_own, safe_next
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

# Ten files with room for one that is too large, so that the form can say so and keep the rest.
MOST_BODY = 25_000_000
NEWER = lazy("%(name)s wrote meanwhile. Read it above; sending now sends yours too.")


@inbox.get("/contacts/<id:contact_id>/messages")
@allow(Policy.VIEW_CONTACTS, queries=28)
def messages(contact_id: Id) -> Response:
    """The thread with a contact, or an empty one; with a template of the address in the box."""
    contact = contacts.get_contact(contact_id)
    conversation = queries.find_conversation_of(contact)
    template_id = id_in(request.args.get("template"))
    if template_id is None or not can(Policy.SEND_TEXTS):
        return htmx.see_other(thread_url(conversation)) if conversation is not None else show_empty(contact)
    composer = pages.composer_from(queries.get_template(template_id), contact, conversation, current_teammate())
    return show_composing(contact, conversation, composer)


@inbox.post("/contacts/<id:contact_id>/messages")
@allow(Policy.SEND_TEXTS, queries=80, max_body=MOST_BODY)
def send(contact_id: Id) -> Response:
    """Text a contact."""
    contact = contacts.get_contact(contact_id)
    require_own(contact.owner_id)
    form = ComposeForm.of(request)
    conversation = queries.find_conversation_of(contact)
    is_well = form.ok
    files = take_files(form)
    message = _send(contact, conversation, form, files) if is_well and form.ok else None
    is_in_thread = form.place.data == "thread"
    shown = message.conversation if message else conversation
    if message is not None:
        actions.note_written(message.conversation, current_teammate())
    if message is not None and not is_in_thread:
        then = safe_next(form.back.data, f"/contacts/{encode(contact.id)}")
        return respond(page=index, then=then, toast=_sent(message))
    composer = pages.composer(
        contact,
        shown,
        is_in_thread=is_in_thread,
        takes_focus=True,
        by=current_teammate(),
        **({} if message else typed(form, files)),
    )
    context: dict[str, Any] = {"contact": contact, "conversation": shown, "composer": composer}
    if message is not None:
        thread = pages.thread(message.conversation, is_masked=is_masked(), reader=current_teammate())
        context |= {"thread": thread}
    return respond(
        page=show_composing,
        then=lambda: thread_url(message.conversation),  # type: ignore[union-attr]
        fragment="messaging/_composer.html",
        form=form,
        also=[("thread-box", "messaging/_thread.html")] if message else (),
        **context,
    )


@inbox.post("/contacts/<id:contact_id>/messages/check")
@allow(Policy.SEND_TEXTS, is_poll=True, queries=40, max_body=MOST_BODY)
def check(contact_id: Id) -> Response:
    """How many segments what is typed would take, with files attached or taken off; nothing is sent."""
    contact = contacts.get_contact(contact_id)
    require_own(contact.owner_id)
    conversation = queries.find_conversation_of(contact)
    form = ComposeForm.of(request)
    if conversation is not None and form.body.data:
        actions.note_writing(conversation, current_teammate())
    files = take_files(form)
    wrong = {name: said for name, said in form.faults.items() if name == "files"}
    kept = {**typed(form, files), "faults": wrong}
    is_in_thread = form.place.data == "thread"
    composer = pages.composer(contact, conversation, is_in_thread=is_in_thread, by=current_teammate(), **kept)
    if composer is None:
        raise NotFound()
    is_about_files = bool(form.drop.data or form.files.data)
    answer = render_check(contact, conversation, composer, "_foot" if is_about_files else "_count")
    answer.status_code = 422 if wrong else 200
    return answer


def show_empty(contact: Contact, composer: Composer | None = None) -> Response:
    """The page of a contact nobody has texted yet."""
    if composer is None and can(Policy.SEND_TEXTS):
        composer = pages.composer(contact, None, is_in_thread=True, by=current_teammate())
    return render("messaging/first.html", contact=contact, composer=composer, **list_beside(None))


def show_composing(contact: Contact, conversation: Conversation | None, composer: Composer | None) -> Response:
    """The thread (or its empty place) with what was typed still in the box."""
    if conversation is None:
        return show_empty(contact, composer)
    return show_thread(conversation, composer=composer)


def render_check(contact: Contact, conversation: Conversation | None, composer: Composer, part: str) -> Response:
    """The live line or the foot it stands in for htmx; the whole page with them in it for a plain browser."""
    if htmx.is_partial():
        return render("messaging/show.html", fragment=f"messaging/{part}.html", composer=composer)
    return show_composing(contact, conversation, composer)


def _send(
    contact: Contact, conversation: Conversation | None, form: ComposeForm, files: Sequence[Media]
) -> Message | None:
    """The text taken on, or None with the form saying why not."""
    address = conversation.address if conversation else _phone_of(contact, form)
    if not address:
        return None
    newer = _unseen(conversation, form) if conversation else None
    if newer is not None:
        form.blame("body", gettext(NEWER.key, name=newer.by.name if newer.by_id else ""))
        return None
    chosen = Basis(form.basis.data) if form.basis.data else None
    key = form.client_key.data or random.token_hex(16)
    try:
        at = actions.choose_time(contact, address, form.on.data, form.at.data) if form.later.data else None
        return actions.send_text(
            contact, form.body.data or "", address=address, by=current_teammate(), client_key=key, basis=chosen, at=at,
            replaces=id_in(form.replaces.data), media=[one.id for one in files],
        )  # fmt: skip
    except actions.TimeMoved as moved:
        # What was chosen cannot be: the time that can stands in its place, and is sent with the next press.
        form.on.raw_data, form.at.raw_data = [moved.on.isoformat()], [moved.at.isoformat("minutes")]
        form.on.data, form.at.data = moved.on, moved.at
        form.blame("at", moved.words)
        return None
    except Invalid as fault:
        form.blame(fault)
        return None


def _unseen(conversation: Conversation, form: ComposeForm) -> Message | None:
    """Our newest text, where the writer's page did not show it yet. An empty `seen_id` says it showed none of ours."""
    newest = queries.newest_outbound(conversation)
    if newest is None or form.seen_id.data is None or newest.client_key == form.client_key.data:
        return None
    return newest if encode(newest.id) != form.seen_id.data else None


def _phone_of(contact: Contact, form: ComposeForm) -> str:
    point = contacts.primary_point(contact, PointKind.PHONE)
    if point is None:
        form.blame("body", gettext(actions.accepting.NO_PHONE.key))
        return ""
    return str(point.norm)


def typed(form: ComposeForm, files: Sequence[Media] = ()) -> dict[str, Any]:
    """What the composer shows again after a fault. The newest text is in view now, so that sending goes through."""
    return {
        "text": form.body.data or "",
        "basis": form.basis.data or "",
        "client_key": form.client_key.data or "",
        "on": _again(form.on.data),
        "at": _again(form.at.data),
        "replaces": form.replaces.data or "",
        "files": files,
        "faults": form.faults,
    }


def _again(value: Any) -> str:
    """A day or time as its input shows it, or what was typed in its place."""
    return value.isoformat("minutes") if isinstance(value, time) else str(value or "")


def _sent(message: Message) -> Toast:
    name = message.contact.display_name
    if message.state is State.SCHEDULED:
        return Toast(gettext("Text to %(name)s waits %(until)s", name=name, until=explaining.line_of(message)))
    if message.wants_basis:
        return Toast(gettext("Kept. Say how you know %(name)s, and it goes", name=name))
    return Toast(gettext("Text to %(name)s is on its way", name=name))
