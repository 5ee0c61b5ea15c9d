"""Runs the rows, prints their table, and writes `bench/results.json`."""

import importlib
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import Row

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"
_PACKAGES = ("flask", "werkzeug", "jinja2", "gunicorn", "peewee", "redis", "rq", "cryptography", "pillow")


def main(words: Sequence[str]) -> int:
    """Run every row, or the one that `ROW=name` names; 1 when a goal was missed, 2 when there is no such row."""
    wanted = next((word.removeprefix("ROW=") for word in words if word.startswith("ROW=")), os.environ.get("ROW", ""))
    names = [name for name in found() if wanted in ("", name)]
    if not names:
        sys.stderr.write(f"There is no row {wanted!r}. There are: {', '.join(found())}.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="omni-bench-") as folder:
        os.environ["OMNI_BENCH_DIR"] = folder
        rows = [row for name in names for row in _measured(name)]
    _print(rows)
    _write(rows, keep_others=bool(wanted))
    return 0 if all(row.passed for row in rows) else 1


def found() -> list[str]:
    """The names of the rows there are."""
    files = (path for path in sorted(FOLDER.glob("*.py")) if "def measure(" in path.read_text())
    return [path.stem for path in files if path.stem != "run"]


def _measured(name: str) -> list[Row]:
    sys.stderr.write(f"measuring {name} …\n")
    measure = importlib.import_module(f"bench.{name}").measure
    rows: list[Row] = measure()
    return rows


def _print(rows: Sequence[Row]) -> None:
    print(f"{'row':<24}{'goal':>10}{'ratio':>10}{'spread':>10}   ")
    for row in rows:
        print(f"{row.name:<24}{row.goal:>10}{row.ratio:>10.3f}{row.spread:>10.3f}   {'pass' if row.passed else 'FAIL'}")
        if row.note:
            print(f"    {row.note}")


def _write(rows: Sequence[Row], *, keep_others: bool) -> None:
    kept = json.loads(RESULTS.read_text())["rows"] if keep_others and RESULTS.exists() else []
    fresh = {row.name for row in rows}
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "versions": {name: version(name) for name in _PACKAGES} | {"sqlite": sqlite3.sqlite_version},
        "rows": [row for row in kept if row["name"] not in fresh] + [asdict(row) for row in rows],
    }
    RESULTS.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _machine() -> dict[str, object]:
    """What kind of machine it was; neither its name nor its folders."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
