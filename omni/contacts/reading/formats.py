"""Which of the four formats a file has, and the same rows as CSV: what everything after this reads."""

from __future__ import annotations

from dataclasses import dataclass

from omni.contacts.reading.archives import read_people
from omni.contacts.reading.cards import is_cards, read_cards
from omni.contacts.reading.decoding import Unreadable
from omni.contacts.reading.foreign import is_packed, is_whole, refusal
from omni.contacts.reading.workbooks import read_workbook

CSV, WORKBOOK, CARDS, ZIP = "csv", "xlsx", "vcard", "zip"


@dataclass(frozen=True)
class Brought:
    """A file's rows as CSV, its format, and of a workbook the sheet that was read and how many were not."""

    content: bytes
    format: str
    sheet: str = ""
    left_out: int = 0


def as_csv(raw: bytes) -> Brought:
    """The file's rows. Raises: Unreadable when it holds none that we can read."""
    if words := refusal(raw):
        raise Unreadable(words)
    if is_whole(raw):
        return Brought(read_people(raw), ZIP)
    if is_packed(raw):
        sheet = read_workbook(raw)
        return Brought(sheet.content, WORKBOOK, sheet.name, sheet.left_out)
    if is_cards(raw):
        return Brought(read_cards(raw), CARDS)
    return Brought(raw, CSV)
