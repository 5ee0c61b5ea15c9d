"""Studios of any size, the same for a seed, made once and kept in the data folder.

People stand evenly on the six stages of Join; every third said something, every fourth has a next step. Rows are
written in bulk, past the actions, since a hundred thousand people by hand take an hour.
"""

import hashlib
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

SEED = 7
# Bulk inserts keep one size, so that the guard parses one text a table (STACK §6).
CHUNK = 200
GIVEN = (  # noqa: SIM905 - a list of words reads better so
    "Ana Ben Carla Dora Eli Finn Greta Hugo Ines Jonas Kofi Luca Mei Noor Priya Rosa Sana Tom Vera Zoe"
).split()
FAMILY = (  # noqa: SIM905 - a list of words reads better so
    "Abt Blum Costa Diallo Espin Farrow Hart Jansen Khan Kim Lind Marsh Nunez Okafor Paul Reyes Shah Wahid"
).split()


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


def _kept(people: int) -> Path:
    from omni.core import migrations

    schema = b"".join(path.read_bytes() for path in sorted(migrations.FOLDER.glob("*.py")))
    name = f"{people}-{SEED}-{hashlib.sha256(schema).hexdigest()[:12]}.db"
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
    from omni.boards.models import Card, CardStay, StageStat
    from omni.boards.positions import spread
    from omni.contacts.models import Activity, Contact
    from omni.contacts.next_actions import NextAction
    from omni.core.database import transaction

    rows = list(_people(board, stages, maya, people, spread(None, None, people)))
    tables = (Contact, Card, CardStay, Activity, NextAction)
    for table, columns in zip(tables, zip(*rows, strict=True), strict=True):
        given = [row for row in columns if row]
        for at in range(0, len(given), CHUNK):
            with transaction():
                table.insert_many(given[at : at + CHUNK]).execute()
    for stage in stages:
        n = Card.select().where(Card.stage == stage).count()
        StageStat.update(n=n).where(StageStat.stage == stage).execute()


def _people(
    board: Any, stages: Sequence[Any], maya: Any, people: int, keys: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    from omni.contacts.kinds import Direction, Kind
    from omni.contacts.next_actions import Step
    from omni.core import clock
    from omni.core.actors import ActorKind
    from omni.core.ids import new_id

    dice, now, workspace = random.Random(SEED), clock.now(), maya.workspace_id
    for number, key in enumerate(keys):
        contact_id, card_id, stage = new_id(), new_id(), stages[number % len(stages)]
        given, family = dice.choice(GIVEN), dice.choice(FAMILY)
        at = now - timedelta(minutes=dice.randrange(20, 30_000))
        said = number % 3 == 0
        common = {"workspace": workspace, "created_at": at}
        contact = {
            **common, "id": contact_id, "given_name": given, "family_name": family,
            "display_name": f"{given} {family}", "owner": maya.id, "last_touch_at": at,
            "last_in_at": at if said else None, "last_out_at": at + timedelta(minutes=9) if said else None,
        }  # fmt: skip
        place = {**common, "board": board.id, "stage": stage.id, "entered_at": at}
        card = {**place, "id": card_id, "contact": contact_id, "position": key}
        stay = {**place, "id": new_id(), "card": card_id, "left_at": None, "via": "landing", "by": maya.id}
        line = {
            **common, "id": new_id(), "contact": contact_id, "kind": Kind.TEXT, "direction": Direction.IN,
            "happened_at": at, "summary": "Could you send me the timetable?", "actor_kind": ActorKind.CONTACT,
            "actor_id": contact_id, "ref_table": None, "ref_id": None,
        }  # fmt: skip
        step = {
            **common, "id": new_id(), "contact": contact_id, "ref_table": "task", "ref_id": new_id(),
            "step": dice.choice(list(Step)), "title": "Call about the trial",
            "due_at": now + timedelta(days=dice.randrange(-3, 9)),
        }  # fmt: skip
        yield contact, card, stay, line if said else None, step if number % 4 == 0 else None


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
