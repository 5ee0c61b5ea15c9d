"""Acts that begin at the same moment, each in a thread and on a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from omni.core.database import database
from omni.core.tenancy import Workspace, entered
from omni.core.words import use_locale


def in_parallel(workspace: Workspace, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the acts answered, or the faults they raised, in their order."""
    ready = threading.Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        with entered(workspace), use_locale("en"):
            ready.wait(30)
            try:
                return act()
            except Exception as fault:
                return fault
            finally:
                database.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))
