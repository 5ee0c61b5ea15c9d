"""Search among many people against few, and with one or two letters against three.

The slowest hundredth of what people type: starts, whole names, parts of addresses and numbers. Processor time of the
whole finding, from the words to the ordered people.
"""

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bench import Goal, Row, judge
from bench.workspaces import ENDS, FAMILY, GIVEN, GROWN, SEED, SOME, Studio, shared

ROUNDS, ASKED = 7, 600
Clock = Callable[[], float]


def measure() -> list[Row]:
    """The rows search-growth and search-short of each size."""
    gc.freeze()
    return [row for people in GROWN for row in _grown(people)]


def _grown(people: int) -> list[Row]:
    few, many = shared(SOME), shared(people)
    long, short = long_texts(), _short()
    growth, shortness = [], []
    for _ in range(ROUNDS):
        with inside(few):
            small = p99(long)
        with inside(many):
            large = p99(long)
            shortness.append(p99(short) / large)
        growth.append(large / small)
    size = f"{people // 1000}k"
    told = f"p99 of 3 letters and more, {people:,} people against {SOME:,}"
    short_told = f"p99 of 1 or 2 letters against 3 and more, {people:,}"
    return [
        judge(f"search-growth-{size}", growth, Goal.AT_MOST, 3, told),
        judge(f"search-short-{size}", shortness, Goal.AT_MOST, 1.5, short_told),
    ]


def long_texts() -> list[str]:
    """What people type, three letters and more."""
    dice = random.Random(SEED)
    texts = []
    for n in range(ASKED):
        given, family = dice.choice(GIVEN), dice.choice(FAMILY) + dice.choice(ENDS)
        number = f"{dice.randrange(201, 990)} {dice.randrange(200, 1000)}"
        kinds = (family[:3], given, f"{given} {family}", family, f"{given}.{family}", number)
        texts.append(kinds[n % len(kinds)])
    return texts


def _short() -> list[str]:
    dice = random.Random(SEED)
    return [dice.choice((GIVEN, FAMILY)[n % 2])[: 1 + n % 3 // 2] for n in range(ASKED)]


@contextmanager
def inside(one: Studio) -> Iterator[None]:
    """Within a studio, whose statements of search are known."""
    from omni.contacts import search
    from omni.core import database
    from omni.core.tenancy import Workspace, entered
    from omni.start import open_house

    open_house(one.config)
    with entered(Workspace.get(Workspace.slug == "juniper-yoga")):
        # The guard reads each statement once.
        for text in ("an", "ana", "ana kim", "312 555"):
            search.find(text)
        yield
    database.close()


def p99(texts: Sequence[str], ask: Callable[[str], object] | None = None, clock: Clock = time.thread_time) -> float:
    """Seconds of the slowest hundredth; by the processor where no other clock is named."""
    from omni.contacts import search

    asked, times = ask or search.find, []
    for text in texts:
        began = clock()
        asked(text)
        times.append(clock() - began)
    return sorted(times)[int(len(times) * 0.99)]
