"""A workbook's first visible sheet as CSV. From there on it is one.

A foreign binary is read by a process of its own, which holds nothing of ours and may take only so much memory and time.
"""

from __future__ import annotations

import io
import json
import subprocess  # nosec B404 - our own file, by this Python, with nothing of what was sent in its words
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from omni.contacts.reading import foreign
from omni.contacts.reading.decoding import Unreadable
from omni.core.words import marked

MAX_UNPACKED = 200 * 1024 * 1024
MAX_TEXT = 100 * 1024 * 1024
SECONDS = 20
_CHILD = Path(__file__).with_name("sheet_process.py")
_FAULTS = {
    "password": foreign.PASSWORD,
    "broken": foreign.BROKEN,
    "large": foreign.LARGE,
    "empty": marked("No sheet of this workbook holds anything"),
}


@dataclass(frozen=True)
class Sheet:
    """What was read of a workbook: the sheet's rows as CSV, its name, and how many others were left out."""

    content: bytes
    name: str
    left_out: int


def read_workbook(raw: bytes) -> Sheet:
    """The first visible sheet that holds anything. Raises: Unreadable when there is none, or it is too much."""
    with zipfile.ZipFile(io.BytesIO(raw)) as folder:
        parts = folder.infolist()
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(foreign.LARGE)
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(foreign.PASSWORD)
    told, _, content = _ask(raw).partition(b"\n")
    try:
        said = json.loads(told)
    except ValueError:
        # It ended without a word: what it was given was too much for it, or broke its reader.
        raise Unreadable(foreign.LARGE) from None
    if fault := said.get("fault"):
        raise Unreadable(_FAULTS[fault])
    if len(content) > MAX_TEXT:
        raise Unreadable(foreign.LARGE)
    return Sheet(content, said["sheet"], said["left_out"])


def _ask(raw: bytes) -> bytes:
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD)], input=raw, capture_output=True, timeout=SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(foreign.LARGE) from None
    return child.stdout
