"""One text that waits for a person's word: checked, sent again, left, or let go with a basis."""

import secrets as random

from flask import Response, request

from omni.contacts.kinds import Basis
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.messaging import actions, pages, queries
from omni.messaging.forms import AgainForm, BasisForm
from omni.messaging.models import Message
from omni.messaging.routes.blueprint import inbox, is_masked, thread_url
from omni.messaging.routes.drawing import show_thread
from omni.web.access import allow, require_own
from omni.web.forms import Form
from omni.web.login import current_teammate
from omni.web.respond import respond


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


@inbox.post("/inbox/messages/<id:message_id>/take-back")
@allow(Policy.SEND_TEXTS, even_suspended=True)
def take_back(message_id: Id) -> Response:
    """End a text that has not left yet."""
    message = _my_message(message_id)
    actions.take_back(message, by=current_teammate())
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


def _thread_of(message: Message, form: Form | None = None) -> Response:
    """After an act on one text: the thread anew, with what is wrong beside that text."""
    conversation = message.conversation
    faults = {message.id: " ".join(form.faults.values())} if form else {}
    return respond(
        page=show_thread,
        then=thread_url(conversation),
        fragment="messaging/_thread.html",
        form=form,
        conversation=conversation,
        thread=pages.thread(conversation, is_masked=is_masked(), faults=faults),
    )


def _my_message(message_id: Id) -> Message:
    message = queries.get_message(message_id)
    require_own(message.contact.owner_id if message.contact_id else None)
    return message
