"""Choosing a template for a contact, and putting it into the box."""

from flask import Response, request

from omni.contacts import queries as contacts
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.messaging import pages, queries
from omni.messaging.forms import ComposeForm
from omni.messaging.routes.blueprint import inbox
from omni.messaging.routes.composing import show_composing, typed
from omni.messaging.routes.files import take_files
from omni.web import htmx
from omni.web.access import allow, require_own
from omni.web.login import current_teammate
from omni.web.respond import render

# So many are read at a glance; more are searched.
GLANCE = 8
# Where a chosen one goes: the composer of the page, or the draft of whoever stands in front in the queue.
COMPOSER, DRAFT = ".composer", ".queue-person:not([hidden]) .answer-draft"


@inbox.get("/contacts/<id:contact_id>/messages/templates")
@allow(Policy.SEND_TEXTS, queries=20)
def choose_template(contact_id: Id) -> Response:
    """The templates, as they would read to this contact; of many, those with some words in them."""
    contact = contacts.get_contact(contact_id)
    require_own(contact.owner_id)
    words, every = request.args.get("q", "").strip(), queries.list_templates()
    is_searched = htmx.is_partial() and "q" in request.args
    return render(
        "messaging/choose_template.html",
        fragment="messaging/_templates_found.html" if is_searched else "messaging/_choose_template.html",
        contact=contact,
        faces=pages.template_faces(pages.templates_with(words, every), current_teammate(), contact),
        box=(DRAFT if request.args.get("place") == "queue" else COMPOSER) if htmx.is_partial() else "",
        place=request.args.get("place", ""),
        words=words,
        has_many=len(every) > GLANCE,
    )


@inbox.post("/contacts/<id:contact_id>/messages/templates/<id:template_id>")
@allow(Policy.SEND_TEXTS, queries=40, is_poll=True)
def put_template(contact_id: Id, template_id: Id) -> Response:
    """The box with the template in it, and with all that was chosen in it before; nothing is sent or kept."""
    contact = contacts.get_contact(contact_id)
    require_own(contact.owner_id)
    template, form = queries.get_template(template_id), ComposeForm.of(request)
    conversation = queries.find_conversation_of(contact)
    composer = pages.composer_from(
        template,
        contact,
        conversation,
        current_teammate(),
        is_in_thread=form.place.data == "thread",
        typed=typed(form, take_files(form)),
    )
    if composer is None:
        raise NotFound()
    if not htmx.is_partial():
        return show_composing(contact, conversation, composer)
    if form.place.data == "queue":
        fragment = "messaging/_answer_draft.html"
        return render("messaging/show.html", fragment=fragment, contact=contact, composer=composer, back=form.back.data)
    return render("messaging/show.html", fragment="messaging/_composer.html", composer=composer)
