"""Whether this process is up, whether everything it needs is up, and numbers for Prometheus.

`/healthz` asks nothing; `/readyz` asks the database, the queue and the workers. The numbers are those that every
process would tell alike: they are read when asked, never counted in this process alone.
"""

from collections.abc import Callable

from flask import Blueprint, Response

from omni.core import queue
from omni.core.database import database
from omni.web.marks import public

health = Blueprint("health", __name__)

_REASON = "probes of this machine; it tells states, never rows"
_checks: dict[str, Callable[[], bool]] = {}
_gauges: dict[str, tuple[str, Callable[[], float]]] = {}


def add_check(name: str, is_well: Callable[[], bool]) -> None:
    """Ask `is_well` too before saying that Omni is ready."""
    _checks[name] = is_well


def add_gauge(name: str, meaning: str, read: Callable[[], float]) -> None:
    """Show a number at /metrics; `name` begins with omni_."""
    _gauges[name] = (meaning, read)


@health.get("/healthz")
@public(_REASON, headers="machine", any_host=True)
def healthz() -> Response:
    return _plain("ok\n")


@health.get("/readyz")
@public(_REASON, headers="machine", any_host=True, statuses={503})
def readyz() -> Response:
    states = read_states()
    lines = "".join(f"{name} {'ok' if is_well else 'away'}\n" for name, is_well in states.items())
    response = _plain(lines, status=200 if all(states.values()) else 503)
    if response.status_code == 503:
        response.headers["Retry-After"] = "5"
    return response


@health.get("/metrics")
@public(_REASON, headers="machine", any_host=True)
def metrics() -> Response:
    parts = [_gauge(f"omni_up_{name}", f"1 when the {name} answers", float(up)) for name, up in read_states().items()]
    parts += [_gauge(name, meaning, read()) for name, (meaning, read) in sorted(_gauges.items())]
    return Response("".join(parts), content_type="text/plain; version=0.0.4; charset=utf-8")


def read_states() -> dict[str, bool]:
    """What Omni needs, and whether each part answers."""
    told = queue.health()
    states = {"database": _answers(_ask_database), "redis": bool(told["redis"])}
    states |= {name.replace("-", "_"): age is not None for name, age in told["processes"].items()}
    states["workers"] = bool(told["is_well"])
    return states | {name: _answers(check) for name, check in _checks.items()}


def _ask_database() -> bool:
    return database.execute_sql("SELECT 1").fetchone() is not None


def _answers(check: Callable[[], bool]) -> bool:
    try:
        return bool(check())
    except Exception:  # whatever is wrong with it, it does not answer
        return False


def _gauge(name: str, meaning: str, value: float) -> str:
    return f"# HELP {name} {meaning}\n# TYPE {name} gauge\n{name} {value:g}\n"


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
