"""Tables of this room, by what they are about."""

from omni.messaging.models.campaigns import (
    IS_OPEN,
    Campaign,
    CampaignKind,
    CampaignRecipient,
    CampaignState,
)
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
from omni.messaging.models.spending import PeriodKind, ReservationState, SpendPeriod, SpendReservation
from omni.messaging.models.threads import (
    IS_OFFER,
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
    "IS_OFFER",
    "IS_OPEN",
    "LEASE",
    "MODELS",
    "AddressKind",
    "Campaign",
    "CampaignKind",
    "CampaignRecipient",
    "CampaignState",
    "Carrier",
    "ConnectionState",
    "Conversation",
    "ConversationRead",
    "ConversationState",
    "Direction",
    "Message",
    "Origin",
    "PeriodKind",
    "Persona",
    "PracticePhone",
    "PracticeText",
    "ReservationState",
    "SendAttempt",
    "Sender",
    "SenderKind",
    "SpendPeriod",
    "SpendReservation",
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
    SpendPeriod,
    SpendReservation,
    Campaign,
    CampaignRecipient,
]
