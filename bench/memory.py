"""The most memory a piece of work holds: a process of its own, looked at from outside until it ends."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

LOOK_EVERY_S = 0.01


def most_held(work: Callable[..., None], *given: Any) -> int:
    """The most kilobytes that a fresh process and its children held while it did `work`.

    Pages of the database that the system maps and may take back are not counted, and one that several processes share
    since they were forked only once.
    """
    process = multiprocessing.get_context("spawn").Process(target=work, args=given)
    process.start()
    most = 0
    while process.is_alive():
        most = max(most, _held(process.pid))
        process.join(LOOK_EVERY_S)
    assert process.exitcode == 0, process.exitcode
    return most


def _held(pid: int | None) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = int((told.partition("Pss_Anon:")[2].split() or ["0"])[0])
    return own + sum(_held(int(child)) for child in children)
