"""Search against pg_trgm on the same rows, beside many small studios against alone, and names with a slip in them.

Search is asked as the page asks it, from the words to the ordered people; pg_trgm only for the rows in which they
stand. Both by the clock, since PostgreSQL works in a process of its own.
"""

import gc
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench import Goal, Row, judge
from bench.search import inside, long_texts, p99
from bench.workspaces import ENDS, FAMILY, GIVEN, GROWN, SEED, Studio, shared, studio
from omni.contacts.folding import digits_of, fold

ROUNDS = 7
MIDDLE, NEIGHBOURS, SMALL = 50_000, 500, 40
SLIPS, TOP = 400, 10
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Whom a list would show, as pg_trgm's own documentation asks for part of a word.
STANDS_IN = "SELECT contact_id, fold FROM words WHERE {} LIKE %s ORDER BY number DESC LIMIT 200"


def measure() -> list[Row]:
    """The rows search-trgm of each size, search-beside and search-slips."""
    gc.freeze()
    with _postgres() as conn:
        rows = [_against_trigrams(people, conn) for people in GROWN]
    return [*rows, *_in_the_middle()]


def _against_trigrams(people: int, conn: Any) -> Row:
    one, texts = shared(people), long_texts()
    _copy(one, conn)
    for text in texts:
        _like(conn, text)
    ratios = []
    with inside(one):
        for _ in range(ROUNDS):
            ours = p99(texts, clock=time.perf_counter)
            ratios.append(ours / p99(texts, lambda text: _like(conn, text), time.perf_counter))
    told = f"p99 of 3 letters and more, {people:,} people, against a pg_trgm index on the same rows"
    return judge(f"search-trgm-{people // 1000}k", ratios, Goal.AT_MOST, 0.5, told)


def _in_the_middle() -> list[Row]:
    alone, among, texts = studio(MIDDLE), studio(MIDDLE), long_texts()
    _add_neighbours(among)
    ratios = []
    for _ in range(ROUNDS):
        with inside(alone):
            by_itself = p99(texts)
        with inside(among):
            ratios.append(p99(texts) / by_itself)
    with inside(alone):
        found = _found_after_a_slip()
    for one in (alone, among):
        shutil.rmtree(one.config.data_dir)
    told = f"p99 of {MIDDLE:,} people beside {NEIGHBOURS} studios of {SMALL}, against the same alone"
    slips = f"names typed with one slip whose person is among the first {TOP}, against names typed well"
    return [
        judge("search-beside", ratios, Goal.AT_MOST, 2, told),
        judge("search-slips", [found], Goal.AT_LEAST, 0.9, slips),
    ]


def _found_after_a_slip() -> float:
    """How many are found by a name with a slip in it, of those who are found by their name."""
    dice = random.Random(SEED)
    names = [f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}{dice.choice(ENDS)}" for _ in range(SLIPS)]
    exact = [name for name in names if _stands_on_top(name, name)]
    return sum(_stands_on_top(_slip(name, dice), name) for name in exact) / len(exact)


def _stands_on_top(typed: str, name: str) -> bool:
    """As the search sheet does it: whom search finds, then whom it guesses."""
    from omni.contacts import queries

    found = queries.search_contacts(typed, limit=TOP)
    top = [*found, *queries.guess_contacts(typed, found)][:TOP]
    return any(fold(one.display_name) == fold(name) for one in top)


def _slip(name: str, dice: random.Random) -> str:
    """The name with a letter left out, put in, put for another, or two that changed places."""
    at, letter = dice.randrange(1, len(name) - 1), dice.choice(LETTERS)
    before, here, after = name[:at], name[at], name[at + 1 :]
    swapped = after[:1] + here + after[1:]
    return before + dice.choice((after, letter + here + after, letter + after, swapped))


def _like(conn: Any, text: str) -> list[Any]:
    column, value = ("fold", fold(text)) if any(map(str.isalpha, text)) else ("digits", digits_of(text))
    rows: list[Any] = conn.execute(STANDS_IN.format(column), [f"%{value}%"]).fetchall()
    return rows


def _copy(one: Studio, conn: Any) -> None:
    """The rows of search in PostgreSQL, indexed there."""
    raw = sqlite3.connect(one.config.data_dir / "omni.db")
    rows = raw.execute("SELECT number, contact_id, fold, digits FROM contact_search").fetchall()
    raw.close()
    conn.execute("DROP TABLE IF EXISTS words")
    conn.execute("CREATE TABLE words (number bigint PRIMARY KEY, contact_id bytea, fold text, digits text)")
    with conn.cursor() as cursor, cursor.copy("COPY words FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    for column in ("fold", "digits"):
        conn.execute(f"CREATE INDEX ON words USING gin ({column} gin_trgm_ops)")
    conn.execute("VACUUM ANALYZE words")


@contextmanager
def _postgres() -> Iterator[Any]:
    from tests.houses import Postgres

    server = Postgres()
    url = server.create()
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE EXTENSION pg_trgm")
        yield conn
    server.drop(url)
    server.stop()


def _add_neighbours(one: Studio) -> None:
    """Small studios in the same house, whose people search keeps too."""
    from omni.contacts import search
    from omni.contacts.folding import search_words
    from omni.contacts.models import Contact
    from omni.core import clock
    from omni.core.database import transaction
    from omni.core.tenancy import Workspace, entered

    dice = random.Random(SEED)
    with inside(one):
        for n in range(NEIGHBOURS):
            with transaction():
                other = Workspace.create(number=1000 + n, slug=f"other-{n}", name=f"Other {n}")
                with entered(other):
                    words = []
                    for _ in range(SMALL):
                        name = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}{dice.choice(ENDS)}"
                        words.append(
                            (
                                Contact.create(display_name=name, last_touch_at=clock.now()).id,
                                *search_words(name, "", "", (), ()),
                            )
                        )
                    search.index_new(words)
