"""The log: fixed keys, no person in it."""

import io
import json
import logging
from typing import Any

import pytest

from omni.core import log
from omni.core.ids import encode, new_id


@pytest.fixture
def lines() -> Any:
    """What was logged, line by line."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    log.configure("tests", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before, level


def test_an_event_is_one_json_line_of_known_keys(lines: Any) -> None:
    row = new_id()
    log.event("swept", count=3, row=row, given_name="Ana", status=None)
    (line,) = lines()
    assert (line["event"], line["process"], line["count"], line["row"]) == ("swept", "tests", 3, encode(row))
    assert "given_name" not in line
    assert "Ana" not in json.dumps(line)


def test_a_fault_is_told_by_its_class_and_places_alone(lines: Any) -> None:
    try:
        secret_name = "Ana Lopez"
        raise ValueError(f"{secret_name} has no phone")
    except ValueError as fault:
        log.fault("job_failed", fault, job="tests.greet")
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert any("test_log.py" in place for place in line["where"])
    assert "Ana" not in json.dumps(line)


@pytest.mark.parametrize(
    "stray",
    ["+14155550134", "(415) 555-0134", "415.555.0134", "maya@example.com", "Maya <maya.lopez+x@mail.example.co.uk>"],
)
def test_a_stray_number_or_address_is_struck_out(lines: Any, stray: str) -> None:
    logging.getLogger("somebody.else").warning("could not reach %s now", stray)
    log.event("mail_settled", reason=f"no {stray}")
    text = json.dumps(lines())
    assert stray not in text
    assert "0134" not in text
    assert "example" not in text


def test_ids_instants_and_counts_stay_readable(lines: Any) -> None:
    row = encode(new_id())
    log.event("request", route="/contacts/<id:contact_id>", duration_ms=1234567.5, name=row, version="2026-11-22")
    (line,) = lines()
    assert line["route"] == "/contacts/<id:contact_id>"
    assert line["name"] == row
    assert line["duration_ms"] == 1234567.5


def test_another_librarys_exception_tells_no_locals(lines: Any) -> None:
    try:
        raise RuntimeError("Ana Lopez")
    except RuntimeError:
        logging.getLogger("somebody.else").exception("it broke")
    (line,) = lines()
    assert line["error"] == "RuntimeError"
    assert "Ana" not in json.dumps(line)
