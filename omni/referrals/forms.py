"""What a teammate says about a link, and what a friend sends from its page."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import ValidationError

from omni.core.words import _, lazy
from omni.referrals import images, slugs
from omni.referrals.actions import Answers, LinkFacts
from omni.referrals.images import BadImage, CardPicture, ImageFault
from omni.referrals.models import MOST_ALT, MOST_DESCRIPTION, MOST_NAME, MOST_TITLE, ReferralLink
from omni.referrals.wordings import Wordings
from omni.web.forms import Email, Form, Hidden, LocalDate, LongText, Number, Phone, Text, Tick, Upload

IMAGE_WORDS = {
    ImageFault.NOT_AN_IMAGE: lazy("This file is no picture we can read. JPEG, PNG and WebP work."),
    ImageFault.BROKEN: lazy("This picture stops in the middle, or is damaged. Save it again and choose the new file."),
    ImageFault.TOO_MANY_PIXELS: lazy("This picture has more than 20 million pixels. A width of 2,400 is plenty."),
    ImageFault.TOO_MANY_BYTES: lazy("This picture is larger than 5 MB. Choose a smaller one, or save it as JPEG."),
}


_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


class LinkForm(Form):
    """A link's words, picture and address."""

    title = Text(lazy("Title"), needed=lazy("Give it a title: who invites, and to what."), longest=MOST_TITLE)
    description = LongText(lazy("Description"), longest=MOST_DESCRIPTION, render_kw={"rows": 2})
    image = Upload(lazy("Image"), accept="image/jpeg,image/png,image/webp")
    slug = Text(lazy("Address"), longest=200)
    name = Text(lazy("Name for the house"), longest=MOST_NAME)
    alt = Text(lazy("The picture in words"), longest=MOST_ALT)
    ends_on = LocalDate(lazy("Last day"))
    lead_cap = Number(lazy("Most leads"), least=1, most=100_000)
    version = Hidden()

    zone: str = "UTC"
    picture: CardPicture | None = None
    image_fault: ImageFault | None = None

    @property
    def is_too_large(self) -> bool:
        return self.image_fault is ImageFault.TOO_MANY_BYTES

    @property
    def facts(self) -> LinkFacts:
        """What was said, for the action."""
        return LinkFacts(
            title=self.title.data or "",
            description=self.description.data or "",
            slug=slugs.tidy(self.slug.data or ""),
            name=self.name.data or "",
            alt=self.alt.data or "",
            expires_at=_end_of(self.ends_on.data, self.zone),
            lead_cap=int(self.lead_cap.data) if self.lead_cap.data else None,
        )

    @property
    def version_shown(self) -> int:
        """The version the form was drawn from; 0 (which none is) where it does not say."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    def validate_slug(self, field: Text) -> None:
        """It has the shape of an address."""
        slug = slugs.tidy(field.data or "")
        if slug and not slugs.is_well_formed(slug):
            near = slugs.slug_of(slug) or "first-week"
            raise ValidationError(
                _(
                    "“%(slug)s” is no address. Use 3 to 40 letters a-z, digits and hyphens, as in %(near)s.",
                    slug=slug[:60],
                    near=near,
                )
            )

    def validate_ends_on(self, field: LocalDate) -> None:
        """It ends in every zone: on the first and last days of the calendar there are hours no instant stands for."""
        if not _FIRST_DAY <= field.data <= _LAST_DAY:
            typed = field.data.isoformat()
            raise ValidationError(
                _("“%(typed)s” is not a day. Write year, month and day like 2026-11-27.", typed=typed)
            )

    def validate_image(self, field: Upload) -> None:
        """It can become a card, which is then `picture`."""
        try:
            self.picture = images.re_encode(field.data.read(images.MOST_UPLOAD_BYTES + 1))
        except BadImage as fault:
            self.image_fault = fault.fault
            raise ValidationError(str(IMAGE_WORDS[fault.fault])) from fault
        finally:
            field.data.close()


class LeadForm(Form):
    """What a friend sends. `website` is a field no person sees."""

    name = Text(lazy("Your name"), needed=lazy("Give your name, so that they know whom to ask for."), longest=120)
    phone = Phone(lazy("Mobile number"))
    email = Email(lazy("Email"))
    message = LongText(lazy("Anything we should know?"), longest=2_000, render_kw={"rows": 3})
    sms_consent = Tick()
    show_progress = Tick()
    website = Text(lazy("Leave this empty"), longest=2_000)

    wordings: Wordings

    def check(self) -> None:
        """There is a way to reach the person."""
        if not self.phone.data and not self.email.data:
            self.blame("phone", _("Give a mobile number or an email, so that they can reach you."))

    @property
    def answers(self) -> Answers:
        """What was sent, for the action."""
        return Answers(
            name=self.name.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            message=self.message.data or "",
            texts_wording=self.wordings.texts if self.sms_consent.data else "",
            show_progress=bool(self.show_progress.data),
            is_suspect=bool(self.website.data),
        )


def filled(link: ReferralLink, zone: str) -> LinkForm:
    """The form as the link stands."""
    last = (link.expires_at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() if link.expires_at else None
    return LinkForm(
        data={
            "title": link.title,
            "description": link.description,
            "slug": link.slug,
            "name": link.name,
            "alt": link.alt,
            "ends_on": last,
            "lead_cap": link.lead_cap,
            "version": str(link.version),
        }
    )


def _end_of(day: Any, zone: str) -> datetime | None:
    """The instant at which a day ends in a zone."""
    if not isinstance(day, date):
        return None
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
