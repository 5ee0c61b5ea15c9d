"""Ports: how a room asks what only a higher room knows.

The asking room declares a port in its `ports.py`; `omni.rooms` says who answers; `start.open_house` plugs the answers
in. Answers run in the caller's transaction. A missing answer is an empty one.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer", bound=Callable[..., Any])


class Port(Generic[Answer]):
    """A question with a name, and the answers that were plugged in, in the order of the rooms."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._answers: list[Answer] = []

    def plug(self, answer: Answer) -> None:
        """Add `answer`, once."""
        if answer not in self._answers:
            self._answers.append(answer)

    def answers(self) -> tuple[Answer, ...]:
        """Every answer there is."""
        return tuple(self._answers)

    def answer(self) -> Answer | None:
        """The only answer, or None. Raises RuntimeError when several rooms claim to know."""
        if len(self._answers) > 1:
            raise RuntimeError(f"port {self.name} has {len(self._answers)} answers, one is allowed")
        return self._answers[0] if self._answers else None

    def unplug(self) -> None:
        """Forget every answer (a house that is opened again plugs them in anew)."""
        self._answers.clear()
