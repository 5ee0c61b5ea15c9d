"""Reading our own code for what only a few places may do. Each function takes a file's text and gives its faults."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

# Libraries with which a program can reach another machine.
OUTWARD = {
    "aiohttp", "asyncio", "ftplib", "http.client", "httplib2", "httpx", "imaplib", "poplib", "requests", "smtplib",
    "socket", "socketserver", "telnetlib", "twilio", "urllib.request", "urllib3", "websocket", "websockets",
    "xmlrpc.client", "googleapiclient", "openai", "anthropic", "boto3", "sentry_sdk",
}  # fmt: skip


def files() -> list[Path]:
    """Every Python file of the house."""
    return [ROOT / "app.py", *sorted((ROOT / "omni").rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def outward_imports(text: str) -> set[str]:
    """The libraries of `OUTWARD` the file imports, wherever in it and however."""
    found = set()
    for name in _imports(text):
        parts = name.split(".")
        found |= {".".join(parts[:n]) for n in range(1, len(parts) + 1)} & OUTWARD
    return found


def own_sessions(text: str) -> Iterator[str]:
    """Calls by which a file goes out with a session of its own, past the one that writes each call down."""
    for call in _calls(text):
        name = _spelled(call.func)
        if name.startswith(("requests.", "urllib3.")) and not name.startswith("requests.exceptions"):
            yield f"line {call.lineno}: {name}()"


def calls_of(text: str, *names: str) -> list[int]:
    """Lines on which one of these functions or methods is called, by its last name."""
    return [call.lineno for call in _calls(text) if _spelled(call.func).split(".")[-1] in names]


def raw_queries(text: str) -> list[int]:
    """Lines that hand a text of SQL to Peewee as a query (`Model.raw(…)`, `database.execute_sql(…)`, `…_many(…)`)."""
    return [
        call.lineno
        for call in _calls(text)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("raw", "execute_sql", "execute_many")
    ]


def sayings_of(text: str, column: str) -> list[int]:
    """Lines that give a column of a row a value: as a word of a call, in a dictionary, or as an attribute."""
    found = []
    for node in ast.walk(ast.parse(text)):
        keys = node.keys if isinstance(node, ast.Dict) else []
        is_key = any(isinstance(key, ast.Constant) and key.value == column for key in keys)
        is_word = isinstance(node, ast.keyword) and node.arg == column
        is_set = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == column
        if is_key or is_word or is_set:
            found.append(node.lineno)
    return sorted(set(found))


def bells(text: str) -> Iterator[tuple[int, str | None, set[str]]]:
    """Every `later(…)`: its line, the job it names (None when that is no plain text) and the ids it gives."""
    for call in _calls(text):
        if _spelled(call.func).split(".")[-1] != "later":
            continue
        first = call.args[0] if call.args else None
        name = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        yield call.lineno, name, {word.arg or "**" for word in call.keywords}


def wrong_bells(text: str, jobs: Mapping[str, Any]) -> Iterator[str]:
    """Bells that ring for no job, or with other ids than the job takes."""
    for line, name, given in bells(text):
        if name is None or name not in jobs:
            yield f"line {line}: rings for {name!r}, which no room declares"
        elif given != set(jobs[name].takes_ids):
            yield f"line {line}: gives {name} {sorted(given)}"


def _imports(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _spelled(node.func) in ("importlib.import_module", "__import__"):
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def _calls(text: str) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def _spelled(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_spelled(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
