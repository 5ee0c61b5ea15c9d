"""The log: one JSON line an event, on standard error, holding only keys of a fixed list.

A phone number or e-mail address that strays into a value is struck out behind that list. A traceback is told as the
name of the exception and the places it passed, never by its message or its locals, since both may quote a person.
"""

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TextIO
from uuid import UUID

from omni.core import ids

# What a line may hold: ids, numbers, enums, names of our own. Everything else is left out.
KEYS = frozenset(
    """
    request reference method route status duration_ms bytes limit retry_after_s
    workspace user teammate contact session actor role policy purpose
    job queue row attempt tick message campaign link event_id import_id
    gateway host state reason error where count name table number port version signal exit_code age_s security
    """.split()  # noqa: SIM905 - read more easily than thirty quoted words
)
LONGEST_VALUE = 300

_EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]]+@[^\s@<>\"',;:()\[\]]+\.[^\s@<>\"',;:()\[\]]+")
# 7 to 15 digits (ITU-T E.164), with what people write between them, standing alone.
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,2}\d){6,14}(?![\w])")

_logger = logging.getLogger("omni")
_process = "omni"


def configure(process: str, stream: TextIO | None = None) -> None:
    """Send every line of this process, other libraries' warnings too, through our format to standard error."""
    global _process
    _process = process
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Line())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    _logger.setLevel(logging.INFO)


def name_process(process: str) -> None:
    """Say which process the lines are of from here on (after a fork)."""
    global _process
    _process = process


def event(name: str, /, **values: Any) -> None:
    """Note that `name` happened. Values outside `KEYS` are left out."""
    _logger.info(name, extra={"omni": values})


def warn(name: str, /, **values: Any) -> None:
    """Note something that a person who runs Omni should look at."""
    _logger.warning(name, extra={"omni": values})


def security(name: str, /, **values: Any) -> None:
    """Note a security event, by its name in the OWASP Logging Vocabulary (`authn_login_fail`)."""
    _logger.warning(name, extra={"omni": {**values, "security": True}})


def fault(name: str, error: BaseException, /, **values: Any) -> None:
    """Note that `error` ended an act: its class and the places it passed, nothing it says."""
    _logger.error(name, extra={"omni": {**values, **_told(error)}})


def redacted(text: str) -> str:
    """`text` without e-mail addresses and phone numbers."""
    return _PHONE.sub("[phone]", _EMAIL.sub("[e-mail]", text))


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        values = getattr(record, "omni", None)
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg if values is not None else "library",
            "process": _process,
            "pid": os.getpid(),
        }
        if values is None:
            line["name"] = record.name
            line["text"] = redacted(record.getMessage())[:LONGEST_VALUE]
            if record.exc_info and record.exc_info[1]:
                values = _told(record.exc_info[1])
        line.update({key: _plain(value) for key, value in (values or {}).items() if key in KEYS})
        return json.dumps(line, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID):
        return ids.encode(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value[:20]]
    return redacted(str(value))[:LONGEST_VALUE]


def _told(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {
        "error": type(error).__qualname__,
        "where": [f"{os.path.relpath(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
