"""Rows read ahead by a second process: it splits, normalises and folds, while the first one matches and writes.

The second process touches neither the database nor the queue. It hands over chunk after chunk through a pipe, which
holds it back when it is too far ahead and ends it when the first one is gone.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection

from omni.contacts.imports.opening import Opened
from omni.contacts.imports.rehearsing import CHUNK, chunks
from omni.contacts.reading.rows import RowRead
from omni.core import database


def read_ahead(opened: Opened, *, after: int) -> Iterator[list[RowRead]]:
    """The file's rows behind number `after`, in chunks. A file of one chunk is read here."""
    if opened.table.row_count - after <= CHUNK:
        yield from chunks(opened.rows(after=after))
        return
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    reader = context.Process(target=_read, args=(opened, after, ours, theirs), daemon=True)
    database.close()
    # The collector writes into each object it looks at, and the two would no longer share it.
    gc.freeze()
    reader.start()
    del opened
    theirs.close()
    try:
        yield from _received(ours)
    finally:
        # Its next chunk finds nobody there, which ends it.
        ours.close()
        reader.join()
        gc.unfreeze()


def _received(ours: Connection) -> Iterator[list[RowRead]]:
    """Chunks until the empty one. Raises: whatever stopped the reader; EOFError when it was killed."""
    while rows := ours.recv():
        if isinstance(rows, BaseException):
            raise rows
        yield rows


def _read(opened: Opened, after: int, ours: Connection, theirs: Connection) -> None:
    # Were our copy of the first process's end left open, nothing would tell us that it is gone.
    ours.close()
    with suppress(BrokenPipeError):
        try:
            for rows in chunks(opened.rows(after=after)):
                for row in rows:
                    if row.person is not None:
                        row.person.prepare()
                theirs.send(rows)
            theirs.send([])
        except Exception as fault:
            theirs.send(fault)
