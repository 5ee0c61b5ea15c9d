"""Who belongs together: households, and who is whose parent, partner, sibling or guardian.

A tie is kept once, from the side that has a stored word for it; what the other side says of it is derived. Who lives
where is a table of its own, since SQLite adds no composite key to one that is there.
"""

from __future__ import annotations

from collections.abc import Iterable

from omni.contacts.kinds import Tie
from omni.contacts.models import TYPED, Contact, ContactPoint
from omni.core.faults import NotFound
from omni.core.fields import CharField, EnumField, Field
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel

LONGEST_NAME = 100


class Household(TenantModel):
    """People who live together."""

    name = CharField(max_length=LONGEST_NAME, default="", personal=TYPED)

    class Meta:
        table_name = "household"
        personal = Field("operational")


class HouseholdMember(TenantModel):
    """Whose household it is; everybody has one at most."""

    household_id: Id
    contact_id: Id

    household = TenantKey(Household, on_delete="RESTRICT", backref="members", index=False)
    contact = TenantKey(Contact, on_delete="CASCADE", backref="memberships", index=False)

    class Meta:
        table_name = "household_member"
        personal = Field("operational")
        indexes = ((("workspace", "contact"), True), (("workspace", "household"), False))


class Relationship(TenantModel):
    """`a` is the parent, partner, sibling or guardian of `b`."""

    a_id: Id
    b_id: Id

    a = TenantKey(Contact, on_delete="CASCADE", backref="ties", index=False)
    b = TenantKey(Contact, on_delete="CASCADE", backref="ties_to", index=False)
    kind = EnumField(Tie, personal=TYPED)

    class Meta:
        table_name = "relationship"
        personal = Field("operational")
        indexes = ((("workspace", "a", "b", "kind"), True), (("workspace", "b"), False))


MODELS = [Household, HouseholdMember, Relationship]


_DERIVED = frozenset({Tie.CHILD, Tie.WARD})


def stored(one: Id, tie: Tie, other: Id) -> tuple[Id, Tie, Id]:
    """How "one is the tie of other" is kept: never by a derived word, and of equals the older one first."""
    if tie in _DERIVED or (tie.inverse is tie and other < one):
        return other, tie.inverse, one
    return one, tie, other


def get_tie(tie_id: Id, contact: Contact) -> Relationship:
    """The contact's own tie of this id, or 404."""
    mine = (Relationship.a == contact.id) | (Relationship.b == contact.id)
    tie: Relationship | None = Relationship.select().where(Relationship.id == tie_id, mine).first()
    if tie is None:
        raise NotFound
    return tie


def find_membership(contact_id: Id) -> HouseholdMember | None:
    found: HouseholdMember | None = HouseholdMember.select().where(HouseholdMember.contact == contact_id).first()
    return found


def members_of(household_id: Id) -> list[HouseholdMember]:
    return list(HouseholdMember.select().where(HouseholdMember.household == household_id).order_by(HouseholdMember.id))


def shared_points(contact_ids: Iterable[Id]) -> list[ContactPoint]:
    """The phones and e-mails that more than one of these contacts has."""
    points = list(ContactPoint.select().where(ContactPoint.contact.in_(list(contact_ids))).order_by(ContactPoint.id))
    norms = [(point.kind, point.norm) for point in points]
    return [point for point in points if norms.count((point.kind, point.norm)) > 1]
