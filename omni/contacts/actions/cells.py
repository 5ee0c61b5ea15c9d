"""One cell of a list, changed where it stands: what it said is still what was seen, and the rest is as before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omni.contacts import queries
from omni.contacts.actions.facts import change_point, give_point, remove_point
from omni.contacts.actions.tags import add_tag, remove_tag
from omni.contacts.doers import By, actor_of
from omni.contacts.folding import fold
from omni.contacts.holding import hold
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact
from omni.contacts.reading.people import Value
from omni.core import changes
from omni.core.database import transaction
from omni.core.faults import Stale
from omni.core.words import marked

TAGGED = marked("%(name)s tagged anew")


def change_seen(
    contact: Contact, seen: str, *, says: Callable[[Contact], str], write: Callable[[Contact], object]
) -> None:
    """Write, if the contact still says what was seen. Raises: Stale with the contact as it is; what `write` raises."""
    with transaction():
        fresh = hold([contact.id])[contact.id]
        if says(fresh) != seen:
            raise Stale(fresh)
        write(fresh)


def set_tags(contact: Contact, names: Sequence[str], *, by: By) -> None:
    """Make the contact's tags exactly these. Raises Invalid."""
    wanted = {fold(name): name for name in names}
    known = {tag.fold: tag for tag in queries.tags_of([contact.id]).get(contact.id, [])}
    if set(wanted) == set(known):
        return
    with transaction(), changes.batch("tag", TAGGED, by=actor_of(by), name=contact.display_name):
        for folded, tag in known.items():
            if folded not in wanted:
                remove_tag(contact, tag, by=by)
        for folded, name in wanted.items():
            if folded not in known:
                add_tag(contact, name, by=by)


def set_first_point(contact: Contact, kind: PointKind, value: Value | None, *, by: By) -> None:
    """Make this the contact's first address of a kind, in place of the one there was; None takes that one off."""
    with transaction():
        first = queries.primary_point(contact, kind)
        if first is None:
            if value is not None:
                give_point(contact, kind, value, by=by)
        elif value is None:
            remove_point(contact, first, by=by)
        else:
            change_point(contact, first, Value(value.norm, value.raw, first.label, value.extension), by=by)
