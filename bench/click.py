"""A counted referral page against a bare Flask route with the same bytes and headers, on the same server.

Rounds alternate; throughput, processor time a request and the slowest hundredth are each a ratio of neighbours.
"""

import http.client
import os
from pathlib import Path
from typing import Any

from bench import Goal, Row, judge
from bench.serving import served

ROUNDS = 7
SECONDS = 3.0
PATH = "/r/spring"
HEADERS = {
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari",
    "Accept": "text/html",
    "Accept-Encoding": "gzip",
}


def measure() -> list[Row]:
    """The rows click, click-cpu and click-p99."""
    config = _prepare()
    from omni.factory import create_app

    def ours() -> Any:
        return create_app(config)

    with served(ours) as omni:
        body, headers = _answer(omni.port)

        def bare() -> Any:
            return _bare(body, headers)

        with served(bare) as limit:
            omni.press(PATH, HEADERS, 1.0)
            limit.press(PATH, HEADERS, 1.0)
            rounds = [(omni.press(PATH, HEADERS, SECONDS), limit.press(PATH, HEADERS, SECONDS)) for _ in range(ROUNDS)]
    return [
        judge("click", [ours.per_second / its.per_second for ours, its in rounds], Goal.AT_LEAST, 0.75),
        judge("click-cpu", [ours.cpu_per_request / its.cpu_per_request for ours, its in rounds], Goal.AT_MOST, 1.33),
        judge("click-p99", [ours.p99_s / its.p99_s for ours, its in rounds], Goal.AT_MOST, 1.5),
    ]


def _prepare() -> Any:
    """A house with one link, closed again before anything forks."""
    from omni.config import Config
    from omni.core import database, migrations
    from omni.core.tenancy import entered
    from omni.referrals import actions
    from omni.referrals.actions import LinkFacts
    from omni.start import open_house
    from tests.world import World

    folder = Path(os.environ["OMNI_BENCH_DIR"]) / "click"
    config = Config.from_environment({"OMNI_ENV": "test", "OMNI_DATA_DIR": str(folder)})
    open_house(config)
    migrations.up(config.data_dir, config.database_roles)
    world = World(config)
    facts = LinkFacts("Tom invites you to a free first week", "Seven days of classes.", slug="spring")
    with entered(world.juniper):
        actions.make_link(facts, picture=None, by=world.maya)
    database.close()
    return config


def _answer(port: int) -> tuple[bytes, list[tuple[str, str]]]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    client.request("GET", PATH, headers=HEADERS)
    answer = client.getresponse()
    body = answer.read()
    gone = {"date", "connection", "server", "content-length", "transfer-encoding"}
    return body, [(name, value) for name, value in answer.getheaders() if name.lower() not in gone]


def _bare(body: bytes, headers: list[tuple[str, str]]) -> Any:
    from flask import Flask, Response

    app = Flask("bare", static_folder=None)

    @app.get("/r/<slug>")
    def show(slug: str) -> Response:
        return Response(body, headers=headers)

    return app
