"""The process that opens a workbook: its bytes on standard input; on standard output one line of JSON, then CSV.

It starts alone, without the rest of the house, limits itself before it reads a byte, and says one word when it cannot:
`password`, `broken`, `large` or `empty`.
"""

import csv
import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

MEMORY = 512 * 1024 * 1024
SECONDS = 20


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "darwin":  # where macOS knows the limit and does not keep it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        said, rows = read(sys.stdin.buffer.read())
        out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        out.write(json.dumps(said) + "\n")
        csv.writer(out, lineterminator="\r\n").writerows(rows)
        out.flush()
    except MemoryError:
        sys.stdout.write('{"fault": "large"}\n')


def read(raw: bytes) -> tuple[dict[str, Any], Iterator[list[str]]]:
    """What is said of the workbook, and the rows of its first visible sheet that has any."""
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        XmlError,
        ZipError,
    )

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        for sheet in sheets:
            if sheet.visible != SheetVisibleEnum.Visible:
                continue
            found = book.get_sheet_by_name(sheet.name)
            if found.height:
                rows = ([text_of(cell) for cell in row] for row in found.iter_rows())
                return {"sheet": sheet.name, "left_out": len(sheets) - 1}, rows
    except PasswordError:
        return {"fault": "password"}, iter(())
    except (CalamineError, XmlError, ZipError, OSError, ValueError):
        return {"fault": "broken"}, iter(())
    return {"fault": "empty"}, iter(())


def text_of(cell: Any) -> str:
    """A cell as a person sees it: whole numbers without `.0`, days and times as ISO writes them."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # A spreadsheet keeps fifteen figures.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        is_day = cell.time() == time()
        return cell.date().isoformat() if is_day else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


if __name__ == "__main__":
    main()
