"""`import` by its command: the same figures as the page's, tried or done."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from omni.contacts import queries
from omni.contacts.cli import COMMANDS
from omni.core.tenancy import entered

ROWS = "Name,Email,Phone\nAna Kim,ana@example.com,12\n,,\nBen Fox,ben@example.com,\n,,312 555 0142\n"


def test_the_command_tells_figures_and_reasons_and_a_trial_changes_nothing(world: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(ROWS)

    def bring(**more: Any) -> Any:
        options = {"board": None, "stage": None, "basis": "unsure", "dry_run": False, **more}
        return COMMANDS[0].run(Namespace(file=file, workspace=world.iron.slug, **options)).data

    tried = bring(dry_run=True)
    with entered(world.iron):
        assert queries.visible().count() == 0
    done = bring()
    for name in ("rows", "created", "updated", "duplicate", "same", "refused", "reasons"):
        assert tried[name] == done[name], name
    assert (done["created"], done["refused"]) == (3, 1)
    assert [reason["row"] for reason in done["reasons"]] == [1, 2]
    with entered(world.iron):
        assert queries.visible().count() == 3
    assert bring()["same"] == 3
