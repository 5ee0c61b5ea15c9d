"""Under which names this installation answers: a foreign Host header reaches no view.

Without this a page of somebody else's could be pointed at this machine (DNS rebinding), and links in mail could be
made to carry a foreign name.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from flask import Flask, Request, current_app
from werkzeug.exceptions import MisdirectedRequest

from omni.config import Config, lan_address


def install(app: Flask, config: Config) -> None:
    """Learn our own names, once."""
    app.config["OMNI_HOSTS"] = names_of(config)


def check(request: Request) -> None:
    """Let requests to our own names pass. Raises MisdirectedRequest (421)."""
    if _name(request.host) not in current_app.config["OMNI_HOSTS"]:
        raise MisdirectedRequest


def names_of(config: Config) -> frozenset[str]:
    """Every name under which this installation answers."""
    ours = {_name(urlsplit(config.public_url).netloc)}
    if config.is_production:
        return frozenset(ours)
    ours |= {"localhost", "127.0.0.1", "::1", config.host}
    if config.is_on_local_network:
        ours |= {lan_address() or "127.0.0.1", *_own_addresses()}
    return frozenset(ours - {"0.0.0.0", "::"})  # noqa: S104


def _own_addresses() -> set[str]:
    name = socket.gethostname()
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return {name, f"{name}.local", *found}


def _name(host: str) -> str:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.rstrip(".")
