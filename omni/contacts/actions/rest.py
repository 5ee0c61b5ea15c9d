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
    with transaction():
        if not turn(contact, Processing.NORMAL, Processing.RESTRICTED):
            if contact.processing is Processing.ERASING:
                raise Invalid(IS_BEING_ERASED.key, name=contact.display_name)
            return False
        row = Restriction.create(contact=contact.id, since=clock.now(), by=teammate_id_of(by), reason=reason[:2000])
        log_activity(contact, Kind.RESTRICTED, by=by)
        _stop(contact, ports.StopReason.RESTRICTED, by)
        publish(ContactRestricted(contact.id), by=actor_of(by))
        audit.record("contact.restricted", row, by=actor_of(by), subject=contact.id, reason=reason)
    return True


def lift_restriction(contact: Contact, *, by: By) -> bool:
    """Let the contact be worked with again; False when they were not at rest."""
    with transaction():
        if not turn(contact, Processing.RESTRICTED, Processing.NORMAL):
            return False
        row = Restriction.select().where(Restriction.contact == contact.id, Restriction.lifted_at.is_null()).first()
        if row is not None:
            Restriction.update(lifted_at=clock.now()).where(Restriction.id == row.id).execute()
            audit.record("contact.restriction_lifted", row, by=actor_of(by), subject=contact.id)
        log_activity(contact, Kind.LIFTED, by=by)
        publish(RestrictionLifted(contact.id), by=actor_of(by))
    return True


def set_do_not_contact(contact: Contact, *, by: By) -> None:
    """Reach this contact by no channel, whatever they once agreed to."""
    with transaction():
        _mark(contact, do_not_contact=True)
        _stop(contact, ports.StopReason.DO_NOT_CONTACT, by)
        audit.record("contact.do_not_contact", contact, by=actor_of(by), value=True)


def clear_do_not_contact(contact: Contact, *, by: By) -> None:
    """Let consent alone decide again."""
    with transaction():
        _mark(contact, do_not_contact=False)
        audit.record("contact.do_not_contact", contact, by=actor_of(by), value=False)


def _mark(contact: Contact, *, do_not_contact: bool) -> None:
    columns = {"do_not_contact": do_not_contact, "version": Contact.version + 1}
    Contact.update(columns).where(Contact.id == contact.id).execute()
    contact.do_not_contact, contact.version = do_not_contact, contact.version + 1


def turn(contact: Contact, before: Processing, after: Processing) -> bool:
    """Change how the contact may be worked with; False, and the contact as it now is, when `before` is not so."""
    columns = {"processing": after, "version": Contact.version + 1}
    # Asked in the write itself: two who press the button at once have both read the contact before.
    changed = Contact.update(columns).where(Contact.id == contact.id, Contact.processing == before).execute()
    fresh = Contact.get_by_id(contact.id)
    contact.processing, contact.version = fresh.processing, fresh.version
    return bool(changed)


def _stop(contact: Contact, reason: ports.StopReason, by: By) -> None:
    stop = ports.Stop((contact.id,), None, None, reason, by, clock.now())
    for answer in ports.stopping.answers():
        answer(stop)
