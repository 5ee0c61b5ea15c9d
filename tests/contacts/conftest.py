"""Work inside Juniper Yoga, and files on their way into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from omni.contacts.imports import opening, rehearsing, running
from omni.contacts.models import ImportJob
from omni.core import actors
from omni.core.tenancy import entered
from omni.core.words import use_locale

FILES = Path(__file__).parent / "files"


@pytest.fixture
def juniper(world: Any) -> Iterator[Any]:
    """Work inside Juniper Yoga, on its own clock."""
    with entered(world.juniper), use_locale("en", world.juniper.timezone):
        yield world.juniper


@pytest.fixture
def maya(world: Any, juniper: Any) -> Any:
    return world.maya


@pytest.fixture
def hers(browse: Any, maya: Any) -> Any:
    """The browser in Maya's hands."""
    return browse.as_(maya)


@pytest.fixture
def bring(juniper: Any) -> Callable[..., SimpleNamespace]:
    """Imports a file as its page does, and answers the job with its counts and the rehearsal before it."""

    def run(
        raw: bytes | str,
        *,
        basis: str = "unsure",
        board: str = "none",
        written: int | None = None,
        name: str = "people.csv",
    ) -> SimpleNamespace:
        raw = raw.encode() if isinstance(raw, str) else raw
        job = opening.receive(raw, file_name=name, by=actors.SYSTEM)
        opening.answer(job, basis=basis, board=board, written_column=written)
        rehearsal = rehearsing.rehearse(opening.open_file(job))
        running.start(job, by=actors.SYSTEM)
        running.run(job.id)
        job = ImportJob.select().where(ImportJob.id == job.id).get()
        return SimpleNamespace(job=job, counts=job.counts, rehearsal=rehearsal)

    return run
