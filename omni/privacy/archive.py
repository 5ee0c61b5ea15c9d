"""The ZIP of a whole workspace, read: checked by its own sums, a row at a time, never unpacked to a disk."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from omni.core.words import marked

MOST = 1024**3
_PIECE = 1024 * 1024
# What reading a torn ZIP may raise; a password is a RuntimeError, an unknown packing a NotImplementedError.
_TORN = (KeyError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
# Both stand at the root of every export of ours.
SIGNATURE = frozenset({"MANIFEST", "data.json"})


class Unusable(ValueError):
    """The file is no export of a workspace, or not as it was written. Its text says which."""


def is_archive(file: Path | BinaryIO) -> bool:
    """Whether the file is an export of ours, whole or not."""
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as opened:
        return set(opened.namelist()) >= SIGNATURE


class Archive:
    """An export of a whole workspace. Raises: Unusable."""

    def __init__(self, file: Path | BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file)
        try:
            self._check()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._zip.close()

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table, one in memory at a time; none where the workspace had no such table."""
        name = f"data/{table}.json"
        if name not in self._sums:
            return
        with io.TextIOWrapper(self._zip.open(name), encoding="utf-8") as lines:
            for line in lines:
                # A row a line, as they were written.
                if (text := line.strip().rstrip(",")) not in ("[", "]", "[]", ""):
                    row = json.loads(text)
                    if not isinstance(row, dict):
                        raise Unusable(marked("A row of this file is none"))
                    yield row

    def read(self, name: str) -> bytes:
        """A file that a row holds. Raises: KeyError."""
        return self._zip.read(f"files/{name}")

    def _check(self) -> None:
        if sum(entry.file_size for entry in self._zip.infolist()) > MOST:
            raise Unusable(marked("This file is larger than 1 GB unpacked"))
        self.about = self._json("data.json")
        if (self.about.get("format"), self.about.get("scope")) != ("omni-export", "workspace"):
            raise Unusable(marked("This ZIP is no export of a whole workspace"))
        if self.about.get("version") != 1:
            raise Unusable(marked("This export was written by a newer Omni"))
        self._sums = self._json("MANIFEST").get("sha256") or {}
        for name, checksum in self._sums.items():
            if self._sum(name) != checksum:
                raise Unusable(marked("This ZIP is not as it was written: a file in it has changed"))

    def _json(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads(self._zip.read(name))
        except (*_TORN, ValueError):
            found = None
        if not isinstance(found, dict):
            raise Unusable(marked("This ZIP is no export of a whole workspace"))
        return found

    def _sum(self, name: str) -> str:
        found = hashlib.sha256()
        try:
            with self._zip.open(name) as file:
                while piece := file.read(_PIECE):
                    found.update(piece)
        except _TORN:
            return ""
        return found.hexdigest()
