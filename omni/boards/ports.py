"""What this room asks of rooms above it. Answers run in the caller's transaction and change batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from omni.boards.models import Card, Stage
from omni.contacts.doers import By
from omni.core.ports import Port
from omni.core.words import Lazy


class Joining(Protocol):
    """Does what joins up when a card has entered a stage."""

    def __call__(self, card: Card, stage: Stage, *, by: By) -> Sequence[Lazy]:
        """What is to be said beside the move, such as why something could not follow."""


joining: Port[Joining] = Port("joining")
