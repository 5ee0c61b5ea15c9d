"""A friend sent the form of a link's page, and what follows."""

import hashlib
from dataclasses import dataclass

from omni.accounts import actions as accounts
from omni.accounts.models import NoticeKind, Teammate
from omni.contacts import actions as contacts
from omni.contacts.kinds import Basis, Channel, Direction, Entry, Kind, Lifecycle
from omni.contacts.models import Contact
from omni.core import actors, clock
from omni.core.actors import Actor, ActorKind
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.ids import Id, encode
from omni.core.points import point
from omni.core.queue import later
from omni.core.secrets import hmac_of
from omni.core.tenancy import current_workspace
from omni.referrals import queries
from omni.referrals.events import ReferralArrived
from omni.referrals.models import LeadSubmission, ReferralLink, Touch, TouchKind, VoidReason

_THEMSELVES = Actor(ActorKind.CONTACT)
_SOURCE = "referral page"


@dataclass(frozen=True)
class Answers:
    """What a friend sent: phone in E.164 and e-mail in lower case, at least one of them."""

    name: str
    phone: str = ""
    email: str = ""
    message: str = ""
    # The sentence that was ticked, or "" where it was not.
    texts_wording: str = ""
    show_progress: bool = False
    # A field no person sees was filled in.
    is_suspect: bool = False


def receive_lead(link: ReferralLink, answers: Answers) -> LeadSubmission:
    """Keep what a friend sent: contact, card, touch and consent, all of it or none.

    The same person, link and day is one submission; what comes again only brings its answers up to date.
    """
    with transaction():
        # One form of a link at a time, so that two taps on "Send" find each other.
        ReferralLink.update(lead_count=ReferralLink.lead_count).where(ReferralLink.id == link.id).execute()
        known = _find_submission(link, answers)
        submission = _bring_up_to_date(known, answers) if known else _take_in(link, answers)
        point("lead.written")
    point("lead.kept")
    return submission


def follow_up(submission_id: Id) -> None:
    """Tell the link's owner, once, that a lead arrived."""
    with transaction():
        claimed = LeadSubmission.update(followed_up_at=clock.now()).where(
            (LeadSubmission.id == submission_id) & LeadSubmission.followed_up_at.is_null()
        )
        if not claimed.execute():
            return
        submission = queries.get_submission(submission_id)
        link = queries.get_link(submission.link_id)
        owner: Teammate = link.owner
        if owner.left_at is None and not submission.is_suspect:
            accounts.notify(
                owner,
                NoticeKind.LEAD_ARRIVED,
                link=f"/contacts/{encode(submission.contact_id)}",
                group_key=encode(submission.id),
            )
        point("lead.told")


def stop_texts(submission: LeadSubmission) -> None:
    """Take back the yes to texts that was given on the page, for the number it was given for."""
    # Not for what the studio has of them now: that may be another number, or none.
    phone = submission.answers.get("phone", "")
    if phone:
        doer = actors.contact(submission.contact_id)
        contacts.opt_out(submission.contact, Channel.SMS, by=doer, source=_SOURCE, norm=phone)


def hide_progress(submission: LeadSubmission) -> None:
    """Show the friend who sent the link nothing from now on but the count."""
    with transaction():
        LeadSubmission.update(show_progress=False).where(LeadSubmission.id == submission.id).execute()


def _take_in(link: ReferralLink, answers: Answers) -> LeadSubmission:
    contact, is_new = contacts.find_or_create(
        answers.name, answers.phone, answers.email, Entry.REFERRAL, link.label, by=_THEMSELVES
    )
    if is_new and link.owner.left_at is None:
        contacts.set_owner(contact, link.owner, by=_THEMSELVES)
    is_waiting = not _take_place(link)
    submission = _submit(link, contact, answers, is_waiting=is_waiting)
    touch = Touch.create(
        contact=contact, link=link, at=submission.at, kind=TouchKind.FORM, void_reason=_void_reason(contact, is_waiting)
    )
    doer = actors.contact(contact.id)
    contacts.log_activity(
        contact,
        Kind.REFERRAL,
        by=doer,
        direction=Direction.IN if answers.message else None,
        summary=answers.message,
        ref_table="lead_submission",
        ref_id=submission.id,
        at=submission.at,
    )
    _record_consent(contact, answers)
    publish(ReferralArrived(contact.id, link.id, touch.id, is_new), by=doer)
    later("referrals.follow_up", submission_id=submission.id)
    return submission


def _bring_up_to_date(known: LeadSubmission, answers: Answers) -> LeadSubmission:
    has_newly_agreed = answers.texts_wording and not known.wording
    LeadSubmission.update(
        answers=_typed(answers),
        show_progress=answers.show_progress,
        wording=answers.texts_wording or known.wording,
    ).where(LeadSubmission.id == known.id).execute()
    if has_newly_agreed:
        _record_consent(known.contact, answers)
    return queries.get_submission(known.id)


def _submit(link: ReferralLink, contact: Contact, answers: Answers, *, is_waiting: bool) -> LeadSubmission:
    return LeadSubmission.create(
        link=link,
        contact=contact,
        person_key=_person_key(answers),
        local_day=clock.today_in(current_workspace().timezone),
        at=clock.now(),
        answers=_typed(answers),
        show_progress=answers.show_progress,
        is_waiting=is_waiting,
        is_suspect=answers.is_suspect,
        wording=answers.texts_wording,
    )


def _find_submission(link: ReferralLink, answers: Answers) -> LeadSubmission | None:
    today = clock.today_in(current_workspace().timezone)
    mine = (LeadSubmission.link == link.id) & (LeadSubmission.person_key == _person_key(answers))
    return LeadSubmission.select().where(mine & (LeadSubmission.local_day == today)).first()  # type: ignore[no-any-return]


def _take_place(link: ReferralLink) -> bool:
    """Take one of the link's places. False when it has a limit and none is left."""
    has_room = ReferralLink.lead_cap.is_null() | (ReferralLink.lead_count < ReferralLink.lead_cap)
    query = ReferralLink.update(lead_count=ReferralLink.lead_count + 1)
    return bool(query.where((ReferralLink.id == link.id) & has_room).execute())


def _void_reason(contact: Contact, is_waiting: bool) -> VoidReason | None:
    if contact.lifecycle in (Lifecycle.MEMBER, Lifecycle.PAUSED):
        return VoidReason.ALREADY_MEMBER
    return VoidReason.WAITING_LIST if is_waiting else None


def _record_consent(contact: Contact, answers: Answers) -> None:
    """Write down the yes to texts, with the very sentence that was ticked; without a number there is none to text."""
    if not answers.texts_wording or not answers.phone:
        return
    contacts.record_consent(
        contact,
        channel=Channel.SMS,
        basis=Basis.FORM,
        source=_SOURCE,
        by=actors.contact(contact.id),
        norm=answers.phone,
        words=answers.texts_wording,
        wording_sha256=hashlib.sha256(answers.texts_wording.encode()).digest(),
    )


def _person_key(answers: Answers) -> bytes:
    return hmac_of("referral person", answers.phone or answers.email)


def _typed(answers: Answers) -> dict[str, str]:
    return {"name": answers.name, "phone": answers.phone, "email": answers.email, "message": answers.message}
