"""The clocks of a card: when it is silent, and by when its person is to be answered (specs/contacts.md, 5.2 and 5.3).

Reckoned in the studio's own time from what is known of card, stage and contact; kept on the card, so that no page has
to reckon.
"""

from datetime import date, datetime
from functools import cached_property
from typing import Any

from omni.accounts import queries as accounts
from omni.accounts.business_time import Calendar, add_business_days, add_business_minutes
from omni.boards.models import Card, Stage
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Contact
from omni.contacts.queries import waiting_since
from omni.core import clock

# Lines of the timeline that are a word with the person though they have no direction: somebody dealt with them.
WORDS = frozenset({Kind.NOTE, Kind.TASK})


def is_word(kind: Kind, direction: Direction | None) -> bool:
    """Whether a line of the timeline ends a silence."""
    return kind is not Kind.ARRIVED and (direction is not None or kind in WORDS)


class Clocks:
    """Reckons the clocks of cards; the studio's hours are read when they are first needed."""

    @cached_property
    def calendar(self) -> Calendar:
        return accounts.calendar()

    def of(self, card: Card, stage: Stage, contact: Contact) -> dict[str, Any]:
        """The columns of a card's clocks as they are now. What was told of a clock stays told while it stands late."""
        limit_at = self.limit(card, stage)
        stale_at = stale(stage, limit_at, contact)
        reply_due_at = self.reply_due(stage, contact)
        now = clock.now()
        return {
            "limit_at": limit_at,
            "stale_at": stale_at,
            "stale_told_at": card.stale_told_at if stale_at and stale_at <= now else None,
            "reply_due_at": reply_due_at,
            "reply_told_at": card.reply_told_at if reply_due_at and reply_due_at <= now else None,
            "new_since": new_since(card, contact),
        }

    def limit(self, card: Card, stage: Stage) -> datetime | None:
        """When the stage's silent limit is over; none where it has none."""
        return add_business_days(self.calendar, quiet_since(card), stage.stale_days) if stage.stale_days else None

    def in_days(self, days: int | None) -> date | None:
        """The day that is so many business days from now; none for none."""
        at = add_business_days(self.calendar, clock.now(), days) if days else None
        return at.astimezone(self.calendar.zone).date() if at else None

    def reply_due(self, stage: Stage, contact: Contact) -> datetime | None:
        """By when the contact is to be answered; none while nobody waits, or the stage has no reply clock."""
        since = waiting_since(contact) if stage.reply_minutes else None
        return add_business_minutes(self.calendar, since, stage.reply_minutes) if since else None


def quiet_since(card: Card) -> datetime:
    """Since when no word was spoken with the person, as far as this card can tell."""
    since: datetime = max(card.entered_at, card.last_activity_at or card.entered_at)
    return since


def new_since(card: Card, contact: Contact) -> datetime | None:
    """Since when a person stands there to whom nothing went out yet; none while they rest."""
    is_new = contact.last_out_at is None and contact.snoozed_until is None
    return card.entered_at if is_new else None


def stale(stage: Stage, limit_at: datetime | None, contact: Contact) -> datetime | None:
    """When the card is silent: never with a next step or outside the open stages, never before a rest is over."""
    if limit_at is None or not stage.is_open or contact.next_action_at is not None:
        return None
    return max(limit_at, contact.snoozed_until) if contact.snoozed_until else limit_at
