"""Who might already be the person being added."""

from __future__ import annotations

from dataclasses import dataclass

from omni.contacts import queries, search
from omni.contacts.folding import fold_name, same_person
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact
from omni.contacts.reading.people import Person
from omni.core.ids import Id

MOST = 3


@dataclass(frozen=True)
class Twin:
    """A contact who shares an address or the name; `is_one` where the names may be one person's."""

    contact: Contact
    is_one: bool


def find_twins(person: Person) -> list[Twin]:
    """Up to three contacts with the same phone, e-mail or name."""
    found: dict[Id, Contact] = {}
    for kind, values in ((PointKind.PHONE, person.phones), (PointKind.EMAIL, person.emails)):
        for value in values:
            found.update({contact.id: contact for contact in queries.find_by_address(kind, value.norm)})
    name = fold_name(f"{person.given_name} {person.family_name}")
    if len(name) >= 5 and person.family_name:
        for contact in search.find(f"{person.given_name} {person.family_name}", limit=MOST):
            if _is_one(person, contact):
                found[contact.id] = contact
    return [Twin(contact, _is_one(person, contact)) for contact in list(found.values())[:MOST]]


def _is_one(person: Person, contact: Contact) -> bool:
    return same_person(person.given_name, person.family_name, contact.given_name, contact.family_name)
