"""`python app.py export --workspace SLUG --to FILE.zip`: the whole workspace, as its owner gets it in the center."""

from argparse import ArgumentParser, Namespace
from contextlib import suppress
from pathlib import Path

from omni.accounts import queries as people
from omni.core import clock, ids
from omni.core.commands import Command, CommandFault, Result
from omni.core.tenancy import entered
from omni.privacy import export
from omni.privacy.models import ExportScope


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--workspace", required=True, metavar="SLUG")
    parser.add_argument("--to", required=True, type=Path, metavar="FILE.zip")


def _run(chosen: Namespace) -> Result:
    workspace = people.find_workspace(chosen.workspace)
    if workspace is None:
        raise CommandFault(f"there is no workspace {chosen.workspace!r}")
    partial = chosen.to.with_name(f"{chosen.to.name}.partial")
    try:
        with entered(workspace):
            owner = next(iter(people.list_owners()), None)
            if owner is None:
                raise CommandFault(f"{workspace.name or workspace.slug} has no owner any more, and nothing to export")
            rows = export.count_rows(ExportScope.WORKSPACE, owner.user_id)
            checksum = export.write_zip(partial, ExportScope.WORKSPACE, owner.user_id, as_of=clock.now())
        partial.replace(chosen.to)
    except OSError as fault:
        raise CommandFault(f"{chosen.to} cannot be written: {fault.strerror}") from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    data = {"workspace": workspace.slug, "file": str(chosen.to), "rows": rows, "sha256": checksum}
    return Result(data=data | {"id": ids.encode(workspace.id)}, lines=[f"{rows} rows of {workspace.name}: {chosen.to}"])


COMMANDS = [Command("export", "write the whole workspace into a ZIP that opens without Omni", _run, _add_arguments)]
