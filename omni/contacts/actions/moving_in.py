"""A workspace moves in: what an export left out of people's rows is found again, and what follows from them is done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from peewee import chunked

from omni.contacts import ledger, search
from omni.contacts.kinds import Channel, ConsentKind, PointKind, Processing, Scope
from omni.contacts.models import ConsentEvent, Contact, ContactPoint, Suppression
from omni.core.ids import decode, encode
from omni.core.tenancy import current_workspace_id

Values = dict[str, Any]
Read = Callable[[str], bytes]
_BLOCK = 500


def revive_contact(values: Values, _raw: Values, _read: Read) -> Values | None:
    """The contact, unless they are deleted, merged or about to be."""
    is_leaving = values["deleted_at"] is not None or values["processing"] is Processing.ERASING
    return None if is_leaving else values


def revive_file(values: Values, raw: Values, read: Read) -> Values | None:
    """The attachment with its bytes, which lie beside the rows."""
    content = read(name_of_file(decode(raw["id"]), raw["name"]))
    return {**values, "content": content, "sha256": hashlib.sha256(content).digest()}


def name_of_file(file_id: Any, name: str) -> str:
    """What an attachment is called in an export."""
    return f"{encode(file_id)}-{name}"


def revive_consent(values: Values, _raw: Values, _read: Read) -> Values | None:
    """The yes or stop under the hash of its address, where it is known whose that was."""
    channel, point_id = Channel(values["channel"]), values["point_id"]
    theirs = (ContactPoint.contact == values["contact_id"]) & (ContactPoint.kind == channel.point_kind)
    points = list(ContactPoint.select().where(theirs))
    # A stop that names no address is one of the first; a yes that names none needs to be of the only one.
    told = [point for point in points if point.id == point_id] if point_id else points
    if not told or (len(told) > 1 and values["kind"] is not ConsentKind.REVOKED):
        return None
    first = min(told, key=lambda point: (not point.is_primary, point.id.int))
    return {**values, "address_hmac": ledger.address_hmac(channel, first.norm)}


def find_again() -> None:
    """Search finds everybody who has moved in."""
    for contacts in chunked(Contact.select().order_by(Contact.id), _BLOCK):
        norms: dict[Any, list[tuple[PointKind, str]]] = {contact.id: [] for contact in contacts}
        for point in ContactPoint.select().where(ContactPoint.contact.in_(list(norms))):
            norms[point.contact_id].append((point.kind, point.norm))
        search.index_new([(contact.id, *search.words_of(contact, norms[contact.id])) for contact in contacts])


def stop_again() -> None:
    """Nobody who said stop is written to."""
    stopped = (ConsentEvent.kind == ConsentKind.REVOKED) & (ConsentEvent.scope == Scope.ALL)
    pairs = ConsentEvent.select(ConsentEvent.channel, ConsentEvent.address_hmac).where(stopped).distinct().tuples()
    for channel, hashed in list(pairs):
        rows = ConsentEvent.select().where(ConsentEvent.channel == channel, ConsentEvent.address_hmac == hashed)
        state = ledger.fold(rows)
        if state.stopped_at is not None:
            since = {"reason": "moved_in", "since": state.stopped_at}
            row = Suppression.insert(workspace=current_workspace_id(), channel=channel, hmac=hashed, **since)
            row.on_conflict_ignore().execute()
