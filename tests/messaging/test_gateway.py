"""What breaks on the wire: only what certainly never left may be posted again."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from omni.messaging import gateway

# A TLS record of application data that no key opens.
BROKEN_RECORD = b"\x17\x03\x03\x00\x20" + b"x" * 32


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost, its key beside it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@contextmanager
def carrier(certificate: Path | None, answer: bytes) -> Iterator[str]:
    """A server for one call: speaks TLS where it has a certificate, then sends raw bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            taken, _address = listening.accept()
            with taken:
                if certificate is None:
                    taken.recv(4096)
                    taken.sendall(answer)
                    return
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                try:
                    spoken = context.wrap_socket(taken, server_side=True)
                except ssl.SSLError:
                    return
                spoken.recv(4096)
                with socket.socket(fileno=spoken.detach()) as raw:
                    raw.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://localhost:{listening.getsockname()[1]}/"
        thread.join()


def fault_of(url: str, *, trusted: Path | bool) -> requests.exceptions.RequestException:
    with pytest.raises(requests.exceptions.RequestException) as caught:
        requests.post(url, data={"Body": "Hello"}, verify=str(trusted) if trusted else True, timeout=5)
    return caught.value


def test_what_breaks_in_the_handshake_never_left(certificate: Path) -> None:
    with carrier(None, b"HTTP/1.1 400 Bad Request\r\n\r\n") as url:
        assert gateway.has_never_left(fault_of(url, trusted=certificate))
    with carrier(certificate, b"") as url:
        assert gateway.has_never_left(fault_of(url, trusted=False))


def test_what_breaks_while_the_answer_is_read_may_have_been_taken(certificate: Path) -> None:
    for answer in (BROKEN_RECORD, b""):
        with carrier(certificate, answer) as url:
            assert not gateway.has_never_left(fault_of(url, trusted=certificate))


def test_a_refused_connection_never_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert gateway.has_never_left(fault_of(f"https://localhost:{port}/", trusted=False))
