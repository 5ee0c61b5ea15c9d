"""Core's own jobs and ticks, in one place for `rooms.py` to name: each module declares its own."""

from omni.core import mail, schedule, sent_forms

__all__ = ["mail", "schedule", "sent_forms"]
