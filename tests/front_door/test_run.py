"""The whole house as `python app.py run` starts it: ready, watched, stopped, with nothing left behind."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.faults import is_alive, kill, until
from tests.servers import Omni, forked, free_port, get, short_folder


class House:
    """One start of the whole house."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.port = free_port()
        self.folder = folder
        self.omni = Omni(folder, PORT=str(self.port), **environ)
        self.began = time.monotonic()
        self.process: subprocess.Popen[str] = self.omni.run()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def until_ready(self) -> float:
        """Wait for the address; the seconds since the start."""
        assert self.line() == f"Omni is ready: http://127.0.0.1:{self.port}"
        return time.monotonic() - self.began

    def is_ready(self) -> bool:
        return get(f"http://127.0.0.1:{self.port}/readyz") == 200

    def pids(self) -> list[int]:
        """The supervisor's children, and theirs."""
        return children(self.process.pid)


def children(pid: int) -> list[int]:
    """A process's children, each followed by its own; also those that ended and are not yet buried."""
    return [each for child in own(pid) for each in (child, *children(child))]


def own(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def direct(house: House) -> list[int]:
    return own(house.process.pid)


@pytest.fixture
def house() -> Iterator[House]:
    with short_folder() as folder:
        house = House(folder)
        yield house
        house.omni.stop()


def test_it_starts_says_where_and_stops_with_nothing_left(house: House) -> None:
    seconds = house.until_ready()
    assert house.is_ready()
    # Valkey, web, five workers and the scheduler, and gunicorn's own workers below.
    assert len(direct(house)) == 8
    pids = house.pids()
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(20) == 0
    assert not any(is_alive(pid) for pid in pids)
    # 5 s alone on a machine of two cores; the suite shares them with another test process.
    assert seconds < 30


def test_a_second_start_on_the_same_folder_or_port_is_one_line_and_2(house: House) -> None:
    house.until_ready()
    taken = house.omni.command("run")
    assert (taken.returncode, taken.stderr.count("\n")) == (2, 1)
    assert f"Port {house.port} is taken" in taken.stderr
    same = house.omni.command("run", PORT=str(free_port()))
    assert (same.returncode, same.stderr.count("\n")) == (2, 1)
    assert "already runs" in same.stderr
    assert house.is_ready()


def test_whatever_is_killed_comes_back(house: House) -> None:
    house.until_ready()
    for victim in direct(house):
        kill(victim)
        # A dead child that is not yet buried still counts as one; its end is noted before the next one starts.
        until(lambda pid=victim: pid not in (now := direct(house)) and len(now) == 8)  # type: ignore[misc]
        until(house.is_ready)
    assert house.process.poll() is None
    assert house.omni.log("run").count('"child_ended"') == 8


def test_killing_the_supervisor_itself_leaves_nothing(house: House) -> None:
    house.until_ready()
    pids = house.pids()
    kill(house.process.pid)
    house.process.wait()
    until(lambda: not any(is_alive(pid) for pid in pids))
    # And the next start finds port and folder free.
    again = House(house.folder)
    again.until_ready()
    again.omni.stop()


def start_what_always_ends(folder: Path) -> None:
    """In a process of its own, since the house buries and ends every child there is."""
    from omni import supervisor
    from tests import houses

    supervisor.FIRST_PAUSE_S, supervisor.LONGEST_PAUSE_S = 0.01, 0.02
    house = supervisor._House(houses.settings(folder, PORT=str(free_port())))
    house.start(supervisor._Child("broken", lambda: 3))
    code = house.watch(())
    house.stop()
    sys.exit(code)


def test_a_child_that_keeps_ending_makes_it_give_up_loudly() -> None:
    with short_folder() as folder:
        told = forked(partial(start_what_always_ends, folder))
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1] == ("Omni gives up: its broken ended 9 times in a row. The log above says why.")


def test_on_the_local_network_it_prints_the_address_for_a_phone() -> None:
    with short_folder() as folder:
        house = House(folder, HOST="0.0.0.0", OMNI_ENV="development")
        try:
            assert house.line() == f"Omni is ready: http://127.0.0.1:{house.port}"
            from omni.config import lan_address

            if address := lan_address():
                assert house.line() == f"On a phone in the same network: http://{address}:{house.port}"
                assert get(f"http://{address}:{house.port}/healthz") == 200
        finally:
            house.omni.stop()


def test_before_the_forks_nothing_is_open(house: House) -> None:
    house.until_ready()
    process = Path(f"/proc/{house.process.pid}")
    assert len(list((process / "task").iterdir())) == 1
    opened = [str(descriptor.readlink()) for descriptor in (process / "fd").iterdir()]
    assert not any("omni.db" in path for path in opened)
    # The listening socket is the supervisor's only one.
    assert len([path for path in opened if path.startswith("socket:")]) <= 1
