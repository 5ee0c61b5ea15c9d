"""Real processes for the tests: Valkey, a mail server, and Omni's own, each ended with the test."""

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from aiosmtpd.controller import Controller
from redis import Redis

from omni import valkey
from omni.config import Config
from tests import houses
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

    def forget_bells(self) -> None:
        """As if the minute were over in which a row counts as rung."""
        client = self.client()
        for key in client.scan_iter("omni:rung:*"):
            client.delete(key)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="o-", dir=houses.memory()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Omni:
    """Omni's own processes on one data folder, each forked from one that has imported everything, as `run` forks."""

    def __init__(self, data_dir: Path, **environ: str) -> None:
        self._environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("OMNI_", "HOST", "PORT"))
        }
        self._environ |= {"OMNI_ENV": "test", "OMNI_DATA_DIR": str(data_dir), **environ}
        self._data_dir = data_dir
        self._started: list[Started | subprocess.Popen[str]] = []

    def command(self, *words: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return forked(partial(_command, words), self._environ | environ, stdin=stdin)

    def start(self, *words: str, **environ: str) -> "Started":
        """Start a command that runs until it is told to stop; its log lies in the data folder."""
        log, nothing = self._log_of(words), Path(os.devnull)
        process = Started(partial(self.be, words), self._environ | environ, nothing, log, log)
        self._started.append(process)
        return process

    def run(self) -> "subprocess.Popen[str]":
        """Start the whole house as a person does."""
        with self._log_of(("run",)).open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "app.py", "run"],
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def log(self, *words: str) -> str:
        """What a started command has logged."""
        return self._log_of(words).read_text()

    def stop(self) -> None:
        """End what was started here, and everything in its process group.

        Asked each second: one that has only just begun does not hear the first time.
        """
        left = list(self._started)
        for _second in range(20):
            left = [process for process in left if process.poll() is None]
            for process in left:
                process.send_signal(signal.SIGINT)
            for process in left[:1]:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(1)
        for process in left:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        for process in self._started:
            if isinstance(process, subprocess.Popen) and process.stdout:
                process.stdout.close()

    @staticmethod
    def be(words: Sequence[str]) -> None:
        """What a started process becomes: `python app.py WORDS`."""
        _command(words)

    def _log_of(self, words: Sequence[str]) -> Path:
        return self._data_dir / f"{'-'.join(words)}.log"


def forked(
    run: Callable[[], object], environ: Mapping[str, str] = os.environ, *, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Call a function of a module, in a process of its own, to its end."""
    with tempfile.TemporaryDirectory() as told:
        given, out, err = (Path(told) / name for name in ("in", "out", "err"))
        given.write_text(stdin)
        code = Started(run, environ, given, out, err).wait(120)
        return subprocess.CompletedProcess("", code, out.read_text(), err.read_text())


class Started:
    """A function in a process of its own, with what a test asks of `subprocess.Popen`."""

    def __init__(
        self, run: Callable[[], object], environ: Mapping[str, str], given: Path, out: Path, err: Path
    ) -> None:
        self._process = _FORKS.Process(target=_become, args=(run, dict(environ), given, out, err))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout_s: float = 30) -> int:
        self._process.join(timeout_s)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("omni", timeout_s)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


def _become(run: Callable[[], object], environ: Mapping[str, str], given: Path, out: Path, err: Path) -> None:
    """In the fork: a session, an environment and files of its own."""
    os.setsid()
    # Whoever runs the tests in the background of a shell has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environ)
    for path, flags, descriptor in (
        (given, os.O_RDONLY, 0),
        (out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 1),
        (err, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 2),
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    run()


def _command(words: Sequence[str]) -> None:
    """Be `python app.py WORDS`."""
    from omni.cli import main

    main(words)


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    # A worker of texts imports Twilio's hundred modules by itself, but not each of the many that are killed here.
    ["twilio.rest.api"]
    + [f"omni.{name}" for name in ("cli", "doctor", "factory", "scheduler", "server", "supervisor", "worker")]
)


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
