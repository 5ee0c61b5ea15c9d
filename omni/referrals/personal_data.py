"""What becomes of each table of this room when a person asks, or goes."""

from typing import Any

from omni.core.ids import Id
from omni.core.personal_data import Erase, TableAnswer
from omni.referrals.models import CardImage, Hit, HitDaily, LeadSubmission, ReferralLink, SpoolCursor, Touch


def _of_contact(model: type[Any]) -> Any:
    def locate(contact_id: Id) -> Any:
        return model.select().where(model.contact == contact_id)

    return locate


ANSWERS = [
    TableAnswer(
        CardImage,
        subject="workspace",
        locate=lambda _workspace_id: CardImage.select(),
        export="card_images",
        erase=Erase.DELETE,
        keep="workspace",
        why="pictures of referral cards, which chats keep fetching by their address",
    ),
    TableAnswer(
        ReferralLink,
        subject="workspace",
        locate=lambda _workspace_id: ReferralLink.select(),
        export="referral_links",
        erase=Erase.DELETE,
        keep="workspace",
        why="the links the studio hands out, in its own words",
    ),
    TableAnswer(
        Hit,
        subject="workspace",
        locate=lambda _workspace_id: Hit.select(),
        erase=Erase.DELETE,
        keep="hits",
        why="single requests for a link's page, without address, agent or visitor's key; they go after 30 days",
    ),
    TableAnswer(
        HitDaily,
        subject="workspace",
        locate=lambda _workspace_id: HitDaily.select(),
        export="hits_by_day",
        erase=Erase.DELETE,
        keep="workspace",
        why="how often a link was opened on a day; about nobody",
    ),
    TableAnswer(SpoolCursor, keep="hits", why="how far the counting of hits has come; about nobody"),
    TableAnswer(
        LeadSubmission,
        subject="contact",
        locate=_of_contact(LeadSubmission),
        export="referral_forms",
        erase=Erase.DELETE,
        mentions=("answers",),
        keep="contacts",
        why="what a friend sent from a link's page, and what they agreed to",
    ),
    TableAnswer(
        Touch,
        subject="contact",
        locate=_of_contact(Touch),
        export="referral_touches",
        erase=Erase.DELETE,
        keep="contacts",
        why="which links a contact came by",
    ),
]
