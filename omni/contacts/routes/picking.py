"""Choosing another person on a contact's page: `q` looks for them, `with` has chosen them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request

from omni.contacts import queries, wording
from omni.contacts.models import Contact
from omni.core import ids
from omni.web.fields import clean

MOST = 8


def chosen(contact: Contact) -> Contact | None:
    """The person the address has chosen, if they are somebody else whom one may see."""
    try:
        other = queries.find_contact(ids.decode(request.args.get("with", "")))
    except ValueError:
        return None
    return other if other and other.id != contact.id else None


def picking(contact: Contact, here: str, likely: Sequence[Contact] = ()) -> dict[str, Any]:
    """What `contacts/_pick.html` shows: whom the letters mean, else who is likely; choosing one leads to `here`."""
    text = clean(request.args.get("q", ""))[:200]
    found = queries.search_contacts(text, limit=MOST + 1) if text.strip() else list(likely)
    return {
        "here": here,
        "text": text,
        "found": [one for one in found if one.id != contact.id][:MOST],
        "life_names": wording.LIVES,
    }
