"""Pages of the inbox, and the texts of a contact."""

import secrets as random
from typing import Any

from flask import Blueprint, Response, request

from omni.accounts import queries as team
from omni.contacts import queries as contacts
from omni.contacts.kinds import Basis, PointKind
from omni.contacts.models import Contact
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id, decode, encode
from omni.core.policies import Policy, Reach
from omni.core.words import gettext, lazy
from omni.messaging import actions, listing, pages, queries
from omni.messaging.forms import (
    AgainForm,
    AssignForm,
    AttachForm,
    BasisForm,
    ComposeForm,
    DoneForm,
    NameForm,
    NewTextForm,
)
from omni.messaging.listing import View
from omni.messaging.models import Conversation, Message
from omni.messaging.pages import Composer, Thread
from omni.web import htmx
from omni.web.access import allow, can, require_own, safe_next
from omni.web.forms import Form
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

inbox = Blueprint("inbox", __name__)

NEWER = lazy("%(name)s wrote meanwhile. Read it above; sending now sends yours too.")


# --- the list ---


@inbox.get("/inbox")
@allow(Policy.VIEW_CONTACTS, queries=16)
def index() -> Response:
    """Who waits for an answer, and every other conversation."""
    return render("messaging/index.html", **_list(None))


@inbox.get("/inbox/rows")
@allow(Policy.VIEW_CONTACTS, queries=16, is_poll=True, statuses={204})
def rows() -> Response:
    """The list anew, where something in it changed."""
    context = _list(_id(request.args.get("chosen")))
    if context["mark"] == request.args.get("mark"):
        return Response(status=204)
    return render("messaging/index.html", fragment="messaging/_rows.html", **context)


@inbox.get("/inbox/new")
@allow(Policy.SEND_TEXTS)
def new() -> Response:
    """Whom to write to."""
    form = NewTextForm.of(request, data={"q": request.args.get("q", "")})
    words = (form.q.data or "").strip()
    found = contacts.search_contacts(words, limit=10) if words else []
    points = contacts.primary_points([one.id for one in found], PointKind.PHONE)
    return render("messaging/new.html", form=form, words=words, found=found, points=points, show=pages.phone_shown)


# --- one conversation ---


@inbox.get("/inbox/<id:conversation_id>")
@allow(Policy.VIEW_CONTACTS, queries=28)
def show(conversation_id: Id) -> Response:
    """The thread, and the box to answer in."""
    conversation = queries.get_conversation(conversation_id)
    before = _id(request.args.get("before"))
    return show_thread(conversation, thread=pages.thread(conversation, before=before, is_masked=_is_masked()))


@inbox.get("/inbox/<id:conversation_id>/since/<id:message_id>")
@allow(Policy.VIEW_CONTACTS, queries=20, is_poll=True, statuses={204})
def since(conversation_id: Id, message_id: Id) -> Response:
    """The thread anew, where anything happened since it was drawn up to this text."""
    conversation = queries.get_conversation(conversation_id)
    thread = pages.thread(conversation, is_masked=_is_masked())
    if thread.last_id == message_id and thread.mark == request.args.get("mark"):
        return Response(status=204)
    if not htmx.is_partial():
        return _back_to(conversation)
    return render("messaging/show.html", fragment="messaging/_thread.html", thread=thread)


@inbox.post("/inbox/<id:conversation_id>/read")
@allow(Policy.VIEW_CONTACTS, is_poll=True, statuses={204})
def read(conversation_id: Id) -> Response:
    """Note that the reader has seen it."""
    conversation = queries.get_conversation(conversation_id)
    actions.mark_read(conversation, current_teammate())
    return Response(status=204) if htmx.is_partial() else _back_to(conversation)


@inbox.post("/inbox/<id:conversation_id>/done")
@allow(Policy.SEND_TEXTS)
def done(conversation_id: Id) -> Response:
    """Nobody waits here any more."""
    conversation = _mine(conversation_id)
    form = DoneForm.of(request)
    actions.close(conversation, by=current_teammate())
    actions.mark_read(conversation, current_teammate())
    undo = f"/inbox/{encode(conversation.id)}/reopen"
    toast = Toast(gettext("Done with %(name)s", name=_name(conversation)), undo)
    return respond(page=index, then=safe_next(form.back.data, "/inbox"), toast=toast)


@inbox.post("/inbox/<id:conversation_id>/reopen")
@allow(Policy.SEND_TEXTS)
def reopen(conversation_id: Id) -> Response:
    """Take "done" back."""
    conversation = _mine(conversation_id)
    actions.reopen(conversation, by=current_teammate())
    return respond(page=index, then=_address(conversation))


@inbox.post("/inbox/<id:conversation_id>/assignee")
@allow(Policy.SEND_TEXTS)
def assign(conversation_id: Id) -> Response:
    """Give it to a teammate, or to nobody."""
    conversation = _mine(conversation_id)
    form = AssignForm.of(request, teammates=team.list_teammates())
    if form.ok:
        to = team.get_teammate(form.teammate.data) if form.teammate.data else None
        actions.assign(conversation, to, by=current_teammate())
    return respond(
        page=show_thread, then=_address(conversation), form=form, conversation=conversation, assign_form=form
    )


@inbox.post("/inbox/<id:conversation_id>/block")
@allow(Policy.SEND_TEXTS)
def block(conversation_id: Id) -> Response:
    """Show nothing of this number any more."""
    conversation = _mine(conversation_id)
    actions.block(conversation, by=current_teammate())
    undo = f"/inbox/{encode(conversation.id)}/unblock"
    return respond(page=index, then="/inbox", toast=Toast(gettext("Blocked %(name)s", name=_name(conversation)), undo))


@inbox.post("/inbox/<id:conversation_id>/unblock")
@allow(Policy.SEND_TEXTS)
def unblock(conversation_id: Id) -> Response:
    """Let this number in again."""
    conversation = _mine(conversation_id)
    actions.unblock(conversation, by=current_teammate())
    return respond(page=index, then=_address(conversation))


@inbox.post("/inbox/<id:conversation_id>/contact")
@allow(Policy.SEND_TEXTS)
def add_contact(conversation_id: Id) -> Response:
    """Make the person behind a new number a contact."""
    conversation = _mine(conversation_id)
    form = NameForm.of(request)
    if form.ok:
        try:
            actions.add_contact_of(conversation, form.name.data or "", by=current_teammate())
        except Invalid as fault:
            # A short code is no number a contact could have; this form has one field to say so at.
            form.blame("name", " ".join(gettext(words, **fault.values) for words in fault.faults.values()))
    return respond(page=show_thread, then=_address(conversation), form=form, conversation=conversation, name_form=form)


@inbox.get("/inbox/<id:conversation_id>/attach")
@allow(Policy.SEND_TEXTS)
def ask_attach(conversation_id: Id) -> Response:
    """Whose number it might be."""
    return show_attach(_mine(conversation_id))


@inbox.post("/inbox/<id:conversation_id>/attach")
@allow(Policy.SEND_TEXTS)
def attach(conversation_id: Id) -> Response:
    """Say whose number it is."""
    conversation = _mine(conversation_id)
    form = AttachForm.of(request)
    chosen = _id(form.contact.data)
    if chosen is None:
        raise NotFound()
    contact = contacts.get_contact(chosen)
    require_own(contact.owner_id)
    if form.ok:
        try:
            actions.attach(conversation, contact, by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    return respond(page=show_attach, then=_address(conversation), form=form, conversation=conversation)


# --- one text ---


@inbox.get("/contacts/<id:contact_id>/messages")
@allow(Policy.VIEW_CONTACTS, queries=28)
def messages(contact_id: Id) -> Response:
    """The thread with a contact, or an empty one."""
    contact = contacts.get_contact(contact_id)
    conversation = queries.find_conversation_of(contact)
    if conversation is not None:
        return htmx.see_other(_address(conversation))
    return show_empty(contact)


@inbox.post("/contacts/<id:contact_id>/messages")
@allow(Policy.SEND_TEXTS, queries=60)
def send(contact_id: Id) -> Response:
    """Text a contact."""
    contact = contacts.get_contact(contact_id)
    require_own(contact.owner_id)
    form = ComposeForm.of(request)
    conversation = queries.find_conversation_of(contact)
    message = _send(contact, conversation, form)
    is_in_thread = form.place.data == "thread"
    shown = message.conversation if message else conversation
    if message is not None and not is_in_thread:
        return respond(page=index, then=f"/contacts/{encode(contact.id)}", toast=_sent(message))
    composer = pages.composer(
        contact, shown, is_in_thread=is_in_thread, takes_focus=True, **({} if message else _typed(form))
    )
    context: dict[str, Any] = {"contact": contact, "conversation": shown, "composer": composer}
    if message is not None:
        thread = pages.thread(message.conversation, is_masked=_is_masked())
        context |= {"thread": thread}
    return respond(
        page=show_composing,
        then=lambda: _address(message.conversation),  # type: ignore[union-attr]
        fragment="messaging/_composer.html",
        form=form,
        also=[("thread-box", "messaging/_thread.html")] if message else (),
        **context,
    )


@inbox.post("/contacts/<id:contact_id>/messages/check")
@allow(Policy.SEND_TEXTS, is_poll=True)
def check(contact_id: Id) -> Response:
    """How many segments what is typed would take; nothing is sent."""
    contact = contacts.get_contact(contact_id)
    conversation = queries.find_conversation_of(contact)
    form = ComposeForm.of(request)
    kept = {**_typed(form), "faults": {}}
    composer = pages.composer(contact, conversation, is_in_thread=form.place.data == "thread", **kept)
    if composer is None:
        raise NotFound()
    return render_check(contact, conversation, composer)


@inbox.post("/inbox/messages/<id:message_id>/check")
@allow(Policy.SEND_TEXTS)
def check_again(message_id: Id) -> Response:
    """Ask the carrier once more about an unsure text."""
    message = _my_message(message_id)
    actions.settle(message.id)
    return _thread_of(message)


@inbox.post("/inbox/messages/<id:message_id>/again")
@allow(Policy.SEND_TEXTS, queries=60)
def again(message_id: Id) -> Response:
    """Send the words of an unsure text anew."""
    message = _my_message(message_id)
    form = AgainForm.of(request)
    if form.ok:
        key = form.client_key.data or random.token_hex(16)
        actions.send_again(message, by=current_teammate(), client_key=key)
    return _thread_of(message)


@inbox.post("/inbox/messages/<id:message_id>/leave")
@allow(Policy.SEND_TEXTS)
def leave(message_id: Id) -> Response:
    """Ask no more about an unsure text."""
    message = _my_message(message_id)
    actions.leave(message)
    return _thread_of(message)


@inbox.post("/inbox/messages/<id:message_id>/basis")
@allow(Policy.SEND_TEXTS, queries=60)
def basis(message_id: Id) -> Response:
    """Say how the person is known, and let the kept text go."""
    message = _my_message(message_id)
    form = BasisForm.of(request)
    if form.ok:
        try:
            actions.answer_basis(message, Basis(form.basis.data), by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    return _thread_of(message, form)


# --- pages that several routes draw ---


def show_thread(
    conversation: Conversation,
    *,
    thread: Thread | None = None,
    composer: Composer | None = None,
    assign_form: AssignForm | None = None,
    name_form: NameForm | None = None,
) -> Response:
    """A conversation's page, the list beside it where there is room."""
    contact = conversation.contact
    if composer is None and contact is not None and can(Policy.SEND_TEXTS):
        composer = pages.composer(contact, conversation, is_in_thread=True)
    assigned = {"teammate": conversation.assignee_id}
    standing = contacts.standings([contact.id]).get(contact.id) if contact else None
    return render(
        "messaging/show.html",
        thread=thread or pages.thread(conversation, is_masked=_is_masked()),
        composer=composer,
        contact=contact,
        assign_form=assign_form or AssignForm.of(request, data=assigned, teammates=team.list_teammates()),
        name_form=name_form or NameForm(),
        stage=standing.stage if standing else "",
        **_list(conversation.id),
    )


def show_empty(contact: Contact, composer: Composer | None = None) -> Response:
    """The page of a contact nobody has texted yet."""
    composer = composer or (pages.composer(contact, None, is_in_thread=True) if can(Policy.SEND_TEXTS) else None)
    return render("messaging/first.html", contact=contact, composer=composer, **_list(None))


def show_composing(contact: Contact, conversation: Conversation | None, composer: Composer | None) -> Response:
    """The thread (or its empty place) with what was typed still in the box."""
    if conversation is None:
        return show_empty(contact, composer)
    return show_thread(conversation, composer=composer)


def show_attach(conversation: Conversation, form: AttachForm | None = None) -> Response:
    """Contacts to choose from."""
    words = request.args.get("q", "").strip()
    found = contacts.search_contacts(words, limit=10) if words else []
    name = pages.phone_shown(conversation.address, _is_masked())
    form = form or AttachForm()
    return render("messaging/attach.html", conversation=conversation, words=words, found=found, name=name, form=form)


def render_check(contact: Contact, conversation: Conversation | None, composer: Composer) -> Response:
    """The live line for htmx; the whole page with the count in it for a plain browser."""
    if htmx.is_partial():
        return render("messaging/show.html", fragment="messaging/_count.html", composer=composer)
    return show_composing(contact, conversation, composer)


# --- below ---


def _send(contact: Contact, conversation: Conversation | None, form: ComposeForm) -> Message | None:
    """The text taken on, or None with the form saying why not."""
    address = conversation.address if conversation else _phone_of(contact, form)
    if not form.ok or not address:
        return None
    newer = _unseen(conversation, form) if conversation else None
    if newer is not None:
        form.blame("body", gettext(NEWER.key, name=newer.by.name if newer.by_id else ""))
        return None
    chosen = Basis(form.basis.data) if form.basis.data else None
    key = form.client_key.data or random.token_hex(16)
    try:
        return actions.send_text(
            contact, form.body.data or "", address=address, by=current_teammate(), client_key=key, basis=chosen
        )
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


def _typed(form: ComposeForm) -> dict[str, Any]:
    """What the composer shows again after a fault. The newest text is in view now, so that sending goes through."""
    return {
        "text": form.body.data or "",
        "basis": form.basis.data or "",
        "client_key": form.client_key.data or "",
        "faults": form.faults,
    }


def _sent(message: Message) -> Toast:
    name = message.contact.display_name
    if message.wants_basis:
        return Toast(gettext("Kept. Say how you know %(name)s, and it goes", name=name))
    return Toast(gettext("Text to %(name)s is on its way", name=name))


def _list(chosen: Id | None) -> dict[str, Any]:
    """The list beside a thread: rows of the view in the address, and the count on each tab."""
    view = _view()
    teammate = current_teammate()
    page = listing.list_page(view, teammate, before=_id(request.args.get("after")))
    faces = pages.list_faces(page.rows, view=view, chosen=chosen, is_masked=_is_masked())
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


def _view() -> View:
    try:
        return View(request.args.get("view", View.WAITING.value))
    except ValueError:
        return View.WAITING


def _thread_of(message: Message, form: Form | None = None) -> Response:
    """After an act on one text: the thread anew, with what is wrong beside that text."""
    conversation = message.conversation
    faults = {message.id: " ".join(form.faults.values())} if form else {}
    return respond(
        page=show_thread,
        then=_address(conversation),
        fragment="messaging/_thread.html",
        form=form,
        conversation=conversation,
        thread=pages.thread(conversation, is_masked=_is_masked(), faults=faults),
    )


def _mine(conversation_id: Id) -> Conversation:
    """The conversation, of one's own or unassigned contact where the right reaches no further."""
    conversation = queries.get_conversation(conversation_id)
    require_own(conversation.contact.owner_id if conversation.contact_id else None)
    return conversation


def _my_message(message_id: Id) -> Message:
    message = queries.get_message(message_id)
    require_own(message.contact.owner_id if message.contact_id else None)
    return message


def _name(conversation: Conversation) -> str:
    contact = conversation.contact
    return contact.display_name if contact else pages.phone_shown(conversation.address, _is_masked())


def _is_masked() -> bool:
    return can(Policy.VIEW_CONTACTS) is Reach.MASKED


def _address(conversation: Conversation) -> str:
    return f"/inbox/{encode(conversation.id)}"


def _back_to(conversation: Conversation) -> Response:
    return htmx.see_other(_address(conversation))


def _id(text: str | None) -> Id | None:
    """An id from an address' query; None for anything else."""
    try:
        return decode(text) if text else None
    except ValueError:
        return None
