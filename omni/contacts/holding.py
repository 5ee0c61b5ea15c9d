"""Holding contacts still, so that what is reckoned from several of their columns is true when it is written.

Whoever writes a contact and their cards holds the contacts first, then the board, then the cards; so no two of them
wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omni.contacts.models import Contact
from omni.core.database import is_postgres
from omni.core.ids import Id
from omni.core.prepared import prepared


def hold(contact_ids: Iterable[Id]) -> dict[Id, Contact]:
    """The contacts as they are now, changed by nobody else until the transaction ends.

    SQLite has one writer at a time anyway; PostgreSQL holds the rows, the lowest id first.
    """
    wanted = sorted(set(contact_ids))
    if len(wanted) == 1:
        return {contact.id: contact for contact in _one(contact=wanted[0])}
    rows = _locked(Contact.select().where(Contact.id.in_(wanted)).order_by(Contact.id))
    return {contact.id: contact for contact in rows}


@prepared
def _one(contact: Any) -> Any:
    return _locked(Contact.select().where(Contact.id == contact))


def _locked(query: Any) -> Any:
    # Rows that only point to a contact may still be written.
    return query.for_update("FOR NO KEY UPDATE") if is_postgres() else query
