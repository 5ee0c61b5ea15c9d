"""The list of contacts: any page and any filter on an index against its first page, and among many people against few.

Processor time of the whole signed-in request, in one process and thread.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bench import Goal, Row, judge
from bench.calls import ask, cpu_s, get
from bench.workspaces import FEW, GROWN, Studio, shared

ROUNDS, ASKED, DEEP = 7, 20, 40
FIRST = "/contacts"
OTHERS = {
    "by name": "/contacts?sort=name",
    "of a life": "/contacts?f=life:is:lead",
    "of nobody": "/contacts?f=owner:is:none",
    "of a life, by name": "/contacts?f=life:is:lead&sort=name",
}


def measure() -> list[Row]:
    """The rows list-pages and list-growth of each size."""
    return [row for people in GROWN for row in _grown(people)]


def _grown(people: int) -> list[Row]:
    few, many = _App(shared(FEW)), _App(shared(people))
    addresses = {**OTHERS, "deep": many.deep(FIRST), "deep by name": many.deep(OTHERS["by name"])}
    rounds = [(few.cost(FIRST), many.cost(FIRST), many.slowest(addresses)) for _ in range(ROUNDS)]
    slowest = max(rounds, key=lambda one: one[2][0])[2][1]
    size = f"{people // 1000}k"
    return [
        judge(
            f"list-pages-{size}",
            [other / first for _few, first, (other, _name) in rounds],
            Goal.AT_MOST,
            1.3,
            f"the slowest of {len(addresses)} lists ({slowest}) against the first page, {people:,} people",
        ),
        judge(
            f"list-growth-{size}",
            [first / small for small, first, _slowest in rounds],
            Goal.AT_MOST,
            1.3,
            f"the first page, {people:,} people against {FEW:,}",
        ),
    ]


class _App:
    """One studio's application, asked in this process."""

    def __init__(self, one: Studio) -> None:
        from omni.factory import create_app

        self._one, self._make = one, create_app
        self._app: Any = create_app(one.config)

    def cost(self, address: str) -> float:
        """Processor seconds of one request."""
        self._enter()
        make = get(address, self._one.cookie)
        cpu_s(self._app, [make() for _ in range(3)], 200)
        return cpu_s(self._app, [make() for _ in range(ASKED)], 200)

    def slowest(self, addresses: dict[str, str]) -> tuple[float, str]:
        """The dearest of some addresses, and its name."""
        return max((self.cost(address), name) for name, address in addresses.items())

    def deep(self, address: str) -> str:
        """The address of a page far behind the first."""
        self._enter()
        for _ in range(DEEP):
            _status, _headers, body = ask(self._app, get(address, self._one.cookie)())
            address = _more(body.decode(), address)
        return address

    def _enter(self) -> None:
        """The house this process works in is the one of the last application made."""
        from omni.core import database
        from omni.start import open_house

        database.close()
        open_house(self._one.config)


def _more(page: str, address: str) -> str:
    """Where "Show more people" leads."""
    found = page.partition("after=")[2].partition('"')[0].partition("&")[0]
    assert found, "the list has no further page"
    kept = [(name, value) for name, value in parse_qsl(urlsplit(address).query) if name != "after"]
    return f"{FIRST}?{urlencode([*kept, ('after', found)])}"
