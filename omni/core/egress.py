"""The only way outward: every connection to somebody else is opened here, to a declared host, and written down.

A room's gateway declares itself (`GATEWAY = declare(Gateway(…))`) with the hosts it may reach, why, and which fields it
gives away; the list of subprocessors is made from these declarations. The log keeps field names and sizes, no values.
"""

import smtplib
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from omni.config import Config, is_loopback
from omni.core import scope
from omni.core.database import in_transaction, transaction
from omni.core.ids import Id
from omni.core.models_processes import EgressLog, EgressState
from omni.core.policies import Purpose

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30


class Circumstance(StrEnum):
    """When data may be given to somebody else, and in no other case (privacy C24)."""

    SERVICE_PROVIDER = "C25"
    CONNECTED_BY_USER = "C27"
    LAW = "C28"
    BUSINESS_TRANSFER = "C29"
    CONSENT = "C30"


@dataclass(frozen=True)
class Gateway:
    """Somebody outside: who, why, which fields they are given, under which agreement.

    `setting` names the field of `Config` whose address, when it is set, takes the place of `hosts`.
    """

    name: str
    hosts: tuple[str, ...]
    circumstance: Circumstance
    purpose: Purpose
    fields: frozenset[str]
    agreement: str
    setting: str = ""


class NotDeclared(Exception):
    """A gateway, host or field that was not declared was about to be used."""


class InTransaction(Exception):
    """A call outward inside a transaction would hold its locks for as long as a stranger likes."""


GATEWAYS: dict[str, Gateway] = {}
_config: Config | None = None


def bind(config: Config) -> None:
    """Take the addresses that the settings give to gateways."""
    global _config
    _config = config


def declare(gateway: Gateway) -> Gateway:
    """List the gateway. Raises ValueError when another has its name."""
    if GATEWAYS.setdefault(gateway.name, gateway) != gateway:
        raise ValueError(f"two gateways are called {gateway.name!r}")
    return gateway


def hosts_of(gateway: Gateway) -> tuple[str, ...]:
    """The hosts this installation may reach through the gateway."""
    address = getattr(_config, gateway.setting, None) if gateway.setting else None
    return (urlsplit(address).hostname or "",) if address else gateway.hosts


def address_of(gateway: Gateway) -> str | None:
    """Where the settings place the gateway, without a final slash; None where they say nothing of it."""
    return getattr(_config, gateway.setting, None) if gateway.setting else None


class Session(requests.Session):
    """A requests session of one gateway: declared hosts alone, no redirects, bounded time, each call written down.

    `omni_fields` and `omni_subject` of a request name what it gives away and about whom.
    """

    def __init__(self, gateway: Gateway, subject: Id | None, fields: Iterable[str]) -> None:
        super().__init__()
        # The environment may name a proxy or a .netrc; neither was declared.
        self.trust_env = False
        self._gateway, self._subject, self._fields = gateway, subject, fields

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        options["timeout"] = options.get("timeout") or (CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
        options["allow_redirects"] = False
        body = request.body or b""
        with recorded(self._gateway, urlsplit(request.url or "").hostname or "", self._subject, self._fields) as call:
            call.bytes_out = len(body.encode() if isinstance(body, str) else body)
            response = super().send(request, **options)
            call.status = response.status_code
        return response


def session(gateway: Gateway, *, subject: Id | None = None, fields: Iterable[str] = ()) -> Session:
    """A session to the gateway that gives away `fields` about `subject` (a contact's plain id).

    Raises: NotDeclared, when one of the fields is not on the gateway's list.
    """
    return Session(gateway, subject, _allowed(gateway, fields))


@dataclass
class Call:
    """What is noted of a call while it is made."""

    bytes_out: int = 0
    status: int | None = None


@contextmanager
def recorded(gateway: Gateway, host: str, subject: Id | None, fields: Iterable[str]) -> Iterator[Call]:
    """Allow one call to `host`, and write it down when it has ended, however it ended.

    Raises: NotDeclared, InTransaction.
    """
    if GATEWAYS.get(gateway.name) != gateway or host not in hosts_of(gateway):
        raise NotDeclared(f"{gateway.name} may not reach this host")
    if in_transaction():
        raise InTransaction(gateway.name)
    call, state = Call(), EgressState.UNANSWERED
    try:
        yield call
        state = EgressState.ANSWERED
    finally:
        with transaction():
            EgressLog.create(
                workspace=scope.current().workspace_id,
                gateway=gateway.name,
                circumstance=gateway.circumstance.value,
                purpose=gateway.purpose.value,
                subject=subject,
                field_names=sorted(_allowed(gateway, fields)),
                bytes_out=call.bytes_out,
                state=state,
                status=call.status,
            )


@contextmanager
def smtp(gateway: Gateway, url: str, fields: Iterable[str]) -> Iterator[tuple[smtplib.SMTP, Call]]:
    """A signed-in connection to the mail server at `url`, over TLS wherever a password or another machine is in play.

    Raises: NotDeclared, InTransaction, OSError and smtplib.SMTPException.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    tls = ssl.create_default_context()
    with recorded(gateway, host, None, _allowed(gateway, fields)) as call:
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=READ_TIMEOUT_S, context=tls)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=READ_TIMEOUT_S)
        try:
            server.ehlo_or_helo_if_needed()
            if parts.scheme == "smtp" and (server.has_extn("starttls") or not is_loopback(host)):
                server.starttls(context=tls)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server, call
        finally:
            server.close()


def declared_hosts() -> Mapping[str, tuple[str, ...]]:
    """Each gateway's hosts, for `doctor` and the list of subprocessors."""
    return {name: hosts_of(gateway) for name, gateway in GATEWAYS.items()}


def _allowed(gateway: Gateway, fields: Iterable[str]) -> frozenset[str]:
    given = frozenset(fields)
    if extra := given - gateway.fields:
        raise NotDeclared(f"{gateway.name} may not be given {', '.join(sorted(extra))}")
    return given
