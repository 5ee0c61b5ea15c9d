"""A contact's people as their page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from omni.contacts import queries
from omni.contacts.families import Household, HouseholdMember, Relationship
from omni.contacts.kinds import PairState, Processing, Tie
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.pairs import DuplicatePair
from omni.core import ids
from omni.core.faults import NotFound
from omni.core.ids import Id


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


def home_of(contact: Contact) -> Home:
    """Everybody tied to the contact or living with them, those with a tie first."""
    ties = list(Relationship.select().where((Relationship.a == contact.id) | (Relationship.b == contact.id)))
    mine = HouseholdMember.select(HouseholdMember.household).where(HouseholdMember.contact == contact.id)
    living = list(
        HouseholdMember.select(HouseholdMember, Household)
        .join(Household)
        .where(HouseholdMember.household.in_(mine))
        .order_by(HouseholdMember.id)
    )
    sides = [
        (tie.b_id, tie.kind.inverse, tie.id) if tie.a_id == contact.id else (tie.a_id, tie.kind, tie.id) for tie in ties
    ]
    tied = {other for other, _tie, _id in sides}
    sides += [
        (one.contact_id, None, None) for one in living if one.contact_id not in tied and one.contact_id != contact.id
    ]
    people = queries.list_contacts([other for other, _tie, _id in sides])
    relatives = [Relative(people[other], tie, tie_id) for other, tie, tie_id in sides if other in people]
    return Home(living[0].household if living else None, relatives)


def sharing(points: Sequence[ContactPoint]) -> dict[Id, list[Contact]]:
    """Who else has each of these addresses, by the point; of a number half the town has, the first few."""
    if not points:
        return {}
    others = (
        ContactPoint.select(ContactPoint, Contact)
        .join(Contact)
        .where(
            ContactPoint.norm.in_([point.norm for point in points]),
            ContactPoint.contact != points[0].contact_id,
            queries.is_visible(),
        )
        .order_by(ContactPoint.id)
        .limit(20)
    )
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
