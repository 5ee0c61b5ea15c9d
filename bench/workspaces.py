"""Studios of any size, the same for a seed, made once and kept in the data folder.

People stand evenly on the six stages of Join; every third said something, every fourth has a next step; each has a
number and an address, by which search finds them too. Rows are written in bulk, past the actions, as an import writes
them, since a hundred thousand people by hand take an hour.
"""

import hashlib
import os
import random
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

SEED = 7
# The sizes at which growth is measured; each larger one stands against the first.
FEW, GROWN = 1_000, (100_000, 1_000_000)
# Against which search is measured (specs/performance.md).
SOME = 10_000
# People who are written together; the words search keeps of them go in by one statement.
CHUNK = 2_000
GIVEN = (  # noqa: SIM905 - a list of words reads better so
    "Ana Ben Carla Dora Eli Finn Greta Hugo Ines Jonas Kofi Luca Mei Noor Priya Rosa Sana Tom Vera Zoe Amir Bea Cleo"
    " Dina Emil Fay Gus Hana Ivo Juno Kai Lena Milo Nia Otto Pia Quinn Remy Sven Tara Uma Vito Willa Xenia Yara Zane"
).split()
FAMILY = (  # noqa: SIM905 - a list of words reads better so
    "Abt Blum Costa Diallo Espin Farrow Hart Jansen Khan Kim Lind Marsh Nunez Okafor Paul Reyes Shah Wahid"
).split()
ENDS = ("", "", "er", "son", "ova", "ez", "man", "berg", "feld", "ard", "ini", "ski", "eau", "oto", "ley", "well")


@dataclass(frozen=True)
class Studio:
    """A house with one studio in it: its settings, the cookie of its owner, and its board's address."""

    config: Any
    cookie: str
    board: str
    cards: tuple[str, ...]


def studio(people: int) -> Studio:
    """A studio of so many people in a folder of its own; its database was made now, or earlier."""
    from omni.config import Config
    from omni.start import open_house

    folder = Path(os.environ["OMNI_BENCH_DIR"]) / f"studio-{people}-{random.getrandbits(32):x}"
    folder.mkdir(parents=True)
    kept = _kept(people)
    if kept.exists():
        shutil.copy(kept, folder / "omni.db")
    config = Config.from_environment({"OMNI_ENV": "test", "OMNI_DATA_DIR": str(folder)})
    open_house(config)
    if not kept.exists():
        _make(config, people)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            shutil.copy(folder / "omni.db", kept)
    return _signed_in(config)


@cache
def shared(people: int) -> Studio:
    """A studio that the rows of one run look at and do not change, copied once."""
    return studio(people)


def _kept(people: int) -> Path:
    from omni.core import migrations

    makers = b"".join(path.read_bytes() for path in (*sorted(migrations.FOLDER.glob("*.py")), Path(__file__)))
    name = f"{people}-{SEED}-{hashlib.sha256(makers).hexdigest()[:12]}.db"
    return Path(os.environ.get("OMNI_BENCH_CACHE", "data/bench")) / name


def _make(config: Any, people: int) -> None:
    from omni.boards.models import Board, Stage
    from omni.core import database, migrations
    from omni.core.tenancy import entered
    from tests.world import World

    migrations.up(config.data_dir, config.database_roles)
    world = World(config)
    maya = world.maya
    with entered(world.juniper):
        board = Board.get(Board.name == "Join")
        stages = list(Stage.select().where(Stage.board == board).order_by(Stage.position))
        _fill(board, stages, maya, people)
    database.database.execute_sql("SELECT 1")
    database.database.obj.connection().execute("ANALYZE")
    database.database.obj.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(board: Any, stages: Sequence[Any], maya: Any, people: int) -> None:
    from omni.boards.models import Card, StageStat
    from omni.boards.positions import spread
    from omni.contacts import search
    from omni.core.database import transaction

    tables, words = _tables(board, maya), []
    for number, key in enumerate(spread(None, None, people), start=1):
        words.append(_add(tables, stages, number, key))
        if number % CHUNK == 0 or number == people:
            with transaction():
                for rows in tables.values():
                    rows.flush()
                search.index_new(words)
            words.clear()
    for stage in stages:
        n = Card.select().where(Card.stage == stage).count()
        StageStat.update(n=n).where(StageStat.stage == stage).execute()


def _tables(board: Any, maya: Any) -> dict[str, Any]:
    """Rows to gather, by table: first the columns that differ, then those that are the same for everyone."""
    from omni.boards.models import Card, CardStay
    from omni.contacts.imports.bulk import Rows
    from omni.contacts.kinds import Direction, Kind, PointKind
    from omni.contacts.models import Activity, Contact, ContactPoint
    from omni.contacts.next_actions import NextAction
    from omni.core.actors import ActorKind

    def rows(model: Any, names: str, **same: Any) -> Rows:
        fields = model._meta.fields.values()
        usual = {field.name: field.default for field in fields if field.default is not None}
        given = {"id", "created_at", "workspace", *names.split()}
        usual = {name: value for name, value in usual.items() if name not in given and not callable(value)}
        return Rows(model, ("id", "created_at", *names.split()), **(usual | same))

    name = "given_name family_name display_name last_touch_at last_in_at last_out_at"
    return {
        "contact": rows(Contact, name, owner=maya.id),
        "email": rows(ContactPoint, "contact raw norm", kind=PointKind.EMAIL, is_primary=True),
        "phone": rows(ContactPoint, "contact raw norm", kind=PointKind.PHONE, is_primary=True),
        "card": rows(Card, "contact stage position entered_at new_since", board=board.id),
        "stay": rows(CardStay, "card stage entered_at", board=board.id, via="landing", by=maya.id),
        "line": rows(
            Activity, "contact actor_id happened_at", kind=Kind.TEXT, direction=Direction.IN,
            summary="Could you send me the timetable?", actor_kind=ActorKind.CONTACT,
        ),
        "step": rows(NextAction, "contact ref_id step due_at", ref_table="task", title="Call about the trial"),
    }  # fmt: skip


def _add(tables: dict[str, Any], stages: Sequence[Any], number: int, key: str) -> tuple[Any, str, str]:
    """One person with all that hangs on them; what search keeps comes back."""
    from omni.contacts.folding import search_words
    from omni.contacts.next_actions import Step
    from omni.core import clock
    from omni.core.ids import new_id

    dice, now, stage = random.Random(SEED * 1_000_003 + number), clock.now(), stages[number % len(stages)].id
    contact, card = new_id(), new_id()
    given, family = dice.choice(GIVEN), dice.choice(FAMILY) + dice.choice(ENDS)
    email = f"{given}.{family}.{number}@example.com".lower()
    phone = f"+1{dice.randrange(201, 990)}{dice.randrange(200, 1000)}{dice.randrange(10_000):04}"
    at = now - timedelta(minutes=dice.randrange(20, 30_000))
    # Every third of each stage, so that some are new on the stage where people land.
    said = number // len(stages) % 3 == 0
    answered = (at, at + timedelta(minutes=9)) if said else (None, None)
    tables["contact"].add(contact, at, given, family, f"{given} {family}", at, *answered)
    tables["email"].add(new_id(), at, contact, email, email)
    tables["phone"].add(new_id(), at, contact, phone, phone)
    tables["card"].add(card, at, contact, stage, key, at, None if said else at)
    tables["stay"].add(new_id(), at, card, stage, at)
    if said:
        tables["line"].add(new_id(), at, contact, contact, at)
    if number % 4 == 0:
        due = now + timedelta(days=dice.randrange(-3, 9))
        tables["step"].add(new_id(), at, contact, new_id(), dice.choice(list(Step)), due)
    return (contact, *search_words(f"{given} {family}", "", "", (email,), (phone,)))


def _signed_in(config: Any) -> Studio:
    from omni.accounts.models import Teammate
    from omni.boards.models import Board, Card
    from omni.core import database
    from omni.core.ids import encode
    from omni.core.tenancy import Workspace, entered
    from tests.browse import sign_in

    with entered(Workspace.get(Workspace.slug == "juniper-yoga")):
        maya = Teammate.select().first()
        board = Board.get(Board.name == "Join")
        cards = tuple(encode(card.id) for card in Card.select(Card.id).order_by(Card.id).limit(200))
    with entered(maya.workspace_id):
        cookie = sign_in(maya)
    database.close()
    return Studio(config, cookie, f"/boards/{encode(board.id)}", cards)
