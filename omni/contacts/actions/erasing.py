"""A contact on the way out for good: out of sight while it can be taken back, then an empty place (privacy, §5).

What becomes of every table is said in the rooms' `personal_data`; when, and in which steps, is room privacy's affair.
"""

from __future__ import annotations

from omni.contacts import ports, queries
from omni.contacts.actions.away import bring_back, put_away
from omni.contacts.actions.consent import contacts_at, opt_out_address
from omni.contacts.actions.rest import turn
from omni.contacts.doers import By
from omni.contacts.families import Household, HouseholdMember
from omni.contacts.holding import hold
from omni.contacts.kinds import Channel, Processing
from omni.contacts.models import Contact, ContactPoint
from omni.core import clock
from omni.core.database import transaction
from omni.core.ids import Id

# What a tombstone keeps of the row it was.
KEPT_OF_A_TOMBSTONE = frozenset({"id", "workspace", "created_at"})


def begin_erasing(contact: Contact, *, by: By) -> bool:
    """Take the contact out of everything, and let nothing more be sent; False when they are on their way already."""
    with transaction():
        hold([contact.id])
        put_away(contact, by=by)
        began = any(turn(contact, before, Processing.ERASING) for before in (Processing.NORMAL, Processing.RESTRICTED))
        stop_everything([contact.id], by=by)
    return began


def end_erasing(contact: Contact, *, brings_back: bool, by: By) -> None:
    """Let the contact stay after all, at rest if they were; `brings_back`: into boards and lists too."""
    with transaction():
        hold([contact.id])
        was = Processing.RESTRICTED if queries.open_restriction(contact) else Processing.NORMAL
        if turn(contact, Processing.ERASING, was) and brings_back:
            bring_back(contact, by=by)


def stop_everything(contact_ids: list[Id], *, by: By) -> None:
    """End what is on its way to these contacts, in every room."""
    stop = ports.Stop(tuple(contact_ids), None, None, ports.StopReason.ERASED, by, clock.now())
    for answer in ports.stopping.answers():
        answer(stop)


def addresses_alone(contact_ids: list[Id]) -> list[tuple[Channel, str]]:
    """The phones and e-mails of these contacts that nobody else has: a family's number goes on reaching the others."""
    points = list(ContactPoint.select().where(ContactPoint.contact.in_(contact_ids)).order_by(ContactPoint.id))
    found = {(channel, point.norm): None for point in points for channel in Channel if point.kind is channel.point_kind}
    return [each for each in found if not _reaches_another(*each, but=contact_ids)]


def never_write_again(addresses: list[tuple[Channel, str]], *, by: By) -> None:
    """Suppress each address: a keyed hash that outlives the person."""
    for channel, norm in addresses:
        opt_out_address(channel, norm, by=by, source="erasure")


def bury(contact_id: Id) -> None:
    """Leave of the contact an id, and that they are gone."""
    empty = {name: _empty(column) for name, column in Contact._meta.fields.items() if name not in KEPT_OF_A_TOMBSTONE}
    now = clock.now()
    empty |= {"processing": Processing.ERASING, "deleted_at": now, "last_touch_at": now}
    Contact.update(empty).where(Contact.id == contact_id).execute()


def leave_home(contact_id: Id) -> None:
    """Take the contact out of their household, which goes with the last who lived there."""
    living = list(HouseholdMember.select().where(HouseholdMember.contact == contact_id))
    HouseholdMember.delete().where(HouseholdMember.contact == contact_id).execute()
    inhabited = HouseholdMember.select(HouseholdMember.household)
    left = Household.id.in_([one.household_id for one in living])
    Household.delete().where(left, Household.id.not_in(inhabited)).execute()


def _reaches_another(channel: Channel, norm: str, *, but: list[Id]) -> bool:
    return any(one.id not in but and one.is_here for one in contacts_at(channel, norm))


def _empty(column: object) -> object:
    """What a column says of nobody."""
    is_nullable, default = getattr(column, "null", False), getattr(column, "default", None)
    return None if is_nullable else "" if default is None else default
