"""Acts that begin at the same moment: each in a thread and on a connection of its own, or in a process of its own."""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from omni.config import Config
from omni.core import database as db
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


def together(*acts: tuple[Any, ...]) -> list[Any]:
    """What each act answers, all of them run at once in processes of their own."""
    db.close()
    if db.is_postgres():
        database.obj.close_all()
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(len(acts)), context.Queue()
    started = [context.Process(target=_run, args=(gate, answers, number, *act)) for number, act in enumerate(acts)]
    for process in started:
        process.start()
    found = dict(answers.get(timeout=150) for _ in acts)
    for process in started:
        process.join(30)
    return [found[number] for number in range(len(acts))]


def _run(gate: Any, answers: Any, number: int, act: Callable[..., Any], config: Config, *values: Any) -> None:
    from tests import houses

    with houses.opened(config), use_locale("en", "UTC"):
        gate.wait(30)
        try:
            answers.put((number, act(*values)))
        except Exception as fault:
            answers.put((number, f"{type(fault).__name__}: {fault}"))
