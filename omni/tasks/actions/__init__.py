"""Everything this room can do, by what it concerns. Callers say `actions.finish_task(…)`."""

from omni.tasks.actions.closing import cancel_task, decline_next, expire_task, finish_call, finish_task
from omni.tasks.actions.defaults import drop_default_step, set_default_step
from omni.tasks.actions.keeping import ask_again, columns_of, tell_contact
from omni.tasks.actions.moving import Later, follow_contact, moment_of, snooze_task, tell_late, wake_task
from omni.tasks.actions.promising import add_task, change_task, hand_over

__all__ = [
    "Later",
    "add_task",
    "ask_again",
    "cancel_task",
    "change_task",
    "columns_of",
    "decline_next",
    "drop_default_step",
    "expire_task",
    "finish_call",
    "finish_task",
    "follow_contact",
    "hand_over",
    "moment_of",
    "set_default_step",
    "snooze_task",
    "tell_contact",
    "tell_late",
    "wake_task",
]
