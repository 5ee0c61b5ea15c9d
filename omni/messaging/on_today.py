"""What this room says on pages of lower rooms: replies on Today, the composer on a contact, the count in the bar."""

from omni.accounts.models import Teammate
from omni.accounts.ports import Group, SettingsRow
from omni.contacts.models import Contact
from omni.contacts.ports import AgendaItem, AgendaKind, Panel, Ring
from omni.contacts.wording import given
from omni.core.policies import Policy, Reach, allows
from omni.core.words import _
from omni.messaging import listing, pages, queries, wording
from omni.messaging.models import Message


def agenda(teammate: Teammate) -> list[AgendaItem]:
    """Who waits for an answer, the longest wait first; of a new workspace's first steps, the practice text."""
    waiting = queries.list_waiting()
    rows = listing.list_rows(waiting, teammate)
    items = []
    for place, row in enumerate(rows):
        wait = wording.wait_since(row.conversation.waiting_since)
        face = pages.list_faces([row])[0]
        items.append(
            AgendaItem(
                kind=AgendaKind.REPLY,
                words=face.quote,
                act_href=face.href,
                act_label=_("Reply to %(name)s", name=given(row.contact)) if row.contact else _("Reply"),
                act_icon="reply",
                contact=row.contact,
                is_quote=True,
                wait=wait.words if wait else "",
                ring=Ring(wait.percent, wait.words) if wait else None,
                order=place,
            )
        )
    return [*items, _first_step()]


def panels(contact: Contact, teammate: Teammate) -> list[Panel]:
    """The composer at the foot of a contact's page, for who may text this contact."""
    reach = allows(teammate.role, Policy.SEND_TEXTS)
    is_others = contact.owner_id not in (None, teammate.id)
    if not reach or (reach is Reach.OWN and is_others):
        return []
    conversation = queries.find_conversation_of(contact)
    composer = pages.composer(contact, conversation)
    return [Panel("dock", "messaging/_composer.html", {"composer": composer})] if composer else []


def badges() -> dict[str, int]:
    """How many people wait for an answer."""
    return {"inbox": queries.count_waiting()}


def _first_step() -> AgendaItem:
    is_done = Message.select().exists()
    return AgendaItem(
        kind=AgendaKind.FIRST_STEP, words=_("Text the practice phone"), act_href="/inbox/new", order=1, is_done=is_done
    )


def settings(teammate: Teammate) -> list[SettingsRow]:
    """Where texts leave from, for who may change it."""
    if not allows(teammate.role, Policy.CONNECT):
        return []
    connection, sender = queries.find_connection(), queries.find_sender()
    value = pages.phone_shown(sender.address) if connection and sender else _("Practice phone")
    return [SettingsRow(Group.CONNECTIONS, _("Texting"), value, "/settings/texting")]
