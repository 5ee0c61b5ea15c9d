"""The page client: asks each page twice, plain and by htmx, and fails on what no page may have.

`browse.get("/boards")` reads a page; `browse.post("/boards", {...}, on="/boards/new")` sends a form that stands on a
page, with the hidden fields and the token taken from it. `browse.as_(theo)` is the same client in Theo's hands.
"""

import gzip
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from omni.web.csrf import FIELD, HEADER
from omni.web.marks import Mark, mark_of
from tests import html

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
# What any route may answer; everything else is declared in its mark.
USUAL = frozenset({200, 204, 303, 304, 307, 400, 403, 404, 405, 409, 410, 413, 421, 422, 429, 503})
# What a GET may write (invariant S4): that a session was used, that its toast was shown, who is being looked at.
COUNTERS = ("session", "usage_event", "queue_claim")


@dataclass
class Answer:
    """What came back, and what it cost."""

    status: int
    headers: Mapping[str, str]
    text: str
    body: bytes
    statements: list[str]
    doc: html.Doc | None

    @property
    def location(self) -> str:
        """Where a 303 leads, or where htmx is sent."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect") or ""

    @property
    def page(self) -> html.Doc:
        assert self.doc is not None, f"{self.status} is no HTML: {self.text[:200]}"
        return self.doc

    def __contains__(self, words: str) -> bool:
        return words in (self.doc.words if self.doc else self.text)


@dataclass
class Browse:
    """One browser with its own cookies."""

    app: Flask
    cookie: str | None = None
    asked: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        if self.cookie:
            self.client.set_cookie("omni", self.cookie, domain="localhost")

    def as_(self, teammate: Any) -> Self:
        """A new browser in which this teammate is signed in."""
        return type(self)(self.app, cookie=sign_in(teammate))

    def get(self, url: str, *, status: int = 200, queries: int | None = None, headers: Any = None) -> Answer:
        """The page, after it was asked for both ways and judged both times."""
        plain = self.ask("GET", url, status=status, queries=queries, headers=headers)
        part = self.ask("GET", url, status=None, queries=queries, headers={**(headers or {}), **HTMX})
        _judge_part(url, plain, part, self._mark(url))
        self.asked[url] = plain
        return plain

    def part(self, url: str, *, status: int = 200, target: str | None = None, source: str | None = None) -> Answer:
        """The fragment htmx gets."""
        more = {"HX-Target": f"div#{target}"} if target else {}
        more |= {"HX-Source": f"button#{source}"} if source else {}
        answer = self.ask("GET", url, status=status, headers={**HTMX, **more})
        html.judge_fragment(url, answer.doc)
        return answer

    def post(self, url: str, fields: Any = None, *, on: str | None = None, status: int = 303, **more: Any) -> Answer:
        """Send a form as a plain browser does; its hidden fields and its token come from the page `on`."""
        return self._send("POST", url, fields, on=on, status=status, **more)

    def post_part(self, url: str, fields: Any = None, *, on: str | None = None, status: int = 200) -> Answer:
        """Send a form as htmx does."""
        answer = self._send("POST", url, fields, on=on, status=status, headers=HTMX)
        if answer.doc is not None:
            html.judge_fragment(url, answer.doc)
        return answer

    def delete(self, url: str, *, on: str | None = None, status: int = 200) -> Answer:
        """A DELETE as htmx sends it: no inputs, the token by header."""
        return self._send("DELETE", url, None, on=on, status=status, headers=HTMX)

    def follow(self, answer: Answer) -> Answer:
        """The page a 303 leads to."""
        return self.get(answer.location)

    def ask(
        self,
        method: str,
        url: str,
        *,
        status: int | None,
        queries: int | None = None,
        headers: Any = None,
        data: Any = None,
    ) -> Answer:
        """One request, and its answer after the checks that hold for every answer."""
        with counted() as statements:
            response = self.client.open(url, method=method, data=data, headers=headers)
        # Of a large upload werkzeug's client makes a file.
        response.request.environ["wsgi.input"].close()
        answer = _answer(response, statements)
        mark = self._mark(url, method)
        if status is not None:
            assert answer.status == status, f"{method} {url}: {answer.status}, not {status}: {answer.text[:600]}"
        assert answer.status in USUAL | mark.statuses, f"{method} {url} answers {answer.status}, which is not declared"
        budget = mark.queries if queries is None else queries
        assert len(answer.statements) <= budget, (
            f"{method} {url}: {len(statements)} statements, {budget} allowed:\n" + ("\n".join(statements))
        )
        if method == "GET":
            _judge_writes(url, statements)
        if answer.doc is not None and answer.doc.is_page and answer.status not in range(300, 400):
            html.judge_page(url, answer.doc)
        return answer

    def _send(self, method: str, url: str, fields: Any, *, on: str | None, status: int, headers: Any = None) -> Answer:
        page = (self.asked.get(on) or self.get(on)) if on else (list(self.asked.values()) or [None])[-1]
        known = page.page.hidden_fields(url) if page is not None and page.doc is not None else {}
        token = known.pop(FIELD, None) or (page.page.token() if page is not None and page.doc is not None else None)
        sent = {"Sec-Fetch-Site": "same-origin", **(headers or {})}
        if method == "DELETE" or headers:
            sent |= {HEADER: token} if token else {}
        elif token:
            known[FIELD] = token
        data = None if method == "DELETE" else {**known, **(fields or {})}
        return self.ask(method, url, status=status, headers=sent, data=data)

    def _mark(self, url: str, method: str = "GET") -> Mark:
        adapter = self.app.url_map.bind("localhost")
        try:
            endpoint, _ = adapter.match(urlsplit(url).path, method=method)
        except Exception:
            return Mark()
        return mark_of(self.app.view_functions[endpoint]) or Mark()


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that reach the database inside the block, transactions' own words left out."""
    seen: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = record.msg[0] if isinstance(record.msg, tuple) else str(record.msg)
            if text.split(None, 1)[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
                seen.append(text)

    logger, handler = logging.getLogger("peewee"), Collect()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)


def sign_in(teammate: Any) -> str:
    """The cookie of a fresh session of this teammate."""
    from omni.accounts import actions
    from omni.accounts.devices import Device
    from omni.core.database import transaction
    from omni.core.tenancy import Workspace

    with transaction():
        workspace = Workspace.get_by_id(teammate.workspace_id)
        return actions.start_session(teammate.user, workspace, device=Device("Test browser", "127.0.0"))


def _answer(response: TestResponse, statements: list[str]) -> Answer:
    is_html = response.content_type.startswith("text/html") if response.content_type else False
    if response.headers.get("Content-Encoding") == "gzip":
        response.set_data(gzip.decompress(response.data))
    text = "" if not response.data else response.get_data(as_text=is_html or response.mimetype.startswith("text"))
    shown = text if isinstance(text, str) else ""
    doc = html.Doc(shown) if is_html and shown else None
    return Answer(response.status_code, response.headers, shown, response.data, statements, doc)


def _judge_part(url: str, plain: Answer, part: Answer, mark: Mark) -> None:
    if mark.is_anonymous:
        assert part.status == plain.status, f"{url} is the same for everyone, yet answers htmx {part.status}"
        return
    if part.status == 204 or plain.status in (301, 302, 303):
        assert part.headers.get("HX-Redirect"), f"{url}: htmx gets {part.status} and is told nothing"
        return
    assert part.status == plain.status, f"{url}: {plain.status} for a browser, {part.status} for htmx"
    if part.doc is not None:
        html.judge_fragment(url, part.doc)
        if plain.doc is not None and plain.status == 200:
            html.judge_targets(url, part.doc, plain.doc)


def _judge_writes(url: str, statements: list[str]) -> None:
    for text in statements:
        words = text.replace('"', "").split()
        if words[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            table = words[1] if words[0].upper() == "UPDATE" else words[2]
            assert table in COUNTERS, f"GET {url} writes: {text}"
