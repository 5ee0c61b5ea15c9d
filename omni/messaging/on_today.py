"""What this room says on pages of lower rooms: replies on Today, the composer and the wait on a contact's page, what
became of a text in the timeline, the count in the bar."""

from collections.abc import Mapping, Sequence
from typing import Any

from omni.accounts.models import Teammate
from omni.accounts.ports import Group, SettingsRow
from omni.contacts.carrying import Rows
from omni.contacts.models import Contact
from omni.contacts.ports import AgendaItem, AgendaKind, Finding, Merging, Panel, Receipt, Ring, cut
from omni.contacts.wording import given
from omni.core.ids import Id, encode
from omni.core.policies import Policy, allows
from omni.core.words import _, number
from omni.messaging import listing, pages, queries, wording
from omni.messaging.models import CampaignRecipient, Conversation, Message
from omni.messaging.states import Word


def agenda(teammate: Teammate) -> list[AgendaItem]:
    """Who waits for an answer, the longest wait first; of a new workspace's first steps, the practice text."""
    rows, has_texts = listing.list_waiting(teammate)
    items = []
    for place, (row, face) in enumerate(zip(rows, pages.list_faces(rows), strict=True)):
        wait = face.ring
        # Who may have asked to stop is answered by saying whether they did.
        is_asked = row.conversation.may_stop_since is not None
        label = _("Reply to %(name)s", name=given(row.contact)) if row.contact else _("Reply")
        items.append(
            AgendaItem(
                kind=AgendaKind.REPLY,
                words=_("May have asked you to stop. Did they?") if is_asked else face.quote,
                act_href=face.href,
                act_label=_("Say whether they did") if is_asked else label,
                act_icon="bell-off" if is_asked else "reply",
                contact=row.contact,
                is_quote=not is_asked,
                wait=wait.words if wait else "",
                ring=Ring(wait.percent, wait.words) if wait else None,
                order=place,
                all_href="/inbox",
            )
        )
    items = cut(items, listing.MOST_WAITING)
    return [*items, _first_step(has_texts)] if teammate.checklist_closed_at is None else items


def panels(contact: Contact, teammate: Teammate) -> list[Panel]:
    """For who may text this contact: the composer at the foot, and that they wait for an answer."""
    if not allows(teammate.role, Policy.SEND_TEXTS).covers(contact.owner_id, teammate.id):
        return []
    conversation = queries.find_conversation_of(contact)
    composer = pages.composer(contact, conversation, by=teammate)
    panels = [Panel("dock", "messaging/_composer.html", {"composer": composer})] if composer else []
    if conversation:
        panels.append(
            Panel("privacy", "messaging/_block_of_contact.html", {"conversation": conversation, "contact": contact})
        )
    if conversation and conversation.is_waiting:
        wait = wording.wait_since(conversation.waiting_since)
        values = {"conversation": conversation, "contact": contact, "name": given(contact), "wait": wait}
        goal = wording.how_long(wording.REPLY_GOAL)
        panels.append(Panel("next", "messaging/_reply_of_contact.html", {**values, "goal": goal}))
    return panels


def merging() -> Merging:
    """How threads and texts follow two contacts who become one. A thread is an address's, so none meets another."""
    return Merging(
        {
            "conversation": Rows(Conversation),
            "message": Rows(Message),
            "campaign_recipient": Rows(CampaignRecipient, apart=("campaign",)),
        }
    )


def answering(contact: Contact, teammate: Teammate, back: str) -> list[Panel]:
    """The last texts with a draft under them, and the button that sends it (contacts' port `answering`)."""
    conversation = queries.find_conversation_of(contact)
    bubbles = pages.last_bubbles(conversation) if conversation else []
    may_text = allows(teammate.role, Policy.SEND_TEXTS).covers(contact.owner_id, teammate.id)
    composer = pages.composer(contact, conversation, by=teammate) if may_text else None
    values = {"contact": contact, "composer": composer}
    panels = [Panel("words", "messaging/_answer.html", {**values, "bubbles": bubbles, "back": back})]
    if composer and not composer.refusal:
        panels.append(Panel("go", "messaging/_answer_send.html", values))
    return panels


def find(teammate: Teammate, first: Contact | None) -> list[Finding]:
    """This room's pages, and texting the person found (contacts' port `finders`)."""
    right = allows(teammate.role, Policy.SEND_TEXTS)
    found = [Finding(_("Inbox"), "/inbox", "messages-square")]
    if right:
        found.append(Finding(_("Templates"), "/settings/templates", "notebook-text"))
        found.append(Finding(_("New text"), "/inbox/new", "message-circle"))
    if allows(teammate.role, Policy.SEND_CAMPAIGN):
        found.append(Finding(_("Campaigns"), "/inbox/campaigns", "send"))
    if allows(teammate.role, Policy.CONNECT):
        found.append(Finding(_("Texting settings"), "/settings/texting", "settings-2"))
    if first and right.covers(first.owner_id, teammate.id):
        href = f"/contacts/{encode(first.id)}/messages"
        found.append(Finding(_("Text %(name)s", name=given(first)), href, "message-circle", is_of_person=True))
    return found


def for_many(teammate: Teammate, query: str) -> list[Finding]:
    """Texting everyone of a list (contacts' port `for_many`)."""
    if not allows(teammate.role, Policy.SEND_CAMPAIGN):
        return []
    href = "/inbox/campaigns/new" + (f"?{query}" if query else "")
    return [Finding(_("Text them"), href, "send")]


def receipts(message_ids: Sequence[Id]) -> Mapping[Id, Receipt]:
    """What became of these texts of ours."""
    rows = queries.list_states(message_ids)
    return {row.id: _receipt(row.word) for row in rows if row.word}


def _receipt(word: Word) -> Receipt:
    is_fault = word in (Word.NOT_DELIVERED, Word.NEEDS_YOU)
    return Receipt(str(wording.RECEIPTS[word]), "circle-alert" if is_fault else wording.TICKS.get(word), is_fault)


def badges() -> dict[str, Any]:
    """How many people wait for an answer, as a query."""
    return {"inbox": queries.count_of_waiting.bound()}


def _first_step(is_done: bool) -> AgendaItem:
    return AgendaItem(
        kind=AgendaKind.FIRST_STEP, words=_("Text the practice phone"), act_href="/inbox/new", order=1, is_done=is_done
    )


def settings(teammate: Teammate) -> list[SettingsRow]:
    """The templates, for who may text; where texts leave from, for who may change it."""
    found = []
    if allows(teammate.role, Policy.SEND_TEXTS):
        found.append(
            SettingsRow(Group.STUDIO, _("Templates"), number(queries.count_templates()), "/settings/templates")
        )
    if not allows(teammate.role, Policy.CONNECT):
        return found
    connection, sender = queries.find_connection(), queries.find_sender()
    value = pages.phone_shown(sender.address) if connection and sender else _("Practice phone")
    return [*found, SettingsRow(Group.CONNECTIONS, _("Texting"), value, "/settings/texting")]
