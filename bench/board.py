"""The board page: against the same page from raw SQL and one f-string, and among many people against few.

300 cards on six stages, of which a page shows 25 a stage. Processor time of the whole request, in one process and
thread; for the growth each size is served by the product's own server.
"""

import gzip
import sqlite3
from typing import Any

from bench import Goal, Row, judge
from bench.calls import ask, cpu_s, get
from bench.serving import served
from bench.workspaces import FEW, GROWN, Studio, shared, studio

ROUNDS, ASKED = 7, 60
SECONDS = 2.0


def measure() -> list[Row]:
    """The rows board, board-growth of each size, board-kb and board-card-bytes."""
    return [*(_growth(people) for people in GROWN), *_against_raw()]


def _against_raw() -> list[Row]:
    from omni.factory import create_app

    small = studio(300)
    ours, page, bare = create_app(small.config), get(small.board, small.cookie), get("/board")
    _status, _headers, body = ask(ours, page())
    raw = _raw(small, body)
    for app, make in ((ours, page), (raw, bare)):
        cpu_s(app, [make() for _ in range(10)], 200)
    rounds = [
        cpu_s(ours, [page() for _ in range(ASKED)], 200) / cpu_s(raw, [bare() for _ in range(ASKED)], 200)
        for _ in range(ROUNDS)
    ]
    cards = body.split(b'<li class="card"')[1:]
    a_card = sum(len(card.partition(b"</li>")[0]) + 21 for card in cards) / len(cards)
    packed = len(gzip.compress(body, 6)) / 1000
    return [
        judge("board", rounds, Goal.AT_MOST, 2.5, "whole signed-in request against raw SQL and an f-string"),
        judge("board-kb", [packed], Goal.AT_MOST, 16, "kB, gzip 6: a board of 300 cards, 25 a stage shown"),
        judge("board-card-bytes", [a_card], Goal.AT_MOST, 450, "bytes of HTML a card, raw"),
    ]


def _growth(people: int) -> Row:
    from omni.factory import create_app

    few, many = shared(FEW), shared(people)
    headers = [{"Cookie": f"omni={one.cookie}"} for one in (few, many)]
    with served(lambda: create_app(few.config)) as one, served(lambda: create_app(many.config)) as other:
        one.press(few.board, headers[0], 1.0)
        other.press(many.board, headers[1], 1.0)
        rounds = [
            (one.press(few.board, headers[0], SECONDS), other.press(many.board, headers[1], SECONDS))
            for _ in range(ROUNDS)
        ]
    ratios = [large.cpu_per_request / small.cpu_per_request for small, large in rounds]
    return judge(f"board-growth-{people // 1000}k", ratios, Goal.AT_MOST, 1.15, f"{people:,} people against {FEW:,}")


def _raw(one: Studio, page: bytes) -> Any:
    """The same page from the same statements, its cards written by one f-string; nobody signed in, no walls."""
    from flask import Flask, Response
    from markupsafe import escape

    from omni.boards import queries
    from omni.core.ids import decode

    app = Flask("raw", static_folder=None)
    database = sqlite3.connect(one.config.data_dir / "omni.db", check_same_thread=False)
    (workspace,) = database.execute("SELECT workspace_id FROM board LIMIT 1").fetchone()
    texts = [queries._for_driver(text, False) for text in (queries.STAGES, queries.BOARD_CARDS)]
    values = {"ws": workspace, "board": decode(one.board.rpartition("/")[2]).bytes, "now": queries._now()}
    # Whatever stands around the stages is the same text each time.
    head, _mark, rest = page.decode().partition('<section class="stage"')
    tail = rest.rpartition("</section>\n")[2]

    @app.get("/board")
    def show() -> Response:
        stages, cards = (database.execute(sql, [values[name] for name in names]).fetchall() for sql, names in texts)
        of: dict[bytes, list[str]] = {}
        for card in cards:
            of.setdefault(card[2], []).append(
                f'<li class="card" id="card-{card[0].hex()}-row" data-version="{card[1]}"><span class="face sage hot" '
                f'aria-hidden="true"><svg><use href="#ring"/></svg><i>AN</i></span><a class="card-name" '
                f'href="/contacts/{card[5].hex()}">{escape(card[6])}</a><small class="hot">{card[4]}</small>'
                f'<a class="card-move" href="/cards/{card[0].hex()}/move">Move to…</a><q>{escape(card[16] or "")}</q>'
                f'<div class="later"><svg aria-hidden="true"><use href="#i-phone"/></svg>{card[13]} · {card[15]}</div>'
                f"</li>"
            )
        body = "".join(
            f'<section class="stage"><h2>{escape(s[1])}</h2><small>{s[8]}</small><ol>{"".join(of.get(s[0], []))}</ol>'
            f"</section>"
            for s in stages
        )
        return Response(f"{head}{body}{tail}", content_type="text/html")

    return app
