"""Omni with one of its guards taken out, named by `WEAKENED`: a judge of crash tests must see each of them missing.

The switch is read here alone; nothing in the product knows of it.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

from omni.core import queue
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.queue import later
from omni.messaging.actions import delivering, settling
from omni.messaging.models import Message, SendAttempt
from omni.messaging.states import State


def claim_whatever_became_of_it() -> None:
    """No claim guard: whoever is woken takes the text, though another took it before."""
    guarded = delivering.claim

    def claim(message_id: Id) -> Any:
        with transaction():
            Message.update(state=State.QUEUED).where(Message.id == message_id).execute()
        return guarded(message_id)

    delivering.claim = claim


def requeue_what_is_not_listed() -> None:
    """Blind requeue: one list that does not hold an unknown text is enough to send it again."""

    def release(message: Message, _attempt: SendAttempt) -> None:
        Message.update(state=State.QUEUED, reason=None, not_before=None).where(Message.id == message.id).execute()
        later("messaging.deliver", message_id=message.id)

    settling._release_or_ask = release


def never_sweep() -> None:
    """No sweeper: a bell that is lost is lost."""
    queue.sweep = lambda *_queues: 0


WEAKNESSES: dict[str, Callable[[], None]] = {
    "no claim guard": claim_whatever_became_of_it,
    "blind requeue": requeue_what_is_not_listed,
    "no sweeper": never_sweep,
}


def main(words: Sequence[str]) -> None:
    """Be `python app.py WORDS`, weakened as the environment says."""
    from omni.cli import main

    if name := os.environ.get("WEAKENED"):
        WEAKNESSES[name]()
    main(words)
