"""The ZIP of a whole workspace as a browser sends it: what it says of itself, and its people as a sheet of ours.

Read in memory and never unpacked to a disk. Moving all of it in is another room's work, which checks every sum.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from omni.contacts.reading.decoding import Unreadable
from omni.core.words import marked

MAX_UNPACKED = 1024**3
# Our own sheet of everybody, as a list is exported.
PEOPLE = "contacts.csv"
_MAX_PEOPLE, _MAX_FRONT = 100 * 1024 * 1024, 4 * 1024 * 1024
_MANIFEST, _FRONT = "MANIFEST", "data.json"
LARGE = marked("This file is larger than 1 GB unpacked")
CHANGED = marked("This ZIP is not as it was written: a file in it has changed")
NO_WORKSPACE = marked("This ZIP of Omni is no export of a whole workspace. Unpack it and bring the CSV in it")
# What reading a ZIP that somebody tampered with may raise.
_FAULTS = (KeyError, ValueError, TypeError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Saved:
    """What an export says of itself: whose it is, when it was made, and how many rows each table has."""

    name: str
    as_of: datetime
    rows: Mapping[str, int]


def read_front(raw: bytes) -> Saved:
    """What the export says of itself. Raises: Unreadable where it is none, too large, or not as we write it."""
    with _opened(raw) as folder:
        try:
            front = json.loads(_read(folder, _FRONT, _MAX_FRONT))
            if (front["format"], front["scope"]) != ("omni-export", "workspace"):
                raise Unreadable(NO_WORKSPACE)
            rows = {str(table): int(count) for table, count in front["rows"].items()}
            return Saved(str(front["workspace"]["name"])[:200], datetime.fromisoformat(front["as_of"]), rows)
        except Unreadable:
            raise
        except (*_FAULTS, AttributeError) as fault:
            raise Unreadable(NO_WORKSPACE) from fault


def read_people(raw: bytes) -> bytes:
    """Its people as CSV. Raises: Unreadable."""
    read_front(raw)
    with _opened(raw) as folder:
        try:
            sums: Any = json.loads(_read(folder, _MANIFEST, _MAX_FRONT))["sha256"]
            content = _read(folder, PEOPLE, _MAX_PEOPLE)
            if hashlib.sha256(content).hexdigest() != sums[PEOPLE]:
                raise Unreadable(CHANGED)
        except Unreadable:
            raise
        except _FAULTS as fault:
            raise Unreadable(CHANGED) from fault
    return content


def _opened(raw: bytes) -> zipfile.ZipFile:
    folder = zipfile.ZipFile(io.BytesIO(raw))
    parts = folder.infolist()
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(LARGE)
    # We write no such names and unpack none; whoever did, meant harm.
    if any(part.flag_bits & 1 or _leads_away(part.filename) for part in parts):
        raise Unreadable(CHANGED)
    return folder


def _leads_away(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name


def _read(folder: zipfile.ZipFile, name: str, most: int) -> bytes:
    if folder.getinfo(name).file_size > most:
        raise Unreadable(LARGE)
    return folder.read(name)
