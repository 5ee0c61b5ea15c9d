"""Files of texts for the carrier that delivers them: each behind a door of its own, for two days."""

from flask import Blueprint, Response

from omni.core.faults import Gone
from omni.messaging import queries
from omni.messaging.actions.filing import DOOR
from omni.messaging.addresses import MEDIA
from omni.messaging.files import name_of
from omni.web.access import current_door, public
from omni.web.marks import Headers

media = Blueprint("media", __name__)


@media.get(f"{MEDIA}/<token>")
@public("a carrier fetches what a text bears, by an address only it was told", door=DOOR,
        headers=Headers.UPLOAD_FOR_MACHINES, statuses={410})  # fmt: skip
def show(token: str) -> Response:
    """The file, as its bytes are. Once it is erased, gone."""
    file = queries.find_sent_media(current_door().subject)
    if file is None or file.content is None:
        raise Gone()
    # Twilio names the file on the phone by this header ("Accepted content types for media").
    name = name_of(file.n, file.mime)
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(file.content, content_type=file.mime, headers=headers)
