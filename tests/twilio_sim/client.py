"""Start the simulator in its own process and steer it: `with running(folder) as sim: sim.fault("500_after")`."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ACCOUNT = "AC" + "a1" * 16
TOKEN = "t" + "0" * 31
NUMBER = "+13125550100"
SERVICE = "MG" + "b2" * 16


class Simulator:
    """A running simulator, seen from a test."""

    def __init__(self, state: Path, port: int = 0) -> None:
        self._state = state
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.twilio_sim", "--port", str(port), "--state", str(state)],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"

    def steer(self, what: str, **args: Any) -> dict[str, Any]:
        url, said_to = f"{self.url}/_sim/{what}", json.dumps(args).encode()
        request = urllib.request.Request(url, data=said_to, method="POST")  # noqa: S310 - loopback
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as response:
            said: dict[str, Any] = json.loads(response.read())
            return said

    def account(self, sid: str = ACCOUNT, token: str = TOKEN, numbers: tuple[str, ...] = (NUMBER,)) -> None:
        self.steer("account", sid=sid, token=token, numbers=list(numbers), services=[SERVICE])

    def fault(self, kind: str, times: int = 1, **args: Any) -> None:
        self.steer("fault", kind=kind, times=times, **args)

    def settings(self, **values: Any) -> None:
        self.steer("settings", **values)

    def inbound(
        self, url: str, body: str, *, sender: str, to: str = NUMBER, account: str = ACCOUNT, **more: Any
    ) -> str:
        return str(self.steer("inbound", url=url, body=body, to=to, account=account, **{"from": sender}, **more)["sid"])

    def sent(self, to: str, *, sender: str = NUMBER, account: str = ACCOUNT, **more: Any) -> str:
        """Another tool of the account sends a text."""
        return str(self.steer("sent", to=to, account=account, **{"from": sender}, **more)["sid"])

    def media(self, sid: str, files: list[dict[str, Any]], account: str = ACCOUNT) -> dict[str, Any]:
        """Keep files of a message that came in; the fields by which a webhook names them."""
        told = self.steer("media", sid=sid, account=account, files=files)
        return {"NumMedia": str(len(files)), **told}

    def fetched(self) -> list[dict[str, Any]]:
        """Which files were asked for, in which order, and whether under the account's sign-in."""
        rows: list[dict[str, Any]] = self.steer("log")["fetched"]
        return rows

    def messages(self) -> list[dict[str, Any]]:
        """What the carrier took on: the judge of "lost" and "doubled"."""
        return [row for row in self.steer("log")["message"] if row["direction"] == "outbound-api"]

    def arrivals(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.steer("log")["arrival"]
        return rows

    def count_arrivals(self) -> int:
        """How many texts were handed to the carrier so far, whatever it answered."""
        return int(self.steer("count")["arrivals"])

    def count_open_callbacks(self) -> int:
        """How many callbacks it still means to deliver."""
        return int(self.steer("count")["callbacks"])

    def callbacks(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.steer("log")["callback"]
        return rows

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def restart(self) -> "Simulator":
        """Kill it and start it on the same port with the same memory."""
        self.kill()
        return Simulator(self._state, self.port)


@contextmanager
def running(folder: Path) -> Iterator[Simulator]:
    simulator = Simulator(folder / "twilio.db")
    simulator.account()
    try:
        yield simulator
    finally:
        simulator.kill()


def until(claim: Callable[[], Any], *, within_s: float = 15.0) -> Any:
    """Wait for a claim to come true; the condition is the synchronisation, the pause only spares the processor."""
    end = time.monotonic() + within_s
    while True:
        if found := claim():
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not true within {within_s} s")
        time.sleep(0.02)
