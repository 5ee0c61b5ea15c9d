"""A data folder with a migrated house in it, its Valkey, and Omni's own processes to be killed."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from omni.accounts.models import Teammate, User
from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Entry
from omni.contacts.models import Contact
from omni.core import tenancy
from omni.core.policies import Role
from omni.core.tenancy import Workspace
from omni.messaging import actions
from omni.messaging.models import Message
from tests import houses
from tests.servers import Omni, Valkey, free_port, get, short_folder
from tests.times import noon
from tests.twilio_sim.client import ACCOUNT, NUMBER, TOKEN, Simulator, running

ANA = "+13125550142"
# How often each crash point is tried; each further round draws the victim and the moment anew.
ROUNDS = int(os.environ.get("OMNI_CRASH_ROUNDS", "1"))


class Chance(random.Random):
    """What a round draws. The first one kills at the very point, as its test says."""

    def __init__(self, round_: int) -> None:
        super().__init__(round_)
        self.is_first = round_ == 0

    def victim(self, first: str, *others: str) -> str:
        """Who is killed: the one named first in the first round, any of them later."""
        return first if self.is_first else self.choice([first, *others])

    def goes_on_s(self) -> float:
        """How long the process goes on behind the point before it is killed."""
        return 0.0 if self.is_first or self.random() < 0.3 else self.uniform(0, 0.04)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `chance` is run once a round."""
    if "chance" in metafunc.fixturenames:
        metafunc.parametrize("round_", range(ROUNDS))


@pytest.fixture
def chance(round_: int) -> Chance:
    return Chance(round_)


@pytest.fixture
def folder(sqlite_template: Path) -> Iterator[Path]:
    with short_folder() as folder:
        houses.copy_sqlite(sqlite_template, folder)
        yield folder


@pytest.fixture
def environ(dialect: str, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Where the processes find their database: fresh and migrated, on each of the two."""
    if dialect == "sqlite":
        yield {}
        return
    server, url = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_database")
    yield {"OMNI_DATABASE_URL": url, "OMNI_DATABASE_ROLES": houses.ROLES}
    server.empty(url)


@pytest.fixture
def told(environ: dict[str, str]) -> dict[str, str]:
    """All that the processes are told; a file of tests adds its own."""
    return environ


@pytest.fixture
def config(folder: Path, told: dict[str, str]) -> Config:
    return houses.settings(folder, **told)


@pytest.fixture
def house(config: Config) -> Iterator[Any]:
    """The same house, open in the test's own process."""
    with houses.opened(config) as rooms:
        yield rooms


@pytest.fixture
def valkey(config: Config) -> Iterator[Valkey]:
    server = Valkey(config)
    yield server
    server.kill()


@pytest.fixture
def omni(config: Config, told: dict[str, str]) -> Iterator[Omni]:
    omni = Omni(config.data_dir, **told)
    yield omni
    omni.stop()


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with running(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def carried(environ: dict[str, str], sim: Simulator) -> dict[str, str]:
    """What the processes are told where a simulated carrier carries texts for them and calls them back."""
    port = free_port()
    here = {"OMNI_TWILIO_API_URL": sim.url, "PORT": str(port), "OMNI_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    # An hour at which texts may arrive: the clock stands, and time passes by moving the rows' instants.
    here["OMNI_NOW"] = noon().isoformat()
    return {**environ, **here}


@dataclass
class Studio:
    maya: Teammate
    lead: Contact

    def text(self, body: str = "Come by on Friday") -> Message:
        return actions.send_text(self.lead, body, address=ANA, by=self.maya, client_key=body, basis=Basis.ASKED)


@pytest.fixture
def studio(house: Any, valkey: Valkey) -> Iterator[Studio]:
    workspace = Workspace.create(number=11, slug="juniper", name="Juniper Yoga", timezone="America/Chicago")
    with tenancy.entered(workspace):
        user = User.create(name="Maya Ortiz", email="maya@juniper.example", password_hash="none")
        maya = Teammate.create(user=user, role=Role.OWNER)
        lead, _ = people.find_or_create("Ana Nunez", ANA, "", Entry.HAND, by=maya)
        actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=maya)
        yield Studio(maya, lead)


def answers(config: Config) -> bool:
    """Whether the web process answers."""
    return get(f"{config.public_url}/healthz") == 200


def children_of(pid: int) -> list[int]:
    """The processes that were forked by `pid` and run."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid and int(entry.name) != pid and fields[0] != "Z":
            found.append(int(entry.name))
    return found
