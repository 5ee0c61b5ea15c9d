"""What becomes of each table of this room: who it is about, what is exported, what erasing does, and why it is kept."""

from __future__ import annotations

from typing import Any

from omni.contacts import actions
from omni.contacts.actions import moving_in
from omni.contacts.calls import Call
from omni.contacts.claims import QueueClaim
from omni.contacts.exports import cards, sheets
from omni.contacts.exports.people import of_contacts
from omni.contacts.families import Household, HouseholdMember, Relationship
from omni.contacts.many import BulkJob, SavedView
from omni.contacts.models import (
    Activity,
    ConsentEvent,
    Contact,
    ContactPoint,
    ContactSearch,
    ContactTag,
    ExternalRef,
    ImportFile,
    ImportJob,
    ImportRow,
    LifecycleSpan,
    Note,
    Restriction,
    Suppression,
    Tag,
)
from omni.contacts.next_actions import NextAction
from omni.contacts.pairs import DuplicatePair
from omni.contacts.particulars import (
    Attachment,
    FieldDef,
    FieldValue,
    Goal,
    GoalCheckin,
    Mention,
    Preference,
)
from omni.contacts.reading.archives import PEOPLE
from omni.core.ids import Id
from omni.core.personal_data import Back, Erase, TableAnswer


def _of_contact(model: Any) -> Any:
    def locate(contact_id: Id) -> Any:
        return model.select().where(model.contact == contact_id)

    return locate


ANSWERS = [
    TableAnswer(
        Contact,
        back=Back.COMES,
        revive=moving_in.revive_contact,
        settle=moving_in.find_again,
        beside=(
            ("contacts.vcf", lambda: cards.lines(of_contacts())),
            (PEOPLE, lambda: sheets.lines(of_contacts())),
        ),
        subject="contact",
        locate=lambda contact_id: Contact.select().where(Contact.id == contact_id),
        export="contacts",
        erase=Erase.TOMBSTONE,
        wipe=actions.bury,
        keep="contacts",
        why="the person the studio knows",
    ),
    TableAnswer(
        ContactPoint,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(ContactPoint),
        export="contacts",
        erase=Erase.DELETE,
        keep="contacts",
        why="how to reach them",
    ),
    TableAnswer(
        ExternalRef,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(ExternalRef),
        export="contacts",
        erase=Erase.DELETE,
        keep="contacts",
        why="who they are in the tool they came from",
    ),
    TableAnswer(
        LifecycleSpan,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(LifecycleSpan),
        export="contacts",
        erase=Erase.DELETE,
        keep="contacts",
        why="since when they are lead, member or former member",
    ),
    TableAnswer(Tag, back=Back.COMES, export="tags", erase=Erase.KEEP, keep="workspace", why="the studio's own words"),
    TableAnswer(
        ContactTag,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(ContactTag),
        export="contacts",
        erase=Erase.DELETE,
        keep="contacts",
        why="which of these words fit them",
    ),
    TableAnswer(
        Activity,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(Activity),
        export="timeline",
        erase=Erase.DELETE,
        mentions=("summary",),
        keep="contacts",
        why="what happened with them",
    ),
    TableAnswer(
        QueueClaim,
        subject="contact",
        locate=_of_contact(QueueClaim),
        erase=Erase.DELETE,
        keep="contacts",
        why="which teammate has them before them, for 90 seconds, or dealt with them in the last hour",
    ),
    TableAnswer(
        Call,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(Call),
        export="timeline",
        erase=Erase.DELETE,
        keep="contacts",
        why="who called them, when, and how it went",
    ),
    TableAnswer(
        Note,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(Note),
        export="notes",
        erase=Erase.DELETE,
        mentions=("body",),
        keep="contacts",
        why="what teammates wrote down",
    ),
    TableAnswer(
        ContactSearch,
        subject="contact",
        locate=_of_contact(ContactSearch),
        erase=Erase.DELETE,
        keep="contacts",
        why="finding them again",
    ),
    TableAnswer(ImportJob, erase=Erase.KEEP, keep="workspace", why="which files were brought in, and by whom"),
    TableAnswer(ImportFile, erase=Erase.DELETE, keep="import_files", why="the file as it came, for seven days"),
    TableAnswer(
        ImportRow,
        subject="contact",
        locate=lambda contact_id: ImportRow.select().where(ImportRow.contact_id == contact_id),
        erase=Erase.SCRUB,
        keep="import_files",
        why="what became of each row",
    ),
    TableAnswer(
        ConsentEvent,
        back=Back.COMES,
        revive=moving_in.revive_consent,
        settle=moving_in.stop_again,
        subject="contact",
        locate=lambda contact_id: ConsentEvent.select().where(ConsentEvent.contact_id == contact_id),
        export="consents",
        erase=Erase.SCRUB,
        keep="consent_proof",
        why="proof of what was agreed and stopped: a keyed hash of the address without the words, kept 1,825 days",
    ),
    TableAnswer(
        Suppression,
        erase=Erase.KEEP,
        keep="for_ever",
        why="a keyed hash that keeps us from writing to somebody who said stop",
    ),
    TableAnswer(
        NextAction,
        subject="contact",
        locate=_of_contact(NextAction),
        erase=Erase.DELETE,
        keep="contacts",
        why="what is to be done for them next",
    ),
    TableAnswer(
        Household,
        back=Back.COMES,
        export="households",
        erase=Erase.KEEP,
        keep="workspace",
        why="the name of people who live together",
    ),
    TableAnswer(
        HouseholdMember,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(HouseholdMember),
        export="households",
        erase=Erase.DELETE,
        wipe=actions.leave_home,
        keep="contacts",
        why="with whom they live",
    ),
    TableAnswer(
        Relationship,
        back=Back.COMES,
        subject="contact",
        locate=lambda contact_id: Relationship.select().where(
            (Relationship.a == contact_id) | (Relationship.b == contact_id)
        ),
        export="households",
        erase=Erase.DELETE,
        keep="contacts",
        why="whose parent, partner, sibling or guardian they are",
    ),
    TableAnswer(
        DuplicatePair,
        subject="contact",
        locate=lambda contact_id: DuplicatePair.select().where(
            (DuplicatePair.a == contact_id) | (DuplicatePair.b == contact_id)
        ),
        erase=Erase.DELETE,
        keep="contacts",
        why="who might be the same person, and what was made of it",
    ),
    TableAnswer(
        Restriction,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(Restriction),
        export="contacts",
        erase=Erase.DELETE,
        keep="contacts",
        why="since when they are at rest, and why",
    ),
    TableAnswer(BulkJob, erase=Erase.KEEP, keep="workspace", why="what was done with many people at once, and by whom"),
    TableAnswer(
        SavedView,
        back=Back.COMES,
        export="views",
        erase=Erase.KEEP,
        keep="workspace",
        why="lists a teammate comes back to",
    ),
    TableAnswer(
        FieldDef,
        back=Back.COMES,
        export="custom_fields",
        erase=Erase.KEEP,
        keep="workspace",
        why="the fields a studio made for itself",
    ),
    TableAnswer(
        FieldValue,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(FieldValue),
        export="contacts",
        erase=Erase.DELETE,
        keep="contacts",
        why="what the studio's own fields say of them",
    ),
    TableAnswer(
        Preference,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(Preference),
        export="contacts",
        erase=Erase.DELETE,
        keep="contacts",
        why="what they like",
    ),
    TableAnswer(
        Goal,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(Goal),
        export="goals",
        erase=Erase.DELETE,
        keep="contacts",
        why="what they want to reach",
    ),
    TableAnswer(
        GoalCheckin,
        back=Back.COMES,
        subject="contact",
        locate=lambda contact_id: GoalCheckin.select().where(
            GoalCheckin.goal.in_(Goal.select(Goal.id).where(Goal.contact == contact_id))
        ),
        export="goals",
        erase=Erase.DELETE,
        keep="contacts",
        why="how far they have come",
    ),
    TableAnswer(
        Mention,
        back=Back.COMES,
        subject="contact",
        locate=_of_contact(Mention),
        export="notes",
        erase=Erase.DELETE,
        keep="contacts",
        why="which teammates a note names",
    ),
    TableAnswer(
        Attachment,
        back=Back.COMES,
        revive=moving_in.revive_file,
        subject="contact",
        locate=_of_contact(Attachment),
        export="files",
        content=lambda row: (moving_in.name_of_file(row.id, row.name), bytes(row.content)),
        erase=Erase.DELETE,
        keep="contacts",
        why="the files on their notes, and their photo",
    ),
]
