"""What a file of a text is, told by its bytes: a picture is made anew without place and camera, a lie is no file."""

import mimetypes
from dataclasses import dataclass

from omni.contacts.normal import Misread
from omni.contacts.sniffing import MOST_BYTES, clean_name, sniff
from omni.core.pictures import BadImage, ImageFault, bare
from omni.core.words import marked
from omni.messaging.media_states import MediaFault

# What Twilio takes with one message ("Accepted content types for media", "Media subresource").
MOST_FILES = 10
MOST_SENT_BYTES = 5_000_000
# What we keep of a file that came in: as large as a file on a note may be.
MOST_KEPT_BYTES = MOST_BYTES
# Phones show no more; Twilio makes it smaller still where a carrier asks for that.
LONGEST_SIDE = 2_048
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
PDF, VCARD, TEXT = "application/pdf", "text/vcard", "text/plain"
# For the dialogue that chooses files. A phone turns its own kind of photographs into JPEG for it.
ACCEPTED = "image/jpeg,image/png,image/gif,image/webp,application/pdf,text/vcard,.vcf"

_GREAT = marked("“%(name)s” has more than 5 MB. Send a smaller one.")
_RARE = marked("“%(name)s” is a kind of picture that not every phone shows. Save it as JPEG and attach that.")
_NO_PICTURE = marked("“%(name)s” is not a picture, a PDF or a contact card. Phones show nothing else.")
_BROKEN = marked("“%(name)s” stops in the middle. Send it again, or another one.")
_POINTS = marked("“%(name)s” has too many points for a phone. Send a smaller one.")
_FAULTS = {
    ImageFault.NOT_AN_IMAGE: _NO_PICTURE,
    ImageFault.BROKEN: _BROKEN,
    ImageFault.TOO_MANY_PIXELS: _POINTS,
    ImageFault.TOO_MANY_BYTES: _GREAT,
}


@dataclass(frozen=True)
class File:
    """A file as it is kept. A picture has a width and a height."""

    name: str
    mime: str
    content: bytes
    width: int | None = None
    height: int | None = None


class NotKept(Exception):
    """A file that came in is not kept, for `fault`."""

    def __init__(self, fault: MediaFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read_chosen(name: str, content: bytes) -> File | Misread:
    """A file somebody chose, ready to be sent, or why it cannot be, by its name."""
    name = clean_name(name)
    shown: dict[str, object] = {"name": name}
    if len(content) > MOST_SENT_BYTES:
        return Misread(_GREAT, shown)
    found = sniff("", content)
    mime = found if isinstance(found, str) else ""
    try:
        if mime in PICTURES:
            return _picture(name, content)
    except BadImage as fault:
        return Misread(_FAULTS[fault.fault], shown)
    if mime.startswith("image/"):
        return Misread(_RARE, shown)
    mime = _kind_of(mime, content)
    return File(name, mime, content) if mime in (PDF, VCARD) else Misread(_NO_PICTURE, shown)


def read_received(content: bytes) -> File:
    """A file somebody sent us, as it is kept: a picture made anew, another one as it came. Raises: NotKept."""
    if len(content) > MOST_KEPT_BYTES:
        raise NotKept(MediaFault.TOO_LARGE)
    found = sniff("", content)
    if not isinstance(found, str):
        raise NotKept(MediaFault.NOT_KEPT)
    try:
        if found in PICTURES:
            return _picture("", content)
    except BadImage as fault:
        raise NotKept(MediaFault.BROKEN) from fault
    return File("", _kind_of(found, content), content)


def name_of(n: int, mime: str) -> str:
    """What a file is called that is saved or fetched: short and plain, since carriers cut other names."""
    return f"{'picture' if mime in PICTURES else 'file'}-{n + 1}{mimetypes.guess_extension(mime) or ''}"


def _picture(name: str, content: bytes) -> File:
    made = bare(content, longest=LONGEST_SIDE)
    return File(name, made.mime, made.content, made.width, made.height)


def _kind_of(mime: str, content: bytes) -> str:
    # RFC 6350: a card begins with these words, in any case.
    return VCARD if mime == TEXT and content[:11].upper() == b"BEGIN:VCARD" else mime
