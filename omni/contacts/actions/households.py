"""Tying people together: who is whose parent, partner, sibling or guardian, and who lives with whom."""

from __future__ import annotations

from omni.contacts import families
from omni.contacts.actions.life import row_of
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of
from omni.contacts.families import Household, HouseholdMember, Relationship
from omni.contacts.kinds import Kind, Tie
from omni.contacts.models import Contact, ContactPoint
from omni.core import changes
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import take_turns
from omni.core.words import lazy

LINKED = lazy("%(name)s and %(other)s linked")
PARTED = lazy("%(name)s and %(other)s no longer linked")
MOVED_OUT = lazy("%(name)s taken out of the household")
RENAMED = lazy("Household renamed to %(name)s")
ITSELF = lazy("Nobody is their own family. Choose another person.")
OTHER_WAY = lazy("%(name)s and %(other)s are tied the other way round. Take that off first.")


def link(contact: Contact, other: Contact, tie: Tie | None, *, by: By) -> bool:
    """Say that `contact` is the `tie` of `other` (None: they live together), and let them share a household.

    A number both have is marked as shared. False when that was known. Raises: Invalid for a tie to oneself, or one that
    says the opposite of what is known.
    """
    if contact.id == other.id:
        raise Invalid(faults={"other": str(ITSELF)})
    names = {"name": contact.display_name, "other": other.display_name}
    with transaction():
        take_turns("households")
        with changes.batch("household", LINKED.key, by=actor_of(by), **names) as batch:
            is_new = tie is not None and _tie(contact, other, tie, batch)
            is_new |= _move_in(contact, other, batch)
            is_new |= _mark_shared([contact.id, other.id], batch)
            if is_new:
                log_activity(contact, Kind.LINKED, by=by, outcome=tie or "", summary=other.display_name)
                log_activity(
                    other, Kind.LINKED, by=by, outcome=tie.inverse if tie else "", summary=contact.display_name
                )
    return is_new


def unlink(tie: Relationship, contact: Contact, other: Contact, *, by: By) -> None:
    """Take one tie off; they go on living together."""
    names = {"name": contact.display_name, "other": other.display_name}
    with transaction(), changes.batch("household", PARTED.key, by=actor_of(by), **names) as batch:
        if Relationship.delete().where(Relationship.id == tie.id).execute():
            batch.record(tie, Op.DELETED, before=row_of(tie), after=None, contact_id=contact.id)


def move_out(contact: Contact, *, by: By) -> bool:
    """Let the contact leave their household, which ends with the last but one; False when they have none."""
    with transaction():
        take_turns("households")
        mine = families.find_membership(contact.id)
        if mine is None:
            return False
        with changes.batch("household", MOVED_OUT.key, by=actor_of(by), name=contact.display_name) as batch:
            members = families.members_of(mine.household_id)
            leaving = members if len(members) <= 2 else [one for one in members if one.id == mine.id]
            for member in leaving:
                HouseholdMember.delete().where(HouseholdMember.id == member.id).execute()
                batch.record(member, Op.DELETED, before=row_of(member), after=None, contact_id=member.contact_id)
            if len(leaving) == len(members):
                home = Household.get_by_id(mine.household_id)
                Household.delete().where(Household.id == home.id).execute()
                batch.record(home, Op.DELETED, before=row_of(home), after=None, contact_id=contact.id)
    return True


def rename_household(household: Household, name: str, contact: Contact, *, by: By) -> None:
    """Call the household `name`."""
    name = " ".join(name.split())[: families.LONGEST_NAME]
    with transaction(), changes.batch("household", RENAMED.key, by=actor_of(by), name=name) as batch:
        before = household.name
        Household.update(name=name).where(Household.id == household.id).execute()
        batch.record(household, Op.UPDATED, before={"name": before}, after={"name": name}, contact_id=contact.id)


def _tie(contact: Contact, other: Contact, tie: Tie, batch: changes.Batch) -> bool:
    a, kind, b = families.stored(contact.id, tie, other.id)
    if _find(b, kind, a) is not None:
        words = str(lazy(OTHER_WAY.key, name=contact.display_name, other=other.display_name))
        raise Invalid(faults={"tie": words.replace("%", "%%")})
    if _find(a, kind, b) is not None:
        return False
    row = Relationship.create(a=a, b=b, kind=kind)
    batch.record(row, Op.CREATED, before=None, after=row_of(row), contact_id=contact.id)
    return True


def _find(a: Id, kind: Tie, b: Id) -> Relationship | None:
    found: Relationship | None = (
        Relationship.select().where(Relationship.a == a, Relationship.b == b, Relationship.kind == kind).first()
    )
    return found


def _move_in(contact: Contact, other: Contact, batch: changes.Batch) -> bool:
    """Let the one without a household join the other's, or found one; who has another already stays there."""
    mine, theirs = (families.find_membership(one.id) for one in (contact, other))
    if mine and theirs:
        return False
    home: Id = mine.household_id if mine else theirs.household_id if theirs else _found(contact, other, batch)
    for one, there in ((contact, mine), (other, theirs)):
        if there is None:
            row = HouseholdMember.create(household=home, contact=one.id)
            batch.record(row, Op.CREATED, before=None, after=row_of(row), contact_id=one.id)
    return True


def _found(contact: Contact, other: Contact, batch: changes.Batch) -> Id:
    name = contact.family_name or other.family_name or contact.display_name
    home = Household.create(name=name[: families.LONGEST_NAME])
    batch.record(home, Op.CREATED, before=None, after=row_of(home), contact_id=contact.id)
    founded: Id = home.id
    return founded


def _mark_shared(contact_ids: list[Id], batch: changes.Batch) -> bool:
    """Say of every address that several of these contacts have that it is shared."""
    points = [point for point in families.shared_points(contact_ids) if not point.is_shared]
    for point in points:
        ContactPoint.update(is_shared=True).where(ContactPoint.id == point.id).execute()
        batch.record(
            point, Op.UPDATED, before={"is_shared": False}, after={"is_shared": True}, contact_id=point.contact_id
        )
    return bool(points)
