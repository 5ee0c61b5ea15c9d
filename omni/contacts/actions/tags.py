"""Tags: a studio's own words for its people."""

from __future__ import annotations

from omni.contacts.actions.life import row_of
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of
from omni.contacts.events import TagAdded, TagRemoved
from omni.contacts.folding import fold
from omni.contacts.kinds import Kind
from omni.contacts.models import Contact, ContactTag, Tag
from omni.core import changes
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid
from omni.core.tenancy import current_workspace_id
from omni.core.words import lazy

LONGEST_TAG = 60
TAG_LENGTH = lazy("A tag has 1 to 60 characters.")


def get_or_make_tag(name: str) -> Tag:
    """The workspace's tag of that name, whatever its case and accents, made when there is none."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_TAG or not fold(name):
        raise Invalid(faults={"tag": str(TAG_LENGTH)})
    with transaction():
        return _find(name) or _make(name)


def _find(name: str) -> Tag | None:
    found: Tag | None = Tag.select().where(Tag.fold == fold(name)).first()
    return found


def _make(name: str) -> Tag:
    # Somebody else may make the same tag at this moment.
    Tag.insert(workspace=current_workspace_id(), name=name, fold=fold(name)).on_conflict_ignore().execute()
    made = _find(name)
    assert made is not None  # noqa: S101 - it was made a line above, by us or by somebody else
    return made


def add_tag(contact: Contact, name: str, *, by: By, is_told: bool = True) -> bool:
    """Tag the contact; False when it is tagged so already. `is_told` puts the line on the timeline."""
    with (
        transaction(),
        changes.batch("tag", "%(name)s tagged %(tag)s", by=actor_of(by), name=contact.display_name, tag=name) as batch,
    ):
        tag = get_or_make_tag(name)
        if ContactTag.select().where(ContactTag.contact == contact.id, ContactTag.tag == tag.id).exists():
            return False
        link = ContactTag.create(contact=contact.id, tag=tag.id)
        batch.record(link, Op.CREATED, before=None, after=row_of(link), contact_id=contact.id)
        if is_told:
            log_activity(contact, Kind.TAGGED, by=by, outcome=tag.name)
        publish(TagAdded(contact.id, tag.id), by=actor_of(by))
    return True


def remove_tag(contact: Contact, tag: Tag, *, by: By) -> bool:
    """Take the tag off; False when it was not there."""
    with (
        transaction(),
        changes.batch(
            "tag", "%(tag)s taken off %(name)s", by=actor_of(by), name=contact.display_name, tag=tag.name
        ) as batch,
    ):
        link = ContactTag.select().where(ContactTag.contact == contact.id, ContactTag.tag == tag.id).first()
        if link is None:
            return False
        ContactTag.delete().where(ContactTag.id == link.id).execute()
        batch.record(link, Op.DELETED, before=row_of(link), after=None, contact_id=contact.id)
        log_activity(contact, Kind.UNTAGGED, by=by, outcome=tag.name)
        publish(TagRemoved(contact.id, tag.id), by=actor_of(by))
    return True
