"""What the specification says of a card's clocks, reckoned from nothing but the timeline and the settings."""

from datetime import datetime

from omni.accounts import queries as accounts
from omni.accounts.business_time import add_business_days, add_business_minutes
from omni.boards.clocks import is_word
from omni.boards.models import Card, Stage
from omni.contacts.kinds import Direction
from omni.contacts.models import Activity, Contact
from omni.contacts.next_actions import NextAction


def next_action_at(contact_id: object) -> datetime | None:
    """Invariant 8."""
    return min((row.due_at for row in NextAction.select().where(NextAction.contact == contact_id)), default=None)


def stale_at(card: Card) -> datetime | None:
    """Invariant 9, after 5.2."""
    stage, contact = Stage.get_by_id(card.stage_id), Contact.get_by_id(card.contact_id)
    if not stage.is_open or stage.stale_days is None or next_action_at(contact.id):
        return None
    words = [line.happened_at for line in _lines(contact) if is_word(line.kind, line.direction)]
    since = max([card.entered_at, *(at for at in words if at >= card.created_at)])
    limit = add_business_days(accounts.calendar(), since, stage.stale_days)
    return max(limit, contact.snoozed_until or limit)


def reply_due_at(card: Card) -> datetime | None:
    """By when somebody is to be answered, after 5.3."""
    stage, lines = Stage.get_by_id(card.stage_id), _lines(card.contact_id)
    out = [line.happened_at for line in lines if line.direction is Direction.OUT]
    unanswered = [
        line.happened_at
        for line in lines
        if line.direction is Direction.IN and (not out or line.happened_at > max(out))
    ]
    if stage.reply_minutes is None or not unanswered:
        return None
    return add_business_minutes(accounts.calendar(), min(unanswered), stage.reply_minutes)


def new_since(card: Card) -> datetime | None:
    """Since when a person stands in a stage to whom nothing went out yet and who does not rest."""
    is_answered = any(line.direction is Direction.OUT for line in _lines(card.contact_id))
    return None if is_answered or Contact.get_by_id(card.contact_id).snoozed_until else card.entered_at


def _lines(contact: object) -> list[Activity]:
    return list(Activity.select().where(Activity.contact == contact))
