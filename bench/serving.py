"""An application behind the product's own server, in processes of its own, and clients that press it."""

import http.client
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil  # type: ignore[import-untyped]

CLIENTS = 4


@dataclass(frozen=True)
class Round:
    """What one round of pressing gave."""

    per_second: float
    cpu_per_request: float
    p99_s: float


@dataclass
class Server:
    """One application being served."""

    port: int
    _process: Any

    def press(self, path: str, headers: Mapping[str, str], seconds: float) -> Round:
        """Ask as fast as a few clients can, each on one kept connection."""
        cpu = self._cpu()
        began = time.perf_counter()
        times: list[list[float]] = [[] for _ in range(CLIENTS)]
        threads = [
            threading.Thread(target=_ask, args=(self.port, path, headers, began + seconds, mine)) for mine in times
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began
        all_times = sorted(one for mine in times for one in mine)
        n = len(all_times)
        return Round(n / took, (self._cpu() - cpu) / n, all_times[int(n * 0.99)])

    def _cpu(self) -> float:
        me = psutil.Process(self._process.pid)
        return sum(sum(one.cpu_times()[:2]) for one in [me, *me.children(recursive=True)])


@contextmanager
def served(make_app: Callable[[], Any]) -> Iterator[Server]:
    """The application that `make_app` makes (in the child), served as the product is."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = int(asked.getsockname()[1])
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_serve, args=(make_app, port))
    process.start()
    try:
        _wait_for(port)
        yield Server(port, process)
    finally:
        if process.pid:
            os.kill(process.pid, signal.SIGTERM)
        process.join(20)


def _serve(make_app: Callable[[], Any], port: int) -> None:
    from dataclasses import replace

    from omni.config import Config
    from omni.server import listen, serve

    os.environ.setdefault("OMNI_DATA_DIR", os.environ["OMNI_BENCH_DIR"])
    config = replace(Config.from_environment(os.environ), port=port)
    devnull = os.open(os.devnull, os.O_WRONLY)
    # The log's lines are written, as in production, and nobody reads them.
    os.dup2(devnull, 2)
    serve(make_app(), listen(config))


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server does not answer")


def _ask(port: int, path: str, headers: Mapping[str, str], until: float, times: list[float]) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while (began := time.perf_counter()) < until:
        client.request("GET", path, headers=dict(headers))
        answer = client.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        times.append(time.perf_counter() - began)
    client.close()
