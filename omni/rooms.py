"""Every room of the house, in the order of the floors: the only module that knows them all.

A room is listed by hand; nothing is discovered. Blueprints, jobs and commands are named as text, so that a process
loads only what it serves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omni.core.personal_data import TableAnswer
from omni.core.ports import Port


@dataclass(frozen=True)
class Room:
    """One room: its tables and what it says of them, its callers by name, and the ports it fills."""

    name: str
    models: Sequence[type[Any]]
    personal_data: Sequence[TableAnswer]
    blueprints: Sequence[str] = ()
    jobs: str | None = None
    commands: str | None = None
    fills: Mapping[Port[Any], Callable[..., Any]] = field(default_factory=dict)
    # Full-text tables of SQLite, each with the table whose rowid it shares.
    full_text: Mapping[str, str] = field(default_factory=dict)
    # What only SQL can say (search tables, trigram indexes), by dialect.
    ddl: Mapping[str, Sequence[str]] = field(default_factory=dict)


def rooms() -> list[Room]:
    """The house, ground floor first."""
    from omni.core import house

    return [
        Room("core", models=house.MODELS, personal_data=house.ANSWERS, jobs="omni.core.jobs"),
    ]
