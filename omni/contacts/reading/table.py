"""From text to rows of cells: which delimiter, where a quote never closes, what is too large."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from omni.contacts.reading.decoding import Misquoted, Unreadable, decode
from omni.core.words import marked

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 300
MAX_CELL = 20_000
DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_SAMPLE_LENGTH = 1_000_000

# Far above MAX_CELL, so that a long cell is our refusal of a row and not csv's refusal of the file.
csv.field_size_limit(MAX_BYTES)


@dataclass(frozen=True)
class Table:
    """A file as its header and its text; `rows()` reads it again from the start, row by row."""

    header: tuple[str, ...]
    text: str
    encoding: str
    delimiter: str
    row_count: int
    quotes_are_words: bool = False

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row after the header with its number, the first being 1; wholly blank lines are not rows."""
        reader = _reader(self.text, self.delimiter, self.quotes_are_words)
        next(_filled(reader))
        yield from enumerate((_fitted(cells, len(self.header)) for cells in _filled(reader)), start=1)


def read_table(
    raw: bytes, *, encoding: str | None = None, delimiter: str | None = None, quotes_are_words: bool = False
) -> Table:
    """Read a whole file. Quotes hold a cell together, unless they are said to be words like any other.

    Raises: Unreadable with the line and the reason when it is no table, Misquoted when a quote alone is to blame.
    """
    decoded = decode(raw, encoding)
    chosen = delimiter if delimiter in DELIMITERS else guess_delimiter(decoded.text)
    try:
        header, count = _count(decoded.text, chosen, quotes_are_words)
    except csv.Error as fault:
        raise _explain(decoded.text, chosen, fault) from fault
    if len(header) > MAX_COLUMNS:
        raise Unreadable(
            marked("This file has %(count)s columns; %(most)s is the most"), count=len(header), most=MAX_COLUMNS
        )
    if count > MAX_ROWS:
        raise Unreadable(marked("This file has %(count)s rows; %(most)s is the most"), count=count, most=MAX_ROWS)
    names = tuple(name.replace("\x00", "") for name in header)
    return Table(names, decoded.text, decoded.encoding, chosen, count, quotes_are_words)


def guess_delimiter(text: str) -> str:
    """Of comma, semicolon, tab and bar the one that gives most rows of equal width, over 50 rows; widest first."""
    head = text[:_SAMPLE_LENGTH]
    return max(DELIMITERS, key=lambda candidate: _evenness(head, candidate))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    reader = csv.reader(_lines(text), delimiter=delimiter)
    try:
        for _, cells in zip(range(_SAMPLE_ROWS), _filled(reader), strict=False):
            widths[len(cells)] += 1
    except csv.Error:
        return (0, 0)
    widths.pop(1, None)
    if not widths:
        return (0, 0)
    width, rows = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (rows / sum(widths.values()) * rows, width)


def _reader(text: str, delimiter: str, quotes_are_words: bool) -> Iterator[list[str]]:
    if quotes_are_words:
        return csv.reader(_lines(text), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    # Without `strict` an unclosed quote swallows the rest of the file in silence.
    return csv.reader(_lines(text), delimiter=delimiter, strict=True)


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends. A StringIO would keep four bytes for each letter of the file beside it."""
    return (match[0] for match in _LINE.finditer(text))


def _filled(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    return (cells for cells in rows if any(cell.strip() for cell in cells) or len(cells) > 1)


def _fitted(cells: list[str], width: int) -> list[str]:
    return cells[:width] + [""] * (width - len(cells))


def _count(text: str, delimiter: str, quotes_are_words: bool) -> tuple[list[str], int]:
    rows = _filled(_reader(text, delimiter, quotes_are_words))
    header = next(rows, None)
    if header is None:
        raise Unreadable(marked("This file is empty"))
    return header, sum(1 for _ in rows)


def _explain(text: str, delimiter: str, fault: csv.Error) -> Misquoted:
    line = _last_good_line(text, delimiter) + 1
    if "unexpected end" in str(fault):
        return Misquoted(marked("The quote opened on line %(line)s never closes"), line=line)
    return Misquoted(
        marked("Line %(line)s has a quote in the middle of a cell; put the whole cell in quotes"), line=line
    )


def _last_good_line(text: str, delimiter: str) -> int:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    line = 0
    try:
        for _ in reader:
            line = reader.line_num
    except csv.Error:
        pass
    return line
