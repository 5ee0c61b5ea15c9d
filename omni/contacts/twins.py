"""Who might already be the person being added."""

from __future__ import annotations

from omni.contacts import queries, search
from omni.contacts.folding import fold_name, same_person
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact
from omni.contacts.reading.people import Person
from omni.core.ids import Id

MOST = 3


def find_twins(person: Person) -> list[Contact]:
    """Up to three contacts with the same phone, e-mail or name."""
    found: dict[Id, Contact] = {}
    for kind, values in ((PointKind.PHONE, person.phones), (PointKind.EMAIL, person.emails)):
        for value in values:
            found.update({contact.id: contact for contact in queries.find_by_address(kind, value.norm)})
    name = fold_name(f"{person.given_name} {person.family_name}")
    if len(name) >= 5 and person.family_name:
        for contact in search.find(f"{person.given_name} {person.family_name}", limit=MOST):
            if same_person(person.given_name, person.family_name, contact.given_name, contact.family_name):
                found[contact.id] = contact
    return list(found.values())[:MOST]
