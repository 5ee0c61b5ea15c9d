"""One conversation: read, given to somebody, done, blocked, tied to a contact."""

from datetime import datetime

from flask import Response, request

from omni.accounts import queries as team
from omni.contacts import queries as contacts
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.words import gettext
from omni.messaging import actions, pages, queries
from omni.messaging.actions import Snooze
from omni.messaging.forms import AssignForm, AttachForm, DoneForm, NameForm, SnoozeForm
from omni.messaging.models import Conversation
from omni.messaging.routes.blueprint import back_to, id_in, inbox, is_masked, thread_url
from omni.messaging.routes.drawing import show_thread
from omni.messaging.routes.lists import index
from omni.web import htmx
from omni.web.access import allow, can, require_own, safe_next
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@inbox.get("/inbox/<id:conversation_id>")
@allow(Policy.VIEW_CONTACTS, queries=28)
def show(conversation_id: Id) -> Response:
    """The thread, and the box to answer in."""
    conversation = queries.get_conversation(conversation_id)
    before = id_in(request.args.get("before"))
    thread = pages.thread(conversation, before=before, is_masked=is_masked(), reader=current_teammate())
    waiting = queries.find_waiting(conversation, id_in(request.args.get("edit")))
    if waiting is None or conversation.contact is None or not can(Policy.SEND_TEXTS):
        return show_thread(conversation, thread=thread)
    return show_thread(conversation, thread=thread, composer=pages.composer_for(waiting, conversation.contact))


@inbox.get("/inbox/<id:conversation_id>/since/<id:message_id>")
@allow(Policy.VIEW_CONTACTS, queries=20, is_poll=True, statuses={204})
def since(conversation_id: Id, message_id: Id) -> Response:
    """The thread anew, where anything happened since it was drawn up to this text."""
    conversation = queries.get_conversation(conversation_id)
    thread = pages.thread(conversation, is_masked=is_masked(), reader=current_teammate())
    if thread.last_id == message_id and thread.mark == request.args.get("mark"):
        return Response(status=204)
    if not htmx.is_partial():
        return back_to(conversation)
    newest = queries.newest_outbound(conversation)
    return render(
        "messaging/show.html", fragment="messaging/_since.html", thread=thread,
        seen_id=encode(newest.id) if newest else "",
    )  # fmt: skip


@inbox.post("/inbox/<id:conversation_id>/read")
@allow(Policy.VIEW_CONTACTS, is_poll=True, statuses={204})
def read(conversation_id: Id) -> Response:
    """Note that the reader has seen it."""
    conversation = queries.get_conversation(conversation_id)
    actions.mark_read(conversation, current_teammate())
    return Response(status=204) if htmx.is_partial() else back_to(conversation)


@inbox.post("/inbox/<id:conversation_id>/done")
@allow(Policy.SEND_TEXTS)
def done(conversation_id: Id) -> Response:
    """Nobody waits here any more."""
    conversation = get_own(conversation_id)
    form = DoneForm.of(request)
    actions.close(conversation, by=current_teammate())
    actions.mark_read(conversation, current_teammate())
    undo = f"/inbox/{encode(conversation.id)}/reopen"
    toast = Toast(gettext("Done with %(name)s", name=_name(conversation)), undo)
    return respond(page=index, then=safe_next(form.back.data, "/inbox"), toast=toast)


@inbox.post("/inbox/<id:conversation_id>/snooze")
@allow(Policy.SEND_TEXTS)
def snooze(conversation_id: Id) -> Response:
    """Put it off until a time, or until they write."""
    conversation = get_own(conversation_id)
    form = SnoozeForm.of(request)
    if form.ok:
        try:
            actions.snooze(conversation, _until(form), by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    toast = Toast(gettext("Snoozed %(name)s", name=_name(conversation)), f"/inbox/{encode(conversation.id)}/reopen")
    return respond(
        page=show_thread, then="/inbox", form=form, toast=toast if form.ok else None, conversation=conversation,
        snooze_form=form,
    )  # fmt: skip


@inbox.post("/inbox/<id:conversation_id>/reopen")
@allow(Policy.SEND_TEXTS)
def reopen(conversation_id: Id) -> Response:
    """Take "done" or a snooze back."""
    conversation = get_own(conversation_id)
    actions.reopen(conversation, by=current_teammate())
    return respond(page=index, then=thread_url(conversation))


@inbox.post("/inbox/<id:conversation_id>/assignee")
@allow(Policy.SEND_TEXTS)
def assign(conversation_id: Id) -> Response:
    """Give it to a teammate, or to nobody."""
    conversation = get_own(conversation_id)
    form = AssignForm.of(request, teammates=team.list_teammates())
    if form.ok:
        to = team.get_teammate(form.teammate.data) if form.teammate.data else None
        actions.assign(conversation, to, by=current_teammate())
    return respond(
        page=show_thread, then=thread_url(conversation), form=form, conversation=conversation, assign_form=form
    )


@inbox.post("/inbox/<id:conversation_id>/stopped")
@allow(Policy.SEND_TEXTS, even_suspended=True)
def they_stopped(conversation_id: Id) -> Response:
    """They did ask to stop."""
    conversation = get_own(conversation_id)
    actions.they_stopped(conversation, by=current_teammate())
    toast = Toast(gettext("%(name)s hears nothing more", name=_name(conversation)))
    return respond(page=show_thread, then=thread_url(conversation), toast=toast)


@inbox.post("/inbox/<id:conversation_id>/not-stopped")
@allow(Policy.SEND_TEXTS)
def they_did_not(conversation_id: Id) -> Response:
    """They meant something else."""
    conversation = get_own(conversation_id)
    actions.they_did_not(conversation, by=current_teammate())
    return respond(page=show_thread, then=thread_url(conversation), toast=Toast(gettext("Texts may go on")))


@inbox.post("/inbox/<id:conversation_id>/block")
@allow(Policy.SEND_TEXTS)
def block(conversation_id: Id) -> Response:
    """Show nothing of this number any more."""
    conversation = get_own(conversation_id)
    actions.block(conversation, by=current_teammate())
    undo = f"/inbox/{encode(conversation.id)}/unblock"
    return respond(page=index, then="/inbox", toast=Toast(gettext("Blocked %(name)s", name=_name(conversation)), undo))


@inbox.post("/inbox/<id:conversation_id>/unblock")
@allow(Policy.SEND_TEXTS)
def unblock(conversation_id: Id) -> Response:
    """Let this number in again."""
    conversation = get_own(conversation_id)
    actions.unblock(conversation, by=current_teammate())
    return respond(page=index, then=thread_url(conversation))


@inbox.post("/contacts/<id:contact_id>/block")
@allow(Policy.SEND_TEXTS, even_suspended=True)
def block_contact(contact_id: Id) -> Response:
    """Show nothing of this contact's numbers any more, and send them nothing."""
    contact = contacts.get_contact(contact_id)
    require_own(contact.owner_id)
    actions.block_contact(contact)
    toast = Toast(gettext("Blocked %(name)s", name=contact.display_name), f"/contacts/{encode(contact.id)}/unblock")
    return respond(page=index, then=f"/contacts/{encode(contact.id)}", toast=toast)


@inbox.post("/contacts/<id:contact_id>/unblock")
@allow(Policy.SEND_TEXTS)
def unblock_contact(contact_id: Id) -> Response:
    """Let this contact's numbers in again."""
    contact = contacts.get_contact(contact_id)
    require_own(contact.owner_id)
    actions.unblock_contact(contact)
    return respond(page=index, then=f"/contacts/{encode(contact.id)}")


@inbox.post("/inbox/<id:conversation_id>/contact")
@allow(Policy.SEND_TEXTS, queries=34)
def add_contact(conversation_id: Id) -> Response:
    """Make the person behind a new number a contact."""
    conversation = get_own(conversation_id)
    form = NameForm.of(request)
    if form.ok:
        try:
            actions.add_contact_of(conversation, form.name.data or "", by=current_teammate())
        except Invalid as fault:
            # A short code is no number a contact could have; this form has one field to say so at.
            form.blame("name", " ".join(gettext(words, **fault.values) for words in fault.faults.values()))
    return respond(
        page=show_thread, then=thread_url(conversation), form=form, conversation=conversation, name_form=form
    )


@inbox.get("/inbox/<id:conversation_id>/attach")
@allow(Policy.SEND_TEXTS)
def ask_attach(conversation_id: Id) -> Response:
    """Whose number it might be."""
    return show_attach(get_own(conversation_id))


@inbox.post("/inbox/<id:conversation_id>/attach")
@allow(Policy.SEND_TEXTS)
def attach(conversation_id: Id) -> Response:
    """Say whose number it is."""
    conversation = get_own(conversation_id)
    form = AttachForm.of(request)
    chosen = id_in(form.contact.data)
    if chosen is None:
        raise NotFound()
    contact = contacts.get_contact(chosen)
    require_own(contact.owner_id)
    if form.ok:
        try:
            actions.attach(conversation, contact, by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    return respond(page=show_attach, then=thread_url(conversation), form=form, conversation=conversation)


def show_attach(conversation: Conversation, form: AttachForm | None = None) -> Response:
    """Contacts to choose from."""
    words = request.args.get("q", "").strip()
    found = contacts.search_contacts(words, limit=10) if words else []
    name = pages.phone_shown(conversation.address, is_masked())
    form = form or AttachForm()
    return render("messaging/attach.html", conversation=conversation, words=words, found=found, name=name, form=form)


def get_own(conversation_id: Id) -> Conversation:
    """The conversation, of one's own or unassigned contact where the right reaches no further."""
    conversation = queries.get_conversation(conversation_id)
    require_own(conversation.contact.owner_id if conversation.contact_id else None)
    return conversation


def _until(form: SnoozeForm) -> datetime | None:
    """Until when, or None for until they write. Raises Invalid."""
    if not form.later.data:
        return actions.chosen_time(form.until_on.data, form.until_at.data)
    chosen = Snooze(form.later.data)
    if chosen is Snooze.REPLY:
        return None
    times = actions.snooze_times()
    # An evening that is past by now, on a page that stood open, is the next morning.
    return times.get(chosen) or times[Snooze.TOMORROW]


def _name(conversation: Conversation) -> str:
    contact = conversation.contact
    return contact.display_name if contact else pages.phone_shown(conversation.address, is_masked())
