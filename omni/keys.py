"""`keys`: which keys seal, a new one for all that is sealed, and the end of the old ones.

A running process holds the keys it started with, so rotating and retiring hold the folder's lock: Omni is stopped.
"""

import os
from collections.abc import Callable
from dataclasses import replace

from omni import folder_lock
from omni.config import Config
from omni.core import database, migrations, rotation
from omni.core.commands import CommandFault, Result
from omni.start import all_models, open_house

# The key before the newest stays for what is still on its way under it: a spooled hit, a form somebody is filling in.
KEPT_BY_ROTATION = 2


def show(config: Config) -> Result:
    """The names of the keys, newest first."""
    names = list(config.encryption_keys)
    return Result({"keys": names}, [f"{name}  {'seals' if n == 0 else 'opens'}" for n, name in enumerate(names)])


def rotate(config: Config) -> Result:
    """Add a key, seal everything with it, and forget keys older than the one before that no row names."""
    return _stopped(config, lambda: _rotated(config))


def retire(config: Config) -> Result:
    """Forget every key but the newest, unless a row still names it."""
    return _stopped(config, lambda: _retired(config, keep=1))


def _stopped(config: Config, act: Callable[[], Result]) -> Result:
    lock = folder_lock.hold(config)
    try:
        return act()
    except rotation.KeysGiven:
        raise CommandFault(
            "the keys come from OMNI_ENCRYPTION_KEYS: put a new one first there, and take them out once none is needed"
        ) from None
    finally:
        database.close()
        os.close(lock)


def _rotated(config: Config) -> Result:
    models = all_models(open_house(config))
    migrations.up(config.data_dir, config.database_roles)
    keys = rotation.add_key(config)
    count = rotation.seal_anew(models)
    forgotten = rotation.retire(replace(config, encryption_keys=keys), models, keep=KEPT_BY_ROTATION)
    newest = next(iter(keys))
    lines = [f"{newest} seals now; {count} values were sealed anew.", *(f"{name} is forgotten." for name in forgotten)]
    return Result({"newest": newest, "sealed": count, "forgotten": forgotten}, lines)


def _retired(config: Config, *, keep: int) -> Result:
    models = all_models(open_house(config))
    count = rotation.seal_anew(models)
    forgotten = rotation.retire(config, models, keep=keep)
    lines = [f"{name} is forgotten." for name in forgotten] or ["There was nothing to forget."]
    return Result({"sealed": count, "forgotten": forgotten}, lines)
