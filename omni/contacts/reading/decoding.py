"""From bytes to text: which file this is, and in which encoding."""

from __future__ import annotations

from dataclasses import dataclass

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

# The first bytes of files that are not text, and what a person calls them.
_FOREIGN = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or a sound"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"\x1f\x8b", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document (.rtf)"),
    (b"bplist", "a property list"),
)


class Unreadable(Exception):
    """The file cannot be read. `words` is the sentence, with named values."""

    def __init__(self, words: str, **values: object) -> None:
        super().__init__(words % values if values else words)
        self.words = words
        self.values = values


@dataclass(frozen=True)
class Decoded:
    text: str
    encoding: str


def foreign_kind(raw: bytes) -> str | None:
    """What the file is, when it is certainly no text table."""
    if raw.startswith(b"PK\x03\x04"):
        if b"xl/" in raw[:4096] or b"[Content_Types].xml" in raw[:4096]:
            return "an Excel workbook (.xlsx)"
        return "a Numbers file or another packed file"
    if raw[:64].lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCARD"):
        return "a vCard file (.vcf)"
    return next((name for start, name in _FOREIGN if raw.startswith(start)), None)


def guess_encoding(raw: bytes) -> str:
    """Byte-order mark, else UTF-16 by its zero bytes, else strict UTF-8, else Windows-1252.

    UTF-16 comes before UTF-8 because such a file is valid UTF-8 too.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return encoding
    head = raw[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 8 and odd > 4 * even:
        return "utf-16-le"
    if even > len(head) // 8 and even > 4 * odd:
        return "utf-16-be"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(raw: bytes, encoding: str | None = None) -> Decoded:
    """The file as text, without byte-order mark.

    Raises: Unreadable when it is no text file.
    """
    kind = foreign_kind(raw)
    if kind:
        raise Unreadable("This is %(kind)s. Save it as CSV and choose that file", kind=kind)
    if not raw.strip():
        raise Unreadable("This file is empty")
    chosen = encoding if encoding in ENCODINGS else guess_encoding(raw)
    # Five bytes of Windows-1252 mean nothing; a mark in their place is better than no file at all.
    text = raw.decode(chosen, errors="replace").removeprefix("\ufeff")
    return Decoded(text, chosen)
