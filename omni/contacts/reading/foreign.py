"""Files that hold no people we can read, known by their first bytes, and the sentence each is refused with."""

from __future__ import annotations

import io
import zipfile

from omni.core.words import marked

OTHER_FILE = marked("This is a packed file. Unpack it, and choose the .xlsx or CSV file inside")
PASSWORD = marked("This workbook has a password. Save the sheet as CSV and choose that file")
BROKEN = marked("This workbook is broken. Save the sheet as CSV and choose that file")
LARGE = marked("This workbook is too large unpacked. Save the sheet as CSV and choose that file")

_BY_START = (
    (b"%PDF-", marked("This is a PDF. Save the list as .xlsx or CSV and choose that file")),
    *(
        (start, marked("This is an image. Save the list as .xlsx or CSV and choose that file"))
        for start in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM\x00", b"II*\x00", b"MM\x00*")
    ),
    (b"RIFF", marked("This is an image or a sound. Save the list as .xlsx or CSV and choose that file")),
    (b"\xd0\xcf\x11\xe0", marked("This is an old Excel workbook (.xls). Save it as .xlsx or CSV and choose that file")),
    *((start, OTHER_FILE) for start in (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")),
    (b"SQLite format 3", marked("This is a database. Save the list as .xlsx or CSV and choose that file")),
    (b"{\\rtf", marked("This is a text document (.rtf). Save the list as .xlsx or CSV and choose that file")),
    (b"bplist", marked("This is a property list. Save the list as .xlsx or CSV and choose that file")),
)
OTHER_ZIP = marked("This is a ZIP that Omni did not make. Unpack it and bring the CSV in it")
# Packed folders that are one document to people, known by what lies in them.
_BY_CONTENT = (
    ("Index/", marked("This is a Numbers file. Export it as .xlsx or CSV and choose that file")),
    ("Index.zip", marked("This is a Numbers file. Export it as .xlsx or CSV and choose that file")),
    ("word/", marked("This is a Word document. Save the list as .xlsx or CSV and choose that file")),
    ("ppt/", marked("This is a presentation. Save the list as .xlsx or CSV and choose that file")),
    ("xl/workbook.bin", marked("This is a binary workbook (.xlsb). Save it as .xlsx or CSV and choose that file")),
    ("content.xml", marked("This is an OpenDocument file. Save it as .xlsx or CSV and choose that file")),
)
# Both stand at the root of every ZIP that Omni makes.
_OURS = {"MANIFEST", "data.json"}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def refusal(raw: bytes) -> str | None:
    """The sentence for a file that is certainly no list of people; None when it may be one."""
    if is_packed(raw):
        return _packed(raw)
    if raw.startswith(b"\xd0\xcf\x11\xe0") and _ENCRYPTED in raw:
        return PASSWORD
    return next((words for start, words in _BY_START if raw.startswith(start)), None)


def is_whole(raw: bytes) -> bool:
    """Whether this is a ZIP that Omni made, of a workspace or a person."""
    if not is_packed(raw):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as folder:
            return set(folder.namelist()) >= _OURS
    except zipfile.BadZipFile:
        return False


def is_packed(raw: bytes) -> bool:
    return raw.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _packed(raw: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as folder:
            names = folder.namelist()
    except zipfile.BadZipFile:
        return BROKEN if b"xl/" in raw[:4096] or b"[Content_Types].xml" in raw[:4096] else OTHER_FILE
    if "xl/workbook.xml" in names or set(names) >= _OURS:
        return None
    return next((words for start, words in _BY_CONTENT if any(name.startswith(start) for name in names)), OTHER_ZIP)
