"""A contact's people as their page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from omni.contacts import queries
from omni.contacts.families import Household, HouseholdMember, Relationship
from omni.contacts.kinds import PairState, Processing, Tie
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.pairs import DuplicatePair
from omni.core import ids
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.together import Part, read_together


@dataclass(frozen=True)
class Relative:
    """Somebody beside a contact: what they are to them (None: they only live together), and the tie's own row."""

    contact: Contact
    tie: Tie | None
    tie_id: Id | None


@dataclass(frozen=True)
class Home:
    """A contact's people, and the household they share, if any."""

    household: Household | None
    relatives: list[Relative]


def home_of(contact: Contact) -> Part[Home]:
    """Everybody tied to the contact or living with them, those with a tie first."""
    return Part(_people.each(contact=contact.id), lambda *rows: _home(contact, *rows))


@prepared
def _people(contact: Any) -> Any:
    ties = Relationship.select().where((Relationship.a == contact) | (Relationship.b == contact))
    mine = HouseholdMember.select(HouseholdMember.household).where(HouseholdMember.contact == contact)
    living = HouseholdMember.select(HouseholdMember, Household).join(Household)
    living = living.where(HouseholdMember.household.in_(mine))
    others = (ties.select(Relationship.a), ties.select(Relationship.b), living.select(HouseholdMember.contact))
    people = queries.visible().where(reduce(or_, (Contact.id.in_(ids) for ids in others)), Contact.id != contact)
    return ties, living, people


def _home(contact: Contact, ties: list[Relationship], living: list[HouseholdMember], people: list[Contact]) -> Home:
    living.sort(key=lambda member: member.id.int)
    sides = [
        (tie.b_id, tie.kind.inverse, tie.id) if tie.a_id == contact.id else (tie.a_id, tie.kind, tie.id) for tie in ties
    ]
    tied = {other for other, _tie, _id in sides}
    sides += [
        (one.contact_id, None, None) for one in living if one.contact_id not in tied and one.contact_id != contact.id
    ]
    known = {one.id: one for one in people}
    relatives = [Relative(known[other], tie, tie_id) for other, tie, tie_id in sides if other in known]
    return Home(living[0].household if living else None, relatives)


def sharing(contact: Contact) -> list[Contact]:
    """Who else has one of the contact's addresses; of a number half the town has, the first few."""
    shared = by_point(*read_together(*addresses.each(contact=contact.id)))
    return [one for them in shared.values() for one in them]


@prepared
def addresses(contact: Any) -> Any:
    """The contact's addresses, and those of others that read like one of them, with their people; the first few."""
    mine = ContactPoint.select().where(ContactPoint.contact == contact)
    others = ContactPoint.select(ContactPoint, Contact).join(Contact)
    same = ContactPoint.norm.in_(mine.select(ContactPoint.norm))
    others = others.where(same, ContactPoint.contact != contact, queries.is_visible())
    return mine, others.order_by(ContactPoint.id).limit(20)


def by_point(points: Sequence[ContactPoint], others: Iterable[ContactPoint]) -> dict[Id, list[Contact]]:
    """Whose these other addresses are, by the point that is the same."""
    found: dict[Id, list[Contact]] = {}
    for other in others:
        for point in points:
            if (point.kind, point.norm) == (other.kind, other.norm):
                found.setdefault(point.id, []).append(other.contact)
    return found


def get_pair(pair_id: Id) -> DuplicatePair:
    """The pair, or 404 when there is none, or one of the two is not to be seen."""
    found: DuplicatePair | None = _pairs().where(DuplicatePair.id == pair_id).first()
    if found is None:
        raise NotFound
    return found


def next_pair(after: str) -> tuple[int, DuplicatePair | None]:
    """How many pairs wait, and the likeliest of them behind the one named."""
    waiting = _pairs().where(DuplicatePair.state == PairState.OPEN)
    later = _pair_named(after)
    query = waiting
    if later is not None:
        is_behind = (DuplicatePair.score == later.score) & (DuplicatePair.id > later.id)
        query = waiting.where((DuplicatePair.score < later.score) | is_behind)
    order = (DuplicatePair.score.desc(), DuplicatePair.id)
    return waiting.count(), query.order_by(*order).first() or (waiting.order_by(*order).first() if later else None)


def _pair_named(text: str) -> DuplicatePair | None:
    try:
        return _pairs().where(DuplicatePair.id == ids.decode(text)).first()  # type: ignore[no-any-return]
    except ValueError:
        return None


def _pairs() -> Any:
    """Pairs of whom both may be seen, with both."""
    one, other = Contact.alias(), Contact.alias()
    query = DuplicatePair.select(DuplicatePair, one, other).join(one, on=DuplicatePair.a == one.id, attr="a")
    query = query.switch(DuplicatePair).join(other, on=DuplicatePair.b == other.id, attr="b")
    for side in (one, other):
        query = query.where(side.deleted_at.is_null(), side.processing != Processing.ERASING)
    return query
