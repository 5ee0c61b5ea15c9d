"""Today, a contact's page and the inbox, each against its own statements and an empty page of the same house.

The limit asks the very statements that the page asked, with their values and past the walls, and answers with the
frame of every signed-in page and nothing in it. Processor time of the whole request, in one process and thread.
"""

import sqlite3
from typing import Any

from flask import Blueprint, Response, render_template_string

from bench import Goal, Row, judge
from bench.calls import ask, cpu_s, get
from bench.workspaces import FEW, GROWN, Studio, shared
from omni.core import database
from omni.core.policies import Policy
from omni.start import open_house
from omni.web.access import allow

ROUNDS, ASKED = 7, 20
GOALS = {"today": 3.0, "contact": 3.0, "inbox": 2.0}
EMPTY = '{% extends "layouts/app.html" %}'
READS = ("SELECT", "WITH")
bare = Blueprint("bare", __name__)
_asked: list[str] = []
_connection: list[sqlite3.Connection] = []


@bare.get("/bare")
@allow(Policy.VIEW_CONTACTS)
def empty() -> Response:
    """The statements of a page, and a page with nothing in it."""
    for text in _asked:
        _connection[0].execute(text).fetchall()
    return Response(render_template_string(EMPTY), content_type="text/html")


def measure() -> list[Row]:
    """The row of each page at each size."""
    return [row for people in (FEW, *GROWN) for row in _among(shared(people))]


def _among(one: Studio) -> list[Row]:
    from omni.factory import create_app

    database.close()
    open_house(one.config)
    app = create_app(one.config)
    app.register_blueprint(bare)
    people = _count(one)
    size = "" if people == FEW else f"-{people // 1000}k"
    rows = []
    for name, address in {"today": "/today", "contact": _somebody(one), "inbox": "/inbox"}.items():
        rounds = _rounds(app, one, address)
        note = f"{len(_asked)} statements and an empty page, {people:,} people"
        rows.append(judge(f"{name}{size}", rounds, Goal.AT_MOST, GOALS[name], note))
    return rows


def _rounds(app: Any, one: Studio, address: str) -> list[float]:
    ours, limit = get(address, one.cookie), get("/bare", one.cookie)
    ask(app, ours())
    _asked.clear()
    frame = set(_statements(app, limit()))
    _asked[:] = [text for text in _statements(app, ours()) if text not in frame]
    _connection[:] = [sqlite3.connect(one.config.data_dir / "omni.db", check_same_thread=False)]
    for name, value in database.PRAGMAS.items():
        _connection[0].execute(f"PRAGMA {name} = {value}")
    for make in (ours, limit):
        cpu_s(app, [make() for _ in range(3)], 200)
    return [
        cpu_s(app, [ours() for _ in range(ASKED)], 200) / cpu_s(app, [limit() for _ in range(ASKED)], 200)
        for _ in range(ROUNDS)
    ]


def _statements(app: Any, environ: dict[str, Any]) -> list[str]:
    """What a request asks the database, each with its values in it."""
    seen: list[str] = []
    raw = database.database.obj.connection()
    raw.set_trace_callback(seen.append)
    ask(app, environ)
    raw.set_trace_callback(None)
    return [text for text in seen if text.startswith(READS)]


def _count(one: Studio) -> int:
    raw = sqlite3.connect(one.config.data_dir / "omni.db")
    (count,) = raw.execute("SELECT count(*) FROM contact_search").fetchone()
    raw.close()
    return int(count)


def _somebody(one: Studio) -> str:
    """The page of somebody who said something and has a next step."""
    from omni.core.ids import Id, encode

    raw = sqlite3.connect(one.config.data_dir / "omni.db")
    (found,) = raw.execute(
        "SELECT a.contact_id FROM activity AS a JOIN next_action AS n ON n.contact_id = a.contact_id LIMIT 1"
    ).fetchone()
    raw.close()
    return f"/contacts/{encode(Id(bytes=found))}"
