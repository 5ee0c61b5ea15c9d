"""What becomes of each table of this room: who it is about, what is exported, what erasing does, and why it is kept."""

from typing import Any

from omni.contacts.kinds import PointKind
from omni.contacts.models import ContactPoint
from omni.core import doors
from omni.core.ids import Id, encode
from omni.core.personal_data import Erase, TableAnswer
from omni.messaging.files import name_of
from omni.messaging.models import (
    Campaign,
    CampaignRecipient,
    Composing,
    Conversation,
    ConversationRead,
    Media,
    Message,
    ParityDifference,
    ParityRun,
    PracticePhone,
    PracticeText,
    SendAttempt,
    Sender,
    SpendPeriod,
    SpendReservation,
    Template,
    TwilioConnection,
    WebhookEvent,
    WebhookKey,
)


def _phones_of(contact_id: Id) -> Any:
    """The numbers of a contact, as a query to compare with."""
    return ContactPoint.select(ContactPoint.norm).where(
        ContactPoint.contact == contact_id, ContactPoint.kind == PointKind.PHONE
    )


def _messages_of(contact_id: Id) -> Any:
    return Message.select().where(Message.contact == contact_id)


def _message_ids_of(contact_id: Id) -> Any:
    return Message.select(Message.id).where(Message.contact == contact_id)


def _file_of(row: Media) -> tuple[str, bytes] | None:
    """A file as an export names it; None for one that was never got."""
    return (f"{encode(row.id)}-{row.name or name_of(row.n, row.mime)}", bytes(row.content)) if row.content else None


def _close_doors_to_files(contact_id: Id) -> None:
    for row in Media.select(Media.id).where(Media.message << _message_ids_of(contact_id)):
        doors.forget(row.id)


ANSWERS = [
    TableAnswer(
        TwilioConnection,
        subject="workspace",
        locate=lambda _workspace_id: TwilioConnection.select(),
        erase=Erase.DELETE,
        keep="connection",
        why="the account texts are sent by; its tokens are sealed and never exported",
    ),
    TableAnswer(
        WebhookKey,
        subject="workspace",
        locate=lambda _workspace_id: WebhookKey.select(),
        erase=Erase.DELETE,
        keep="connection",
        why="what this studio's callbacks are signed with; sealed and never exported",
    ),
    TableAnswer(Sender, subject="workspace", locate=lambda _workspace_id: Sender.select(), export="senders",
                erase=Erase.DELETE, keep="workspace", why="the studio's own numbers"),
    TableAnswer(
        Conversation,
        subject="contact",
        locate=lambda contact_id: Conversation.select().where(Conversation.contact == contact_id),
        export="conversations",
        erase=Erase.DELETE,
        keep="messages",
        why="which of our numbers this person writes with, and whose turn it is",
    ),
    TableAnswer(
        ConversationRead,
        subject="contact",
        locate=lambda contact_id: ConversationRead.select().where(
            ConversationRead.conversation
            << Conversation.select(Conversation.id).where(Conversation.contact == contact_id)
        ),
        erase=Erase.DELETE,
        keep="messages",
        why="up to when each teammate has read",
    ),
    TableAnswer(
        Media,
        subject="contact",
        locate=lambda contact_id: Media.select().where(Media.message << _message_ids_of(contact_id)),
        export="messages",
        content=_file_of,
        erase=Erase.DELETE,
        wipe=_close_doors_to_files,
        remote="twilio",
        keep="messages",
        why="the pictures and other files of their texts",
    ),
    TableAnswer(
        Composing,
        subject="contact",
        locate=lambda contact_id: Composing.select().where(
            Composing.conversation << Conversation.select(Conversation.id).where(Conversation.contact == contact_id)
        ),
        erase=Erase.DELETE,
        keep="messages",
        why="which teammate was last seen writing to this person",
    ),
    TableAnswer(
        Message,
        subject="contact",
        locate=_messages_of,
        export="messages",
        erase=Erase.DELETE,
        mentions=("body",),
        remote="twilio",
        keep="messages",
        why="the conversation itself",
    ),
    TableAnswer(
        SendAttempt,
        subject="contact",
        locate=lambda contact_id: SendAttempt.select().where(SendAttempt.message << _message_ids_of(contact_id)),
        export="send_attempts",
        erase=Erase.DELETE,
        keep="messages",
        why="proof that a text left once and not twice",
    ),
    TableAnswer(
        WebhookEvent,
        subject="contact",
        locate=lambda contact_id: WebhookEvent.select().where(WebhookEvent.message_id << _message_ids_of(contact_id)),
        erase=Erase.DELETE,
        keep="webhooks",
        why="what the carrier called to say, until it is applied; that it called, for a week",
    ),
    TableAnswer(Campaign, subject="workspace", locate=lambda _workspace_id: Campaign.select(), export="campaigns",
                erase=Erase.DELETE, keep="workspace", why="what was said to many, and who approved it"),
    TableAnswer(
        CampaignRecipient,
        subject="contact",
        locate=lambda contact_id: CampaignRecipient.select().where(CampaignRecipient.contact == contact_id),
        export="campaign_recipients",
        erase=Erase.DELETE,
        keep="messages",
        why="what this person got of a campaign, or why they were left out",
    ),
    TableAnswer(Template, subject="workspace", locate=lambda _workspace_id: Template.select(), export="templates",
                erase=Erase.DELETE, keep="workspace", why="texts the studio wrote to use again"),
    TableAnswer(SpendPeriod, subject="workspace", locate=lambda _workspace_id: SpendPeriod.select(),
                export="spend_periods", erase=Erase.DELETE, keep="workspace", why="what texts may cost, and did"),
    TableAnswer(SpendReservation, subject="workspace", locate=lambda _workspace_id: SpendReservation.select(),
                erase=Erase.DELETE, keep="workspace", why="what each text took from its day and month"),
    TableAnswer(ParityRun, subject="workspace", locate=lambda _workspace_id: ParityRun.select(), erase=Erase.DELETE,
                keep="connection", why="when our record of stops was last compared with Twilio's, for 90 days"),
    TableAnswer(
        ParityDifference,
        subject="contact",
        locate=lambda contact_id: ParityDifference.select().where(ParityDifference.address << _phones_of(contact_id)),
        erase=Erase.DELETE,
        keep="connection",
        why="where our record of a stop and Twilio's differed, for 90 days",
    ),
    TableAnswer(
        PracticePhone,
        subject="contact",
        locate=lambda contact_id: PracticePhone.select().where(PracticePhone.number << _phones_of(contact_id)),
        erase=Erase.DELETE,
        keep="messages",
        why="how a practice phone behaves",
    ),
    TableAnswer(
        PracticeText,
        subject="contact",
        locate=lambda contact_id: PracticeText.select().where(PracticeText.phone << _phones_of(contact_id)),
        erase=Erase.DELETE,
        keep="messages",
        why="what lies on a practice phone",
    ),
]  # fmt: skip
