"""An import of 20,000 rows, against the least a script would do with the same file.

Ours: read, matched with everyone known, phones checked in full, a result a row, every change with its Undo, in chunks
that each commit. The limit: the same file through csv and phonenumbers, then contacts, points and search rows by
`executemany` in one transaction into the same tables and indexes, without walls, the words of search indexed at once.
"""

import csv
import gc
import io
import os
import random
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberFormat

from bench import Goal, Row, judge
from bench.memory import most_held
from bench.search import inside
from bench.workspaces import FAMILY, FEW, GIVEN, GROWN, SEED, Studio, studio
from omni.core.database import PRAGMAS

ROUNDS, ROWS = 5, 20_000
MANY_ROWS = 100_000
# Every twentieth row is somebody who stood further up in the file.
AGAIN = 20
NOTE = f"rate of {ROWS:,} rows against csv, phonenumbers and one transaction of executemany; two processes"
CONTACT = (
    "INSERT INTO contact (id, workspace_id, created_at, last_touch_at, given_name, family_name, display_name, city,"
    " version, nickname, lifecycle, source, source_detail, company, job_title, timezone, do_not_contact, processing)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, '', 'lead', 'import', '', '', '', '', 0, 'normal')"
)
POINT = (
    "INSERT INTO contact_point (id, workspace_id, created_at, contact_id, kind, raw, norm, label, extension,"
    " is_primary) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', 1)"
)
WORDS = (
    "INSERT INTO contact_search (number, workspace_id, created_at, contact_id, fold, digits) VALUES (?, ?, ?, ?, ?, ?)"
)
FULL_TEXT = (
    "INSERT INTO contact_text (rowid, fold, digits) SELECT number, fold, digits FROM contact_search WHERE number > ?"
)


def measure() -> list[Row]:
    """The rows import and import-cpu, and import again among many people."""
    raw = _file()
    # As the product's processes do, which are forked after one import.
    gc.freeze()
    paced = "the same by processor time of the process that sets the pace, whoever else the machine serves"
    by_time, by_processor = _rounds(FEW, raw)
    rows = [
        judge("import", by_time, Goal.AT_LEAST, 0.35, f"{NOTE}, into {FEW:,} people"),
        judge("import-cpu", by_processor, Goal.AT_LEAST, 0.35, paced),
    ]
    for people in GROWN:
        by_time, _by_processor = _rounds(people, raw)
        name = f"import-{people // 1000}k"
        rows.append(judge(name, by_time, Goal.AT_LEAST, 0.35, f"the same into {people:,} people, both sides"))
    return [*rows, _memory()]


def _memory() -> Row:
    """What the two processes of an import hold, among many rows against few."""
    few, many = (most_held(_run, *_begun(studio(FEW), _file(rows))) for rows in (FEW, MANY_ROWS))
    sizes = f"{many >> 10} and {few >> 10} MB"
    note = f"most memory while {MANY_ROWS:,} rows come in, against {FEW:,}: {sizes}"
    return judge("import-memory", [many / few], Goal.AT_MOST, 1.5, note)


def _begun(one: Studio, raw: bytes) -> tuple[Studio, Any]:
    """A file that a page has taken and that waits for its worker."""
    from omni.core import database

    with inside(one):
        job = _start(raw)
    database.close()
    return one, job


def _run(one: Studio, job_id: Any) -> None:
    from omni.contacts.imports import running

    with inside(one):
        running.run(job_id)


def _rounds(people: int, raw: bytes) -> tuple[list[float], list[float]]:
    """The ratio of each round, by the clock and by the processor."""
    rounds = [(_on(people, _limit, raw), _on(people, _ours, raw)) for _ in range(ROUNDS)]
    return [least[0] / ours[0] for least, ours in rounds], [least[1] / ours[1] for least, ours in rounds]


def _on(people: int, bring: Callable[[Studio, bytes], tuple[float, float]], raw: bytes) -> tuple[float, float]:
    """Bring the file into a house of its own, since the second import of a file finds everyone there."""
    one = studio(people)
    try:
        return bring(one, raw)
    finally:
        shutil.rmtree(one.config.data_dir)


def _file(rows: int = ROWS) -> bytes:
    dice = random.Random(SEED)
    people: list[list[str]] = []
    for n in range(rows):
        if n % AGAIN == AGAIN - 1:
            people.append(people[dice.randrange(len(people))])
            continue
        given, family = dice.choice(GIVEN), dice.choice(FAMILY)
        phone = f"({dice.randrange(201, 990)}) {dice.randrange(200, 1000)}-{dice.randrange(10_000):04}"
        people.append([given, family, f"{given}.{family}.{n}@example.com".lower(), phone, "Chicago"])
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["First Name", "Last Name", "Email", "Phone", "City"], *people])
    return text.getvalue().encode()


def _ours(one: Studio, raw: bytes) -> tuple[float, float]:
    """Seconds from the bytes to the job that is done, and those of the busier of the two processes."""
    from omni.contacts.imports import running
    from omni.contacts.models import ImportJob
    from omni.core import database
    from omni.core.tenancy import Workspace, entered
    from omni.start import open_house

    open_house(one.config)
    with entered(Workspace.get(Workspace.slug == "juniper-yoga")):
        began, before, reader = time.perf_counter(), time.process_time(), _of_children()
        job_id = _start(raw)
        running.run(job_id)
        took = time.perf_counter() - began
        busy = max(time.process_time() - before, _of_children() - reader)
        counts: dict[str, int] = ImportJob.select().where(ImportJob.id == job_id).get().counts
    database.close()
    assert counts["same"] == round(counts["created"] / (AGAIN - 1)) > 0, counts
    return took, busy


def _start(raw: bytes) -> Any:
    """Take the file and say that it shall come in; the id of its job."""
    from omni.contacts.imports import opening, running
    from omni.core import actors

    job = opening.receive(raw, file_name="people.csv", by=actors.SYSTEM)
    opening.answer(job, basis="unsure", board="none")
    running.start(job, by=actors.SYSTEM)
    return job.id


def _of_children() -> float:
    """Processor seconds of the processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _limit(one: Studio, raw: bytes) -> tuple[float, float]:
    """Seconds, and those of the processor, from the bytes to people whom search finds; nothing is compared or told."""
    database = _bare(one)
    (workspace,) = database.execute("SELECT id FROM workspace WHERE slug = 'juniper-yoga'").fetchone()
    (last,) = database.execute("SELECT max(number) FROM contact_search").fetchone()
    began, before = time.perf_counter(), time.process_time()
    now = time.time_ns() // 1000
    contacts, points, words = [], [], []
    for number, row in enumerate(csv.DictReader(io.StringIO(raw.decode())), start=last + 1):
        phone = phonenumbers.parse(row["Phone"], "US")
        assert phonenumbers.is_possible_number(phone)
        e164 = phonenumbers.format_number(phone, PhoneNumberFormat.E164)
        given, family, email, contact = row["First Name"], row["Last Name"], row["Email"], os.urandom(16)
        name = f"{given} {family}"
        contacts.append((contact, workspace, now, now, given, family, name, row["City"]))
        points.append((os.urandom(16), workspace, now, contact, "email", email, email))
        points.append((os.urandom(16), workspace, now, contact, "phone", row["Phone"], e164))
        words.append((number, workspace, now, contact, f"{name}\n{email}".lower(), e164[1:]))
    with database:
        database.executemany(CONTACT, contacts)
        database.executemany(POINT, points)
        database.executemany(WORDS, words)
        database.execute(FULL_TEXT, (last,))
    took, busy = time.perf_counter() - began, time.process_time() - before
    database.close()
    return took, busy


def _bare(one: Studio) -> sqlite3.Connection:
    """The same database with its tables and indexes, its walls taken down; the index of words is filled at once."""
    database = sqlite3.connect(one.config.data_dir / "omni.db")
    for name, value in PRAGMAS.items():
        database.execute(f"PRAGMA {name} = {value}")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    return database
