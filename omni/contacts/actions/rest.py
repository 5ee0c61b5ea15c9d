"""A contact at rest: restricted, or marked "do not contact"."""

from __future__ import annotations

from omni.contacts import ports
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.events import ContactRestricted, RestrictionLifted
from omni.contacts.kinds import Kind, Processing
from omni.contacts.models import Contact, Restriction
from omni.core import audit, clock
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid
from omni.core.words import lazy

IS_BEING_ERASED = lazy("%(name)s asked to be deleted, which goes before a restriction.")


def restrict(contact: Contact, *, reason: str, by: By) -> bool:
    """Put the contact at rest: nothing is sent, shared or changed by machines; False when they rest already."""
    if contact.processing is Processing.ERASING:
        raise Invalid(IS_BEING_ERASED.key, name=contact.display_name)
    if contact.processing is Processing.RESTRICTED:
        return False
    with transaction():
        row = Restriction.create(contact=contact.id, since=clock.now(), by=teammate_id_of(by), reason=reason[:2000])
        _set(contact, processing=Processing.RESTRICTED)
        log_activity(contact, Kind.RESTRICTED, by=by)
        _stop(contact, ports.StopReason.RESTRICTED, by)
        publish(ContactRestricted(contact.id), by=actor_of(by))
        audit.record("contact.restricted", row, by=actor_of(by), subject=contact.id, reason=reason)
    return True


def lift_restriction(contact: Contact, *, by: By) -> bool:
    """Let the contact be worked with again; False when they were not at rest."""
    if contact.processing is not Processing.RESTRICTED:
        return False
    with transaction():
        row = Restriction.select().where(Restriction.contact == contact.id, Restriction.lifted_at.is_null()).first()
        if row is not None:
            Restriction.update(lifted_at=clock.now()).where(Restriction.id == row.id).execute()
            audit.record("contact.restriction_lifted", row, by=actor_of(by), subject=contact.id)
        _set(contact, processing=Processing.NORMAL)
        log_activity(contact, Kind.LIFTED, by=by)
        publish(RestrictionLifted(contact.id), by=actor_of(by))
    return True


def set_do_not_contact(contact: Contact, *, by: By) -> None:
    """Reach this contact by no channel, whatever they once agreed to."""
    with transaction():
        _set(contact, do_not_contact=True)
        _stop(contact, ports.StopReason.DO_NOT_CONTACT, by)
        audit.record("contact.do_not_contact", contact, by=actor_of(by), value=True)


def clear_do_not_contact(contact: Contact, *, by: By) -> None:
    """Let consent alone decide again."""
    with transaction():
        _set(contact, do_not_contact=False)
        audit.record("contact.do_not_contact", contact, by=actor_of(by), value=False)


def _set(contact: Contact, **columns: object) -> None:
    Contact.update({**columns, "version": Contact.version + 1}).where(Contact.id == contact.id).execute()
    for name, value in columns.items():
        setattr(contact, name, value)
    contact.version += 1


def _stop(contact: Contact, reason: ports.StopReason, by: By) -> None:
    stop = ports.Stop((contact.id,), None, None, reason, by, clock.now())
    for answer in ports.stopping.answers():
        answer(stop)
