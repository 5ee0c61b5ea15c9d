"""Tables of this room, by what they are about."""

from omni.messaging.models.carriers import (
    Carrier,
    ConnectionState,
    Sender,
    SenderKind,
    TwilioConnection,
    WebhookEvent,
    WebhookKind,
)
from omni.messaging.models.practice import Persona, PracticePhone, PracticeText
from omni.messaging.models.threads import (
    LEASE,
    AddressKind,
    Conversation,
    ConversationRead,
    ConversationState,
    Direction,
    Message,
    Origin,
    SendAttempt,
    WaitingOn,
)

__all__ = [
    "LEASE",
    "MODELS",
    "AddressKind",
    "Carrier",
    "ConnectionState",
    "Conversation",
    "ConversationRead",
    "ConversationState",
    "Direction",
    "Message",
    "Origin",
    "Persona",
    "PracticePhone",
    "PracticeText",
    "SendAttempt",
    "Sender",
    "SenderKind",
    "TwilioConnection",
    "WaitingOn",
    "WebhookEvent",
    "WebhookKind",
]

MODELS = [
    TwilioConnection,
    Sender,
    Conversation,
    ConversationRead,
    Message,
    SendAttempt,
    WebhookEvent,
    PracticePhone,
    PracticeText,
]
