"""Making, changing, pausing and retiring a link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import IntegrityError

from omni.accounts.models import Teammate
from omni.core import actors, audit, changes, doors
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.faults import Invalid, Stale
from omni.core.tenancy import current_workspace
from omni.core.words import lazy
from omni.referrals import cards, queries, slugs
from omni.referrals.images import CardPicture
from omni.referrals.models import CardImage, LinkStatus, ReferralLink

SLUG_GONE = lazy("“%(slug)s” is taken. Free are %(first)s, %(second)s and %(third)s.")
_CHANGED = lazy("Changed the referral link “%(label)s”")
_PAUSED = lazy("Paused the referral link “%(label)s”")
_RESUMED = lazy("Opened the referral link “%(label)s” again")


@dataclass(frozen=True)
class LinkFacts:
    """What a person says about a link. An empty slug is made from the title."""

    title: str
    description: str = ""
    slug: str = ""
    name: str = ""
    alt: str = ""
    expires_at: datetime | None = None
    lead_cap: int | None = None


def make_link(facts: LinkFacts, *, picture: CardPicture | None, by: Teammate) -> ReferralLink:
    """Make a link that is open at once. Without a picture, its card is drawn.

    Raises: Invalid with three free slugs, when the slug is taken, reserved or was ever used.
    """
    slug = facts.slug or slugs.first_free(facts.title, taken=queries.taken_slugs)
    _refuse_reserved(slug)
    try:
        with transaction():
            link = ReferralLink.create(
                owner=by,
                slug=slug,
                title=facts.title,
                description=facts.description,
                name=facts.name,
                alt=facts.alt,
                expires_at=facts.expires_at,
                lead_cap=facts.lead_cap,
                image=_keep(picture, facts.title),
            )
            doors.open_slug(queries.SLUG_PREFIX + slug, link.id)
            audit.record("referral_link.made", link, by=actors.teammate(by.id), slug=slug)
    except IntegrityError as fault:
        raise _slug_fault(slug, fault) from fault
    return link


def change_link(
    link: ReferralLink, facts: LinkFacts, *, picture: CardPicture | None, version: int, by: Teammate
) -> ReferralLink:
    """Give the link other words, another picture or another slug; the old slug leads to the new one for ever.

    Raises: Stale when somebody changed it meanwhile, Invalid as `make_link` does.
    """
    slug = facts.slug or str(link.slug)
    if slug != link.slug:
        _refuse_reserved(slug)
    try:
        with transaction():
            before = _columns(link)
            _take_version(link, version)
            is_redrawn = picture is None and queries.card_of(link).is_drawn and facts.title != link.title
            image = _keep(picture, facts.title) if picture or is_redrawn else link.image_id
            ReferralLink.update(
                slug=slug,
                title=facts.title,
                description=facts.description,
                name=facts.name,
                alt=facts.alt,
                expires_at=facts.expires_at,
                lead_cap=facts.lead_cap,
                image=image,
            ).where(ReferralLink.id == link.id).execute()
            _lead_here(slug, link)
            fresh = queries.get_link(link.id)
            _remember(fresh, _CHANGED.key, before=before, by=by)
    except IntegrityError as fault:
        raise _slug_fault(slug, fault) from fault
    return fresh


def pause_link(link: ReferralLink, *, by: Teammate) -> ReferralLink:
    """Let the link rest: its page says so, and takes no form."""
    return _set_status(link, LinkStatus.PAUSED, _PAUSED.key, by=by)


def resume_link(link: ReferralLink, *, by: Teammate) -> ReferralLink:
    """Open a resting link again."""
    return _set_status(link, LinkStatus.ACTIVE, _RESUMED.key, by=by)


def retire_link(link: ReferralLink, *, by: Teammate) -> ReferralLink:
    """End the link for good: its page is gone, its slug is nobody's ever again, its numbers stay."""
    if link.status is not LinkStatus.RETIRED:
        with transaction():
            _write_status(link, LinkStatus.RETIRED)
            # Not a change that could be taken back: friends have read that it is gone.
            audit.record("referral_link.retired", link, by=actors.teammate(by.id), slug=link.slug)
    return queries.get_link(link.id)


def _set_status(link: ReferralLink, status: LinkStatus, words: str, *, by: Teammate) -> ReferralLink:
    if link.status is status or link.status is LinkStatus.RETIRED:
        return link
    with transaction():
        before = _columns(link)
        _write_status(link, status)
        fresh = queries.get_link(link.id)
        _remember(fresh, words, before=before, by=by)
    return fresh


def _write_status(link: ReferralLink, status: LinkStatus) -> None:
    ReferralLink.update(status=status, version=ReferralLink.version + 1).where(ReferralLink.id == link.id).execute()


def _refuse_reserved(slug: str) -> None:
    if slugs.is_reserved(slug):
        raise _slug_is_gone(slug)


def _slug_fault(slug: str, fault: IntegrityError) -> Exception:
    """What broke: the slug, which somebody took first, or something that is no fault of a person's."""
    return _slug_is_gone(slug) if queries.taken_slugs([slug]) else fault


def _slug_is_gone(slug: str) -> Invalid:
    first, second, third = slugs.free_ones(slug, taken=queries.taken_slugs)
    values = {"slug": slug, "first": first, "second": second, "third": third}
    return Invalid(faults={"slug": SLUG_GONE.key}, **values)


def _lead_here(slug: str, link: ReferralLink) -> None:
    """Open the slug's door, unless it is an earlier one of this very link."""
    door = doors.find(doors.SLUG, queries.SLUG_PREFIX + slug)
    if door is None:
        doors.open_slug(queries.SLUG_PREFIX + slug, link.id)
    elif door.subject != link.id:
        raise IntegrityError("the slug is another link's")


def _take_version(link: ReferralLink, version: int) -> None:
    is_fresh = (ReferralLink.id == link.id) & (ReferralLink.version == version)
    if not ReferralLink.update(version=ReferralLink.version + 1).where(is_fresh).execute():
        raise Stale(queries.get_link(link.id))


def _keep(picture: CardPicture | None, title: str) -> CardImage:
    """The row of a picture, or of the card drawn in its place; the same bytes are kept once."""
    studio = current_workspace()
    kept = picture or cards.draw(title, studio=studio.name, seed=studio.id)
    row = CardImage.select().where(CardImage.sha256 == kept.sha256).first()
    return row or CardImage.create(
        sha256=kept.sha256, bytes=kept.bytes, w=kept.width, h=kept.height, is_drawn=picture is None
    )


def _remember(link: ReferralLink, words: str, *, before: dict[str, Any], by: Teammate) -> None:
    """Write down what is different, for the link's history and for Undo."""
    after = {name: value for name, value in _columns(link).items() if value != before[name]}
    if after:
        with changes.batch("referral_link", words, by=actors.teammate(by.id), label=link.label) as batch:
            was = {name: before[name] for name in after}
            batch.record(link, Op.UPDATED, before=was, after=after, contact_id=None)


def _columns(link: ReferralLink) -> dict[str, Any]:
    return {
        "slug": link.slug,
        "title": link.title,
        "description": link.description,
        "name": link.name,
        "alt": link.alt,
        "image": link.image_id,
        "status": link.status,
        "expires_at": link.expires_at,
        "lead_cap": link.lead_cap,
    }
