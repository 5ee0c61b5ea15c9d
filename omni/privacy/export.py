"""Making an export: one instant of the workspace as a ZIP that any spreadsheet and any browser opens without Omni.

Rows are read in one snapshot and written out as they come, so memory does not grow with them. Columns that hold keys,
hashes or credentials stay behind: they open doors and describe nobody.
"""

import csv
import hashlib
import html
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from omni.core import database, ids
from omni.core.fields import BytesField
from omni.core.ids import Id
from omni.core.personal_data import TableAnswer, declared
from omni.core.tenancy import current_workspace
from omni.privacy import queries
from omni.privacy.models import ExportScope

# What opens a door, and what only counts for open pages and workers.
LEFT_OUT = frozenset({"password_hash", "sha256", "toast", "seq", "recount_at"})
# After so many rows somebody hears how far it is.
TELLING = 2_000
Told = Callable[[int], None]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def count_rows(scope: ExportScope, user_id: Id) -> int:
    """How many rows an export will hold."""
    return sum(line.rows for line in queries.held(user_id, scope))


def write_zip(path: Path, scope: ExportScope, user_id: Id, *, as_of: datetime, told: Told = lambda _rows: None) -> str:
    """Write the ZIP to `path`, which nobody else may read from its first byte on, and return its SHA-256.

    `told` hears now and then how many rows are in it; it runs within the snapshot.
    """
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    with database.snapshot():
        rows = [(answer, queries.rows_of(answer, user_id)) for answer in queries.sections(scope)]
        _pack(path, rows, scope.value, current_workspace().name, as_of, beside=_beside(scope), told=told)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def person_zip(contact_id: Id, name: str, *, as_of: datetime) -> bytes:
    """Everything that is exported of one contact, in one instant: the same sheets, data and files."""
    packed = io.BytesIO()
    with database.snapshot():
        rows = [(answer, answer.locate(contact_id)) for answer in queries.sections_of_contact() if answer.locate]
        _pack(packed, [(answer, query) for answer, query in rows if query.exists()], "contact", name, as_of)
    return packed.getvalue()


def _beside(scope: ExportScope) -> list[tuple[str, Callable[[], Iterable[str]]]]:
    whole = scope is ExportScope.WORKSPACE
    return [file for answer in queries.sections(scope) for file in answer.beside] if whole else []


def _pack(
    file: Path | io.BytesIO,
    rows: list[tuple[TableAnswer, Any]],
    scope: str,
    title: str,
    as_of: datetime,
    *,
    beside: Sequence[tuple[str, Callable[[], Iterable[str]]]] = (),
    told: Told = lambda _rows: None,
) -> None:
    sums: dict[str, str] = {}
    counts: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for answer, query in rows:
            if query is None:
                continue
            name, columns = answer.model._meta.table_name, columns_of(answer)
            with _entry(archive, f"csv/{name}.csv", sums) as sheet:
                counts[name] = _write_sheet(sheet, query, columns, told, sum(counts.values()))
            with _entry(archive, f"data/{name}.json", sums) as text:
                _write_rows(text, query, columns)
            if answer.content:
                _write_files(archive, answer, query, sums)
        for name, pieces in beside:
            with _entry(archive, name, sums) as text:
                text.writelines(pieces())
        with _entry(archive, "data.json", sums) as text:
            json.dump(_front_matter(scope, as_of, counts), text, ensure_ascii=False, indent=1)
        with _entry(archive, "index.html", sums) as text:
            text.write(_index(title, as_of, counts))
        with _entry(archive, "MANIFEST", sums) as text:
            json.dump({"as_of": as_of.isoformat(), "sha256": dict(sums)}, text, indent=1)


def columns_of(answer: TableAnswer) -> list[Any]:
    """The columns an export shows: what describes people and things, none that opens a door."""
    return [column for column in answer.model._meta.sorted_fields if _is_shown(column)]


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet reads as a formula (OWASP ASVS 5.0, 1.2.10)."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text


def plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    if isinstance(value, UUID):
        return ids.encode(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "_meta"):
        return ids.encode(value.id)
    return value


def _is_shown(column: Any) -> bool:
    field = declared(column)
    is_key = isinstance(column, BytesField) or (field is not None and field.kind == "integration")
    return not is_key and column.column_name not in LEFT_OUT


@contextmanager
def _entry(archive: zipfile.ZipFile, name: str, sums: dict[str, str]) -> Iterator[io.TextIOWrapper]:
    with archive.open(name, "w", force_zip64=True) as raw:
        counted = _Summed(raw)
        text = io.TextIOWrapper(counted, encoding="utf-8", newline="", write_through=True)  # type: ignore[type-var]
        yield text  # type: ignore[misc]
        text.flush()
        text.detach()
    sums[name] = counted.sum.hexdigest()


class _Summed(io.RawIOBase):
    """Passes bytes on and sums them."""

    def __init__(self, raw: Any) -> None:
        super().__init__()
        self.raw, self.sum = raw, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.sum.update(data)
        return int(self.raw.write(data))


def _write_files(archive: zipfile.ZipFile, answer: TableAnswer, query: Any, sums: dict[str, str]) -> None:
    """Each file a row holds, one in memory at a time."""
    assert answer.content  # noqa: S101 - who calls asked
    for row in database.stream(query):
        if (file := answer.content(row)) is None:
            continue
        name, content = file
        sums[f"files/{name}"] = hashlib.sha256(content).hexdigest()
        archive.writestr(f"files/{name}", content)


def _write_sheet(sheet: TextIO, query: Any, columns: list[Any], told: Told, before: int) -> int:
    table, count = csv.writer(sheet), 0
    table.writerow([column.column_name for column in columns])
    for row in database.stream(query):
        table.writerow([safe_cell(plain(getattr(row, column.safe_name))) for column in columns])
        count += 1
        if count % TELLING == 0:
            told(before + count)
    return count


def _write_rows(text: TextIO, query: Any, columns: list[Any]) -> None:
    text.write("[")
    for n, row in enumerate(database.stream(query)):
        values = {column.column_name: plain(getattr(row, column.safe_name)) for column in columns}
        text.write(",\n" if n else "\n")
        json.dump(values, text, ensure_ascii=False)
    text.write("\n]\n")


def _front_matter(scope: str, as_of: datetime, counts: dict[str, int]) -> dict[str, Any]:
    workspace = current_workspace()
    return {
        "format": "omni-export",
        "version": 1,
        "scope": scope,
        "as_of": as_of.isoformat(),
        "workspace": {"id": ids.encode(workspace.id), "name": workspace.name, "slug": workspace.slug},
        "rows": counts,
        # Whom the rows mean by their owners and authors.
        "teammates": queries.teammates() if scope == ExportScope.WORKSPACE else [],
    }


def _index(name: str, as_of: datetime, counts: dict[str, int]) -> str:
    rows = "".join(
        f'<tr><td><a href="csv/{table}.csv">{html.escape(table)}</a></td><td>{count}</td></tr>\n'
        for table, count in counts.items()
    )
    title = html.escape(name)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Export of '
        f"{title}</title></head>\n<body><h1>Export of {title}</h1>\n<p>As of {as_of.isoformat()}. "
        "Each table as a sheet (csv) and as data (data/*.json).</p>\n"
        f"<table><thead><tr><th>Table</th><th>Rows</th></tr></thead><tbody>\n{rows}</tbody></table></body></html>\n"
    )
