"""What this room puts on Today and beside a contact, and what it can put back."""

from datetime import timedelta

from omni.accounts.models import Teammate
from omni.contacts.carrying import Rows
from omni.contacts.models import Contact
from omni.contacts.ports import AgendaItem, AgendaKind, Finding, Merging, Panel
from omni.core import clock
from omni.core.ids import encode
from omni.core.policies import Policy, Reach, Role, allows
from omni.core.tenancy import current_workspace
from omni.core.together import read_together
from omni.core.words import _, ago
from omni.referrals import queries
from omni.referrals.models import LeadSubmission, ReferralLink, Touch

# A lead nobody wrote to within this time is the boards' matter (silent), no longer news.
_NEWS = timedelta(days=7)


def agenda(teammate: Teammate) -> list[AgendaItem]:
    """People the studio knew already who came again by a link; and the first link, while there is none.

    A new lead stands on Today by their card.
    """
    right = allows(Role(teammate.role), Policy.VIEW_REFERRALS)
    since = clock.today_in(current_workspace().timezone) - _NEWS
    returning = queries.returning(teammate.id if right is Reach.OWN else None, since)
    arrivals, links = read_together(returning, queries.any_link.bound())
    items = [_item(submission) for submission in _first_of_each(arrivals)]
    if teammate.checklist_closed_at is None and allows(Role(teammate.role), Policy.EDIT_LINKS):
        items.append(
            AgendaItem(
                AgendaKind.FIRST_STEP,
                _("Make a referral link"),
                "/referrals/new",
                order=30,
                is_done=bool(links),
            )
        )
    return items


def find(teammate: Teammate, _first: Contact | None) -> list[Finding]:
    """This room's pages (contacts' port `finders`)."""
    found = []
    if allows(Role(teammate.role), Policy.VIEW_REFERRALS):
        found.append(Finding(_("Referrals"), "/referrals", "gift"))
    if allows(Role(teammate.role), Policy.EDIT_LINKS):
        found.append(Finding(_("New referral link"), "/referrals/new", "plus"))
    return found


def restorers() -> dict[str, type[ReferralLink]]:
    """The tables this room puts back."""
    return {"referral_link": ReferralLink}


def merging() -> Merging:
    """How what came by a link follows two contacts who become one."""
    return Merging({"lead_submission": Rows(LeadSubmission), "touch": Rows(Touch)})


def panels(contact: Contact, teammate: Teammate) -> list[Panel]:
    """By whose link the contact came."""
    submission = queries.first_arrival_of(contact)
    if submission is None or not allows(Role(teammate.role), Policy.VIEW_REFERRALS):
        return []
    return [Panel("side", "referrals/_came_by.html", {"submission": submission, "link": submission.link}, order=40)]


def _item(submission: LeadSubmission) -> AgendaItem:
    message = submission.answers.get("message", "")
    return AgendaItem(
        AgendaKind.NEW_LEAD,
        message or _("Came by “%(link)s”", link=submission.link.label),
        f"/contacts/{encode(submission.contact_id)}",
        act_label=_("Open %(name)s", name=submission.contact.display_name),
        contact=submission.contact,
        is_quote=bool(message),
        wait=ago(submission.at),
        order=submission.at,
    )


def _first_of_each(arrivals: list[LeadSubmission]) -> list[LeadSubmission]:
    first: dict[object, LeadSubmission] = {}
    for submission in arrivals:
        first.setdefault(submission.contact_id, submission)
    return list(first.values())
