"""What a room's `cli.py` is made of: `COMMANDS = [Command(…), …]`, found by `omni.cli` through `rooms.py`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class CommandFault(Exception):
    """The command could not do its work: one line for standard error; the process ends with 2."""


@dataclass(frozen=True)
class Result:
    """What a command found: one object for `--json`, lines for a person, and how the process ends."""

    data: Mapping[str, Any]
    lines: Sequence[str] = field(default_factory=list)
    exit_code: int = 0


@dataclass(frozen=True)
class Command:
    """One operator's command. `run` works in the open house (a workspace is entered by the command itself)."""

    name: str
    help: str
    run: Callable[[Namespace], Result]
    add_arguments: Callable[[ArgumentParser], None] = lambda parser: None
