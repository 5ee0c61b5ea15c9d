"""What this room asks of rooms above it, or beside it. Answers run in the caller's transaction and change batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from omni.boards.models import Card, Stage
from omni.contacts.doers import By
from omni.contacts.models import Contact
from omni.core.ports import Port
from omni.core.words import Lazy


class Joining(Protocol):
    """Does what joins up when a card has entered a stage."""

    def __call__(self, card: Card, stage: Stage, *, by: By) -> Sequence[Lazy]:
        """What is to be said beside the move, such as why something could not follow."""


class StepSet(Protocol):
    """A next step that was set: its words, its day, and where it is changed."""

    @property
    def title(self) -> str: ...

    @property
    def due_on(self) -> date: ...

    @property
    def href(self) -> str: ...


class NextStep(Protocol):
    """Sees that a contact whose card comes into a stage has a next step, where the stage has a default."""

    def __call__(self, contact: Contact, *, due_on: date | None, is_open: bool, by: By) -> StepSet | None:
        """The default that was set for `due_on`; none where there is another step, or the stage has none.

        The caller holds the contact and reckons their cards anew: only `contact.next_action_at` says what was done.
        """


next_step: Port[NextStep] = Port("next_step")
joining: Port[Joining] = Port("joining")
