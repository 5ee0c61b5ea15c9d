"""Changing the key that seals: a new one is added, every sealed value is sealed anew, the old ones are retired.

Rows go in batches of 500, each with a commit of its own, so that a rotation which was killed is simply run again: what
the newest key sealed already is passed over.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from omni.config import Config, keep_encryption_keys, new_encryption_key
from omni.core import secrets
from omni.core.audit import SubjectKey
from omni.core.database import transaction
from omni.core.fields import SealedField, sealed_to
from omni.core.points import point
from omni.core.tenancy import Reason, cross_tenant

BATCH = 500

# A sealed column by its name, and what its value is bound to.
Column = tuple[str, Callable[[Any], bytes]]


class KeysGiven(Exception):
    """The keys come from the environment, so they are changed there."""


def add_key(config: Config) -> Mapping[str, bytes]:
    """Put a new key before the kept ones and seal with it from here on. Raises KeysGiven."""
    return _keep(config, dict([new_encryption_key()]) | dict(config.encryption_keys))


def seal_anew(models: Iterable[type[Any]]) -> int:
    """Every sealed value in the database is sealed by the newest key: how many were not."""
    with cross_tenant(Reason.KEYS):
        return sum(_seal_table(model, columns) for model, columns in _sealed_tables(models))


def retire(config: Config, models: Iterable[type[Any]], *, keep: int) -> list[str]:
    """Forget the keys that no row names, but never the `keep` newest: the names of the forgotten.

    Raises: KeysGiven.
    """
    with cross_tenant(Reason.KEYS):
        named = {name for model, columns in _sealed_tables(models) for name in _names_in(model, columns)}
    old = list(config.encryption_keys)[keep:]
    forgotten = [name for name in old if secrets.key_id(name) not in named]
    if forgotten:
        _keep(config, {name: key for name, key in config.encryption_keys.items() if name not in forgotten})
    return forgotten


def _keep(config: Config, keys: Mapping[str, bytes]) -> Mapping[str, bytes]:
    if not config.keeps_encryption_keys:
        raise KeysGiven
    keep_encryption_keys(config.data_dir, keys)
    secrets.take_keys(config.secret_key, keys)
    return keys


def _sealed_tables(models: Iterable[type[Any]]) -> Iterator[tuple[type[Any], list[Column]]]:
    for model in models:
        columns: list[Column] = [
            (field.name, sealed_to) for field in model._meta.sorted_fields if isinstance(field, SealedField)
        ]
        if model is SubjectKey:
            columns.append(("wrapped", _bound_as_subject_key))
        if columns:
            yield model, columns


def _bound_as_subject_key(row: Any) -> bytes:
    return f"subject_key:{row.subject}:{row.workspace_id}".encode()


def _rows(model: type[Any]) -> Iterator[list[Any]]:
    """All rows in batches, in the order of their ids."""
    query = model.select().order_by(model.id).limit(BATCH)
    rows = list(query)
    while rows:
        yield rows
        rows = list(query.where(model.id > rows[-1].id))


def _seal_table(model: type[Any], columns: list[Column]) -> int:
    count = 0
    for rows in _rows(model):
        with transaction():
            count += sum(_seal_value(row, *column) for row in rows for column in columns)
        point("keys.batch")
    return count


def _seal_value(row: Any, name: str, bound_to: Callable[[Any], bytes]) -> int:
    old = row.__data__.get(name)
    if old is None or bytes(old[: secrets.KEY_ID_BYTES]) == secrets.newest_key():
        return 0
    field = getattr(type(row), name)
    new = secrets.seal(secrets.open_sealed(bytes(old), bound_to(row)), bound_to(row))
    # Only where the value is still the one that was read: a job may have written another since.
    type(row).update({field: new}).where((type(row).id == row.id) & (field == bytes(old))).execute()
    return 1


def _names_in(model: type[Any], columns: list[Column]) -> Iterator[bytes]:
    for rows in _rows(model):
        for row in rows:
            for name, _ in columns:
                if row.__data__.get(name) is not None:
                    yield bytes(row.__data__[name][: secrets.KEY_ID_BYTES])
