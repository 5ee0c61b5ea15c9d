"""The memory a file of many people takes: as a list is saved in each format, and as a whole workspace is.

Among many people against few; each in a process of its own.
"""

import os
from pathlib import Path

from bench import Goal, Row, judge
from bench.memory import most_held
from bench.workspaces import FEW, GROWN, Studio, shared

# What a process holds hardly differs from one run to the next, and a hundred thousand people take half a minute.
ROUNDS = 1
KINDS = ("csv", "vcf", "json", "zip")
MANY = GROWN[0]


def measure() -> list[Row]:
    """The row export-memory of each kind of file."""
    return [_of(kind) for kind in KINDS]


def _of(kind: str) -> Row:
    rounds = [(most_held(_write, shared(FEW), kind), most_held(_write, shared(MANY), kind)) for _ in range(ROUNDS)]
    few, many = rounds[0]
    sizes = f"{many >> 10} and {few >> 10} MB"
    note = f"most memory while {MANY:,} people are written, against {FEW:,}: {sizes}"
    return judge(f"export-memory-{kind}", [more / less for less, more in rounds], Goal.AT_MOST, 1.5, note)


def _write(one: Studio, kind: str) -> None:
    from omni.core import database
    from omni.core.tenancy import Workspace, entered
    from omni.start import open_house

    open_house(one.config)
    with entered(Workspace.get(Workspace.slug == "juniper-yoga")):
        (_zip if kind == "zip" else _list)(one, kind)
    database.close()


def _list(_one: Studio, kind: str) -> None:
    from omni.contacts.exports.files import FORMATS, chunks, people_of
    from omni.contacts.lists.asked import read_address

    form, asked = FORMATS[kind], read_address([])
    for _piece in chunks(form, people_of(form, asked), asked):
        pass


def _zip(one: Studio, _kind: str) -> None:
    from omni.accounts import queries
    from omni.core import clock
    from omni.privacy import export
    from omni.privacy.models import ExportScope

    owner, to = queries.list_owners()[0].user_id, Path(one.config.data_dir) / f"{os.getpid()}.zip"
    export.write_zip(to, ExportScope.WORKSPACE, owner, as_of=clock.now())
    to.unlink()
