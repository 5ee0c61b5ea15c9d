"""What the search sheet finds: people, pages, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni.accounts.models import Teammate
from omni.contacts import ports, queries
from omni.contacts.folding import fold
from omni.contacts.models import Activity, Contact
from omni.contacts.ports import Finding
from omni.contacts.wording import given
from omni.core.ids import Id, encode
from omni.core.policies import Policy, allows
from omni.core.words import _

# So many of each kind stand in sight.
MOST_PLACES = 6


@dataclass(frozen=True)
class Found:
    """The people `text` means with their last words, what can be done for the first of them, the pages it names,
    and whom somebody meant who slipped on a key.
    """

    text: str
    people: Sequence[Contact]
    words: dict[Id, Activity]
    acts: Sequence[Finding]
    places: Sequence[Finding]
    meant: Sequence[Contact]

    @property
    def count(self) -> int:
        return len(self.people) + len(self.acts) + len(self.places) + len(self.meant)


def find_all(text: str, teammate: Teammate, limit: int = 20) -> Found:
    """People, acts and pages; without a text the pages and acts at hand."""
    people = queries.search_contacts(text, limit=limit) if text.strip() else []
    first = people[0] if people else None
    offered = [*_own(teammate, first), *(one for answer in ports.finders.answers() for one in answer(teammate, first))]
    acts = [one for one in offered if one.is_of_person]
    places = [one for one in offered if not one.is_of_person and _names(one.label, text)]
    # A few letters that begin a page are no name that went wrong.
    meant = queries.guess_contacts(text, people) if text.strip() and not places else []
    words = queries.last_words([contact.id for contact in (*people, *meant)])
    return Found(text, people, words, acts, places[:MOST_PLACES], meant)


def _names(label: str, text: str) -> bool:
    """Whether each word of the text begins a word of the label."""
    words = fold(label).split()
    return all(any(word.startswith(piece) for word in words) for piece in fold(text).split())


def _own(teammate: Teammate, first: Contact | None) -> list[Finding]:
    """This room's pages, and what it can do for the first person."""
    can_edit, can_import = (allows(teammate.role, one) for one in (Policy.EDIT_CONTACTS, Policy.IMPORT))
    found = [Finding(_("Today"), "/today", "sun"), Finding(_("Contacts"), "/contacts", "users")]
    if can_edit:
        found.append(Finding(_("Add contact"), "/contacts/new", "plus"))
        found.append(Finding(_("Go one by one"), "/today/queue", "arrow-right"))
    if can_import:
        found.append(Finding(_("Import contacts"), "/contacts/import", "upload"))
    found += [Finding(_("History"), "/history", "activity"), Finding(_("Settings"), "/settings", "settings-2")]
    if first and can_edit.covers(first.owner_id, teammate.id):
        href = f"/contacts/{encode(first.id)}/calls"
        found.append(Finding(_("Call %(name)s", name=given(first)), href, "phone", is_of_person=True))
    return found
