"""One start at a time on a data folder: the supervisor and its Valkey hold the lock, and so does a rotation of keys."""

import fcntl
import os
import time

from omni.config import Config, ConfigError

# A start that is just ending may hold it a moment longer.
WAIT_S = 3


def hold(config: Config) -> int:
    """The descriptor that holds the lock until it is closed. Raises ConfigError while Omni runs on the folder."""
    lock = os.open(config.data_dir / "omni.lock", os.O_RDWR | os.O_CREAT, 0o600)
    end = time.monotonic() + WAIT_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                os.close(lock)
                raise ConfigError(f"Omni already runs on {config.data_dir}: stop it, or set OMNI_DATA_DIR.") from None
            time.sleep(0.1)
        else:
            return lock
