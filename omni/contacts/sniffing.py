"""What a file is, told by its first bytes: never by its name, nor by what the browser said of it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from omni.contacts.normal import Misread
from omni.core.words import marked

MOST_BYTES = 10_000_000
MOST_FILES = 20
LONGEST_NAME = 120
_TEXT, _ZIP, _OLE = "text/plain", "application/zip", "application/x-ole-storage"
# Signatures as their formats write them; the RIFF and ISO-BMFF families say which one they are further on.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
}
# What an ending promises. An office document is a ZIP, an older one an OLE container; its ending says the rest.
_PROMISES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "avif": "image/avif",
    "pdf": "application/pdf",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "mov": "video/mp4",
    **dict.fromkeys(("zip", "docx", "xlsx", "pptx", "odt", "ods", "pages", "numbers", "key"), _ZIP),
    **dict.fromkeys(("doc", "xls", "ppt"), _OLE),
    **dict.fromkeys(("txt", "csv", "md", "vcf", "ics", "tsv"), _TEXT),
}
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php)", re.IGNORECASE)
EMPTY = marked("“%(name)s” is empty")
TOO_LARGE = marked("“%(name)s” has more than 10 MB")
IS_PAGE = marked("“%(name)s” is a web page inside, whatever its name says, and is not kept")
IS_OTHER = marked("“%(name)s” is not what its name says it is")
NOT_KEPT = marked("“%(name)s” is no picture, document, sound or film, and is not kept")


def sniff(name: str, content: bytes) -> str | Misread:
    """The media type of the content, or why such a file is not kept."""
    shown: dict[str, object] = {"name": name}
    if not content:
        return Misread(EMPTY, shown)
    if len(content) > MOST_BYTES:
        return Misread(TOO_LARGE, shown)
    found, promised = _signature(content), _PROMISES.get(ending_of(name))
    if found in (None, _TEXT) and _MARKUP.search(content[:2048].replace(b"\x00", b"")):
        return Misread(IS_PAGE, shown)
    if found is None:
        return Misread(IS_OTHER if promised else NOT_KEPT, shown)
    return found if promised in (found, None) else Misread(IS_OTHER, shown)


def ending_of(name: str) -> str:
    return PurePosixPath(name).suffix.lstrip(".").lower()


def clean_name(name: str) -> str:
    """A file's name without folders and unseen characters, its ending kept where it is long."""
    bare = re.split(r"[/\\]", name)[-1]
    bare = "".join(letter for letter in bare if letter.isprintable()).strip(". ") or "file"
    ending = PurePosixPath(bare).suffix[:12]
    return bare if len(bare) <= LONGEST_NAME else bare[: LONGEST_NAME - len(ending)] + ending


def _signature(content: bytes) -> str | None:
    for start, mime in _SIGNATURES:
        if content.startswith(start):
            return mime
    if content.startswith(b"RIFF"):
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    return _TEXT if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    if b"\x00" in content or content.startswith(b"#!"):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
