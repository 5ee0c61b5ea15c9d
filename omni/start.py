"""Opening the house: how every process and every test enters. Imports no Flask."""

import importlib
from collections.abc import Sequence
from typing import Any

from omni.config import Config
from omni.core import clock, egress, folder, links, mail, personal_data, queue, secrets, statements, walls
from omni.core import database as db
from omni.core.tenancy import TenantModel
from omni.rooms import Room, rooms


class NotWhole(Exception):
    """The house may not open: one line says what is missing."""


def open_house(config: Config, *, role: int = 1) -> Sequence[Room]:
    """Bind database, keys, registries and ports. Raises NotWhole.

    `role` says as which of `OMNI_DATABASE_ROLES` a PostgreSQL process works: 0 owner, 1 serving, 2 reading.
    """
    house = rooms()
    clock.freeze(config.now)
    secrets.take_keys(config.secret_key, config.encryption_keys)
    db.connect_to(config.database_url, config.database_roles[role])
    folder.bind(config.data_dir)
    queue.bind(config.queue_url)
    egress.bind(config)
    mail.bind(config)
    links.bind(config.public_url)
    register(house)
    return house


def register(house: Sequence[Room]) -> None:
    """Tell the guard its tables, the registry its answers, the ports their answers and the queue its jobs."""
    models = all_models(house)
    tenant = {m._meta.table_name for m in models if issubclass(m, TenantModel)}
    known = {m._meta.table_name for m in models}
    statements.learn(
        frozenset(tenant), frozenset(known), {name: table for room in house for name, table in room.full_text.items()}
    )
    personal_data.forget()
    for room in house:
        personal_data.register(room.personal_data)
    for line in personal_data.undeclared(models)[:1]:
        raise NotWhole(f"personal data: {line}")
    for name in known - tenant:
        if "workspace_id" in {c.column_name for c in _columns(models, name)} and name not in walls.WITHOUT_WALLS:
            raise NotWhole(f"table {name} names a workspace but stands outside the walls")
    for port in {port for room in house for port in room.fills}:
        port.unplug()
    for room in house:
        for port, answer in room.fills.items():
            port.plug(answer)
        if room.jobs:
            importlib.import_module(room.jobs)


def all_models(house: Sequence[Room]) -> list[type[Any]]:
    """Every table of the house, each after those it points to."""
    return [model for room in house for model in room.models]


def sql_by_hand(house: Sequence[Room]) -> list[str]:
    """What no model can say and a migration therefore writes itself, in every dialect."""
    return [text for room in house for texts in room.ddl.values() for text in texts]


def _columns(models: Sequence[type[Any]], table: str) -> list[Any]:
    return [column for m in models if m._meta.table_name == table for column in m._meta.sorted_fields]
