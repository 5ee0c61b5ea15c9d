"""A house that sends through a real mail server."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from omni.config import Config
from omni.core import egress, mail
from tests.servers import MailServer


@pytest.fixture(scope="session")
def session_mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def server(session_mail_server: MailServer, house: Any, config: Config) -> MailServer:
    """The house's mail server, with nothing in it, answering well."""
    server = session_mail_server
    server.accepted.clear()
    server.rcpt_answer, server.data_answer = "250 OK", "250 OK"
    sending = replace(config, smtp_url=server.url)
    mail.bind(sending)
    egress.bind(sending)
    return server
