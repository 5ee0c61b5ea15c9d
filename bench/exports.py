"""The memory a file of many people takes: as a list is saved in each format, and as a whole workspace is.

The most that one process holds by itself while it writes the file (pages of the database that the system maps and may
take back are not counted), among many people against few; each in a process of its own.
"""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import Goal, Row, judge
from bench.workspaces import FEW, GROWN, Studio, shared

# What a process holds hardly differs from one run to the next, and a hundred thousand people take half a minute.
ROUNDS = 1
KINDS = ("csv", "vcf", "json", "zip")
MANY = GROWN[0]


def measure() -> list[Row]:
    """The row export-memory of each kind of file."""
    return [_of(kind) for kind in KINDS]


def _of(kind: str) -> Row:
    rounds = [(_most(shared(FEW), kind), _most(shared(MANY), kind)) for _ in range(ROUNDS)]
    few, many = rounds[0]
    sizes = f"{many >> 10} and {few >> 10} MB"
    note = f"most memory while {MANY:,} people are written, against {FEW:,}: {sizes}"
    return judge(f"export-memory-{kind}", [more / less for less, more in rounds], Goal.AT_MOST, 1.5, note)


def _most(one: Studio, kind: str) -> int:
    """The most kilobytes a fresh process held."""
    there, here = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_write, args=(one, kind, here))
    process.start()
    found: int = there.recv()
    process.join()
    return found


def _write(one: Studio, kind: str, told: Any) -> None:
    from omni.core import database
    from omni.core.tenancy import Workspace, entered
    from omni.start import open_house

    open_house(one.config)
    held = [0]
    with entered(Workspace.get(Workspace.slug == "juniper-yoga")):
        (_zip if kind == "zip" else _list)(one, kind, lambda *_: held.append(_held()))
    database.close()
    told.send(max(held))


def _list(_one: Studio, kind: str, look: Callable[..., None]) -> None:
    from omni.contacts.exports.files import FORMATS, chunks, people_of
    from omni.contacts.lists.asked import read_address

    form, asked = FORMATS[kind], read_address([])
    for piece in chunks(form, people_of(form, asked), asked):
        look(piece)


def _zip(one: Studio, _kind: str, look: Callable[..., None]) -> None:
    from omni.accounts import queries
    from omni.core import clock
    from omni.privacy import export
    from omni.privacy.models import ExportScope

    owner, to = queries.list_owners()[0].user_id, Path(one.config.data_dir) / f"{os.getpid()}.zip"
    export.write_zip(to, ExportScope.WORKSPACE, owner, as_of=clock.now(), told=look)
    look()
    to.unlink()


def _held() -> int:
    """Kilobytes this process holds by itself."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("RssAnon:")[2].split()[0])
