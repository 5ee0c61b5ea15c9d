"""The board's pulse when nothing changed (204), against a route of the same app that does nothing."""

from flask import Blueprint, Response

from bench import Goal, Row, judge
from bench.calls import cpu_s, get
from bench.workspaces import studio
from omni.core.policies import Policy
from omni.web.access import allow

ROUNDS, ASKED = 9, 200
bare = Blueprint("bare", __name__)


@bare.get("/bare")
@allow(Policy.VIEW_CONTACTS, is_poll=True)
def answer() -> Response:
    """Nothing."""
    return Response(status=204)


def measure() -> list[Row]:
    """The row pulse."""
    from omni.boards.models import Board
    from omni.core.tenancy import Workspace, entered
    from omni.factory import create_app

    one = studio(1_000)
    app = create_app(one.config)
    app.register_blueprint(bare)
    with entered(Workspace.get(Workspace.slug == "juniper-yoga")):
        seq = Board.get(Board.name == "Join").seq
    ours, limit = get(f"{one.board}/pulse?since={seq}", one.cookie), get("/bare", one.cookie)
    for make in (ours, limit):
        cpu_s(app, [make() for _ in range(50)], 204)
    rounds = [
        cpu_s(app, [ours() for _ in range(ASKED)], 204) / cpu_s(app, [limit() for _ in range(ASKED)], 204)
        for _ in range(ROUNDS)
    ]
    return [judge("pulse", rounds, Goal.AT_MOST, 2, "204 against a bare signed-in route of the same app")]
