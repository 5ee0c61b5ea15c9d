"""`doctor`: looks at every part of this installation and says how each is. It changes nothing."""

import csv
import shutil
import stat
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from omni.config import Config
from omni.core import migrations, queue, walls
from omni.core.commands import Result
from omni.core.database import database
from omni.core.tenancy import Reason, cross_tenant
from omni.rooms import Room
from omni.start import all_models, open_house, sql_by_hand

LEAST_FREE_BYTES = 500_000_000
DATA_FILE_GOOD_FOR = timedelta(days=365)
SECRET_FILES = ("secret_key", "encryption_keys")

Finding = tuple[str, bool, str]


def examine(config: Config) -> Result:
    """Every self-check with its state. Ends with 1 when one fails; a check that breaks has failed."""
    house = open_house(config)
    checks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _folder(config),
        lambda: _database(config),
        lambda: _schema(house),
        _processes,
        lambda: _mail(config),
        _data_files,
    ]
    findings = [finding for check in checks for finding in _guarded(check)]
    is_well = all(ok for _, ok, _ in findings)
    return Result(
        {"ok": is_well, "checks": [{"name": name, "ok": ok, "state": state} for name, ok, state in findings]},
        [f"{'ok  ' if ok else 'FAIL'}  {name:<18}{state}" for name, ok, state in findings],
        0 if is_well else 1,
    )


def _guarded(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as fault:
        yield "self-check", False, f"broke with {type(fault).__name__}"


def _folder(config: Config) -> Iterator[Finding]:
    free = shutil.disk_usage(config.data_dir).free
    yield "disk", free >= LEAST_FREE_BYTES, f"{free // 1_000_000:,} MB free"
    for name in SECRET_FILES:
        path = config.data_dir / name
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            yield name.replace("_", " "), mode == 0o600, f"mode {mode:o}"


def _database(config: Config) -> Iterator[Finding]:
    kind = "PostgreSQL" if config.database_url.startswith("postgresql") else "SQLite"
    yield "database", database.execute_sql("SELECT 1").fetchone() is not None, kind
    with cross_tenant(Reason.OPERATOR):
        missing = walls.missing_walls(database.obj)
    yield "walls", not missing, f"missing on {', '.join(missing)}" if missing else "all stand"


def _schema(house: Sequence[Room]) -> Iterator[Finding]:
    waiting = migrations.pending()
    yield "migrations", not waiting, f"waiting: {', '.join(waiting)}" if waiting else "all applied"
    drift = migrations.drift(all_models(house), sql_by_hand(house))
    yield "tables", not drift, drift[0] if drift else "as the models say"


def _processes() -> Iterator[Finding]:
    health = queue.health()
    yield "redis", bool(health["redis"]), "answers" if health["redis"] else "does not answer"
    for name, age in health["processes"].items():
        told = "gave no sign yet" if age is None else f"{age:.0f} s ago"
        yield name.replace("_", " "), age is not None and age <= 90, told


def _mail(config: Config) -> Iterator[Finding]:
    if config.smtp_url:
        yield "mail", True, "goes through the server of OMNI_SMTP_URL"
    else:
        yield "mail", not config.is_production, "is kept in the data folder: OMNI_SMTP_URL is not set"


def _data_files() -> Iterator[Finding]:
    for path in sorted(Path(__file__).parent.glob("*/*.toml")):
        checked_on = tomllib.loads(path.read_text()).get("checked_on")
        if isinstance(checked_on, date):
            yield _age_of(path, checked_on)
    for path in sorted(Path(__file__).parent.glob("*/*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            yield _age_of(path, min(date.fromisoformat(row["checked_on"]) for row in csv.DictReader(file)))


def _age_of(path: Path, checked_on: date) -> Finding:
    age = datetime.now(UTC).date() - checked_on
    return path.name, age < DATA_FILE_GOOD_FOR, f"checked {age.days} days ago"
