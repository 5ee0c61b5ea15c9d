"""Workbooks as Excel writes them, small and by hand: text, numbers, days, truths, several sheets, hidden ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# The second format is a day, the third a day with its time.
_STYLES = (
    f'<styleSheet {_MAIN}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>'
)


def moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A day and its time as a workbook keeps them, of no zone."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: Sequence[Sequence[Any]]
    state: str = "visible"


def workbook(*sheets: Sheet) -> bytes:
    """The workbook's bytes."""
    parts = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)] + [("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
    }
    for n, sheet in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet(sheet.rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, text in parts.items():
            folder.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return out.getvalue()


def _types(count: int) -> str:
    listed = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    listed += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, count + 1)]
    parts = "".join(f'<Override PartName="{name}" ContentType="{_SHEET}.{kind}+xml"/>' for name, kind in listed)
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{rels}{parts}</Types>'


def _relations(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _book(sheets: Sequence[Sheet]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" state="{sheet.state}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, start=1)
    )
    return f'<workbook {_MAIN} xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>'


def _sheet(rows: Sequence[Sequence[Any]]) -> str:
    listed = "".join(
        f'<row r="{n}">{"".join(_cell(f"{_column(place)}{n}", value) for place, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, start=1)
    )
    return f"<worksheet {_MAIN}><sheetData>{listed}</sheetData></worksheet>"


def _cell(at: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    if isinstance(value, date):
        whole = value if isinstance(value, datetime) else moment(value.year, value.month, value.day)
        days = (whole - moment(1899, 12, 30)).total_seconds() / 86400
        return f'<c r="{at}" s="{2 if isinstance(value, datetime) else 1}"><v>{days!r}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def _column(place: int) -> str:
    letters = ""
    while place >= 0:
        letters = chr(65 + place % 26) + letters
        place = place // 26 - 1
    return letters
