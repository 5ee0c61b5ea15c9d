"""Do what a newcomer does: clone, `make run`, once more, `make test`; with an empty home and nothing prepared.

`python3 lint/newcomer.py [--no-tests]` clones this repository's last commit into a folder of its own and prints how
long each step took. It ends with 1 where the first start took more than 120 s, the second more than 5 s, or the tests
failed.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_S, SECOND_S = 120, 5


def main(words: list[str]) -> int:
    """Take the steps; 0 when all of them held."""
    with tempfile.TemporaryDirectory(prefix="newcomer-") as folder:
        home, clone = Path(folder, "home"), Path(folder, "omni")
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        environ = {"HOME": str(home), "PATH": os.environ["PATH"], "PORT": str(_free_port())}
        held = _starts(clone, environ, "first start", FIRST_S)
        held &= _starts(clone, environ, "second start", SECOND_S)
        if "--no-tests" not in words:
            held &= _passes(clone, environ)
        return 0 if held else 1


def _starts(clone: Path, environ: dict[str, str], name: str, goal_s: float) -> bool:
    """Whether `make run` answers /readyz with 200 in time; it is stopped again."""
    began = time.monotonic()
    house = subprocess.Popen(
        ["make", "run"], cwd=clone, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    while not _is_ready(environ["PORT"]) and house.poll() is None and time.monotonic() - began < 10 * FIRST_S:
        time.sleep(0.05)
    took = time.monotonic() - began
    ended = house.poll()
    os.killpg(house.pid, signal.SIGINT)
    house.wait(60)
    _say(name, took, goal_s)
    return ended is None and took <= goal_s


def _passes(clone: Path, environ: dict[str, str]) -> bool:
    began = time.monotonic()
    code = subprocess.run(["make", "test"], cwd=clone, env=environ, check=False).returncode
    _say("tests", time.monotonic() - began, None)
    return code == 0


def _is_ready(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _say(name: str, took: float, goal_s: float | None) -> None:
    goal = f"  (goal {goal_s} s)" if goal_s else ""
    print(f"{name:<14}{took:6.1f} s{goal}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
