"""Commands about contacts: `python app.py import FILE --workspace SLUG …`."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from omni.contacts import ports
from omni.contacts.folding import fold
from omni.contacts.imports import opening, places, rehearsing, running
from omni.contacts.kinds import ImportState
from omni.contacts.models import ImportJob, ImportRow
from omni.contacts.ports import BoardPlace
from omni.contacts.reading.decoding import Unreadable
from omni.contacts.reading.rows import Reason
from omni.core import actors, ids
from omni.core.commands import Command, CommandFault, Result
from omni.core.faults import TooLarge
from omni.core.tenancy import Workspace, entered

_LOOK_AGAIN_S = 0.2


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a CSV, .xlsx or vCard file, or the ZIP of a workspace")
    parser.add_argument("--workspace", required=True, metavar="SLUG")
    parser.add_argument("--board", metavar="NAME", help="where new people go; without it no card is made")
    parser.add_argument("--stage", metavar="NAME", help="the stage of that board, by default its first")
    parser.add_argument(
        "--basis",
        choices=["asked", "customer", "unsure"],
        default="unsure",
        help="how these people gave their numbers; without it no consent is recorded",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")


def _run(chosen: Namespace) -> Result:
    workspace = Workspace.select().where(Workspace.slug == chosen.workspace).first()
    if workspace is None:
        raise CommandFault(f"there is no workspace {chosen.workspace!r}")
    with entered(workspace):
        if (whole := _whole(chosen)) is not None:
            return whole
        raw = _read(chosen.file)
        try:
            return _rehearse(raw, chosen) if chosen.dry_run else _import(raw, chosen)
        except (Unreadable, TooLarge) as fault:
            raise CommandFault(f"{chosen.file.name}: {str(fault) or 'larger than 20 MB'}") from None


def _whole(chosen: Namespace) -> Result | None:
    """What came of the file where it is the export of a whole workspace."""
    bring = ports.moving_in.answer()
    try:
        told = bring(chosen.file, chosen.dry_run, actors.SYSTEM) if bring and chosen.file.is_file() else None
    except ValueError as fault:
        raise CommandFault(f"{chosen.file.name}: {fault}") from None
    if told is None:
        return None
    lines = [f"{name}: {told[name]}" for name in rehearsing.Counts().as_json()]
    lines += [f"{table}: {count}" for table, count in told["tables"].items()]
    return Result(data=told, lines=lines)


def _rehearse(raw: bytes, chosen: Namespace) -> Result:
    _board_of(chosen)
    job, table = opening.look_at(raw, file_name=chosen.file.name)
    opened = opening.Opened(table, opening.reading_of(job, table))
    result = rehearsing.rehearse(opened)
    reasons = [{"row": n, "reason": words} for n, words in result.reasons]
    return _told(job, result.counts, reasons, "")


def _import(raw: bytes, chosen: Namespace) -> Result:
    board = _board_of(chosen)
    job = opening.receive(raw, file_name=chosen.file.name, by=actors.SYSTEM)
    opening.answer(job, basis=chosen.basis, board=ids.encode(board.id) if board else places.NOWHERE, stage=chosen.stage)
    running.start(job, by=actors.SYSTEM)
    job = _wait(job)
    rows = ImportRow.select(ImportRow.n, ImportRow.reasons).where(ImportRow.job == job.id).order_by(ImportRow.n)
    reasons = [{"row": row.n, "reason": _worded(row.reasons)} for row in rows.iterator() if row.reasons]
    return _told(job, rehearsing.Counts(**job.counts), reasons, ids.encode(job.id))


def _wait(job: ImportJob) -> ImportJob:
    """Work on the job here, or watch it where a worker has taken it up."""
    while True:
        running.run(job.id)
        job = ImportJob.select().where(ImportJob.id == job.id).get()
        if job.state is not ImportState.RUNNING:
            return job
        time.sleep(_LOOK_AGAIN_S)


def _board_of(chosen: Namespace) -> BoardPlace | None:
    if not chosen.board:
        if chosen.stage:
            raise CommandFault("--stage needs --board")
        return None
    boards = places.boards()
    board = next((one for one in boards if fold(one.name) == fold(chosen.board)), None)
    if board is None:
        raise CommandFault(f"there is no board {chosen.board!r}; there are: {', '.join(one.name for one in boards)}")
    if chosen.stage and all(fold(stage.name) != fold(chosen.stage) for stage in board.stages):
        raise CommandFault(f"{board.name} has no stage {chosen.stage!r}")
    return board


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CommandFault(f"{path}: {fault.strerror}") from None


def _told(job: ImportJob, counts: rehearsing.Counts, reasons: list[dict[str, Any]], job_id: str) -> Result:
    figures = counts.as_json()
    lines = [f"{name}: {count}" for name, count in figures.items()]
    lines += [f"row {one['row']}: {one['reason']}" for one in reasons]
    data = {"format": job.options["format"], "sender": job.sender, **figures, "reasons": reasons, "import": job_id}
    return Result(data=data, lines=lines)


def _worded(reasons: list[dict[str, Any]]) -> str:
    return " · ".join(str(Reason(reason["words"], reason["values"])) for reason in reasons)


_HELP = "people from a CSV, .xlsx or vCard file, or a whole workspace from its ZIP"
COMMANDS = [Command("import", _HELP, run=_run, add_arguments=_add_arguments)]
