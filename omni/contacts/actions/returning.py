"""Coming back after having been put away: into lists and boards, as an act of its own."""

from __future__ import annotations

from omni.contacts import ports
from omni.contacts.doers import By, actor_of
from omni.contacts.kinds import Processing
from omni.contacts.models import Contact
from omni.core import changes
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.words import lazy

CAME_BACK = lazy("%(name)s is back")


def come_back(contact: Contact, *, by: By) -> bool:
    """Show who was put away in lists again, with a card wherever one was taken off; False when they are not away.

    The caller writes the line that says how.
    """
    since = contact.put_away_at
    if since is None:
        return False
    with transaction():
        columns = {"put_away_at": None, "version": Contact.version + 1}
        # Who is on the way out for good stays away, whatever comes in from them.
        is_away = Contact.put_away_at.is_null(False) & (Contact.processing != Processing.ERASING)
        if not Contact.update(columns).where(Contact.id == contact.id, is_away).execute():
            return False
        contact.put_away_at, contact.version = None, contact.version + 1
        with changes.batch("back", CAME_BACK.key, by=actor_of(by), name=contact.display_name) as batch:
            before, after = {"put_away_at": since}, {"put_away_at": None}
            batch.record(contact, Op.UPDATED, before=before, after=after, contact_id=contact.id)
            desk = ports.landing.answer()
            if desk is not None:
                desk().land_again(contact, since=since, by=by)
    return True
