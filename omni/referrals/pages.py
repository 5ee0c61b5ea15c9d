"""What a friend sees at a slug: which of the states, and every fact its page is drawn from.

A page's facts are kept with its bytes, so that a form can be answered with what was typed while the database is away.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from omni.core import clock, doors, links
from omni.core.ids import Id
from omni.core.tenancy import current_workspace, entered
from omni.referrals import queries, wordings
from omni.referrals.head import Card, Tag, tags_of
from omni.referrals.models import LinkState, ReferralLink
from omni.referrals.wordings import Wordings


@dataclass(frozen=True)
class View:
    """The facts of one page, the same for everyone. A drawn card says the title, so the page does without it."""

    slug: str
    url: str
    state: LinkState
    workspace_id: Id
    link_id: Id
    studio: str
    street: str
    language: str
    country: str
    zone: str
    title: str
    description: str
    alt: str
    image_path: str
    is_drawn: bool
    ended_at: datetime | None
    wordings: Wordings
    tags: tuple[Tag, ...]

    @property
    def last_day(self) -> date | None:
        """The last whole day of an invitation that ends."""
        return (self.ended_at - timedelta(seconds=1)).astimezone(ZoneInfo(self.zone)).date() if self.ended_at else None

    @property
    def takes_forms(self) -> bool:
        return self.state in (LinkState.OPEN, LinkState.FULL)

    @property
    def shares(self) -> dict[str, str]:
        """Addresses that open a chat with the link in it, by channel."""
        return shares_of(self.url, self.title)


def find_view(slug: str) -> View | None:
    """The page's facts, or None where no link ever had this slug. An old slug gives its link's present page."""
    key = queries.slug_key(slug)
    door = doors.find(doors.SLUG, key) if key else None
    if door is None or door.workspace_id is None:
        return None
    with entered(door.workspace_id):
        link = queries.find_link(door.subject)
        return view_of(link) if link else None


def view_of(link: ReferralLink) -> View:
    """The facts of a link's page, as it would be drawn now."""
    studio = current_workspace()
    card = queries.card_of(link)
    image_path = f"/r/{link.slug}/card.{card.hash8}.jpg"
    url = links.referral_page(link.slug)
    told = Card(
        title=link.title,
        description=link.description,
        url=url,
        image_url=links.public(image_path),
        width=card.w,
        height=card.h,
        alt=link.public_alt,
        site_name=studio.name,
        language=studio.language,
    )
    return View(
        slug=link.slug,
        url=url,
        state=link.state_at(clock.now()),
        workspace_id=studio.id,
        link_id=link.id,
        studio=studio.name,
        street=", ".join((studio.postal_address or "").split("\n")),
        language=studio.language,
        country=studio.country,
        zone=studio.timezone,
        title=link.title,
        description=link.description,
        alt=link.public_alt,
        image_path=image_path,
        is_drawn=card.is_drawn,
        ended_at=link.expires_at,
        wordings=wordings.for_studio(studio.name, studio.language),
        tags=tuple(tags_of(told)),
    )


def shares_of(url: str, words: str) -> dict[str, str]:
    """Addresses that open a chat with the link in it, by channel; each says by its `m` which it was."""

    def told(channel: str) -> str:
        return quote(f"{words} {url}?m={channel}", safe="")

    def address(channel: str) -> str:
        return quote(f"{url}?m={channel}", safe="")

    return {
        "sms": f"sms:?&body={told('sms')}",
        "wa": f"https://wa.me/?text={told('wa')}",
        "mail": f"mailto:?subject={quote(words, safe='')}&body={told('mail')}",
        "fb": f"https://www.facebook.com/sharer/sharer.php?u={address('fb')}",
        "x": f"https://x.com/intent/post?text={quote(words, safe='')}&url={address('x')}",
    }
