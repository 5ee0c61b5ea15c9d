"""Everything this room can do, by what it concerns. Callers say `actions.make_link(…)`."""

from omni.referrals.actions.counting import (
    Batch,
    Confirmation,
    CountedHit,
    Cursor,
    count_hits,
    forget_hits,
    forget_segment,
    note_damage,
)
from omni.referrals.actions.leads import Answers, follow_up, hide_progress, receive_lead, stop_texts
from omni.referrals.actions.links import LinkFacts, change_link, make_link, pause_link, resume_link, retire_link

__all__ = [
    "Answers",
    "Batch",
    "Confirmation",
    "CountedHit",
    "Cursor",
    "LinkFacts",
    "change_link",
    "count_hits",
    "follow_up",
    "forget_hits",
    "forget_segment",
    "hide_progress",
    "make_link",
    "note_damage",
    "pause_link",
    "receive_lead",
    "resume_link",
    "retire_link",
    "stop_texts",
]
