"""A thread put off until a time or until they write, and a teammate seen writing."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from omni.accounts.business_time import instant
from omni.accounts.models import Teammate
from omni.core import clock
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import current_workspace, current_workspace_id
from omni.core.words import lazy
from omni.messaging.models import Composing, Conversation, ConversationState

EVENING, MORNING = time(18), time(9)
LONGEST = timedelta(days=366)
PAST = lazy("Choose a time that is still to come.")
TOO_FAR = lazy("Choose a day within a year.")
# So long a teammate counts as writing, and so much of it must be over before it is written down again.
WRITES_FOR = timedelta(seconds=15)
SEEN_EVERY = timedelta(seconds=5)


class Snooze(StrEnum):
    EVENING = "evening"
    TOMORROW = "tomorrow"
    MONDAY = "monday"
    REPLY = "reply"


def snooze_times() -> dict[Snooze, datetime]:
    """The usual times still ahead, by the studio's clock."""
    zone = ZoneInfo(current_workspace().timezone)
    now = clock.now()
    today = now.astimezone(zone).date()
    days = {
        Snooze.EVENING: (today, EVENING),
        Snooze.TOMORROW: (today + timedelta(days=1), MORNING),
        Snooze.MONDAY: (today + timedelta(days=7 - today.weekday()), MORNING),
    }
    moments = {each: instant(zone, day, at) for each, (day, at) in days.items()}
    return {each: at for each, at in moments.items() if at > now}


def chosen_time(day: date, at: time) -> datetime:
    """A day and time of one's own, by the studio's clock. Raises Invalid for what is past or too far."""
    found = instant(ZoneInfo(current_workspace().timezone), day, at)
    if found <= clock.now():
        raise Invalid(faults={"until_at": PAST.key})
    if found - clock.now() > LONGEST:
        raise Invalid(faults={"until_on": TOO_FAR.key})
    return found


def snooze(conversation: Conversation, until: datetime | None, *, by: Teammate) -> None:
    """Put the thread off until then, or without a time until they write. Whose turn it is stays as it was."""
    with transaction():
        Conversation.update(state=ConversationState.SNOOZED, snoozed_until=until).where(
            Conversation.id == conversation.id
        ).execute()


def end_snooze(conversation_id: Id) -> None:
    """Let a snoozed thread come back, where it stood before, if its time has come by now."""
    with transaction():
        Conversation.update(state=ConversationState.OPEN, snoozed_until=None).where(
            Conversation.id == conversation_id,
            Conversation.state == ConversationState.SNOOZED,
            Conversation.snoozed_until <= clock.now(),
        ).execute()


def note_writing(conversation: Conversation, by: Teammate) -> None:
    """The teammate is writing an answer. Written down at most every few seconds."""
    now = clock.now()
    known = Composing.get_or_none(Composing.conversation == conversation.id, Composing.teammate == by.id)
    if known is not None and known.until > now + WRITES_FOR - SEEN_EVERY:
        return
    with transaction():
        Composing.insert(
            workspace=current_workspace_id(), conversation=conversation.id, teammate=by.id, until=now + WRITES_FOR
        ).on_conflict(
            conflict_target=[Composing.workspace, Composing.conversation, Composing.teammate],
            update={Composing.until: now + WRITES_FOR},
        ).execute()


def note_written(conversation: Conversation, by: Teammate) -> None:
    """The teammate's answer is sent."""
    with transaction():
        Composing.delete().where(Composing.conversation == conversation.id, Composing.teammate == by.id).execute()
