"""Files of texts: shown or saved by who may read the thread, asked for again, attached to a text that is written."""

from flask import Response

from omni.accounts.models import Teammate
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import gettext
from omni.messaging import actions, pages, queries
from omni.messaging.files import name_of
from omni.messaging.forms import ComposeForm
from omni.messaging.media_states import MediaState
from omni.messaging.models import Media
from omni.messaging.routes.blueprint import id_in, inbox, is_masked, thread_url
from omni.messaging.routes.drawing import show_thread
from omni.web.access import allow, require_own
from omni.web.login import current_teammate
from omni.web.marks import Headers
from omni.web.respond import respond


@inbox.get("/inbox/files/<id:media_id>")
@allow(Policy.VIEW_CONTACTS, headers=Headers.UPLOAD)
def show_file(media_id: Id) -> Response:
    """A picture of our own making to be seen; anything else to be saved, never opened here."""
    file = queries.get_media(media_id)
    if file.content is None or not _may_see(file, current_teammate()):
        raise NotFound()
    way = "inline" if file.is_picture else "attachment"
    name = name_of(file.n, file.mime)
    return Response(file.content, content_type=file.mime, headers={"Content-Disposition": f'{way}; filename="{name}"'})


@inbox.post("/inbox/files/<id:media_id>/fetch")
@allow(Policy.SEND_TEXTS)
def fetch_again(media_id: Id) -> Response:
    """Ask the carrier once more for a file that could not be had."""
    file = queries.get_media(media_id)
    if file.message_id is None:
        raise NotFound()
    message = file.message
    require_own(message.contact.owner_id if message.contact_id else None)
    actions.fetch_again(file)
    conversation = message.conversation
    return respond(
        page=show_thread,
        then=thread_url(conversation),
        fragment="messaging/_thread.html",
        conversation=conversation,
        thread=pages.thread(conversation, is_masked=is_masked()),
    )


def take_files(form: ComposeForm) -> list[Media]:
    """The files of the text that is written: those attached so far and those that came now.

    The form is told, after it was checked, why one of them may not be sent; the others are kept.
    """
    teammate = current_teammate()
    held = queries.list_held(form.held_ids, teammate, of=id_in(form.replaces.data))
    chosen = form.chosen
    if not chosen:
        return held
    kept, refused = actions.hold(chosen, held, by=teammate)
    if refused:
        form.blame("files", " ".join(gettext(one.words, **one.values) for one in refused))
    return kept


def _may_see(file: Media, teammate: Teammate) -> bool:
    """Who attached it, until it is sent; then who may read the thread, but for what somebody at rest has sent."""
    if file.state is MediaState.HELD or file.message_id is None:
        return bool(file.by_id == teammate.id)
    message = file.message
    contact = message.contact
    return bool(message.is_ours or contact is None or not contact.is_restricted)
