"""Contacts as rows of text that come back the same: the CSV of a list, and the section of a workspace's export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from omni.accounts.models import Teammate, User
from omni.contacts import queries
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact, ContactPoint, ExternalRef, LifecycleSpan
from omni.contacts.reading.cells import SEVERAL
from omni.contacts.reading.dates import Birthday
from omni.core import ids
from omni.core.ids import Id

_BLOCK = 500
_PHONES, _EMAILS, _OTHERS = 5, 5, 3
COLUMNS = (
    "omni_id",
    "given_name",
    "family_name",
    "display_name",
    "nickname",
    "life",
    "owner",
    "company",
    "job_title",
    "city",
    "timezone",
    "birthday",
    "tags",
    "source_detail",
    "created",
    *(f"phone {n}{part}" for n in range(1, _PHONES + 1) for part in (" label", "")),
    *(f"email {n}{part}" for n in range(1, _EMAILS + 1) for part in (" label", "")),
    *(f"url {n}" for n in range(1, _OTHERS + 1)),
    *(f"address {n}" for n in range(1, _OTHERS + 1)),
)
# What a spreadsheet would take for a formula (OWASP ASVS v5, 1.2.10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\x00")


def export_rows(contacts: Any = None) -> Iterator[dict[str, str]]:
    """Every contact of the query (all that may be seen) as one row of text each, in the order of their ids."""
    query = (contacts if contacts is not None else queries.visible()).order_by(Contact.id)
    owners = {row.id: row.user.email for row in Teammate.select(Teammate, User).join(User)}
    rows = query.iterator()
    while block := list(islice(rows, _BLOCK)):
        yield from _rows(block, owners)


def csv_lines(rows: Iterable[dict[str, str]]) -> Iterator[str]:
    """The rows as lines of CSV, safe to open in a spreadsheet."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([guarded(row.get(column, "")) for column in COLUMNS])
        if buffer.tell() > 32_768:
            yield _taken(buffer)
    yield _taken(buffer)


def guarded(cell: str) -> str:
    """A cell no spreadsheet takes for a formula; our own import takes the quote off again."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _rows(block: Sequence[Contact], owners: dict[Id, str]) -> Iterator[dict[str, str]]:
    contact_ids = [contact.id for contact in block]
    points: dict[Id, list[ContactPoint]] = {}
    for point in ContactPoint.select().where(ContactPoint.contact.in_(contact_ids)).order_by(ContactPoint.id):
        points.setdefault(point.contact_id, []).append(point)
    tags = queries.tags_of(contact_ids)
    refs = {
        ref.contact_id: ref.external_id
        for ref in ExternalRef.select().where(ExternalRef.contact.in_(contact_ids), ExternalRef.sender == "omni")
    }
    first = {}
    for span in (
        LifecycleSpan.select().where(LifecycleSpan.contact.in_(contact_ids)).order_by(LifecycleSpan.from_at.desc())
    ):
        first[span.contact_id] = span.from_at
    for contact in block:
        row = _own(contact, owners)
        row["omni_id"] = refs.get(contact.id) or ids.encode(contact.id)
        row["tags"] = SEVERAL.join(tag.name for tag in tags.get(contact.id, []))
        row["created"] = first[contact.id].isoformat(timespec="seconds") if contact.id in first else ""
        yield row | _addresses(points.get(contact.id, []))


def _own(contact: Contact, owners: dict[Id, str]) -> dict[str, str]:
    names = (
        "given_name",
        "family_name",
        "display_name",
        "nickname",
        "company",
        "job_title",
        "city",
        "timezone",
        "source_detail",
    )
    row = {name: getattr(contact, name) for name in names}
    born = (contact.birth_year, contact.birth_month, contact.birth_day)
    birthday = Birthday(*born) if any(born) else None
    owner = owners.get(contact.owner_id, "") if contact.owner_id else ""
    return row | {"life": contact.lifecycle.value, "owner": owner, "birthday": str(birthday) if birthday else ""}


def _addresses(points: list[ContactPoint]) -> dict[str, str]:
    row: dict[str, str] = {}
    points = sorted(points, key=lambda point: not point.is_primary)
    for kind, most in (
        (PointKind.PHONE, _PHONES),
        (PointKind.EMAIL, _EMAILS),
        (PointKind.URL, _OTHERS),
        (PointKind.ADDRESS, _OTHERS),
    ):
        mine = [point for point in points if point.kind is kind]
        for n, point in enumerate(mine[:most], start=1):
            text = point.norm if kind in (PointKind.PHONE, PointKind.EMAIL) else point.raw
            extension = f" x{point.extension}" if point.extension else ""
            row[f"{kind.value} {n}"] = text + extension
            if kind in (PointKind.PHONE, PointKind.EMAIL):
                row[f"{kind.value} {n} label"] = point.label
        if len(mine) > most:
            # Further ones share the last cell, the way Google writes several values into one.
            row[f"{kind.value} {most}"] = SEVERAL.join([row[f"{kind.value} {most}"], *(p.norm for p in mine[most:])])
    return row
