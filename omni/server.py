"""The web server: gunicorn, in this process or in a child, with an application that was made before the fork."""

import errno
import logging
import os
import socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from omni.config import Config, ConfigError

THREADS = 2
# Longer than any request of ours; a worker that says nothing for so long is replaced.
TIMEOUT_S = 60
# How long Ctrl-C waits for open requests.
GRACE_S = 5


def listen(config: Config) -> socket.socket:
    """The listening socket, held by the caller so that no connection is refused while a server restarts.

    Raises: ConfigError, when the port is taken or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((config.host, config.port))
        listening.listen(2048)
    except OSError as refusal:
        listening.close()
        if refusal.errno == errno.EADDRINUSE:
            raise ConfigError(f"Port {config.port} is taken: stop what uses it, or start with PORT=8001.") from None
        raise ConfigError(f"HOST={config.host} PORT={config.port} cannot be used ({refusal.strerror}).") from None
    return listening


def serve(app: Flask, listening: socket.socket) -> None:
    """Serve `app` on the socket until told to stop."""
    _Server(app, listening).run()


class _OurLog(Logger):  # type: ignore[misc]
    """Gunicorn's own lines go through our log; requests are written there by the application."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.handlers[:] = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)

    def access(self, *_: Any) -> None:
        """Nothing: `web` notes each request."""


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, app: Flask, listening: socket.socket) -> None:
        self._app, self._listening = app, listening
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": [f"fd://{self._listening.fileno()}"],
            "worker_class": "gthread",
            "workers": (os.cpu_count() or 1) + 1,
            "threads": THREADS,
            "preload_app": True,
            "timeout": TIMEOUT_S,
            "graceful_timeout": GRACE_S,
            "control_socket_disable": True,
            # Our own ProxyFix decides whom to believe, by OMNI_PROXY_HOPS.
            "forwarded_allow_ips": "",
            "logger_class": _OurLog,
            "accesslog": None,
            "proc_name": "omni",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app
