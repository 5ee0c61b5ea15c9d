"""Reads of links, their cards and their numbers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from peewee import fn

from omni.contacts import queries as contacts
from omni.contacts.kinds import Channel, Lifecycle
from omni.contacts.models import Contact
from omni.core import clock, doors
from omni.core.changes import Change, ChangeBatch
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.prepared import Bound, prepared
from omni.core.tenancy import current_workspace
from omni.referrals import slugs
from omni.referrals.classes import VISITS, HitClass
from omni.referrals.models import (
    CardImage,
    Hit,
    HitDaily,
    LeadSubmission,
    LinkStatus,
    ReferralLink,
    Touch,
    VoidReason,
)

SLUG_PREFIX = "r/"
PAGE_SIZE = 25
# Who left or pauses has been a member all the same (contacts: lead and trial never become former).
_HAVE_JOINED = (Lifecycle.MEMBER, Lifecycle.PAUSED, Lifecycle.FORMER)


@dataclass(frozen=True)
class Counts:
    """The four numbers people see, and the daily visitors among the taps."""

    taps: int = 0
    visitors: int = 0
    shares: int = 0
    leads: int = 0
    joined: int = 0


@dataclass(frozen=True)
class Part:
    """One line of a table of numbers."""

    key: str
    n: int


@dataclass(frozen=True)
class Day:
    """One day of a link."""

    day: date
    taps: int
    shares: int


@dataclass(frozen=True)
class Numbers:
    """What was counted on a link in the last `days` days."""

    days: int
    counts: Counts
    by_day: tuple[Day, ...]
    by_source: tuple[Part, ...]
    by_device: tuple[Part, ...]
    by_class: tuple[Part, ...]


def get_link(link_id: Id) -> ReferralLink:
    """The link, in this workspace. Raises NotFound."""
    link = ReferralLink.select().where(ReferralLink.id == link_id).first()
    if link is None:
        raise NotFound
    return link  # type: ignore[no-any-return]


def find_link(link_id: Id) -> ReferralLink | None:
    return ReferralLink.select().where(ReferralLink.id == link_id).first()  # type: ignore[no-any-return]


def list_links(*, owner_id: Id | None = None, after: Id | None = None, limit: int = PAGE_SIZE) -> list[ReferralLink]:
    """Links, newest first, retired ones left out; of one owner where one is named."""
    query = ReferralLink.select().where(ReferralLink.status != LinkStatus.RETIRED)
    if owner_id:
        query = query.where(ReferralLink.owner == owner_id)
    if after:
        query = query.where(ReferralLink.id < after)
    return list(query.order_by(ReferralLink.id.desc()).limit(limit))


def slug_key(typed: str) -> str | None:
    """The key of the door a slug in an address stands for; None where no slug could be written so."""
    slug = slugs.tidy(typed)
    return SLUG_PREFIX + slug if slugs.is_well_formed(slug) else None


def taken_slugs(wanted: list[str]) -> set[str]:
    """Those slugs that lead to a link somewhere in this installation, or once did."""
    return {slug for slug in wanted if doors.is_taken(SLUG_PREFIX + slug)}


def get_card(card_id: Id) -> CardImage:
    """The picture, in this workspace. Raises NotFound."""
    card = CardImage.select().where(CardImage.id == card_id).first()
    if card is None:
        raise NotFound
    return card  # type: ignore[no-any-return]


def find_card(hash8: str) -> CardImage | None:
    """The picture of this workspace whose hash begins so."""
    return (  # type: ignore[no-any-return]
        CardImage.select()
        .where((CardImage.sha256 >= hash8) & (CardImage.sha256 < hash8 + "g"))
        .order_by(CardImage.id)
        .first()
    )


def card_of(link: ReferralLink) -> CardImage:
    """The link's picture without its bytes: hash and size."""
    query = CardImage.select(
        CardImage.id, CardImage.workspace, CardImage.sha256, CardImage.w, CardImage.h, CardImage.is_drawn
    )
    return query.where(CardImage.id == link.image_id).get()  # type: ignore[no-any-return]


def counts_of(links: list[ReferralLink]) -> dict[Id, Counts]:
    """The numbers of each link since it was made."""
    ids = [link.id for link in links]
    if not ids:
        return {}
    hits: dict[tuple[Id, HitClass], tuple[int, int]] = {}
    query = (
        HitDaily.select(HitDaily.link, HitDaily.hit_class, fn.SUM(HitDaily.n), fn.SUM(HitDaily.n_first))
        .where(HitDaily.link.in_(ids))
        .group_by(HitDaily.link, HitDaily.hit_class)
    )
    for link_id, hit_class, n, n_first in query.tuples():
        hits[link_id, HitClass(hit_class)] = int(n), int(n_first)
    leads = _leads(ids)
    joined = _joined(ids)
    return {
        each: Counts(
            taps=sum(hits.get((each, kind), (0, 0))[0] for kind in VISITS),
            visitors=sum(hits.get((each, kind), (0, 0))[1] for kind in VISITS),
            shares=hits.get((each, HitClass.PREVIEW), (0, 0))[0],
            leads=leads.get(each, 0),
            joined=joined.get(each, 0),
        )
        for each in ids
    }


def numbers_of(link: ReferralLink, days: int) -> Numbers:
    """What was counted on the link today and on the `days - 1` days before, by the workspace's dates."""
    today = clock.today_in(current_workspace().timezone)
    since = today - timedelta(days=days - 1)
    query = HitDaily.select().where((HitDaily.link == link.id) & (HitDaily.local_day >= since))
    rows: list[HitDaily] = list(query)
    visits = [row for row in rows if row.hit_class in VISITS]
    shares = [row for row in rows if row.hit_class is HitClass.PREVIEW]
    counts = Counts(
        taps=_total(visits),
        visitors=sum(row.n_first for row in visits),
        shares=_total(shares),
        leads=_leads([link.id], since).get(link.id, 0),
        joined=_joined([link.id], since).get(link.id, 0),
    )
    all_days = [since + timedelta(days=number) for number in range(days)]
    return Numbers(
        days=days,
        counts=counts,
        by_day=tuple(
            Day(
                day,
                taps=_total([row for row in visits if row.local_day == day]),
                shares=_total([row for row in shares if row.local_day == day]),
            )
            for day in all_days
        ),
        by_source=_parts(visits, "source"),
        by_device=_parts(visits, "device"),
        by_class=_parts(rows, "hit_class"),
    )


def list_hits(link: ReferralLink, hit_class: HitClass | None, *, limit: int = 50) -> list[Hit]:
    """Single hits behind the numbers, newest first; they are kept for 30 days."""
    query = Hit.select().where(Hit.link == link.id)
    if hit_class:
        query = query.where(Hit.hit_class == hit_class)
    return list(query.order_by(Hit.id.desc()).limit(limit))


def list_arrivals(link: ReferralLink, limit: int = PAGE_SIZE) -> list[LeadSubmission]:
    """The forms sent from the link's page, newest first, each with its contact."""
    query = LeadSubmission.select(LeadSubmission, Contact).join(Contact).where(LeadSubmission.link == link.id)
    return list(query.order_by(LeadSubmission.id.desc()).limit(limit))


def list_changes(link: ReferralLink, limit: int = 20) -> list[ChangeBatch]:
    """What was changed about the link in the last 30 days, newest first."""
    query = ChangeBatch.select().join(Change).where((Change.row_table == "referral_link") & (Change.row_id == link.id))
    return list(query.order_by(ChangeBatch.id.desc()).limit(limit))


def get_submission(submission_id: Id) -> LeadSubmission:
    """The form that was sent, with its contact. Raises NotFound."""
    query = LeadSubmission.select(LeadSubmission, Contact).join(Contact).where(LeadSubmission.id == submission_id)
    submission = query.first()
    if submission is None:
        raise NotFound
    return submission  # type: ignore[no-any-return]


def may_be_texted(submission: LeadSubmission) -> bool:
    """Whether the yes to texts given with this form still stands."""
    phone = submission.answers.get("phone", "")
    if not submission.wording or not phone:
        return False
    return not contacts.consent_of(Channel.SMS, phone).is_stopped


def was_member_then(submission: LeadSubmission) -> bool:
    """Whether the person was a member when they sent the form."""
    mine = (Touch.contact == submission.contact_id) & (Touch.link == submission.link_id) & (Touch.at == submission.at)
    return Touch.select().where(mine & (Touch.void_reason == VoidReason.ALREADY_MEMBER)).exists()  # type: ignore[no-any-return]


def first_arrival_of(contact: Contact) -> LeadSubmission | None:
    """The form by which the contact came, with its link."""
    return next(iter(_arrival(contact=contact.id)), None)


@prepared
def _arrival(contact: Any) -> Any:
    query = LeadSubmission.select(LeadSubmission, ReferralLink).join(ReferralLink)
    return query.where(LeadSubmission.contact == contact).order_by(LeadSubmission.id).limit(1)


def returning(owner_id: Id | None, since: date) -> Bound:
    """Forms of the last days sent by people the studio knew already and has not answered since, as a query."""
    return _returning_to.bound(owner=owner_id, since=since) if owner_id else _returning.bound(since=since)


@prepared
def _returning_to(owner: Any, since: Any) -> Any:
    return _returned(since).where((Contact.owner == owner) | Contact.owner.is_null())


@prepared
def _returning(since: Any) -> Any:
    return _returned(since)


def _returned(since: Any) -> Any:
    is_answered = Contact.last_out_at.is_null(False) & (Contact.last_out_at > LeadSubmission.at)
    is_new = (Contact.lifecycle == Lifecycle.LEAD) & Contact.last_out_at.is_null()
    query = (
        LeadSubmission.select(LeadSubmission, Contact, ReferralLink)
        .join(Contact)
        .switch(LeadSubmission)
        .join(ReferralLink)
        .where(
            (LeadSubmission.local_day >= since)
            & (LeadSubmission.is_suspect == False)  # noqa: E712 - SQL
            & contacts.is_listed()
            & ~is_answered
            & ~is_new
        )
    )
    return query.order_by(LeadSubmission.id).limit(PAGE_SIZE)


def not_followed_up() -> list[tuple[Id, Id]]:
    """(workspace, submission) of forms whose owner was not told yet. Runs in sweeping()."""
    query = LeadSubmission.select(LeadSubmission.workspace, LeadSubmission.id)
    return list(query.where(LeadSubmission.followed_up_at.is_null()).tuples())


def with_hits_before(moment: datetime) -> list[tuple[Id, Id]]:
    """(workspace, link) of links with hits older than that. Runs in sweeping()."""
    query = ReferralLink.select(ReferralLink.workspace, ReferralLink.id).join(Hit, on=_hit_of_link())
    return list(query.where(Hit.at < moment).distinct().tuples())


@prepared
def any_link() -> Any:
    """The workspace's links, one of them at most, as a query."""
    return ReferralLink.select(ReferralLink.id).limit(1)


def _hit_of_link() -> Any:
    return (Hit.link == ReferralLink.id) & (Hit.workspace == ReferralLink.workspace)


def _leads(link_ids: list[Id], since: date | None = None) -> dict[Id, int]:
    query = LeadSubmission.select(LeadSubmission.link, fn.COUNT(LeadSubmission.id))
    query = query.where(LeadSubmission.link.in_(link_ids))
    if since:
        query = query.where(LeadSubmission.local_day >= since)
    return {link_id: int(n) for link_id, n in query.group_by(LeadSubmission.link).tuples()}


def _joined(link_ids: list[Id], since: date | None = None) -> dict[Id, int]:
    query = (
        LeadSubmission.select(LeadSubmission.link, fn.COUNT(LeadSubmission.contact.distinct()))
        .join(Contact)
        .switch(LeadSubmission)
        .join(Touch, on=(Touch.contact == LeadSubmission.contact) & (Touch.link == LeadSubmission.link))
        .where(LeadSubmission.link.in_(link_ids) & Touch.void_reason.is_null() & Contact.lifecycle.in_(_HAVE_JOINED))
    )
    if since:
        query = query.where(LeadSubmission.local_day >= since)
    return {link_id: int(n) for link_id, n in query.group_by(LeadSubmission.link).tuples()}


def _total(rows: list[HitDaily]) -> int:
    return sum(row.n for row in rows)


def _parts(rows: list[HitDaily], column: str) -> tuple[Part, ...]:
    """The rows' sum by one of their columns, largest first."""
    sums: dict[str, int] = {}
    for row in rows:
        key = str(getattr(row, column))
        sums[key] = sums.get(key, 0) + row.n
    return tuple(Part(key, n) for key, n in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))
