"""The only way outward."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from omni.core import egress
from omni.core.database import transaction
from omni.core.egress import Circumstance, Gateway, InTransaction, NotDeclared
from omni.core.ids import new_id
from omni.core.models_processes import EgressLog, EgressState
from omni.core.policies import Purpose
from tests.servers import free_port


class Stranger(BaseHTTPRequestHandler):
    """Answers 201 to a POST, and sends a GET elsewhere."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def gateway(house: object) -> Iterator[Gateway]:
    yield egress.declare(
        Gateway(
            name="tests",
            hosts=("127.0.0.1",),
            circumstance=Circumstance.SERVICE_PROVIDER,
            purpose=Purpose.COMMUNICATE,
            fields=frozenset({"to", "body"}),
            agreement="none",
        )
    )
    egress.GATEWAYS.pop("tests", None)


def test_a_call_is_made_and_written_down_without_a_value(gateway: Gateway, stranger: str) -> None:
    contact = new_id()
    session = egress.session(gateway, subject=contact, fields=["to", "body"])
    assert session.post(stranger, data="to=%2B14155550134").status_code == 201
    row = EgressLog.get()
    assert (row.gateway, row.purpose, row.subject, row.status) == ("tests", "communicate", contact, 201)
    assert row.field_names == ["body", "to"]
    assert (row.bytes_out, row.state) == (17, EgressState.ANSWERED)


def test_an_undeclared_host_field_or_gateway_is_refused(gateway: Gateway, stranger: str) -> None:
    with pytest.raises(NotDeclared):
        egress.session(gateway).get("http://localhost:1/")
    with pytest.raises(NotDeclared):
        egress.session(gateway, fields=["notes"])
    del egress.GATEWAYS["tests"]
    with pytest.raises(NotDeclared):
        egress.session(gateway).get(stranger)
    assert EgressLog.select().count() == 0


def test_no_call_inside_a_transaction(gateway: Gateway, stranger: str) -> None:
    with transaction(), pytest.raises(InTransaction):
        egress.session(gateway).get(stranger)


def test_a_redirect_is_not_followed(gateway: Gateway, stranger: str) -> None:
    assert egress.session(gateway).get(stranger).status_code == 302


def test_a_call_without_an_answer_is_written_down_too(gateway: Gateway) -> None:
    with pytest.raises(requests.ConnectionError):
        egress.session(gateway).post(f"http://127.0.0.1:{free_port()}/", data="x")
    assert EgressLog.get().state is EgressState.UNANSWERED


def test_two_gateways_of_one_name_are_refused(gateway: Gateway) -> None:
    with pytest.raises(ValueError, match="two gateways"):
        egress.declare(
            Gateway("tests", ("example.com",), Circumstance.LAW, Purpose.LAW, frozenset(), "another of the same name")
        )


def test_the_environments_proxy_is_not_used(gateway: Gateway, stranger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert egress.session(gateway).get(stranger).status_code == 302
