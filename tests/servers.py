"""Real processes for the tests: Valkey, a mail server, and Omni's own, each ended with the test."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from aiosmtpd.controller import Controller
from redis import Redis

from omni import valkey
from omni.config import Config
from tests.faults import until

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A port nobody uses at this moment."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class Valkey:
    """The embedded server of one house."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        valkey.make_folders(self._config)
        self._process = subprocess.Popen(valkey.command(self._config), stdout=subprocess.DEVNULL)
        assert valkey.wait_until_up(self._config)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self) -> Any:
        return Redis.from_url(self._config.queue_url, decode_responses=True)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="o-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Omni:
    """Omni's own processes on one data folder, started as a person starts them."""

    def __init__(self, data_dir: Path, **environ: str) -> None:
        self._environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("OMNI_", "HOST", "PORT"))
        }
        self._environ |= {"OMNI_ENV": "test", "OMNI_DATA_DIR": str(data_dir), **environ}
        self._data_dir = data_dir
        self._started: list[subprocess.Popen[str]] = []

    def command(self, *words: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "app.py", *words],
            cwd=ROOT,
            env=self._environ | environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Start a command that runs until it is told to stop; its log lies in the data folder."""
        log = (self._data_dir / f"{'-'.join(words)}.log").open("a")
        process = subprocess.Popen(
            [sys.executable, "app.py", *words],
            cwd=ROOT,
            env=self._environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()
        self._started.append(process)
        return process

    def log(self, *words: str) -> str:
        """What a started command has logged."""
        return (self._data_dir / f"{'-'.join(words)}.log").read_text()

    def stop(self) -> None:
        """End what was started here, and everything in its process group."""
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in self._started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
            if process.stdout:
                process.stdout.close()


def get(url: str) -> int:
    """The status of a GET; 0 when nobody answers."""
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return int(answer.status)
    except OSError as fault:
        return int(getattr(fault, "code", 0))


class MailServer:
    """An SMTP server that keeps what it accepts, and answers as it is told."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        # What it answers to RCPT and after DATA; `None` after DATA: it takes the mail and hangs up without a word.
        self.rcpt_answer = "250 OK"
        self.data_answer: str | None = "250 OK"
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), decode_data=False)
        self._controller.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_answer is None or self.data_answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            with self._lock:
                self.accepted.append(message)  # type: ignore[arg-type]
        if self.data_answer is None:
            server.transport.abort()
            return "421 gone"
        return self.data_answer

    def wait_for(self, count: int, timeout_s: float = 30) -> None:
        until(lambda: len(self.accepted) >= count, timeout_s, f"{count} mails at the server")

    def stop(self) -> None:
        self._controller.stop(no_assert=True)
