"""From bytes to text: which file this is, and in which encoding."""

from __future__ import annotations

from dataclasses import dataclass

from omni.contacts.reading.foreign import refusal
from omni.core.words import marked

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Unreadable(Exception):
    """The file cannot be read. `words` is the sentence, with named values."""

    def __init__(self, words: str, **values: object) -> None:
        super().__init__(words % values if values else words)
        self.words = words
        self.values = values


class Misquoted(Unreadable):
    """The file is a table but for a quote, which may belong to the words of a cell: `6" mat`."""


@dataclass(frozen=True)
class Decoded:
    text: str
    encoding: str


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
    if words := refusal(raw):
        raise Unreadable(words)
    if not raw.strip():
        raise Unreadable(marked("This file is empty"))
    chosen = encoding if encoding in ENCODINGS else guess_encoding(raw)
    # Five bytes of Windows-1252 mean nothing; a mark in their place is better than no file at all.
    text = raw.decode(chosen, errors="replace").removeprefix("\ufeff")
    return Decoded(text, chosen)
