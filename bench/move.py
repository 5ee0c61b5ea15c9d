"""Moving one card by htmx, whole request, against a route of the same app that commits one update of one row."""

import random
import shutil
from typing import Any

from flask import Blueprint, Response

from bench import Goal, Row, judge
from bench.calls import ask, cpu_s, get, post
from bench.workspaces import FEW, GROWN, Studio, studio
from omni.boards.models import Stage
from omni.core.database import transaction
from omni.core.policies import Policy
from omni.web.access import allow

ROUNDS, MOVED = 9, 40
bare = Blueprint("bare", __name__)


@bare.post("/bare")
@allow(Policy.MOVE_CARDS, is_poll=True)
def write() -> Response:
    """Commit one update of one row."""
    with transaction():
        Stage.update(version=Stage.version + 1).where(Stage.name == "Lost").execute()
    return Response("", content_type="text/html")


def measure() -> list[Row]:
    """The rows move and move-statements, and move among many people."""
    return [*_among(FEW), *(_among(people)[0] for people in GROWN)]


def _among(people: int) -> tuple[Row, Row]:
    from omni.factory import create_app

    one = studio(people)
    app = create_app(one.config)
    app.register_blueprint(bare)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "X-CSRF-Token": _token(app, one)}
    dice = random.Random(1)
    _moves(app, one, headers, dice)
    rounds = [_moves(app, one, headers, dice) / _writes(app, one, headers) for _ in range(ROUNDS)]
    note = f"whole request against a signed-in route with one committed update, {people:,} people"
    name = "move" if people == FEW else f"move-{people // 1000}k"
    found = judge(name, rounds, Goal.AT_MOST, 4, note), _statements(app, one, headers, dice)
    shutil.rmtree(one.config.data_dir)
    return found


def _moves(app: Any, one: Studio, headers: dict[str, str], dice: random.Random) -> float:
    return cpu_s(app, [_move(one, headers, card, dice) for card in dice.sample(one.cards, MOVED)], 200)


def _writes(app: Any, one: Studio, headers: dict[str, str]) -> float:
    return cpu_s(app, [post("/bare", {"a": "b"}, one.cookie, headers) for _ in range(MOVED)], 200)


def _move(one: Studio, headers: dict[str, str], card: str, dice: random.Random) -> dict[str, Any]:
    # Stages that change nobody's life and ask nothing, so that each move costs what a usual one costs.
    stage = dice.choice([stage for stage in _stages(one) if stage])
    return post(f"/cards/{card}/stage", {"stage": stage, "via": "drag"}, one.cookie, headers)


def _stages(one: Studio) -> list[str]:
    from omni.core.ids import decode, encode
    from omni.core.tenancy import Workspace, entered

    with entered(Workspace.get(Workspace.slug == "juniper-yoga")):
        board = decode(one.board.rpartition("/")[2])
        quiet = Stage.select().where(Stage.board == board, Stage.sets_lifecycle.is_null())
        return [encode(stage.id) for stage in quiet if not stage.gate]


def _token(app: Any, one: Studio) -> str:
    _status, _headers, body = ask(app, get(one.board, one.cookie)())
    return body.decode().partition('"X-CSRF-Token":"')[2].partition('"')[0]


def _statements(app: Any, one: Studio, headers: dict[str, str], dice: random.Random) -> Row:
    from tests.browse import counted

    counts = []
    for card in one.cards[:12]:
        environ = _move(one, headers, card, dice)
        with counted() as seen:
            ask(app, environ)
        writes = [text for text in seen if text.split(None, 1)[0] in ("INSERT", "UPDATE")]
        counts.append(float(len(seen)) if len(writes) > 6 else 0.0)
    moved = [count for count in counts if count]
    return judge(
        "move-statements", moved, Goal.AT_MOST, 30, "statements of a whole request, session and answer included"
    )
