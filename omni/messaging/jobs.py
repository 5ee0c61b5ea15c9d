"""What workers do for this room. Each job names the query that finds its work again."""

import time

from omni.core.ids import Id
from omni.core.queue import job
from omni.messaging import actions, finders

# A work-horse costs more than a text, so it begins further ones for so long; then it is another studio's turn.
GOES_ON_S = 10


# 75 s: going on (10), connecting (5), the answer (30) and room for both commits, well inside the lease of 120 s.
@job("messaging.deliver", queue="texts", finder=finders.due_messages, timeout_s=75)
def deliver(message_id: Id) -> None:
    """Send one text, and what else is due in its studio."""
    end = time.monotonic() + GOES_ON_S
    try:
        actions.deliver(message_id)
    except actions.Paced:
        return
    actions.deliver_due(before=end)


@job("messaging.end_lease", queue="texts", finder=finders.leases_over, timeout_s=30)
def end_lease(message_id: Id) -> None:
    """Say of a text whose worker is gone that it is unknown."""
    actions.end_lease(message_id)


@job("messaging.settle", queue="texts", finder=finders.unsettled, timeout_s=75)
def settle(message_id: Id) -> None:
    """Ask the carrier what became of one text."""
    actions.settle(message_id)


@job("messaging.apply", queue="hooks", finder=finders.unprocessed_events, timeout_s=30)
def apply(event_id: Id) -> None:
    """Apply one callback."""
    actions.apply_event(event_id)


@job("messaging.catch_up", queue="sync", finder=finders.to_hear, timeout_s=300)
def catch_up(sender_id: Id) -> None:
    """Take in what one of our numbers was sent while nobody here could be called."""
    actions.catch_up(sender_id)


@job("messaging.audit", queue="sync", finder=finders.to_audit, timeout_s=300)
def audit(connection_id: Id) -> None:
    """Compare who said stop here with what Twilio took, refused and sent."""
    actions.audit(connection_id)


@job("messaging.play", queue="hooks", finder=finders.due_practice, timeout_s=60)
def play(text_id: Id) -> None:
    """Let the practice carrier do what one text still has to do."""
    actions.play(text_id)


@job("messaging.build_campaign", queue="work", finder=finders.unbuilt_campaigns, timeout_s=150)
def build_campaign(campaign_id: Id) -> None:
    """Weigh everyone a campaign is for."""
    try:
        actions.build_campaign(campaign_id)
    except actions.Overtaken:
        return


@job("messaging.run_campaign", queue="work", finder=finders.running_campaigns, timeout_s=150)
def run_campaign(campaign_id: Id) -> None:
    """Make the texts of a campaign, and end it when they are over."""
    try:
        actions.run_campaign(campaign_id)
    except actions.Overtaken:
        return


@job("messaging.end_pause", queue="work", finder=finders.unanswered_stops, timeout_s=30)
def end_pause(conversation_id: Id) -> None:
    """Count what may have been a stop as one."""
    actions.end_pause(conversation_id)


# 90 s: the file (50), and a last place that is slow to begin (35).
@job("messaging.fetch_file", queue="sync", finder=finders.awaited_files, timeout_s=90)
def fetch_file(media_id: Id) -> None:
    """Fetch one file that came with a text."""
    actions.fetch_file(media_id)


@job("messaging.drop_held", queue="work", finder=finders.forgotten_files, timeout_s=30)
def drop_held(media_id: Id) -> None:
    """Forget one file whose text was never sent."""
    actions.drop_held(media_id)


@job("messaging.end_snooze", queue="work", finder=finders.snoozes_over, timeout_s=30)
def end_snooze(conversation_id: Id) -> None:
    """Let a thread come back whose time has come."""
    actions.end_snooze(conversation_id)
